"""What a page hears while it is open (server-sent events), and who is looking at what."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import StreamingResponse

from api.console.access import NotAllowed, SignedInFully, cookie_name
from api.dependencies import DatabaseDependency
from records.database import Database
from records.feedback.clock import STAFF_CHANNEL
from records.signals import Signals
from records.staff import presence, sessions
from records.staff.permissions import Permission, permissions_of

router = APIRouter(prefix="/live")

_SUBJECT = r"^$|^conversation:[0-9a-f-]{36}$|^feedback:[A-Z0-9-]{4,20}$|^(poll|call_back|voice_mail):[0-9]{1,18}$"
_CALLERS = ("call_back:", "voice_mail:")
_QUIET_SECONDS = 0.3
"""Changes that come together are told once."""


@router.get("")
async def live(
    request: Request,
    signed_in: SignedInFully,
    database: DatabaseDependency,
    subject: Annotated[str, Query(pattern=_SUBJECT)] = "",
) -> StreamingResponse:
    """``changed`` whenever something that staff see changed, or the conversation of ``subject`` did.

    The first one comes at once, so that a page that was cut off catches up. The stream ends with the session.
    """
    needed = Permission.CONVERSE if subject.startswith(_CALLERS) else Permission.READ_INBOX
    if subject and needed not in permissions_of(signed_in.member):
        raise NotAllowed
    token = request.cookies[cookie_name(request.app.state.settings)]
    signals: Signals = request.app.state.signals

    async def events() -> AsyncIterator[str]:
        async with _looking(database, signed_in.member.id, subject), AsyncExitStack() as stack:
            changed = await stack.enter_async_context(signals.subscription(STAFF_CHANNEL))
            said = await stack.enter_async_context(signals.subscription(subject.removeprefix("conversation:")))
            yield "event: changed\ndata:\n\n"
            while await _still_signed_in(database, token):
                heard = await _any_of(changed, said, seconds=presence.RENEW_EVERY.total_seconds())
                if subject:
                    async with database.session() as session:
                        await presence.look(session, signed_in.member.id, subject)
                yield "event: changed\ndata:\n\n" if heard else ": still here\n\n"

    return StreamingResponse(events(), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _still_signed_in(database: Database, token: str) -> bool:
    async with database.session() as session:
        return await sessions.find(session, token, touch=False) is not None


async def _any_of(*events: asyncio.Event, seconds: float) -> bool:
    """Waits until one of ``events`` is set, and a moment longer; clears them. False when none was in time."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        done, _ = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if done:
            await asyncio.sleep(_QUIET_SECONDS)
        for event in events:
            event.clear()
        return bool(done)
    finally:
        for task in waiting:
            task.cancel()


@asynccontextmanager
async def _looking(database: Database, staff_id: int, subject: str) -> AsyncGenerator[None]:
    if not subject:
        yield
        return
    async with database.session() as session:
        await presence.look(session, staff_id, subject)
    try:
        yield
    finally:

        async def leave() -> None:
            async with database.session() as session:
                await presence.leave(session, staff_id, subject)

        await asyncio.shield(leave())
