"""Taking messages in: stored once, then carried on by whoever is free."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.channel import Incoming
from api.turns import defer_answer
from records import attachments, conversations, numbers, outbox
from records.conversations import NewMessage
from records.models import Attachment, Message, MessageState
from records.queue import defer

FETCH = "attachment.fetch"
NUMBER_KEPT = (
    "Dạ, em đã ghi nhận số điện thoại của anh/chị. Khi anh/chị gọi tổng đài từ số này, em có thể gửi nội dung đã hướng "
    "dẫn vào đây ạ. Muốn xóa, anh/chị nhắn “xóa dữ liệu của tôi”."
)
REFUSED_FILE = "Dạ, em chưa nhận được tệp anh/chị gửi."


async def take_from_channel(session: AsyncSession, channel: str, incoming: Incoming) -> bool:
    """Stores a message of an outside channel and queues its answer; a repeated one changes nothing.

    Returns whether the message was new.
    """
    conversation = await conversations.of_channel_user(session, channel, incoming.channel_user)
    message, new = await take(session, conversation.id, incoming.message)
    if not new:
        return False
    if incoming.own_number is not None:
        await _keep_number(session, message, incoming.own_number)
        return True
    for file in incoming.attachments:
        attachment = await attachments.announce(session, conversation.id, message.id, file)
        if attachment.state == "pending":
            await defer_fetch(session, attachment.id)
        elif attachment.state == "refused":
            await refuse(session, attachment, attachment.reason or "")
    await defer_answer(session, conversation.id)
    return True


async def _keep_number(session: AsyncSession, message: Message, number: str) -> None:
    await numbers.confirm(session, message.conversation_id, number)
    message.state = MessageState.ANSWERED
    said = await conversations.say(session, message.conversation_id, "system", NUMBER_KEPT, in_reply_to=message.id)
    await outbox.post(session, said)


async def defer_fetch(session: AsyncSession, attachment_id: uuid.UUID, after: dt.timedelta | None = None) -> None:
    """Queues the fetching of a file that still lies with its channel."""
    await defer(session, FETCH, f"attachment:{attachment_id}", after, attachment_id=str(attachment_id))


async def refuse(session: AsyncSession, attachment: Attachment, reason: str) -> None:
    """Gives a file up and tells the citizen why, and what to do."""
    attachment.state, attachment.reason = "refused", reason
    said = await conversations.say(session, attachment.sent_in, "system", f"{REFUSED_FILE} {reason}")
    await outbox.post(session, said)


async def take(session: AsyncSession, conversation_id: uuid.UUID, message: NewMessage) -> tuple[Message, bool]:
    """Stores a message once. A payload counts only when this conversation offered the button; otherwise it is text."""
    if message.payload is not None:
        button = await conversations.offered(session, conversation_id, message.payload)
        if button is None:
            message = replace(message, text=message.text or message.payload, payload=None)
        else:
            message = replace(message, text=button["title"], payload=button["payload"])
    return await conversations.take(session, conversation_id, message)
