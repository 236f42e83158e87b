"""Conversations and what is said in them."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Conversation, ConversationStatus, Json, Message, MessageState

NOTIFY_CHANNEL = "conversation"

# Statements of every turn, built once: building one takes as long as running it.
_TAKE = select(Message).from_statement(
    insert(Message)
    .values(
        conversation_id=bindparam("conversation"),
        sender="citizen",
        channel_message_id=bindparam("channel_message_id"),
        text=bindparam("text"),
        payload=bindparam("payload"),
        buttons=[],
        state=MessageState.RECEIVED,
        attempts=0,
    )
    .on_conflict_do_nothing(
        index_elements=["conversation_id", "channel_message_id"], index_where=text("channel_message_id IS NOT NULL")
    )
    .returning(Message)
)
_LOCK = text("SELECT pg_advisory_xact_lock(:key)")
_TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
_PENDING = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.state == MessageState.RECEIVED)
    .order_by(Message.id)
    .limit(bindparam("most"))
)
_RECENT = select(func.count()).where(
    Message.conversation_id == bindparam("conversation"),
    Message.sender == "citizen",
    Message.created_at > bindparam("since"),
)
_WITH_REPLIES = (
    select(Message)
    .where(or_(Message.id == bindparam("message"), Message.in_reply_to == bindparam("message")))
    .order_by(Message.id)
)


@dataclass(frozen=True)
class NewMessage:
    """A message as a channel took it in; ``channel_message_id`` is the channel's own, unique in the conversation."""

    text: str
    payload: str | None = None
    channel_message_id: str | None = None


async def start_web(
    session: AsyncSession, network: bytes | None = None, *, channel: str = "web"
) -> tuple[Conversation, str]:
    """A new conversation on the web or of a call, and the token that stands for the citizen; only its hash is kept.

    ``network`` is the keyed hash of where the citizen comes from, as ``records.second_factor`` makes it.
    """
    token = secrets.token_urlsafe(32)
    conversation = Conversation(channel=channel, token_hash=_token_hash(token), network_digest=network)
    session.add(conversation)
    await session.flush()
    return conversation, token


async def find(session: AsyncSession, conversation_id: uuid.UUID) -> Conversation | None:
    """The conversation of that id."""
    return await session.get(Conversation, conversation_id)


def opens(conversation: Conversation | None, token: str) -> bool:
    """Whether ``token`` is the conversation's own."""
    known = conversation.token_hash if conversation and conversation.token_hash else b""
    return hmac.compare_digest(known, _token_hash(token))


async def of_channel_user(session: AsyncSession, channel: str, channel_user: str) -> Conversation:
    """The one conversation of a citizen on an outside channel, made on first contact."""
    made = insert(Conversation).values(
        id=uuid.uuid4(), channel=channel, channel_user=channel_user, status=ConversationStatus.BOT
    )
    await session.execute(
        made.on_conflict_do_nothing(
            index_elements=["channel", "channel_user"], index_where=text("channel_user IS NOT NULL")
        )
    )
    wanted = select(Conversation).where(Conversation.channel == channel, Conversation.channel_user == channel_user)
    return (await session.execute(wanted)).scalar_one()


async def take(session: AsyncSession, conversation_id: uuid.UUID, message: NewMessage) -> tuple[Message, bool]:
    """Stores an incoming message once. Returns it, and whether it is new rather than delivered again."""
    values = {
        "conversation": conversation_id,
        "channel_message_id": message.channel_message_id,
        "text": storable(message.text),
        "payload": message.payload,
    }
    stored = (await session.execute(_TAKE, values)).scalar_one_or_none()
    if stored is not None:
        return stored, True
    again = select(Message).where(
        Message.conversation_id == conversation_id, Message.channel_message_id == message.channel_message_id
    )
    return (await session.execute(again)).scalar_one(), False


