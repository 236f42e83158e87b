"""The worker's tasks: answering, delivering, fetching files, and a sweep for whatever a crash left behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector
from sqlalchemy.ext.asyncio import AsyncSession

from api import intent_training, sent_files, turns
from api.channels.channel import Channel, ChannelDown, ChannelRefused, Outgoing, OutgoingButton, OutgoingFile, Part
from api.hearing import CANNOT_HEAR, Hearing, HearingDown, NotHeard
from api.intake import FETCH, defer_fetch, refuse
from records import attachments, conversations, dossier_notices, outbox, second_factor, voice_notes
from records.attachments import AttachmentRefused, ScannerDown
from records.database import Database, database_of
from records.feedback import answers, clock
from records.feedback.life import CITIZEN
from records.models import Attachment, Conversation, Delivery, Message
from records.privacy import retention, rights
from records.staff import intents, polls

STALE = dt.timedelta(seconds=30)
"""Work that nobody touched for this long was left behind by a process that died."""
FETCHES_OF_NOTE = 4
"""Attempts to fetch a voice note, 14 seconds in all: whatever the citizen writes after it waits for it."""
HEARINGS = 3
"""Attempts to have a voice note heard, 6 seconds in all."""
SEND_AGAIN = "Anh/chị gửi lại giúp em ạ."


class Jobs:
    """The tasks of one worker process, bound to its database, bot and channels."""

    def __init__(
        self, database: Database, answering: turns.Turns, channels: Mapping[str, Channel], hearing: Hearing
    ) -> None:
        self._database = database
        self._turns = answering
        self._channels = channels
        self._hearing = hearing
        self.app = App(connector=PsycopgConnector(conninfo=database.settings.url()))
        self.app.task(name=turns.ANSWER)(self.answer)
        self.app.task(name=outbox.DELIVER)(self.deliver)
        self.app.task(name=FETCH)(self.fetch)
        self.app.task(name=voice_notes.HEAR)(self.hear)
        self.app.task(name=dossier_notices.NOTIFY)(self.notify)
        self.app.task(name=rights.ERASE)(self.erase)
        self.app.task(name=intents.TRY)(self.try_examples)
        settle = self.app.task(name=intents.SETTLE, lock=intents.LOCK, queueing_lock=intents.SETTLE)(
            self.settle_examples
        )
        self.app.periodic(cron="* * * * *")(settle)
        sweep = self.app.task(name="sweep", queueing_lock="sweep", pass_context=True)(self.sweep)
        self.app.periodic(cron="* * * * * */15")(sweep)
        watch = self.app.task(name="feedback.clock", queueing_lock="feedback.clock")(self.watch_feedback)
        self.app.periodic(cron="* * * * *")(watch)
        forget = self.app.task(name="networks.forget", queueing_lock="networks.forget")(self.forget_networks)
        self.app.periodic(cron="17 3 * * *")(forget)
        end = self.app.task(name="retention", queueing_lock="retention")(self.end_retention)
        self.app.periodic(cron="40 19 * * *")(end)  # in UTC: 2:40 in Vietnam

    async def answer(self, conversation_id: str) -> None:
        """Answers all that waits in a conversation."""
        await self._turns.answer(uuid.UUID(conversation_id), wait=True)

    async def deliver(self, conversation_id: str) -> None:
        """Sends what waits in a conversation's outbox, in order, until it is empty or the channel is down."""
        while await self._deliver_next(uuid.UUID(conversation_id)):
            pass

    async def _deliver_next(self, conversation_id: uuid.UUID) -> bool:
        """Sends the next part of the oldest message that waits; says whether to go on."""
        async with self._database.session() as session:
            found = await outbox.next_delivery(session, conversation_id)
            if found is None:
                return False
            delivery, message = found
            if delivery.next_attempt_at is not None and delivery.next_attempt_at > dt.datetime.now(dt.UTC):
                return False
            conversation = await session.get_one(Conversation, conversation_id)
            log = structlog.get_logger().bind(channel=conversation.channel, message=message.id)
            try:
                channel = self._channel(conversation)
                rest = channel.parts(await _outgoing(session, message))[delivery.parts_sent :]
                sent_as = await _send(channel, conversation.channel_user or "", rest[0]) if rest else None
            except ChannelDown as error:
                await self._failed(session, delivery, str(error), log, after=error.after)
                return False
            except ChannelRefused as error:
                outbox.mark_failed(delivery, str(error), permanent=True)
                log.warning("message refused", reason=str(error))
                return True
            if len(rest) > 1:
                outbox.mark_part_sent(delivery)
            else:
                outbox.mark_sent(delivery, sent_as)
            return True

    def _channel(self, conversation: Conversation) -> Channel:
        if conversation.channel not in self._channels:
            raise ChannelDown("channel is not set up")
        return self._channels[conversation.channel]

    async def _failed(
        self, session: AsyncSession, delivery: Delivery, reason: str, log: Any, after: dt.timedelta | None = None
    ) -> None:
        wait = outbox.mark_failed(delivery, reason, permanent=False, after=after)
        log.warning("message not delivered", reason=reason, attempts=delivery.attempts)
        if wait is not None:
            await outbox.defer_delivery(session, delivery.conversation_id, wait)

    async def fetch(self, attachment_id: str) -> None:
        """Brings a file from its channel into the attachment folder; tells the citizen when it cannot be taken."""
        async with self._database.session() as session:
            attachment = await session.get_one(Attachment, uuid.UUID(attachment_id))
            if attachment.state != "pending":
                return
            conversation = await session.get_one(Conversation, attachment.conversation_id)
            try:
                async with self._channel(conversation).fetch(attachment.remote or {}) as content:
                    await attachments.fill(session, attachment, content)
            except ChannelDown as error:
                await _fetch_again(session, attachment, error.after)
            except ScannerDown as error:
                structlog.get_logger().error("file not scanned", reason=str(error))
                await _fetch_again(session, attachment, None)
            except ChannelRefused:
                await refuse(session, attachment, SEND_AGAIN)
            except AttachmentRefused as error:
                await refuse(session, attachment, str(error))
            if attachment.content_key is not None:
                await _go_on_with_note(session, attachment)

    async def hear(self, attachment_id: str) -> None:
        """Has a voice note heard, holding nothing of the database meanwhile, and lets its message be answered."""
        async with self._database.session() as session:
            note = await session.get(Attachment, uuid.UUID(attachment_id))
            if note is None or note.state != "stored" or not voice_notes.on_its_way(note):
                return
            content = attachments.read(session, note)
        transcript, reason = await self._listen(note, content)
        async with self._database.session() as session:
            note = await session.get_one(Attachment, note.id)
            note.transcript, note.reason = transcript, reason
            if not voice_notes.on_its_way(note):
                await turns.defer_answer(session, note.sent_in)
                return
            note.attempts += 1
            wait = outbox.backoff(note.attempts)
            note.next_attempt_at = dt.datetime.now(dt.UTC) + wait
            await voice_notes.defer_hearing(session, note.id, wait)

    async def _listen(self, note: Attachment, content: AsyncGenerator[bytes]) -> tuple[str | None, str | None]:
        """What a note says, or why it will not be heard; neither when it should be tried again."""
        try:
            heard = await self._hearing.hear(b"".join([block async for block in content]))
        except NotHeard as error:
            return None, str(error)
        except (HearingDown, FileNotFoundError) as error:
            log = structlog.get_logger().bind(attachment=str(note.id), attempts=note.attempts + 1)
            log.warning("voice note not heard", reason=f"{type(error).__name__}: {error}")
            return None, CANNOT_HEAR if note.attempts + 1 >= HEARINGS else None
        return conversations.storable(heard), None

    async def notify(self, codes: list[str]) -> None:
        """Tells those who follow a dossier what is new, each dossier in a transaction of its own."""
        for code in codes:
            async with self._database.session() as session:
                await dossier_notices.notify(session, code)

    async def try_examples(self, number: int) -> None:
        """Tries out a version of the examples of intents."""
        await intent_training.try_out(self._database, self._turns.bot, number)

    async def settle_examples(self, timestamp: int = 0) -> None:  # noqa: ARG002
        """Has the bot use the examples that are published."""
        await intent_training.settle(self._database, self._turns.bot)

    async def watch_feedback(self, timestamp: int) -> None:  # noqa: ARG002
        """Notes what is nearly or over due, closes what nobody reopened within the term, and watches over polls."""
        async with self._database.session() as session:
            await clock.note_due(session)
        async with self._database.session() as session:
            await answers.close_answered(session)
        async with self._database.session() as session:
            await polls.watch(session)

    async def forget_networks(self, timestamp: int) -> None:  # noqa: ARG002
        """Deletes the hashes of networks that are older than the deployment keeps them."""
        async with self._database.session() as session:
            await second_factor.forget_networks(session)

    async def erase(self, conversation_id: str) -> None:
        """Erases a conversation whose citizen wished it."""
        bot, conversation = self._database.settings.bot_url, uuid.UUID(conversation_id)
        outcome = await rights.erase_everywhere(self._database, conversation, bot, CITIZEN, "citizen's wish")
        structlog.get_logger().info("conversation erased", held=outcome.held, rows=sum(outcome.rows.values()))

    async def end_retention(self, timestamp: int) -> None:  # noqa: ARG002
        """Ends what is beyond its term."""
        settings = self._database.settings
        done = await retention.apply(self._database, retention.read_terms(settings.retention), settings.bot_url)
        structlog.get_logger().info("retention applied", **done)

    async def sweep(self, context: JobContext, timestamp: int) -> None:  # noqa: ARG002
        """Takes up what was left behind: messages without an answer, deliveries, files, and jobs of a dead worker."""
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALE.total_seconds()):
            await manager.retry_job(job)
        async with self._database.session() as session:
            for conversation_id in await conversations.overdue(session, STALE):
                await turns.defer_answer(session, conversation_id)
            for conversation_id in await outbox.overdue(session, STALE):
                await outbox.defer_delivery(session, conversation_id)
            for attachment_id in await attachments.waiting(session, STALE):
                await defer_fetch(session, attachment_id)
            for attachment_id in await voice_notes.unheard(session, STALE):
                await voice_notes.defer_hearing(session, attachment_id)
            await dossier_notices.resume(session)


