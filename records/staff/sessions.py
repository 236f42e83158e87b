"""Sessions of the console: a random token in a cookie, its digest in the database, ended by time or by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import StaffMember, StaffSession

IDLE = dt.timedelta(minutes=60)
LONGEST = dt.timedelta(hours=12)
UNFINISHED = dt.timedelta(minutes=10)
"""How long somebody may take from the password to the end of signing in."""
_SEEN_EVERY = dt.timedelta(seconds=30)


class Stage(StrEnum):
    """What is still missing before the console opens, in this order."""

    CODE = "code"
    PASSWORD = "password"  # noqa: S105 - the name of a step
    ENROL = "enrol"
    FULL = "full"


@dataclass(frozen=True)
class SignedIn:
    """Somebody with a session. ``token`` is the cookie's, ``csrf`` what forms of this session carry."""

    member: StaffMember
    session: StaffSession
    token: str

    @property
    def stage(self) -> Stage:
        """How far signing in got."""
        if self.session.second_factor:
            return Stage.PASSWORD if self.member.must_change_password and not self.member.subject else Stage.FULL
        if self.member.totp_secret is not None:
            return Stage.CODE
        return Stage.PASSWORD if self.member.must_change_password else Stage.ENROL

    @property
    def csrf(self) -> str:
        """Bound to the session: nobody without the cookie can know it."""
        return hmac.digest(self.token.encode(), b"motcua csrf", hashlib.sha256).hex()


async def start(session: AsyncSession, member: StaffMember, browser: str, *, second_factor: bool = False) -> SignedIn:
    """A new session with a token of its own."""
    token = secrets.token_urlsafe(32)
    begun = StaffSession(digest=_digest(token), staff_id=member.id, second_factor=second_factor, browser=browser[:200])
    session.add(begun)
    await session.flush()
    await session.refresh(begun)
    return SignedIn(member, begun, token)


async def advance(session: AsyncSession, before: SignedIn, *, second_factor: bool) -> SignedIn:
    """The same session under a new token, so that an old one is worth nothing after a step of signing in."""
    await session.execute(delete(StaffSession).where(StaffSession.id == before.session.id))
    return await start(session, before.member, before.session.browser, second_factor=second_factor)


async def find(session: AsyncSession, token: str, *, touch: bool = True) -> SignedIn | None:
    """The session of a token, if it still holds; ``touch`` keeps it from going idle."""
    wanted = (
        select(StaffSession, StaffMember)
        .join(StaffMember, StaffMember.id == StaffSession.staff_id)
        .where(StaffSession.digest == _digest(token), StaffMember.active)
    )
    row = (await session.execute(wanted)).one_or_none()
    if row is None:
        return None
    signed_in, now = SignedIn(row[1], row[0], token), dt.datetime.now(dt.UTC)
    known = signed_in.session
    longest = LONGEST if signed_in.stage is Stage.FULL else UNFINISHED
    if now > min(known.created_at + longest, known.seen_at + IDLE):
        return None
    if touch and now > known.seen_at + _SEEN_EVERY:
        await session.execute(update(StaffSession).where(StaffSession.id == known.id).values(seen_at=now))
    return signed_in


async def of_member(session: AsyncSession, staff_id: int) -> Sequence[StaffSession]:
    """The sessions of somebody that still hold, newest first."""
    now = dt.datetime.now(dt.UTC)
    wanted = select(StaffSession).where(
        StaffSession.staff_id == staff_id, StaffSession.created_at > now - LONGEST, StaffSession.seen_at > now - IDLE
    )
    return (await session.execute(wanted.order_by(StaffSession.id.desc()))).scalars().all()


async def end(session: AsyncSession, staff_id: int, *, only: int | None = None, but: int | None = None) -> None:
    """Ends sessions of somebody: all, the one with the id ``only``, or all but the one with the id ``but``."""
    ended = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if only is not None:
        ended = ended.where(StaffSession.id == only)
    if but is not None:
        ended = ended.where(StaffSession.id != but)
    await session.execute(ended)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
