"""Examples that editors add to the intents of the assistant: sets of them, tried out, published, taken back.

Every change makes a whole new set, an ``IntentVersion``. Only one that was tried out against the set in use goes live;
going back is publishing an earlier one again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.audit import Somebody
from records.base import Json
from records.models import IntentVersion, StaffMember
from records.privacy.masking import is_personal
from records.queue import defer

TRY = "intents.try"
SETTLE = "intents.settle"
LOCK = "intents"
"""Jobs that train run one after the other."""
_LONGEST_WORDS = 40
_DELIVERED = 0


class TrialState(StrEnum):
    """How far the trial run of a version is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"
    """What it found is not kept any more, and the version never went live."""


class ExampleRefused(ValueError):
    """Why a set of examples is not made or does not go live, in Vietnamese, for editors."""


async def versions(session: AsyncSession) -> Sequence[IntentVersion]:
    """Every version, the newest first; none as long as the assistant is as it was delivered."""
    return (await session.scalars(select(IntentVersion).order_by(IntentVersion.number.desc()))).all()


async def live(session: AsyncSession) -> IntentVersion | None:
    """The version in use; None as long as there was never one."""
    published = select(IntentVersion).where(IntentVersion.published_at.is_not(None))
    return await session.scalar(published.order_by(IntentVersion.published_at.desc()).limit(1))


async def add(session: AsyncSession, text: str, intent: str, member: StaffMember) -> IntentVersion:
    """A version with one more example, or with another intent for one that is there; its trial run is queued.

    Raises ``ExampleRefused``.
    """
    text = " ".join(text.split())
    if not any(map(str.isalnum, text)) or len(text.split()) > _LONGEST_WORDS:
        raise ExampleRefused(f"Một ví dụ cần từ 1 đến {_LONGEST_WORDS} từ. Anh/chị sửa lại rồi gửi.")
    if is_personal(text):
        raise ExampleRefused("Câu còn dữ liệu cá nhân (tên, số, địa chỉ…). Anh/chị bỏ hoặc thay bằng lời chung.")
    now = await _in_use(session)
    kept = [each for each in now.examples if each["text"].lower() != text.lower()]
    if any(each["intent"] == intent for each in now.examples if each not in kept):
        raise ExampleRefused("Câu này đã là ví dụ của ý định ấy.")
    at = dt.datetime.now(dt.UTC).isoformat()
    return await _make(session, now, [*kept, {"text": text, "intent": intent, "by": member.name, "at": at}], member)


async def remove(session: AsyncSession, text: str, member: StaffMember) -> IntentVersion:
    """A version without an example; its trial run is queued. Raises ``LookupError`` where there is no such example."""
    now = await _in_use(session)
    kept = [each for each in now.examples if each["text"] != text]
    if len(kept) == len(now.examples):
        raise LookupError(text)
    return await _make(session, now, kept, member)


async def try_again(session: AsyncSession, number: int) -> None:
    """Queues the trial run of a version anew if it failed or expired. Raises ``LookupError``."""
    version = await _find(session, number)
    if version.state in (TrialState.FAILED, TrialState.EXPIRED):
        version.state = TrialState.WAITING
        await defer(session, TRY, LOCK, number=number)


async def resume(session: AsyncSession) -> None:
    """Queues trial runs anew that ended with their worker; for jobs of ``LOCK``, beside which no trial runs."""
    for version in await session.scalars(select(IntentVersion).where(IntentVersion.state == TrialState.RUNNING)):
        version.state = TrialState.WAITING
        await defer(session, TRY, LOCK, number=version.number)


async def forget_trials(session: AsyncSession, numbers: Sequence[int]) -> int:
    """Erases what the trial runs of these versions found; returns how many there were.

    One that never went live has to be tried out again before it may.
    """
    unseen = IntentVersion.published_at.is_(None)
    state = case((unseen, TrialState.EXPIRED), else_=IntentVersion.state)
    gone = update(IntentVersion).where(IntentVersion.number.in_(numbers)).values(outcome=None, state=state)
    return len((await session.execute(gone.returning(IntentVersion.number))).all())


async def publish(session: AsyncSession, number: int, member: StaffMember) -> None:
    """Puts a version in use: a new one, or an earlier one again. Raises ``LookupError`` and ``ExampleRefused``."""
    await _one_at_a_time(session)
    version, now = await _find(session, number), await live(session)
    if version.state != TrialState.DONE:
        raise ExampleRefused("Chạy thử xong mới công bố được.")
    if version.published_at is None and now and now.number != version.base:
        raise ExampleRefused(
            f"Sau khi chạy thử, bản {now.number} đã được công bố. Anh/chị thêm lại ví dụ để chạy thử với bản đang dùng."
        )
    if now is version:
        return
    version.published_at, version.taken_up_at = dt.datetime.now(dt.UTC), None
    who = Somebody("staff", str(member.id), member.name)
    await audit.record(session, who, "intents.publish", f"intents:{number}", examples=len(version.examples))
    await defer(session, SETTLE, LOCK)


async def _find(session: AsyncSession, number: int) -> IntentVersion:
    version = await session.get(IntentVersion, number)
    if version is None:
        raise LookupError(number)
    return version


async def _in_use(session: AsyncSession) -> IntentVersion:
    """The version in use, which stays that until the transaction ends; the first time, that of the delivery."""
    await _one_at_a_time(session)
    now = await live(session)
    if now is None:
        moment = dt.datetime.now(dt.UTC)
        now = IntentVersion(number=_DELIVERED, base=_DELIVERED, examples=[], author="", at=moment)
        now.state, now.published_at, now.taken_up_at = TrialState.DONE, moment, moment
        session.add(now)
        await session.flush()
    return now


async def _make(session: AsyncSession, now: IntentVersion, examples: list[Json], member: StaffMember) -> IntentVersion:
    last = await session.scalar(select(func.max(IntentVersion.number)))
    number = (last or _DELIVERED) + 1
    version = IntentVersion(number=number, base=now.number, examples=examples, author=member.name)
    version.at, version.state = dt.datetime.now(dt.UTC), TrialState.WAITING
    session.add(version)
    await session.flush()
    await defer(session, TRY, LOCK, number=number)
    return version


async def _one_at_a_time(session: AsyncSession) -> None:
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtext("motcua intents"))))
