"""A citizen's rights over the own data: to see and carry away all of it, and to have it erased.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15, in force since 2026-01-01: Điều 4 khoản 1 gives the person concerned the right
to see, to be given and to have erased, Điều 14 khoản 1 has data erased on request, and Điều 4 khoản 3 keeps the request
from standing in the way of what others are bound to do by law, so what an agency has to answer for stays.

What belongs to a citizen is every row of every table that names the conversation, so that a new table is not forgotten.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from sqlalchemy import ColumnElement, CursorResult, RowMapping, Select, Table, UpdateBase, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit, calls, conversations
from records.attachments import remove_content
from records.base import Base, Encrypted, Json, KeyedHash
from records.database import Database, database_of
from records.feedback import answers
from records.feedback.life import CITIZEN, OPEN
from records.models import (
    Attachment,
    Call,
    CallBack,
    Conversation,
    ConversationNote,
    ConversationStatus,
    Feedback,
    FeedbackRating,
    VoiceMail,
)
from records.privacy import consents, holds
from records.queue import defer

ERASE = "privacy.erase"
GRACE = dt.timedelta(minutes=2)
"""Between the wish and the erasure, so that the answer to it still reaches the citizen."""
_NEVER_TOLD = {
    "token_hash", "content_key",
    "last_error", "attempts", "next_attempt_at", "remote", "person",
    "staff_id", "handler_id", "handler_name", "proposed_answer", "result",
}  # fmt: skip
"""Secrets that open something, columns of our own working, who of the staff it was and what they note or draft."""
ERASED = "erased"
"""The reason of a closed conversation that was erased."""


class Held(Exception):
    """A legal hold forbids to erase it."""


@dataclass(frozen=True)
class Erased:
    """What became of a wish to be erased: rows gone by table, cases that stay, and whether a hold forbade it."""

    rows: dict[str, int]
    kept_cases: tuple[str, ...]
    held: bool = False


async def own_data(session: AsyncSession, conversation_id: uuid.UUID) -> dict[str, list[Json]]:
    """Everything that is kept of a citizen, by table, decrypted.

    Keyed hashes and tokens are left out, and so are the notes of staff to each other.
    """
    found: dict[str, list[Json]] = {}
    tables = Base.metadata.tables
    first = (tables[model.__tablename__] for model in (Conversation, CallBack, VoiceMail, Attachment, FeedbackRating))
    for table in (*first, *_own_tables()):
        if table.name == ConversationNote.__tablename__:
            continue
        own = select(table).where(_of(table, conversation_id)).order_by(*table.primary_key.columns)
        if kept := [_told(session, table, row) for row in (await session.execute(own)).mappings()]:
            found[table.name] = kept
    return found


async def case_data(session: AsyncSession, case: Feedback) -> dict[str, list[Json]]:
    """What is kept of a case that came without a conversation, by table, as in ``own_data``."""
    found: dict[str, list[Json]] = {}
    for model, column in ((Feedback, "id"), (FeedbackRating, "feedback_id"), (Attachment, "feedback_id")):
        table = Base.metadata.tables[model.__tablename__]
        own = select(table).where(table.c[column] == case.id)
        if kept := [_told(session, table, row) for row in (await session.execute(own)).mappings()]:
            found[table.name] = kept
    return found


async def request_erasure(session: AsyncSession, conversation_id: uuid.UUID) -> tuple[str, ...]:
    """Queues the erasure in the caller's transaction; asking twice erases once. Returns the cases that stay.

    Raises ``Held``.
    """
    if await holds.held(session, conversation_id):
        raise Held
    await audit.record(session, CITIZEN, "privacy.erase.ask", f"conversation:{conversation_id}")
    await defer(session, ERASE, f"erase:{conversation_id}", GRACE, conversation_id=str(conversation_id))
    return tuple(case.tracking_code for case in await cases_of(session, conversation_id))


async def cases_of(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Feedback]:
    """The cases that came from a conversation, oldest first."""
    wanted = select(Feedback).where(Feedback.conversation_id == conversation_id).order_by(Feedback.id)
    return (await session.execute(wanted)).scalars().all()


async def withdraw_consent(session: AsyncSession, conversation_id: uuid.UUID) -> bool:
    """Ends all that the citizen agreed to: contacts are forgotten, and cases taken off the public board.

    Returns whether contacts were forgotten, which a legal hold forbids.
    """
    held = await holds.held(session, conversation_id)
    for case in await cases_of(session, conversation_id):
        if not held:
            case.contact, case.contact_hash = None, None
        if case.public_consent:
            await answers.consent(session, case.tracking_code, agrees=False)
    await consents.withdraw(session, conversation_id)
    await audit.record(session, CITIZEN, "privacy.consent.withdraw", f"conversation:{conversation_id}")
    return not held


async def erase(session: AsyncSession, conversation_id: uuid.UUID, actor: audit.Actor, reason: str) -> Erased:
    """Erases all that belongs to a conversation alone, files included, and cuts the rest off from it.

    Rows that can stand without a conversation stay without one: what an agency has to answer for (feedback, Nghị định
    20/2008/NĐ-CP) or to account for (payments). An open case keeps its contact, a closed one loses it. The bot's memory
    is a database of its own: ``erase_everywhere``.
    """
    await conversations.lock(session, conversation_id, wait=True)
    subject = f"conversation:{conversation_id}"
    if await holds.held(session, conversation_id):
        await audit.record(session, actor, "privacy.erase.held", subject, reason)
        return Erased({}, (), held=True)
    cases = await cases_of(session, conversation_id)
    for case in cases:
        if case.state not in OPEN:
            case.contact, case.contact_hash = None, None
    await _erase_files(session, conversation_id)
    await calls.erase(session, (await session.execute(_calls(conversation_id))).scalars().all())
    gone: dict[str, int] = {}
    for table in reversed(_own_tables()):
        if table.c.conversation_id.nullable:
            await session.execute(update(table).where(_of(table, conversation_id)).values(conversation_id=None))
        elif count := await rows_of(session, delete(table).where(_of(table, conversation_id))):
            gone[table.name] = count
    nobody = {"channel_user": None, "token_hash": None, "network_digest": None, "status_reason": ERASED}
    anonymous = update(Conversation).where(Conversation.id == conversation_id)
    await session.execute(anonymous.values(status=ConversationStatus.CLOSED, **nobody))
    await audit.record(session, actor, "privacy.erase", subject, reason, rows=gone)
    return Erased(gone, tuple(case.tracking_code for case in cases))


async def _erase_files(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """Files go with the conversation, but for those of a case: they are part of what the agency answers."""
    files = select(Attachment).where(Attachment.conversation_id == conversation_id)
    for file in (await session.execute(files)).scalars():
        if file.feedback_id is None:
            await remove_content(session, file)
            await session.delete(file)
        else:
            file.message_id = None
    await session.flush()


async def erase_everywhere(
    database: Database, conversation_id: uuid.UUID, bot_url: str, actor: audit.Actor, reason: str
) -> Erased:
    """``erase``, and what the bot remembers of the conversation."""
    async with database.session() as session:
        outcome = await erase(session, conversation_id, actor, reason)
    if not outcome.held:
        await _forget_in_bot(bot_url, conversation_id)
    return outcome


async def _forget_in_bot(url: str, conversation_id: uuid.UUID) -> None:
    """Takes a conversation out of the bot's own database (its table is Rasa's)."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        if (await (await connection.execute("SELECT to_regclass('events') IS NOT NULL")).fetchall())[0][0]:
            await connection.execute("DELETE FROM events WHERE sender_id = %s", [str(conversation_id)])


