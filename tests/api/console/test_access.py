"""Every route of the console, tried by a stranger, by every role, and by all of them without the form's token."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from records import agencies
from records.staff.permissions import StaffRole
from tests.api.console.office import Office
from tests.api.console.test_call_backs import promise
from tests.api.console.test_conversation import talk
from tests.api.console.test_inbox import filed
from tests.api.console.test_voice_mails import left

TABLE: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("access.yml").read_text())
ROLES = [role.value for role in StaffRole]


def console_of(office: Office) -> FastAPI:
    return next(route.app for route in office.app.routes if getattr(route, "path", "") == "/console")  # pyright: ignore[reportAttributeAccessIssue]


def routes(office: Office) -> Iterator[tuple[str, str, str]]:
    """Name, method and an address of every route; nothing has the ids in it."""
    values = {"conversation_id": "00000000-0000-4000-8000-000000000000", "code": "PA-2222-2222", "start": "2026-01-01"}
    for route in flat(console_of(office).routes):
        parameters = {name: values.get(name, "0") for name in route.param_convertors}
        for method in sorted(route.methods or ()):
            yield route.name, method, f"/console{route.path_format.format(**parameters)}"


def flat(found: Sequence[BaseRoute]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from flat(route.original_router.routes)  # pyright: ignore[reportAttributeAccessIssue]


def may(name: str, role: str) -> bool:
    return any(name in TABLE.get(who, []) for who in ("anyone", *(("signed in", role) if role else ())))


def refused(response: httpx.Response) -> bool:
    away = response.headers.get("location", "")
    return response.status_code == 403 or (
        response.status_code == 303 and away.startswith(("/console/sign-in", "/console/?"))
    )


async def test_the_table_names_every_route_and_no_other(office: Office) -> None:
    assert {name for name, _, _ in routes(office)} == {name for names in TABLE.values() for name in names}


@pytest.mark.parametrize("role", ["", *ROLES], ids=["stranger", *ROLES])
async def test_a_role_gets_through_where_the_table_says_so_and_nowhere_else(office: Office, role: str) -> None:
    different: list[str] = []
    member = await office.hire(role, role) if role else None
    for name, method, path in routes(office):
        if name in ("live", "sign_out") or (member and name in TABLE["half signed in"]):
            continue
        async with office.desk(member) if member else office.stranger() as browser:
            response = await browser.client.request(method, path, data={"csrf": browser.csrf}, follow_redirects=False)
        if refused(response) == may(name, role):
            different.append(f"{method} {path}: {response.status_code}")
        assert response.status_code < 500, path
    assert different == []


async def test_no_form_is_taken_without_its_token(office: Office) -> None:
    roles = ROLES
    async with office.desk(await office.hire("all", *roles)) as browser:
        for name, method, path in routes(office):
            if method == "POST":
                response = await browser.client.post(path, data={"csrf": "0" * 64}, follow_redirects=False)
                assert response.status_code == 403, name


NOT_OF_OTHERS = {"static", "league_download", "remove_view"}
"""Routes with something in their address that is nobody's, or that act on one's own alone."""
FORM: dict[str, Any] = {
    "version": "1", "step": "note", "text": "Ghi chú thử", "reason": "Lý do đủ dài", "result": "Xong", "case_id": "1",
    "choice": "0", "question": "Ai sửa?", "options": "Sở\nXã", "days": "3", "agency_ids": ["1"], "colleague": "an",
    "phrase": "làm khai sinh", "roles": ["agent"], "login": "moi", "name": "Mới", "old": "x", "new": "y",
}  # fmt: skip
"""What any form of the console could ask for, so that none is refused for what is missing."""


async def test_nobody_of_an_agency_reaches_what_is_not_theirs(office: Office) -> None:
    """Whatever roles they have: a conversation, a case, callers, a poll, a report and an account of others."""
    async with office.database.session() as session:
        for name, prefix in (("Điện lực Mẫu", "H99.21"), ("Sở Mẫu", "H99.20")):
            await agencies.add(session, name, [prefix])
        asked = next(each.agency.id for each in await agencies.listing(session) if each.agency.name == "Sở Mẫu")
    others, chi = await office.hire("so", "agent", agency="Sở Mẫu"), await office.hire("chi", "lead", "analyst")
    code = await filed(office, "Đèn hỏng")
    async with office.desk(chi) as desk:
        await desk.open(f"/cases/{code}")
        await desk.send(f"/cases/{code}/polls", **FORM | {"agency_ids": [asked]})
        poll = desk.value(r"/console/polls/(\d+)")
        await desk.send("/reports", name="Báo cáo", every="week", due_days=5, indicators=["received"], agency_ids=[0])
        definition, owner, start = desk.value(r'/console/reports/(\d+/0/[^"]+)"').split("/")
    there = {
        "conversation_id": str(await talk(office)),
        "code": code,
        "call_back_id": str(await promise(office)),
        "voice_mail_id": str(await left(office)),
        "poll_id": poll,
        "definition_id": definition,
        "agency_id": owner,
        "start": start,
        "member_id": str(others.id),
        "step": "note",
        "form": "csv",
    }
    stranger = await office.hire("dien", *ROLES, agency="Điện lực Mẫu")
    reached: list[str] = []
    async with office.desk(stranger) as desk:
        for route in flat(console_of(office).routes):
            names = list(route.param_convertors)
            if not names or route.name in NOT_OF_OTHERS:
                continue
            values = {name: there.get(name, "1") for name in names}
            if route.name == "report_step":
                values["step"] = "sign"
            path = f"/console{route.path_format.format(**values)}"
            for method in sorted(route.methods or ()):
                form = {"csrf": desk.csrf, **FORM}
                response = await desk.client.request(method, path, data=form, follow_redirects=False)
                if response.status_code not in (403, 404):
                    reached.append(f"{method} {path}: {response.status_code}")
    assert reached == []
