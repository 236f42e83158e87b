from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from records.conversations import button_reference, of_channel_user, say
from records.database import Database
from records.settings import Settings as RecordSettings
from tests.api.channels.conftest import stored, webhooks
from tests.fakes.zalo import Follower, signed

pytestmark = pytest.mark.usefixtures("zalo")
PATH = "/channels/zalo"


@pytest.fixture
def citizen() -> Follower:
    return Follower("2460000000000000003")


async def bring(client: httpx.AsyncClient, event: dict[str, Any] | bytes, **how: Any) -> httpx.Response:
    body, headers = signed(event, **how)
    return await client.post(PATH, content=body, headers=headers)


class TestTaken:
    async def test_a_message_is_stored(self, client: httpx.AsyncClient, database: Database, citizen: Follower) -> None:
        event = citizen.says("Đổi bằng lái ở đâu?")
        response = await bring(client, event)
        assert (response.status_code, response.json()) == (200, {})
        [message] = await stored(database)
        assert (message.text, message.channel_message_id) == ("Đổi bằng lái ở đâu?", f"m{event['message']['msg_id']}")

    async def test_a_repeated_event_changes_nothing(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        event = citizen.says("Đổi bằng lái ở đâu?")
        answers = await asyncio.gather(*(bring(client, event) for _ in range(5)))
        assert [answer.status_code for answer in answers] == [200] * 5
        assert len(await stored(database)) == 1

    async def test_messages_keep_their_order(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        texts = [f"tin {number}" for number in range(10)]
        for each in texts:
            await bring(client, citizen.says(each))
        assert [message.text for message in await stored(database)] == texts

    async def test_a_pressed_button_is_what_it_stands_for(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        async with database.session() as session:
            conversation = await of_channel_user(session, "zalo", citizen.user_id)
            buttons = [{"title": "Đúng", "payload": "/affirm"}]
            asked = await say(session, conversation.id, "bot", "Đúng không ạ?", buttons=buttons)
        await bring(client, citizen.says(button_reference(asked.id, 0)))
        message = (await stored(database))[-1]
        assert (message.text, message.payload) == ("Đúng", "/affirm")

    async def test_following_greets_once(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        for event in (citizen.follows(), citizen.unfollows(), citizen.follows()):
            assert (await bring(client, event)).status_code == 200
        assert [message.text for message in await stored(database)] == ["xin chào"]

    async def test_the_timestamp_of_the_header_may_be_the_signed_one(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        body, headers = signed(citizen.says("chào"), timestamp="1790000000000")
        response = await client.post(PATH, content=body, headers=headers | {"X-ZEvent-Timestamp": "1790000000000"})
        assert (response.status_code, len(await stored(database))) == (200, 1)


class TestRefused:
    @pytest.mark.parametrize("header", [None, "", "mac=", "mac=" + "0" * 64, "é", "0" * 100_000])
    async def test_without_the_right_signature(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower, header: str | None
    ) -> None:
        body, _ = signed(citizen.says("bí mật"))
        headers = [] if header is None else [(b"X-ZEvent-Signature", header.encode())]
        with capture_logs() as logs:
            response = await client.post(PATH, content=body, headers=headers)
        assert (response.status_code, await stored(database)) == (403, [])
        assert [line["event"] for line in logs] == ["webhook refused"]
        assert "bí mật" not in str(logs)

    async def test_a_changed_body(self, client: httpx.AsyncClient, database: Database, citizen: Follower) -> None:
        body, headers = signed(citizen.says("chào"))
        response = await client.post(PATH, content=body.replace("chào".encode(), b"chao"), headers=headers)
        assert (response.status_code, await stored(database)) == (403, [])

    async def test_another_secret(self, client: httpx.AsyncClient, database: Database, citizen: Follower) -> None:
        assert (await bring(client, citizen.says("chào"), secret="another")).status_code == 403
        assert await stored(database) == []

    @pytest.mark.parametrize("age_hours", [25, -25])
    async def test_an_event_of_another_day(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower, age_hours: int
    ) -> None:
        timestamp = str(int((time.time() - age_hours * 3600) * 1000))
        assert (await bring(client, citizen.says("chào") | {"timestamp": timestamp})).status_code == 403
        assert await stored(database) == []

    @pytest.mark.parametrize("timestamp", ["", "hôm nay", "9" * 5000, None])
    async def test_a_timestamp_that_is_none(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower, timestamp: Any
    ) -> None:
        assert (await bring(client, citizen.says("chào") | {"timestamp": timestamp})).status_code == 403

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"text": "\xff"}', b'{"a":' * 5000])
    async def test_what_is_no_object_even_when_signed(self, client: httpx.AsyncClient, body: bytes) -> None:
        assert (await bring(client, body)).status_code == 403

    async def test_an_oversized_body(self, client: httpx.AsyncClient, database: Database, citizen: Follower) -> None:
        assert (await bring(client, citizen.says("a" * 2**20))).status_code == 413
        assert await stored(database) == []

    async def test_where_zalo_is_not_set_up(
        self, monkeypatch: pytest.MonkeyPatch, database: Database, citizen: Follower
    ) -> None:
        monkeypatch.setenv("MOTCUA_ZALO_OA_SECRET", "")
        async with webhooks(database) as client:
            assert (await bring(client, citizen.says("chào"))).status_code == 404


class TestNothingToDo:
    async def test_the_question_whether_anyone_is_here(self, client: httpx.AsyncClient, database: Database) -> None:
        response = await client.post(PATH, content=b"{}")
        assert (response.status_code, await stored(database)) == (200, [])

    @pytest.mark.parametrize("name", ["user_seen_message", "oa_send_text", "unfollow", "user_submit_info", "new"])
    async def test_other_events_are_one_log_line(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower, name: str
    ) -> None:
        event = citizen.says("bí mật") | {"event_name": name, "info": {"phone": "0900000001"}}
        with capture_logs() as logs:
            response = await bring(client, event)
        assert (response.status_code, await stored(database)) == (200, [])
        assert [(line["event"], line["event_name"]) for line in logs] == [("event without a message", name)]
        assert "0900000001" not in str(logs)
        assert "bí mật" not in str(logs)

    async def test_a_message_of_another_form_is_not_repeated_for_ever(
        self, client: httpx.AsyncClient, database: Database, citizen: Follower
    ) -> None:
        with capture_logs() as logs:
            response = await bring(client, citizen.says("chào") | {"message": {"text": "không có mã"}})
        assert (response.status_code, await stored(database)) == (200, [])
        assert [line["event"] for line in logs] == ["event not read"]


class TestDatabase:
    async def test_down(self, citizen: Follower) -> None:
        settings = RecordSettings(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")  # pyright: ignore[reportCallIssue]
        database = Database.open(settings)
        async with webhooks(database) as client:
            response = await bring(client, citizen.says("chào"))
        await database.close()
        assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")

    async def test_too_slow_for_zalo(self, client: httpx.AsyncClient, database: Database, citizen: Follower) -> None:
        async with database.engine.begin() as connection:
            await connection.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
            started = time.monotonic()
            response = await bring(client, citizen.says("chào"))
            seconds = time.monotonic() - started
        assert response.status_code == 503
        assert 1.4 < seconds < 2
        event = citizen.says("lần nữa")
        assert (await bring(client, event)).status_code == 200
        assert [message.text for message in await stored(database)] == ["lần nữa"]
