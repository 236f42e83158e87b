"""A citizen's rights over HTTP: with the conversation's token, or behind a signed link."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import FastAPI

from api import own_data
from api.errors import install
from records import audit, conversations
from records.conversations import NewMessage
from records.database import Database
from records.feedback import NewFeedback, file_feedback
from records.privacy import export_links, holds

PHONE = "0900000099"
Citizen = tuple[uuid.UUID, dict[str, str]]


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[httpx.AsyncClient]:
    app = FastAPI()
    install(app)
    app.state.database = database
    app.include_router(own_data.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://motcua.test") as client:
        yield client


@pytest.fixture
async def citizen(database: Database) -> Citizen:
    """A conversation with a message and a case, and the header that opens it."""
    async with database.session() as session:
        conversation, token = await conversations.start_web(session)
        await conversations.take(session, conversation.id, NewMessage(f"số tôi <b>{PHONE}</b>", None, "w1"))
        await file_feedback(session, NewFeedback("report", "hỏng đèn", conversation_id=str(conversation.id)))
    return conversation.id, {"Authorization": f"Bearer {token}"}


async def test_the_token_opens_the_own_data_alone(client: httpx.AsyncClient, citizen: Citizen) -> None:
    conversation, headers = citizen
    path = f"/api/v1/conversations/{conversation}/data"
    data = (await client.get(path, headers=headers)).json()
    assert PHONE in data["messages"][0]["text"]
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers={"Authorization": "Bearer x"})).status_code == 404
    assert (await client.get(f"/api/v1/conversations/{uuid.uuid4()}/data", headers=headers)).status_code == 404


async def test_a_link_shows_and_downloads_it(client: httpx.AsyncClient, database: Database, citizen: Citizen) -> None:
    link = export_links.sign(database.settings, citizen[0])
    page = await client.get(link)
    assert f"&lt;b&gt;{PHONE}" in page.text
    assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
    file = await client.get(f"{link}.json")
    assert file.headers["content-disposition"].startswith("attachment")
    assert PHONE in file.json()["messages"][0]["text"]
    async with database.session() as session:
        entries = await audit.entries_of(session, f"conversation:{citizen[0]}")
    assert [(entry.action, entry.actor_kind) for entry in entries] == [("privacy.export", "citizen")] * 2


@pytest.mark.parametrize("suffix", ["", ".json"])
async def test_a_link_that_was_changed_or_is_too_old_opens_nothing(
    client: httpx.AsyncClient,
    database: Database,
    citizen: Citizen,
    suffix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = export_links.sign(database.settings, citizen[0])
    assert (await client.get(f"{link[:-1]}{suffix}")).status_code == 404
    monkeypatch.setattr(export_links, "GOOD_FOR_MINUTES", -1)
    assert (await client.get(f"{link}{suffix}")).status_code == 404


async def test_a_wish_to_erase_is_taken_unless_it_is_held(
    client: httpx.AsyncClient, database: Database, citizen: Citizen
) -> None:
    conversation, headers = citizen
    path = f"/api/v1/conversations/{conversation}"
    assert (await client.delete(path)).status_code == 401
    taken = await client.delete(path, headers=headers)
    assert (taken.status_code, taken.json()["seconds"]) == (202, 120)
    assert taken.json()["kept_cases"][0].startswith("PA-")
    async with database.session() as session:
        await holds.place(session, audit.OPERATOR, str(conversation), "thanh tra")
    assert (await client.delete(path, headers=headers)).status_code == 409