def _own_tables() -> list[Table]:
    """Tables with rows of a citizen, those that others refer to first; the files of cases are seen to before."""
    tables = Base.metadata.sorted_tables
    return [table for table in tables if "conversation_id" in table.columns and table.name != Attachment.__tablename__]


def _of(table: Table, conversation_id: uuid.UUID) -> ColumnElement[bool]:
    if table.name == Conversation.__tablename__:
        return table.c.id == conversation_id
    if table.name in (CallBack.__tablename__, VoiceMail.__tablename__):
        return table.c.call_id.in_(_calls(conversation_id))
    if table.name == FeedbackRating.__tablename__:
        return table.c.feedback_id.in_(select(Feedback.id).where(Feedback.conversation_id == conversation_id))
    return table.c.conversation_id == conversation_id


def _calls(conversation_id: uuid.UUID) -> Select[uuid.UUID]:
    return select(Call.id).where(Call.conversation_id == conversation_id)


async def rows_of(session: AsyncSession, statement: UpdateBase) -> int:
    """Runs a statement that writes, and says how many rows it wrote."""
    result = await session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


def _told(session: AsyncSession, table: Table, row: RowMapping) -> Json:
    vault = database_of(session).vault
    told: Json = {}
    for column in table.columns:
        value = row[column.name]
        if value is None or column.name in _NEVER_TOLD or isinstance(column.type, KeyedHash):
            continue
        if isinstance(column.type, Encrypted):
            value = vault.decrypt(value)
        told[column.name] = value.isoformat() if isinstance(value, dt.date) else value
        if isinstance(value, uuid.UUID):
            told[column.name] = str(value)
    return told
