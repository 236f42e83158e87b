"""The conversation endpoints of the public API: the web chat and other programs talk through them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Literal
from uuid import UUID

import structlog
from fastapi import APIRouter, File, Query, Request, UploadFile
from pydantic import BaseModel, Field, model_validator

from api import sent_files
from api.bot import Button, Understanding
from api.dependencies import (
    DatabaseDependency,
    InternalDependency,
    NetworkDependency,
    OwnConversation,
    SessionDependency,
)
from api.errors import ApiError, TooLarge, TooMany, Unauthorised, Unavailable
from api.intake import take
from api.turns import LONGEST_TEXT, Turns
from records import attachments, conversations
from records.conversations import NewMessage
from records.database import Database
from records.models import Attachment, Json, Message, MessageState
from records.signals import Signals

router = APIRouter(prefix="/api/v1/conversations", tags=["conversations"])

REPLY_SECONDS = 20
"""How long a request waits for the bot before the answer is left to the long poll."""
BURST = 20
BURST_WINDOW = dt.timedelta(seconds=10)

GREETING = (
    "Dạ, em chào anh/chị! Em là trợ lý Một Cửa, giúp anh/chị tra cứu thủ tục hành chính, xem tình trạng hồ sơ và gửi "
    "phản ánh, kiến nghị. Anh/chị cần làm giấy tờ gì, cứ hỏi em bằng lời của mình ạ."
)
GREETING_BUTTONS = [
    Button(title="Làm giấy khai sinh cho con cần gì?", payload="Làm giấy khai sinh cho con cần giấy tờ gì?"),
    Button(title="Đổi giấy phép lái xe", payload="Đổi giấy phép lái xe"),
    Button(title="Xem tình trạng hồ sơ", payload="Xem tình trạng hồ sơ"),
    Button(title="Gửi phản ánh, kiến nghị", payload="Gửi phản ánh, kiến nghị"),
]


class NewConversation(BaseModel):
    """Where the citizen writes from."""

    channel: Literal["web", "voice"] = "web"
    """``voice`` is for the hotline and asks for the internal token."""


class Greeting(BaseModel):
    """What the assistant says before it is asked; its buttons hold plain text to send."""

    text: str
    buttons: list[Button]


class Started(BaseModel):
    """A new conversation and the token that opens it."""

    id: UUID
    token: str
    greeting: Greeting


class AttachmentOut(BaseModel):
    """A file of the conversation."""

    id: UUID
    name: str
    content_type: str
    size: int | None
    path: str | None = None
    """Where a file of staff lies on this server, for whoever has the address, for a month."""


class NewMessageIn(BaseModel):
    """A typed text, a pressed button, files uploaded before, or a mix of them."""

    text: str = Field(default="", max_length=LONGEST_TEXT)
    payload: str | None = Field(default=None, max_length=500)
    attachments: list[UUID] = Field(default=[], max_length=5)
    client_id: str | None = Field(default=None, min_length=1, max_length=64)
    """The sender's own id of the message: sent again, it is taken once and answered with the same replies."""

    @model_validator(mode="after")
    def _something(self) -> NewMessageIn:
        if not (self.text.strip() or self.payload or self.attachments):
            raise ValueError("text, payload or attachments is needed")
        return self


class MessageOut(BaseModel):
    """One message of the transcript."""

    id: int
    sender: str
    text: str
    buttons: list[Button] = []
    procedure: Json | None = None
    attachments: list[AttachmentOut] = []
    client_id: str | None = None
    """The sender's own id of a citizen's message, by which it is recognised when its confirmation was lost."""
    at: dt.datetime


class Answered(BaseModel):
    """The replies to a message; ``waiting`` when they will come later through the transcript."""

    id: int
    messages: list[MessageOut]
    understanding: Understanding
    waiting: bool


class Transcript(BaseModel):
    """Messages in order."""

    messages: list[MessageOut]


@router.post("", status_code=201)
async def start(
    new: NewConversation, session: SessionDependency, network: NetworkDependency, internal: InternalDependency
) -> Started:
    """Starts a conversation."""
    if new.channel == "voice" and not internal:
        raise Unauthorised
    # Calls all come from the hotline's own network.
    conversation, token = await conversations.start_web(
        session, network if new.channel == "web" else None, channel=new.channel
    )
    return Started(id=conversation.id, token=token, greeting=Greeting(text=GREETING, buttons=GREETING_BUTTONS))