async def _outgoing(session: AsyncSession, message: Message) -> Outgoing:
    """A message as its channel is given it. Raises ``ChannelRefused`` when a file of it is gone."""
    buttons = [
        OutgoingButton(button["title"], conversations.button_reference(message.id, index))
        for index, button in enumerate(message.buttons)
    ]
    database, files = database_of(session), list[OutgoingFile]()
    for file in await attachments.of_messages(session, [message.id]):
        try:
            content = b"".join([block async for block in attachments.read(session, file)])
        except FileNotFoundError as error:
            raise ChannelRefused("the file is gone") from error
        files.append(OutgoingFile(file.name, file.content_type, content, sent_files.link(database, file.id)))
    return Outgoing(message.text, buttons, files)


async def _send(channel: Channel, channel_user: str, part: Part) -> str | None:
    """Sends a part; a file that the channel does not take after all goes as its link."""
    try:
        return await channel.send(channel_user, part)
    except ChannelRefused:
        if part.file is None:
            raise
        return await channel.send(channel_user, part.linked)


async def _go_on_with_note(session: AsyncSession, note: Attachment) -> None:
    if note.state == "stored":
        note.attempts = 0
        await voice_notes.defer_hearing(session, note.id)
    elif note.state == "refused":
        await turns.defer_answer(session, note.sent_in)


async def _fetch_again(session: AsyncSession, attachment: Attachment, after: dt.timedelta | None) -> None:
    attachment.attempts += 1
    most = FETCHES_OF_NOTE if attachment.content_key is not None else outbox.MAX_ATTEMPTS
    if attachment.attempts >= most:
        await refuse(session, attachment, SEND_AGAIN)
        return
    wait = after or outbox.backoff(attachment.attempts)
    attachment.next_attempt_at = dt.datetime.now(dt.UTC) + wait
    await defer_fetch(session, attachment.id, wait)
