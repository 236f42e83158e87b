"""News of a dossier for those who asked for it, on the channel on which they opened it with the second factor.

Whoever subscribes is told of every change from then on: a batch of new states queues one job in its own transaction,
and the job says what is new, puts it on its way and notes that it was told, again in one transaction. Callers are put
on the call-back list. What Zalo does not take at the moment waits until the citizen writes again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Sequence

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from nlu.text.money import grouped
from records import calls, conversations, outbox, second_factor
from records.calls import CALLERS
from records.database import database_of
from records.dossier_states import DossierState
from records.dossiers import DossierView, view
from records.models import Call, Conversation, Dossier, DossierSubscription, Json, Message
from records.queue import defer

NOTIFY = "dossiers.notify"
OPENED_WITHIN = dt.timedelta(hours=1)
"""How long after the second factor a conversation may still subscribe."""
ZALO_WINDOW = dt.timedelta(hours=48)
ZALO_FREE = 8
"""Zalo's consultation messages: so many are free within 48 hours of the citizen's last one (docs/channels.md)."""
ZALO_CLOSED, ZALO_USED_UP = "zalo_window_over", "zalo_replies_used"


class NotConfirmed(Exception):
    """The conversation did not open this dossier with its second factor a short while ago."""


class Unreachable(Exception):
    """A caller whose number was withheld cannot be told anything later."""


async def subscribe(session: AsyncSession, code: str, conversation_id: uuid.UUID) -> bool:
    """Lets a conversation hear of a dossier's changes. Returns whether that is new.

    Raises ``NotConfirmed`` and ``Unreachable``.
    """
    if not await second_factor.opened(session, code, conversation_id, OPENED_WITHIN):
        raise NotConfirmed
    if (await session.get_one(Conversation, conversation_id)).channel == CALLERS:
        call = await calls.of_conversation(session, conversation_id)
        if call is None or call.caller is None:
            raise Unreachable
    if code in await subscriptions(session, conversation_id):
        return False
    # New states wait here until the subscription stands, so that none falls in between.
    await session.execute(select(Dossier.code).where(Dossier.code == code).with_for_update(read=True))
    told = _fingerprint(await view(session, code))
    new = insert(DossierSubscription).values(dossier_code=code, conversation_id=conversation_id, told=told)
    made = new.on_conflict_do_nothing(
        index_elements=["dossier_code", "conversation_id"], index_where=text("ended_at IS NULL")
    )
    return (await session.execute(made.returning(DossierSubscription.id))).first() is not None


async def subscriptions(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[str]:
    """The codes of the dossiers that a conversation hears of, oldest subscription first.

    Calls from the same number are one.
    """
    own = await _of_one_citizen(session, conversation_id)
    wanted = select(DossierSubscription.dossier_code).where(
        DossierSubscription.conversation_id.in_(own), DossierSubscription.ended_at.is_(None)
    )
    return (await session.execute(wanted.order_by(DossierSubscription.id))).scalars().all()


async def unsubscribe(session: AsyncSession, conversation_id: uuid.UUID, code: str | None = None) -> Sequence[str]:
    """Ends the subscription to ``code``, or all of the conversation. Returns the codes of what was ended.

    Calls from the same number are one.
    """
    own = await _of_one_citizen(session, conversation_id)
    ending = update(DossierSubscription).where(
        DossierSubscription.conversation_id.in_(own), DossierSubscription.ended_at.is_(None)
    )
    if code is not None:
        ending = ending.where(DossierSubscription.dossier_code == code)
    ended = ending.values(ended_at=func.now(), waiting_since=None, waiting_reason=None)
    codes = (await session.execute(ended.returning(DossierSubscription.dossier_code))).scalars().all()
    for one in own:
        for ended_code in codes:
            await calls.nothing_about(session, one, _subject(ended_code))
    return codes


async def _of_one_citizen(session: AsyncSession, conversation_id: uuid.UUID) -> list[uuid.UUID]:
    """The conversation, and of a caller those of other calls from the same number that hear of a dossier."""
    call = await calls.of_conversation(session, conversation_id)
    if call is None or call.caller is None:
        return [conversation_id]
    vault = database_of(session).vault
    number = vault.decrypt(call.caller)
    following = (
        select(Call.conversation_id, Call.caller)
        .join(DossierSubscription, DossierSubscription.conversation_id == Call.conversation_id)
        .where(DossierSubscription.ended_at.is_(None), Call.caller.is_not(None), Call.id != call.id)
        .distinct()
    )
    others = (await session.execute(following)).all()
    return [
        conversation_id,
        *(other for other, caller in others if caller and other and vault.decrypt(caller) == number),
    ]


async def defer_notices(session: AsyncSession, codes: Sequence[str]) -> None:
    """Queues one job for those of ``codes`` that somebody wants to hear of, in the session's transaction."""
    wanted = (
        select(DossierSubscription.dossier_code)
        .distinct()
        .where(DossierSubscription.dossier_code == func.any(codes), DossierSubscription.ended_at.is_(None))
    )
    followed = sorted((await session.execute(wanted)).scalars())
    if followed:
        await defer(session, NOTIFY, f"{NOTIFY}:{followed[0]}", codes=followed)


