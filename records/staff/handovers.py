"""Conversations that people carry on: one takes over, the bot is silent, and it is given back.

Every step holds the lock under which the bot answers, so that nothing of the bot comes after a person took over.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, conversations, outbox
from records.calendar import TIME_ZONE
from records.calls import CALLERS
from records.models import (
    Conversation,
    ConversationNote,
    ConversationStatus,
    Delivery,
    Disclosure,
    Handover,
    Message,
    StaffMember,
)
from records.staff.permissions import somebody_of

TAKEN = "Dạ, {name} (cán bộ hỗ trợ) đã tiếp nhận và sẽ trả lời anh/chị ngay tại đây ạ."
GIVEN_BACK = (
    "Dạ, cán bộ đã kết thúc phần hỗ trợ. Em là trợ lý Một Cửa, anh/chị cần gì thêm cứ nhắn em; muốn gặp lại cán bộ, "
    "anh/chị nhắn “gặp cán bộ” ạ."
)
DISCLOSED_FOR = dt.timedelta(days=1)
_MENTION = re.compile(r"(?<!\w)@([a-z0-9][a-z0-9._-]*[a-z0-9])")


class HandoverRefused(Exception):
    """Why a step is not taken, in words for the person who tried."""


class AlreadyTaken(HandoverRefused):
    """Somebody else was faster: ``by`` is who."""

    def __init__(self, by: str, since: dt.datetime) -> None:
        super().__init__(f"{by} đã tiếp nhận cuộc trò chuyện này lúc {since.astimezone(TIME_ZONE):%H:%M}.")
        self.by = by


async def take_over(
    session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember, *, from_somebody: bool = False
) -> None:
    """Makes ``member`` the one who answers, and tells the citizen; of several who try one gets it.

    ``from_somebody`` takes it over from a colleague too. Raises ``AlreadyTaken``.
    """
    conversation = await _locked(session, conversation_id)
    handover = await current(session, conversation_id)
    if handover is not None and handover.staff_id is not None:
        if handover.staff_id == member.id:
            return
        if not from_somebody:
            holder = await session.get_one(StaffMember, handover.staff_id)
            raise AlreadyTaken(holder.name, handover.taken_at or handover.asked_at)
    if handover is None:
        handover = Handover(conversation_id=conversation_id)
        session.add(handover)
    handover.staff_id, handover.taken_at = member.id, dt.datetime.now(dt.UTC)
    conversation.status = ConversationStatus.PERSON
    await _tell(session, conversation, "system", TAKEN.format(name=member.name))
    await audit.record(session, somebody_of(member), "conversation.take_over", f"conversation:{conversation_id}")


async def give_back(session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember) -> None:
    """Lets the bot answer again, and tells the citizen. Raises ``HandoverRefused`` unless it is ``member``'s."""
    conversation, handover = await _own(session, conversation_id, member)
    handover.ended_at = dt.datetime.now(dt.UTC)
    conversation.status, conversation.status_reason = ConversationStatus.BOT, None
    conversation.given_back = True
    await _tell(session, conversation, "system", GIVEN_BACK)
    await audit.record(session, somebody_of(member), "conversation.give_back", f"conversation:{conversation_id}")


async def reply(
    session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember, text: str, *, with_file: bool = False
) -> Message:
    """Answers the citizen on their channel; ``with_file`` says that a file joins the message in this transaction.

    Raises ``HandoverRefused`` unless ``member`` has the conversation.
    """
    conversation, _ = await _own(session, conversation_id, member)
    if not (text.strip() or with_file):
        raise HandoverRefused("Tin nhắn chưa có nội dung.")
    return await _tell(session, conversation, "staff", conversations.storable(text).strip())