@router.post("/{conversation_id}/messages")
async def send(
    conversation: OwnConversation, new: NewMessageIn, request: Request, database: DatabaseDependency
) -> Answered:
    """Takes a message and waits for the answer, for at most 20 seconds."""
    async with database.session() as session:
        if await conversations.recent(session, conversation.id, BURST_WINDOW) >= BURST:
            raise TooMany
        taken = NewMessage(new.text, new.payload, f"w{new.client_id}" if new.client_id else None)
        message, fresh = await take(session, conversation.id, taken)
        if fresh and new.attachments:
            await attachments.claim(session, conversation.id, message.id, new.attachments)
    turns: Turns = request.app.state.turns
    signals: Signals = request.app.state.signals
    await _carry_on(turns, signals, database, message)
    async with database.reading() as session:
        message, *replies = await conversations.with_replies(session, message.id)
    return Answered(
        id=message.id,
        messages=[_message_out(reply, []) for reply in replies],
        understanding=Understanding.model_validate(message.understanding or {}),
        waiting=message.state == MessageState.RECEIVED,
    )


async def _carry_on(turns: Turns, signals: Signals, database: Database, message: Message) -> None:
    """Answers the conversation up to ``message``, or waits for whoever is answering it."""
    deadline = asyncio.get_running_loop().time() + REPLY_SECONDS
    async with signals.subscription(message.conversation_id) as changed:
        while not await turns.answer(message.conversation_id, wait=False):
            changed.clear()
            async with database.reading() as session:
                state = (await session.get_one(Message, message.id)).state
            left = deadline - asyncio.get_running_loop().time()
            if state != MessageState.RECEIVED or left <= 0:
                return
            try:
                await asyncio.wait_for(changed.wait(), min(left, 0.25))
            except TimeoutError:
                continue


@router.get("/{conversation_id}/messages")
async def transcript(
    conversation: OwnConversation,
    request: Request,
    database: DatabaseDependency,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=25)] = 0,
) -> Transcript:
    """The messages after ``after``; with ``wait`` (seconds), waits for one if there is none yet."""
    deadline = asyncio.get_running_loop().time() + wait
    signals: Signals = request.app.state.signals
    async with signals.subscription(conversation.id) as changed:
        while True:
            changed.clear()
            messages = await _messages(database, conversation.id, after)
            left = deadline - asyncio.get_running_loop().time()
            if messages or left <= 0:
                return Transcript(messages=messages)
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                return Transcript(messages=[])


@router.post("/{conversation_id}/attachments", status_code=201)
async def attach(
    conversation: OwnConversation, file: Annotated[UploadFile, File()], database: DatabaseDependency
) -> AttachmentOut:
    """Takes a file to be sent with the next message."""
    try:
        async with database.session() as session:
            stored = await attachments.upload(session, conversation.id, file.filename or "tep", blocks(file))
    except attachments.AttachmentRefused as refused:
        if file.size is not None and file.size > attachments.MAX_BYTES:
            raise TooLarge(str(refused)) from refused
        raise UnsupportedFile(str(refused)) from refused
    except attachments.ScannerDown as error:
        structlog.get_logger().error("file not scanned", reason=str(error))
        raise Unavailable("Hệ thống chưa kiểm tra được tệp. Anh/chị gửi lại sau ít phút giúp em ạ.") from error
    return _attachment_out(stored)


class UnsupportedFile(ApiError):
    """A file that is not taken."""

    status = 415
    code = "unsupported_file"


async def blocks(file: UploadFile) -> AsyncIterator[bytes]:
    """The content of an uploaded file, block by block."""
    while block := await file.read(2**18):
        yield block


async def _messages(database: Database, conversation_id: UUID, after: int) -> list[MessageOut]:
    async with database.session() as session:
        found = await conversations.transcript(session, conversation_id, after)
        files = await attachments.of_messages(session, [message.id for message in found])
    shown: defaultdict[int | None, list[AttachmentOut]] = defaultdict(list)
    by_staff = {message.id for message in found if message.sender == "staff"}
    for file in files:
        path = sent_files.path(database, file.id) if file.message_id in by_staff else None
        shown[file.message_id].append(_attachment_out(file, path))
    return [_message_out(message, shown[message.id]) for message in found]


def _message_out(message: Message, files: Sequence[AttachmentOut]) -> MessageOut:
    return MessageOut(
        id=message.id,
        sender=message.sender,
        text=message.text,
        buttons=[Button.model_validate(button) for button in message.buttons],
        procedure=message.procedure,
        attachments=list(files),
        client_id=message.channel_message_id and message.channel_message_id.removeprefix("w"),
        at=message.created_at,
    )


def _attachment_out(file: Attachment, path: str | None = None) -> AttachmentOut:
    return AttachmentOut(id=file.id, name=file.name, content_type=file.content_type, size=file.size, path=path)
