"""Whatever is sent to the API and to the console, nothing fails inside: requests made up by Schemathesis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from fastapi.openapi.utils import get_openapi
from hypothesis import HealthCheck, given
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.schemas import APIOperation
from sqlalchemy import update

from api.app import create_app
from api.console.access import cookie_name
from api.settings import Settings
from records import agencies, conversations
from records.conversations import NewMessage
from records.database import Database
from records.feedback import NewFeedback, file_feedback
from records.models import StaffMember
from records.settings import Settings as RecordsSettings
from records.staff import accounts, sessions
from records.staff.permissions import StaffRole
from records.staff.sessions import SignedIn
from tests.api.console.test_access import flat
from tests.stack import Stack

EXAMPLES = 30
"""Requests per operation and way of making them up: as described, and not as described."""
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)
LEFT_OUT = {
    "/console/live": "a stream that ends with the session",
    "/console/sign-in/out": "ends the session of the test",
}


def failures(schema: Any, call: dict[str, Any]) -> list[str]:
    """Requests that were answered with a server error, one for each operation; no operation is left out."""
    found: list[str] = []
    for result in schema.get_all_operations():
        operation: APIOperation[Any, Any, Any, Any] = result.ok()
        if operation.path in LEFT_OUT:
            continue
        for mode in GenerationMode:
            try:
                fuzz(operation, mode, call)
            except AssertionError as error:
                found.append(str(error))
            except Unsatisfiable:
                continue  # an operation without anything to get wrong
    return found


def fuzz(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, call: dict[str, Any]) -> None:
    """Sends made-up requests. Raises ``AssertionError`` for one that is answered with a server error."""

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=SLOW
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Any) -> None:
        response = case.call(timeout=60, **call)
        assert response.status_code < 500, f"{response.status_code}: {case.as_curl_command()}"

    send()


@pytest.mark.timeout(1500)
def test_the_api_never_fails(stack: Stack) -> None:
    description = httpx.get(f"{stack.url}/openapi.json").raise_for_status().json()
    tokens = {
        "/api/v1/dossiers": asyncio.run(agency_key(stack)),
        "/api/v1/conversations": stack.chat().client.headers["Authorization"].removeprefix("Bearer "),
    }
    found: list[str] = []
    for path, operations in description["paths"].items():
        token = next((token for start, token in tokens.items() if path.startswith(start)), "")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        part = schemathesis.openapi.from_dict({**description, "paths": {path: operations}})
        found += failures(part, {"base_url": stack.url, "headers": headers})
    assert found == []


@pytest.mark.timeout(1500)
def test_the_console_never_fails(stack: Stack) -> None:
    signed_in, known = asyncio.run(desk(stack))
    cookies = {cookie_name(Settings(public_url=stack.url)): signed_in.token}
    call = {"base_url": stack.url, "cookies": cookies, "headers": {"X-CSRF-Token": signed_in.csrf}}
    assert failures(schemathesis.openapi.from_dict(console_description(known)), call) == []
    assert httpx.get(f"{stack.url}/console/account", cookies=cookies).status_code == 200


async def agency_key(stack: Stack) -> str:
    """A key of an agency that may report dossiers."""
    async with database_of(stack) as database, database.session() as session:
        await agencies.add(session, "Sở Thử nghiệm", ["H97.01"])
        return await agencies.issue_key(session, "Sở Thử nghiệm")


async def desk(stack: Stack) -> tuple[SignedIn, dict[str, str]]:
    """A session of somebody with every role, and the keys of a conversation and a case."""
    async with database_of(stack) as database, database.session() as session:
        await accounts.add(session, "moi.vai", "Trần Mọi Vai", [role.value for role in StaffRole])
        # An id that no made-up request hits: the account would lose its rights, and the rest be asked by a stranger.
        await session.execute(update(StaffMember).where(StaffMember.login == "moi.vai").values(id=4_000_001))
        member = await accounts.by_login(session, "moi.vai")
        assert member is not None
        member.must_change_password = False
        signed_in = await sessions.start(session, member, "Test", second_factor=True)
        conversation = await conversations.of_channel_user(session, "zalo", uuid.uuid4().hex)
        await conversations.take(session, conversation.id, NewMessage("Đăng ký kết hôn cần gì?"))
        case = await file_feedback(session, NewFeedback("report", "Đèn đường hỏng"))
    return signed_in, {"conversation_id": str(conversation.id), "code": case.tracking_code}


@asynccontextmanager
async def database_of(stack: Stack) -> AsyncGenerator[Database]:
    """The database of ``stack``, from outside."""
    database = Database.open(RecordsSettings(data=stack.data))
    yield database
    await database.close()


def console_description(known: dict[str, str]) -> dict[str, Any]:
    """The console as OpenAPI, which it does not publish; ``known`` are parameters of paths that lead to something."""
    mounted = next(route for route in create_app().routes if getattr(route, "path", "") == "/console")
    routes = list(flat(mounted.app.routes))  # pyright: ignore[reportAttributeAccessIssue]
    for route in routes:
        route.include_in_schema = True
    described = get_openapi(title="Console", version="1", routes=routes)
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in known:
                    parameter["schema"]["enum"] = [known[parameter["name"]], str(uuid.UUID(int=0))]
    described["paths"] = {f"/console{path}": each for path, each in described["paths"].items()}
    return described
