"""What Zalo says a citizen did, as a message of ours (Zalo for Developers, "Webhook: sự kiện người dùng")."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.channels.channel import Incoming, pressed
from records.attachments import Kind, NewAttachment
from records.conversations import NewMessage, storable
from records.models import Json

GREETED = "follow"
"""Takes the place of a message id for following: a citizen who follows again is not greeted again."""

_KINDS: dict[str, Kind] = {"image": "image", "gif": "image", "audio": "audio", "video": "video", "file": "file"}
_SOUND = (".aac", ".amr", ".m4a", ".mp3", ".ogg", ".opus", ".wav")
"""Ends of the names of files that are sound: a voice note may come as a file."""
_MESSAGES = {f"user_send_{content}" for content in (*_KINDS, "text", "link", "location", "sticker", "business_card")}
"""Stickers and business cards arrive as empty messages: the citizen is told that they cannot be read."""

_Id = Annotated[str, Field(pattern=r"^[\w.-]{1,100}$")]


class UnreadableEvent(ValueError):
    """The event does not have the form that Zalo documents."""


class _Model(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)


class _Party(_Model):
    id: _Id


class _Coordinates(_Model):
    latitude: float
    longitude: float


class _Payload(_Model):
    url: str = ""
    name: str = ""
    coordinates: _Coordinates | None = None


class _Attachment(_Model):
    type: str
    payload: _Payload


class _Message(_Model):
    msg_id: _Id
    text: str = ""
    attachments: list[_Attachment] = []


class _Sent(_Model):
    sender: _Party
    message: _Message


class _Followed(_Model):
    follower: _Party


def parse(raw: Json) -> Incoming | None:
    """The citizen's message in an event; none when there is nothing to answer. Raises ``UnreadableEvent``."""
    name = raw.get("event_name")
    try:
        if name == "follow":
            citizen = _Followed.model_validate(raw).follower.id
            return Incoming(citizen, NewMessage("xin chào", channel_message_id=GREETED))
        if name not in _MESSAGES:
            return None
        event = _Sent.model_validate(raw)
    except ValidationError as error:
        places = {".".join(map(str, part["loc"])) for part in error.errors(include_input=False)}
        raise UnreadableEvent(", ".join(sorted(places))) from error
    message = event.message
    text = message.text
    if name == "user_send_link" and not text:
        text = next((attachment.payload.url for attachment in message.attachments), "")
    new = NewMessage(text, pressed(text), f"m{message.msg_id}")
    files = tuple(file for sent in message.attachments if (file := _attachment(sent)))
    return Incoming(event.sender.id, new, files)


def _attachment(sent: _Attachment) -> NewAttachment | None:
    if sent.type == "location" and sent.payload.coordinates is not None:
        return NewAttachment("location", sent.payload.coordinates.model_dump())
    kind = _KINDS.get(sent.type)
    if kind is None or not sent.payload.url:
        return None
    if kind == "file" and sent.payload.name.lower().endswith(_SOUND):
        kind = "audio"
    return NewAttachment(kind, {"url": storable(sent.payload.url)}, storable(sent.payload.name))
