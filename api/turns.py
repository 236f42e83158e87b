"""Carrying a conversation on: stored messages go to the bot one at a time, in order, and replies are stored and posted.

Whoever calls first does the work, under a lock in the database; a crash leaves the message ``received``, and the
worker's sweep takes it up again. Rasa answers a message id it has already processed from its tracker, so nothing is
done twice.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.bot import Bot, BotUnavailable, Said, Turn
from api.hearing import CORRECT, HEARD
from records import attachments, conversations, outbox, voice_notes, waiting
from records.database import Database
from records.feedback import steps
from records.models import Attachment, Conversation, ConversationStatus, Message, MessageState
from records.queue import defer

ANSWER = "conversation.answer"
LONGEST_TEXT = 4000
"""Characters that the bot is given; Telegram's own limit is 4,096."""
FLOOD = 20
"""Messages of one citizen that may wait at once; the rest of a flood is kept and answered together."""
MAX_ATTEMPTS = 10

DELAYED = (
    "Dạ, em đã nhận và lưu tin nhắn của anh/chị, nhưng hệ thống đang bận nên chưa trả lời ngay được. Em sẽ trả lời tại "
    "đây khi xử lý xong, anh/chị không cần gửi lại ạ. Trường hợp khẩn cấp, anh/chị gọi ngay 113 (công an), 114 (cứu "
    "hỏa) hoặc 115 (cấp cứu)."
)
GIVEN_UP = (
    "Dạ, em xin lỗi vì vẫn chưa trả lời được tin nhắn trước của anh/chị. Em đã chuyển để nhân viên hỗ trợ xem. Anh/chị "
    "cũng có thể gọi tổng đài 18001096 để được giúp ngay ạ."
)
TOO_LONG = (
    f"Dạ, tin nhắn của anh/chị dài quá {LONGEST_TEXT:,} ký tự nên em chưa đọc hết được. Anh/chị tóm tắt lại, hoặc chia "
    "thành vài tin nhắn ngắn hơn giúp em ạ."
).replace(",000", ".000")
TOO_MANY = (
    "Dạ, em nhận được rất nhiều tin nhắn cùng lúc nên đã lưu lại mà chưa trả lời từng tin. Anh/chị nhắn lại giúp em "
    "điều cần hỏi nhất ạ."
)
_NOT_UNDERSTOOD = (None, "nlu_fallback", "out_of_scope")
PASSED_ON = "Dạ, {cases} đang chờ thông tin của anh/chị nên em đã báo cán bộ xem tin nhắn này ạ."
UNREADABLE = "Dạ, em chưa đọc được nội dung này. Anh/chị nhắn bằng chữ giúp em điều cần hỏi ạ."