def storable(value: str) -> str:
    """``value`` in NFC without control characters, but for tab and line feed."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
    kept = (c for c in value if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return "".join(kept)


async def lock(session: AsyncSession, conversation_id: uuid.UUID, *, wait: bool) -> bool:
    """Makes this transaction the only one that answers the conversation; without ``wait``, says whether it may."""
    key = int.from_bytes(conversation_id.bytes[:8], signed=True)
    result = (await session.execute(_LOCK if wait else _TRY_LOCK, {"key": key})).scalar_one()
    return wait or bool(result)


async def pending(session: AsyncSession, conversation_id: uuid.UUID, limit: int) -> Sequence[Message]:
    """The oldest incoming messages that are not answered yet, in order."""
    return (await session.scalars(_PENDING, {"conversation": conversation_id, "most": limit})).all()


async def recent(session: AsyncSession, conversation_id: uuid.UUID, window: dt.timedelta) -> int:
    """How many messages the citizen sent within the last ``window``."""
    since = dt.datetime.now(dt.UTC) - window
    return (await session.execute(_RECENT, {"conversation": conversation_id, "since": since})).scalar_one()


async def overdue(session: AsyncSession, older_than: dt.timedelta, limit: int = 500) -> Sequence[uuid.UUID]:
    """Conversations with a message that waits longer than it should: whoever carried it on is gone."""
    now = dt.datetime.now(dt.UTC)
    wanted = (
        select(Message.conversation_id)
        .where(
            Message.state == MessageState.RECEIVED,
            func.coalesce(Message.next_attempt_at, Message.created_at) < now - older_than,
        )
        .distinct()
        .limit(limit)
    )
    return (await session.execute(wanted)).scalars().all()


async def skip(session: AsyncSession, messages: Sequence[Message]) -> None:
    """Marks messages of a flood as kept but not answered one by one."""
    ids = [message.id for message in messages]
    await session.execute(update(Message).where(Message.id.in_(ids)).values(state=MessageState.SKIPPED))


async def say(
    session: AsyncSession,
    conversation_id: uuid.UUID,
    sender: str,
    text: str,
    *,
    buttons: list[Json] | None = None,
    procedure: Json | None = None,
    in_reply_to: int | None = None,
) -> Message:
    """Stores an outgoing message with the next flush, which gives it its id."""
    message = Message(
        conversation_id=conversation_id,
        sender=sender,
        text=text,
        buttons=buttons or [],
        procedure=procedure,
        in_reply_to=in_reply_to,
    )
    session.add(message)
    return message


async def offered(session: AsyncSession, conversation_id: uuid.UUID, payload: str) -> Json | None:
    """The button that a pressed ``payload`` belongs to, if one of this conversation's messages offered it.

    ``payload`` is the button's own, or the short reference of ``button_reference``.
    """
    wanted = select(Message.id, Message.buttons).where(Message.conversation_id == conversation_id)
    if reference := re.fullmatch(r"b(\d{1,18})\.(\d)", payload):
        wanted = wanted.where(Message.id == int(reference[1]))
    else:
        wanted = wanted.where(Message.buttons.contains([{"payload": payload}]))
    row = (await session.execute(wanted.order_by(Message.id.desc()).limit(1))).first()
    for index, button in enumerate(row.buttons if row else []):
        if row and payload in {button["payload"], button_reference(row.id, index)}:
            return button
    return None


def button_reference(message_id: int, index: int) -> str:
    """A short name of a button, for channels that limit what a button may carry (Telegram: 64 bytes)."""
    return f"b{message_id}.{index}"


async def wake(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Notifies the listeners of a conversation when the transaction commits, as a new message does by itself."""
    await session.execute(select(func.pg_notify(NOTIFY_CHANNEL, str(conversation_id))))


async def transcript(session: AsyncSession, conversation_id: uuid.UUID, after: int = 0) -> Sequence[Message]:
    """All messages of a conversation with an id above ``after``, in order."""
    wanted = select(Message).where(Message.conversation_id == conversation_id, Message.id > after)
    return (await session.execute(wanted.order_by(Message.id))).scalars().all()


async def with_replies(session: AsyncSession, message_id: int) -> Sequence[Message]:
    """An incoming message and the answers to it, in order."""
    return (await session.scalars(_WITH_REPLIES, {"message": message_id})).all()


def _token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