async def send_again(session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember, message_id: int) -> None:
    """Puts a reply that could not be delivered on its way once more. Raises ``HandoverRefused``."""
    await _own(session, conversation_id, member)
    again = (
        update(Delivery)
        .where(Delivery.conversation_id == conversation_id, Delivery.message_id == message_id, Delivery.state == "dead")
        .values(state="pending", attempts=0, next_attempt_at=None)
    )
    if (await session.execute(again.returning(Delivery.id))).first() is None:
        raise HandoverRefused("Tin nhắn này không ở trạng thái gửi hỏng.")
    await outbox.defer_delivery(session, conversation_id)


async def current(session: AsyncSession, conversation_id: uuid.UUID) -> Handover | None:
    """The handover that is open, waiting or taken."""
    wanted = select(Handover).where(Handover.conversation_id == conversation_id, Handover.ended_at.is_(None))
    return (await session.execute(wanted)).scalar_one_or_none()


async def note(session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember, text: str) -> None:
    """Adds an internal note; ``@login`` calls a colleague. Raises ``HandoverRefused``."""
    if not text.strip():
        raise HandoverRefused("Ghi chú chưa có nội dung.")
    named = set(_MENTION.findall(text.lower()))
    known = (await session.execute(select(StaffMember.login).where(StaffMember.login.in_(named)))).scalars().all()
    if missing := named - set(known):
        raise HandoverRefused(f"Không có tài khoản {', '.join(f'@{login}' for login in sorted(missing))}.")
    session.add(
        ConversationNote(conversation_id=conversation_id, staff_id=member.id, text=text.strip(), mentions=sorted(known))
    )


async def notes(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[tuple[ConversationNote, str]]:
    """The internal notes with the names of their authors, oldest first."""
    wanted = (
        select(ConversationNote, StaffMember.name)
        .join(StaffMember, StaffMember.id == ConversationNote.staff_id)
        .where(ConversationNote.conversation_id == conversation_id)
        .order_by(ConversationNote.id)
    )
    return [(row[0], row[1]) for row in (await session.execute(wanted)).all()]


async def disclose(session: AsyncSession, member: StaffMember, subject: str, reason: str) -> None:
    """Opens personal data to ``member`` for a day, and writes down who did and why. Raises ``HandoverRefused``."""
    if len(reason.strip()) < 5:
        raise HandoverRefused("Anh/chị ghi lý do cần xem (ít nhất 5 ký tự).")
    session.add(Disclosure(staff_id=member.id, subject=subject, reason=reason.strip()))
    await audit.record(session, somebody_of(member), "personal_data.read", subject, reason.strip())


async def disclosed(session: AsyncSession, member: StaffMember, subjects: Sequence[str]) -> frozenset[str]:
    """Those of ``subjects`` that are open to ``member`` now."""
    since = dt.datetime.now(dt.UTC) - DISCLOSED_FOR
    wanted = select(Disclosure.subject).where(
        Disclosure.staff_id == member.id, Disclosure.subject.in_(subjects), Disclosure.at > since
    )
    return frozenset((await session.execute(wanted)).scalars().all())


async def _locked(session: AsyncSession, conversation_id: uuid.UUID) -> Conversation:
    await conversations.lock(session, conversation_id, wait=True)
    return await session.get_one(Conversation, conversation_id, populate_existing=True)


async def _own(session: AsyncSession, conversation_id: uuid.UUID, member: StaffMember) -> tuple[Conversation, Handover]:
    conversation = await _locked(session, conversation_id)
    handover = await current(session, conversation_id)
    if handover is None or handover.staff_id != member.id:
        raise HandoverRefused("Anh/chị chưa tiếp nhận cuộc trò chuyện này, hoặc đồng nghiệp đã tiếp nhận thay.")
    return conversation, handover


async def _tell(session: AsyncSession, conversation: Conversation, sender: str, text: str) -> Message:
    message = await conversations.say(session, conversation.id, sender, text)
    await session.flush()
    if conversation.channel_user is not None and conversation.channel != CALLERS:
        await outbox.post(session, message)
    return message