class Turns:
    """The one place where messages are answered, shared by the web API and the worker."""

    def __init__(self, database: Database, bot: Bot, at_once: int) -> None:
        self._database = database
        self.bot = bot
        self._places = asyncio.Semaphore(at_once)

    async def answer(self, conversation_id: uuid.UUID, *, wait: bool) -> bool:
        """Answers all that waits in a conversation; what comes meanwhile has a caller of its own.

        Without ``wait``, returns ``False`` at once when another process is at it.
        """
        while True:
            async with self._places, self._database.session() as session:
                if not await conversations.lock(session, conversation_id, wait=wait):
                    return False
                waiting = await conversations.pending(session, conversation_id, FLOOD + 1)
                if not waiting or _not_yet(waiting[0]):
                    return True
                conversation = await session.get_one(Conversation, conversation_id)
                if len(waiting) > FLOOD:
                    await self._answer_flood(session, conversation, waiting)
                elif not await self._answer_one(session, conversation, waiting[0]) or len(waiting) == 1:
                    return True

    async def _answer_one(self, session: AsyncSession, conversation: Conversation, message: Message) -> bool:
        """Returns whether the next message may be answered: none overtakes a voice note that is still to be heard."""
        files = await attachments.of_messages(session, [message.id])
        note = await voice_notes.note_of(session, message, files)
        if note is not None:
            if voice_notes.on_its_way(note):
                return False
            message.text = note.transcript or ""
        if conversation.status == ConversationStatus.PERSON:
            message.state = MessageState.ANSWERED
            await conversations.wake(session, conversation.id)
        elif note is not None and note.reason is not None:
            await self._not_heard(session, conversation, message, note)
        else:
            if note is not None:
                heard = HEARD.format(text=message.text)
                await _say(session, conversation, message, "system", heard, buttons=[CORRECT])
            await self._answer_text(session, conversation, message, files)
        return True

    async def _not_heard(
        self, session: AsyncSession, conversation: Conversation, message: Message, note: Attachment
    ) -> None:
        """Says why a note was not heard; why a file was refused has been said already."""
        message.state = MessageState.ANSWERED
        if note.state != "refused":
            await _say(session, conversation, message, "system", note.reason or "")

    async def _answer_text(
        self, session: AsyncSession, conversation: Conversation, message: Message, files: Sequence[Attachment]
    ) -> None:
        # A leading slash would let typed text pass for a pressed button.
        text = message.payload or message.text.strip().lstrip("/")
        if not text and not files:
            await self._close(session, conversation, message, UNREADABLE)
        elif len(text) > LONGEST_TEXT:
            await self._close(session, conversation, message, TOO_LONG)
        else:
            sent = [
                {"id": str(file.id), "content_type": file.content_type, "name": file.name}
                for file in files
                if file.transcript != message.text  # what was heard is the message itself
            ]
            said = Said(
                conversation.id, message.id, text, conversation.channel, sent, given_back=conversation.given_back
            )
            await self._ask_bot(session, conversation, message, said)

    async def _ask_bot(self, session: AsyncSession, conversation: Conversation, message: Message, said: Said) -> None:
        log = structlog.get_logger().bind(conversation=str(conversation.id), message=message.id)
        try:
            with metrics.TURN_SECONDS.time():
                turn = await self.bot.send(said)
        except BotUnavailable as error:
            metrics.TURNS.labels(conversation.channel, "postponed").inc()
            log.warning("bot unavailable", reason=str(error), attempts=message.attempts + 1)
            await self._postpone(session, conversation, message, str(error))
            return
        metrics.TURNS.labels(conversation.channel, "answered").inc()
        await self._store(session, conversation, message, turn)

    async def _store(self, session: AsyncSession, conversation: Conversation, message: Message, turn: Turn) -> None:
        cases = () if message.payload else await steps.asked_about(session, conversation.id)
        message.state = MessageState.ANSWERED
        message.understanding = turn.understanding.model_dump()
        conversation.given_back = False
        if cases:
            lost = turn.understanding.intent in _NOT_UNDERSTOOD and turn.understanding.expects is None
            if lost or conversation.status == ConversationStatus.BOT:
                await self._pass_on(session, conversation, message, ", ".join(cases))
            if lost:
                return
        for reply in turn.messages:
            buttons = [button.model_dump() for button in reply.buttons]
            await _say(session, conversation, message, "bot", reply.text, buttons=buttons, procedure=reply.procedure)

    async def _pass_on(self, session: AsyncSession, conversation: Conversation, message: Message, cases: str) -> None:
        """Shows staff a message that may answer their question about a case, and says so."""
        await waiting.ask(session, conversation.id, f"Người gửi trả lời câu hỏi về {cases}")
        await _say(session, conversation, message, "system", PASSED_ON.format(cases=cases))

    async def _close(self, session: AsyncSession, conversation: Conversation, message: Message, text: str) -> None:
        message.state = MessageState.ANSWERED
        await _say(session, conversation, message, "system", text)

    async def _postpone(self, session: AsyncSession, conversation: Conversation, message: Message, reason: str) -> None:
        """Keeps the message for a later attempt and tells the citizen once; gives it to staff after the last one."""
        message.attempts += 1
        message.last_error = reason
        if message.attempts >= MAX_ATTEMPTS:
            message.state = MessageState.FAILED
            await waiting.ask(session, conversation.id, "the assistant failed to answer")
            await _say(session, conversation, message, "system", GIVEN_UP)
            return
        wait = outbox.backoff(message.attempts)
        message.next_attempt_at = dt.datetime.now(dt.UTC) + wait
        if message.attempts == 1:
            await _say(session, conversation, message, "system", DELAYED)
        await defer_answer(session, conversation.id, wait)

    async def _answer_flood(
        self, session: AsyncSession, conversation: Conversation, waiting: Sequence[Message]
    ) -> None:
        structlog.get_logger().warning("flood", conversation=str(conversation.id))
        last = waiting[-1]
        while waiting:
            last = waiting[-1]
            await conversations.skip(session, waiting)
            waiting = await conversations.pending(session, conversation.id, 1000)
        await _say(session, conversation, last, "system", TOO_MANY)


async def defer_answer(session: AsyncSession, conversation_id: uuid.UUID, after: dt.timedelta | None = None) -> None:
    """Queues the answering of all that waits in a conversation."""
    await defer(session, ANSWER, f"turn:{conversation_id}", after, conversation_id=str(conversation_id))


async def _say(
    session: AsyncSession,
    conversation: Conversation,
    message: Message,
    sender: str,
    text: str,
    *,
    buttons: list[dict[str, str]] | None = None,
    procedure: dict[str, str] | None = None,
) -> None:
    said = await conversations.say(
        session, conversation.id, sender, text, buttons=buttons, procedure=procedure, in_reply_to=message.id
    )
    if conversation.channel_user is not None:
        await outbox.post(session, said)


def _not_yet(message: Message) -> bool:
    return message.next_attempt_at is not None and message.next_attempt_at > dt.datetime.now(dt.UTC)
