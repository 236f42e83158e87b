"""Cases that belong together: one merged into another and taken out again, linked, or split into several.

All raise ``UnknownCase``, ``Overtaken``, ``StepRefused`` and ``ReasonNeeded``; a session that saw one is rolled back.
"""

from __future__ import annotations

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.feedback.filing import NewFeedback, file_feedback
from records.feedback.journal import record, take_up
from records.feedback.life import Actor, FeedbackState, ReasonNeeded, Step, StepRefused
from records.feedback.notices import followers, tell_answer
from records.models import Feedback, FeedbackLink, Json


async def merge(
    session: AsyncSession,
    code: str,
    into: str,
    actor: Actor,
    *,
    version: int | None = None,
    reason: str = "",
    note: str = "",
) -> Feedback:
    """Joins the case ``code`` to ``into``, with all that were joined to it before; returns the one that stays.

    Its citizen is told, keeps the code, and hears all that is told of the case that stays, an answer it already has
    included.
    """
    case, main = await _take_both(session, code, into, version)
    if case.id == main.id:
        raise StepRefused("Không gộp được một phản ánh với chính nó.")
    if main.merged_into_id is not None:
        raise StepRefused("Phản ánh nhận gộp cũng đã được gộp; anh/chị chọn phản ánh chính.")
    await record(session, case, actor, Step.MERGE, reason=reason, note=note, details={"into": main.tracking_code})
    newcomers = [case, *await followers(session, case)]
    for newcomer in newcomers:
        newcomer.merged_into_id, newcomer.reopen_until = main.id, main.reopen_until
    details: Json = {"case": case.tracking_code}
    if main.state == FeedbackState.ANSWERED:
        details["messages"] = await tell_answer(session, newcomers, main)
    await record(session, main, actor, Step.ABSORB, reason=reason, details=details)
    return main


async def unmerge(
    session: AsyncSession, code: str, actor: Actor, *, version: int | None = None, reason: str, note: str = ""
) -> Feedback:
    """Takes a merged case out again: it goes on where it stood, with its own due time; its citizen is told."""
    case = await take_up(session, code, version)
    if case.merged_into_id is None:
        raise StepRefused("Phản ánh này không gộp với phản ánh nào.")
    main = await session.get_one(Feedback, case.merged_into_id)
    case.merged_into_id = case.reopen_until = None
    await record(session, case, actor, Step.UNMERGE, reason=reason, note=note, details={"from": main.tracking_code})
    return case


async def link(session: AsyncSession, code: str, other: str, actor: Actor, *, reason: str = "") -> None:
    """Notes that two cases have to do with each other; linking them again changes nothing."""
    case, second = await _take_both(session, code, other, None)
    if case.id == second.id:
        raise StepRefused("Không liên kết được một phản ánh với chính nó.")
    if await _link(session, case, second, "related"):
        await record(session, case, actor, Step.LINK, reason=reason, details={"case": second.tracking_code})
        await record(session, second, actor, Step.LINK, reason=reason, details={"case": case.tracking_code})


async def unlink(session: AsyncSession, code: str, other: str, actor: Actor, *, reason: str = "") -> None:
    """Takes a link away."""
    case, second = await _take_both(session, code, other, None)
    first_id, second_id = sorted((case.id, second.id))
    gone = delete(FeedbackLink).where(FeedbackLink.first_id == first_id, FeedbackLink.second_id == second_id)
    if (await session.execute(gone.returning(FeedbackLink.kind))).first() is not None:
        await record(session, case, actor, Step.UNLINK, reason=reason, details={"case": second.tracking_code})
        await record(session, second, actor, Step.UNLINK, reason=reason, details={"case": case.tracking_code})


async def linked(session: AsyncSession, case: Feedback) -> list[tuple[str, str]]:
    """Tracking code and kind of link of every case that is linked to ``case``."""
    wanted = select(FeedbackLink).where(or_(FeedbackLink.first_id == case.id, FeedbackLink.second_id == case.id))
    links = (await session.execute(wanted.order_by(FeedbackLink.at))).scalars().all()
    others = [link.second_id if link.first_id == case.id else link.first_id for link in links]
    cases = await session.execute(select(Feedback.id, Feedback.tracking_code).where(Feedback.id.in_(others)))
    codes = {row.id: row.tracking_code for row in cases}
    return [(codes[other], link.kind) for other, link in zip(others, links, strict=True)]


async def split(
    session: AsyncSession, code: str, actor: Actor, what: str, *, version: int | None = None, reason: str = ""
) -> str:
    """Makes a case of its own out of ``what``, a part of the matter; the original keeps its text.

    The new case has the place, the citizen and the channel of the old one; the citizen is told its tracking code, which
    is returned.
    """
    case = await take_up(session, code, version)
    if not what.strip():
        raise ReasonNeeded("Anh/chị ghi nội dung của phản ánh được tách ra.")
    filed = await file_feedback(
        session,
        NewFeedback(
            kind="suggestion" if case.kind == "suggestion" else "report",
            what=what,
            where=case.where,
            when=case.when,
            latitude=case.latitude,
            longitude=case.longitude,
            conversation_id=str(case.conversation_id) if case.conversation_id else None,
            source=case.source,
            public_consent=case.public_consent,
            demonstration=case.demonstration,
        ),
    )
    part = await take_up(session, filed.tracking_code)
    part.contact, part.contact_hash = case.contact, case.contact_hash
    await _link(session, case, part, "split")
    await record(session, part, actor, Step.LINK, reason=reason, details={"case": case.tracking_code})
    told = f"Mã của phần tách ra: {part.tracking_code}."
    await record(session, case, actor, Step.SPLIT, reason=reason, note=told, details={"case": part.tracking_code})
    return part.tracking_code


async def _take_both(session: AsyncSession, code: str, other: str, version: int | None) -> tuple[Feedback, Feedback]:
    """Both cases, locked in one order whoever asks, so that two people cannot wait for each other."""
    first, second = sorted((code, other))
    taken = {
        first: await take_up(session, first, version if first == code else None),
        second: await take_up(session, second, version if second == code else None),
    }
    return taken[code], taken[other]


async def _link(session: AsyncSession, one: Feedback, other: Feedback, kind: str) -> bool:
    first_id, second_id = sorted((one.id, other.id))
    new = insert(FeedbackLink).values(first_id=first_id, second_id=second_id, kind=kind)
    return (await session.execute(new.on_conflict_do_nothing().returning(FeedbackLink.kind))).first() is not None