async def notify(session: AsyncSession, code: str) -> int:
    """Tells all who follow a dossier what they do not know yet. Returns how many were told."""
    wanted = (
        select(DossierSubscription, Conversation)
        .join(Conversation, Conversation.id == DossierSubscription.conversation_id)
        .where(DossierSubscription.dossier_code == code, DossierSubscription.ended_at.is_(None))
        .order_by(DossierSubscription.id)
        .with_for_update(of=DossierSubscription)
    )
    followers = (await session.execute(wanted)).all()
    if not followers:
        return 0
    dossier, told = await view(session, code), 0
    fingerprint = _fingerprint(dossier)
    for subscription, conversation in followers:
        obstacle = None if subscription.told == fingerprint else await _obstacle(session, conversation)
        if obstacle is not None:
            subscription.waiting_since = subscription.waiting_since or dt.datetime.now(dt.UTC)
            subscription.waiting_reason = obstacle
            continue
        subscription.waiting_since = subscription.waiting_reason = None
        if subscription.told == fingerprint:
            continue
        if conversation.channel == CALLERS:
            await calls.call_about(session, conversation.id, _subject(code), _in_short(dossier))
        else:
            await tell(session, conversation, _news(dossier), _buttons(dossier))
        subscription.told = fingerprint
        if dossier.state is DossierState.RETURNED:
            subscription.ended_at = dt.datetime.now(dt.UTC)
        told += 1
    return told


async def tell(session: AsyncSession, conversation: Conversation, said: str, buttons: list[Json]) -> None:
    """Says something in a conversation of its own accord, and puts it on its way to an outside channel."""
    message = await conversations.say(session, conversation.id, "system", said, buttons=buttons)
    if conversation.channel_user is not None:
        await outbox.post(session, message)


async def resume(session: AsyncSession) -> None:
    """Queues what waited for the citizen to write again, now that they did."""
    since = DossierSubscription.waiting_since
    wrote = exists().where(
        Message.conversation_id == DossierSubscription.conversation_id,
        Message.sender == "citizen",
        Message.created_at > since,
    )
    wanted = select(DossierSubscription.dossier_code).distinct().where(since.is_not(None), wrote)
    for code in (await session.execute(wanted)).scalars():
        await defer(session, NOTIFY, f"{NOTIFY}:{code}", codes=[code])


async def _obstacle(session: AsyncSession, conversation: Conversation) -> str | None:
    """Why nothing can be sent to the citizen now; none when it can."""
    if conversation.channel != "zalo":
        return None
    own = Message.conversation_id == conversation.id
    last = select(Message.id).where(own, Message.sender == "citizen", Message.created_at > _window_start())
    last_id = (await session.execute(last.order_by(Message.id.desc()).limit(1))).scalar_one_or_none()
    if last_id is None:
        return ZALO_CLOSED
    since = select(func.count()).where(own, Message.id > last_id)
    return ZALO_USED_UP if (await session.execute(since)).scalar_one() >= ZALO_FREE else None


def _window_start() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - ZALO_WINDOW


def _fingerprint(dossier: DossierView) -> str:
    """What a citizen is told of a dossier, in short: equal as long as there is no news."""
    facts = [int(dossier.state), dossier.note, dossier.missing, dossier.fee_due, str(dossier.promised_on)]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _facts(dossier: DossierView) -> list[str]:
    facts = [
        f"Trạng thái: {dossier.state.label}",
        *(["Cần bổ sung: " + "; ".join(dossier.missing)] if dossier.missing else []),
        *([f"Cần nộp: {grouped(dossier.fee_due)} đồng"] if dossier.fee_due else []),
        *([f"Ghi chú của cơ quan: {dossier.note}"] if dossier.note else []),
    ]
    if dossier.promised_on and dossier.state.running:
        facts.append(f"Ngày hẹn trả kết quả: {dossier.promised_on:%d/%m/%Y}")
    return facts


def _subject(code: str) -> str:
    return f"Hồ sơ {code}"


def _in_short(dossier: DossierView) -> str:
    """For whoever of staff calls."""
    return f"{dossier.procedure_name}. {'. '.join(_facts(dossier))}"


def _news(dossier: DossierView) -> str:
    lines = [
        f"Dạ, hồ sơ {dossier.code} ({dossier.procedure_name}) của anh/chị có tin mới:",
        *(f"• {fact}" for fact in _facts(dossier)),
    ]
    if dossier.state is DossierState.RETURNED:
        lines.append("Hồ sơ đã hoàn tất nên em không báo thêm nữa ạ. Cảm ơn anh/chị.")
    else:
        lines.append("Khi không muốn nhận tin nữa, anh/chị bấm “Dừng báo” hoặc nhắn “thôi báo” giúp em ạ.")
    return "\n".join(lines)


def _buttons(dossier: DossierView) -> list[Json]:
    about = json.dumps({"dossier_code": dossier.code})
    shown = [{"title": "Xem hồ sơ", "payload": f"/dossier_status{about}"}]
    if dossier.state is not DossierState.RETURNED:
        shown.append({"title": "Dừng báo", "payload": f"/unsubscribe{about}"})
    return shown
