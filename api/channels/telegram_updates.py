"""What Telegram says a citizen did, as a message of ours (https://core.telegram.org/bots/api#update)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.constants import ChatType, UpdateType

from api.channels.channel import Incoming, pressed
from records.attachments import Kind, NewAttachment
from records.conversations import NewMessage, storable

TAKEN = [UpdateType.MESSAGE, UpdateType.CALLBACK_QUERY]
"""Updates that Telegram is asked for."""

COMMANDS = {
    "start": ("xin chào", "Bắt đầu trò chuyện"),
    "help": ("giúp", "Xem em giúp được những gì"),
    "hoso": ("Xem tình trạng hồ sơ", "Xem tình trạng hồ sơ"),
    "phananh": ("Gửi phản ánh, kiến nghị", "Gửi phản ánh, kiến nghị"),
    "nhanvien": ("Gặp nhân viên hỗ trợ", "Gặp nhân viên hỗ trợ"),
}
"""What each command says in words, and its line in the bot's menu."""

_COMMAND = re.compile(r"/(\w+)(?:@\w+)?\s*(.*)", re.ASCII | re.DOTALL)
_NOT_READ = ("contact", "poll", "dice", "game", "story", "paid_media", "checklist", "invoice", "sticker")
"""Content that is not taken; the citizen is told so, as for any empty message."""


class UnreadableUpdate(ValueError):
    """The update does not have the form that Telegram documents."""


def parse(raw: Mapping[str, Any]) -> Incoming | None:
    """The citizen's message in an update; none when there is nothing to answer (groups, edits, service messages).

    Raises ``UnreadableUpdate``.
    """
    try:
        update = Update.de_json(dict(raw), None)
        if update.callback_query is not None:
            return _pressed(update.callback_query)
        return _said(update.message) if update.message is not None else None
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise UnreadableUpdate(type(error).__name__) from error


def _pressed(query: CallbackQuery) -> Incoming | None:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE or not query.data:
        return None
    # Telegram lets a program send any data in place of a button's.
    return Incoming(str(query.message.chat.id), NewMessage(query.data, pressed(query.data), f"c{query.id}"))


def _said(message: Message) -> Incoming | None:
    if message.chat.type != ChatType.PRIVATE:
        return None
    attachment = _attachment(message)
    text = _text(message)
    if attachment is None and not text and not any(getattr(message, name) for name in _NOT_READ):
        return None
    new = NewMessage(text, channel_message_id=f"m{message.message_id}")
    return Incoming(str(message.chat.id), new, (attachment,) if attachment else (), _own_number(message))


def _own_number(message: Message) -> str | None:
    """The number of a contact that is the sender's own: Telegram names its user then, and checked the number itself."""
    contact, sender = message.contact, message.from_user
    if contact is None or sender is None or contact.user_id != sender.id:
        return None
    return contact.phone_number


def _text(message: Message) -> str:
    if message.venue is not None:
        return f"{message.venue.title}, {message.venue.address}"
    text = message.text or message.caption or ""
    if command := _COMMAND.fullmatch(text):
        said, _ = COMMANDS.get(command[1].lower(), ("", ""))
        return said or f"{command[1]} {command[2]}".strip()
    return text


def _attachment(message: Message) -> NewAttachment | None:
    if message.location is not None:
        place = {"latitude": message.location.latitude, "longitude": message.location.longitude}
        return NewAttachment("location", place)
    if message.photo:
        photo = max(message.photo, key=lambda size: size.width * size.height)
        return NewAttachment("image", {"file_id": photo.file_id}, "", "image/jpeg", photo.file_size)
    sent: list[tuple[Kind, Any]] = [
        ("file", message.document),
        ("audio", message.voice),
        ("audio", message.audio),
        ("video", message.video),
        ("video", message.video_note),
    ]
    for kind, file in sent:
        if file is not None:
            name = storable(getattr(file, "file_name", None) or "")
            content_type = storable(getattr(file, "mime_type", None) or "")
            return NewAttachment(kind, {"file_id": file.file_id}, name, content_type, file.file_size)
    return None
