"""What citizens hear about their case, on the channel it came by, and what they can answer with a button."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import calls, conversations, outbox
from records.calendar import TIME_ZONE
from records.calls import CALLERS
from records.database import database_of
from records.feedback.life import FeedbackState, Step
from records.models import Conversation, Feedback, Json

KIND_NAMES = {"report": "phản ánh", "suggestion": "kiến nghị"}
_OWN_ONLY = frozenset({Step.ASK, Step.MERGE, Step.SPLIT, Step.UNMERGE})
"""Steps that concern the one citizen, and none of those whose cases were merged into this one."""
_CALLED_ABOUT = frozenset({Step.ASK, Step.DECLINE, Step.ANSWER})
"""Steps that a caller is called about; of the others the conversation and the tracking page tell."""


async def tell(session: AsyncSession, case: Feedback, step: Step, note: str) -> list[int]:
    """Tells the citizen, and those whose cases were merged into this one, of a step in the session's transaction.

    Returns the ids of the messages; none for steps that are nobody's business outside, and for cases without a
    conversation, which are followed on the tracking page.
    """
    return await _tell(
        session, [case] if step in _OWN_ONLY else [case, *await followers(session, case)], case, step, note
    )


async def tell_answer(session: AsyncSession, newcomers: Sequence[Feedback], case: Feedback) -> list[int]:
    """Tells those whose cases were merged into an answered one the answer; returns the ids of the messages."""
    return await _tell(session, newcomers, case, Step.ANSWER, case.answer)


async def _tell(
    session: AsyncSession, recipients: Sequence[Feedback], case: Feedback, step: Step, note: str
) -> list[int]:
    wording = _WORDINGS.get(step)
    if wording is None or case.demonstration:
        return []
    told: list[int] = []
    for recipient in recipients:
        if recipient.conversation_id is not None:
            text = f"{wording(recipient, case, note)}\n{_where_to_follow(session, recipient)}"
            buttons = _BUTTONS[step](recipient.tracking_code) if step in _BUTTONS else []
            message = await conversations.say(session, recipient.conversation_id, "system", text, buttons=buttons)
            conversation = await session.get_one(Conversation, recipient.conversation_id)
            if conversation.channel == CALLERS:
                await _have_called(session, recipient, conversation, step, note)
            elif conversation.channel_user is not None:
                await outbox.post(session, message)
            await session.flush()
            told.append(message.id)
    return told


async def _have_called(
    session: AsyncSession, case: Feedback, conversation: Conversation, step: Step, note: str
) -> None:
    """Nobody is called who stayed anonymous, even where the number of the call is known."""
    contact = database_of(session).vault.decrypt(case.contact) if case.contact else "@"
    if step in _CALLED_ABOUT and "@" not in contact:
        name = _name(case)
        subject = name[:1].upper() + name[1:]
        await calls.call_about(session, conversation.id, subject, f"{step.label}. {note}", contact)


async def followers(session: AsyncSession, case: Feedback) -> Sequence[Feedback]:
    """The cases that were merged into ``case``, oldest first."""
    wanted = select(Feedback).where(Feedback.merged_into_id == case.id, Feedback.state == FeedbackState.MERGED)
    return (await session.execute(wanted.order_by(Feedback.id))).scalars().all()


def payload(intent: str, **values: str | int) -> str:
    """What a button stands for: ``/intent{"name": value}``."""
    return f"/{intent}{json.dumps(values)}"


def day(moment: dt.datetime) -> str:
    """The Vietnamese date of a moment."""
    return f"{moment.astimezone(TIME_ZONE):%d/%m/%Y}"


def _where_to_follow(session: AsyncSession, case: Feedback) -> str:
    return f"Theo dõi: {database_of(session).settings.public_url}/theo-doi/{case.tracking_code}"


def _rating_buttons(code: str) -> list[Json]:
    return [
        {"title": "Đánh giá trả lời", "payload": payload("rate_feedback", tracking_code=code)},
        {"title": "Chưa giải quyết", "payload": payload("not_solved", tracking_code=code)},
    ]


def _objection(code: str) -> list[Json]:
    return [{"title": "Đề nghị xem lại", "payload": payload("not_solved", tracking_code=code, reason="disagree")}]


_BUTTONS: dict[Step, Callable[[str], list[Json]]] = {Step.ANSWER: _rating_buttons, Step.DECLINE: _objection}


def _name(case: Feedback) -> str:
    return f"{KIND_NAMES[case.kind]} {case.tracking_code}"


def _and(note: str) -> str:
    return f" {note}" if note else ""


def _until(case: Feedback) -> str:
    return f" đến hết ngày {day(case.reopen_until)}" if case.reopen_until else ""


def _accepted(own: Feedback, main: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị đã được thụ lý. Hạn trả lời: {day(main.due_at)}.{_and(note)}"


def _declined(own: Feedback, main: Feedback, note: str) -> str:
    return (
        f"Dạ, cơ quan xin lỗi vì không thụ lý được {_name(own)}. Lý do: {note}\n"
        f"Nếu anh/chị thấy chưa đúng, anh/chị bấm “Đề nghị xem lại”{_until(main)} ạ."
    )


def _forwarded(own: Feedback, main: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị đã được chuyển đến {main.agency} để giải quyết.{_and(note)}"


def _taken(own: Feedback, main: Feedback, note: str) -> str:
    return f"Dạ, {main.agency} đã tiếp nhận {_name(own)} và đang xử lý. Hạn trả lời: {day(main.due_at)}.{_and(note)}"


def _asked(own: Feedback, _: Feedback, note: str) -> str:
    return (
        f"Dạ, để giải quyết {_name(own)}, cơ quan cần anh/chị cho biết thêm: {note}\n"
        "Anh/chị trả lời ngay tại đây giúp em. Thời gian chờ anh/chị không tính vào hạn trả lời ạ."
    )


def _answered(own: Feedback, main: Feedback, note: str) -> str:
    by = main.agency or "Cơ quan"
    return (
        f"Dạ, {by} trả lời {_name(own)} của anh/chị:\n{note}\n"
        f"Anh/chị đánh giá giúp em; nếu việc chưa được giải quyết, anh/chị bấm “Chưa giải quyết”{_until(own)} ạ."
    )


def _closed(own: Feedback, _: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị đã kết thúc.{_and(note)} Cảm ơn anh/chị đã góp ý."


def _reopened(own: Feedback, main: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị đã được mở lại. Hạn trả lời mới: {day(main.due_at)}.{_and(note)}"


def _merged(own: Feedback, _: Feedback, note: str) -> str:
    return (
        f"Dạ, {_name(own)} cùng nội dung với một phản ánh khác nên được giải quyết chung.{_and(note)} "
        "Anh/chị vẫn theo dõi bằng mã của mình và vẫn nhận được đầy đủ trả lời ạ."
    )


def _unmerged(own: Feedback, _: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị nay được giải quyết riêng. Hạn trả lời: {day(own.due_at)}.{_and(note)}"


def _split(own: Feedback, _: Feedback, note: str) -> str:
    return f"Dạ, {_name(own)} của anh/chị có nhiều việc nên một phần được giải quyết riêng.{_and(note)}"


_WORDINGS: dict[Step, Callable[[Feedback, Feedback, str], str]] = {
    Step.ACCEPT: _accepted,
    Step.DECLINE: _declined,
    Step.FORWARD: _forwarded,
    Step.ACCEPT_FORWARD: _taken,
    Step.ASK: _asked,
    Step.ANSWER: _answered,
    Step.CLOSE: _closed,
    Step.REOPEN: _reopened,
    Step.MERGE: _merged,
    Step.SPLIT: _split,
    Step.UNMERGE: _unmerged,
}
