"""How long personal data is kept, by kind, and the nightly work that ends it (``MOTCUA_RETENTION``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records import attachments, audit, calls, voice_mails
from records.database import Database
from records.models import (
    Attachment,
    Call,
    Conversation,
    ConversationStatus,
    Feedback,
    IntentVersion,
    Message,
    RecordedCall,
    Verification,
    VoiceMail,
)
from records.privacy.holds import case_not_held, not_held
from records.privacy.rights import ERASED, erase_everywhere, rows_of
from records.staff import intents

KINDS = (
    "conversations",
    "calls",
    "feedback_contacts",
    "verifications",
    "voice_mails",
    "voice_notes",
    "recorded_calls",
    "trial_runs",
)
_REASON = "retention"


@dataclass(frozen=True)
class Due:
    """What a kind has beyond its term."""

    kind: str
    days: int
    rows: int
    oldest: dt.datetime | None


def read_terms(path: Path) -> dict[str, int]:
    """Days by kind. Raises ``ValueError`` for a kind that is missing or unknown, or a term under a day."""
    terms = yaml.safe_load(path.read_text(encoding="utf-8"))
    if set(terms) != set(KINDS):
        raise ValueError(f"{path}: exactly {', '.join(KINDS)} are needed")
    if wrong := [kind for kind, days in terms.items() if not isinstance(days, int) or days < 1]:
        raise ValueError(f"{path}: a whole number of days from 1 is needed for {', '.join(wrong)}")
    return terms


async def preview(session: AsyncSession, terms: Mapping[str, int]) -> list[Due]:
    """What the next run would end."""
    found: list[Due] = []
    for kind in KINDS:
        due = _due(kind, terms[kind]).subquery()
        rows, oldest = (await session.execute(select(func.count(), func.min(due.c.since)).select_from(due))).one()
        found.append(Due(kind, terms[kind], rows, oldest))
    return found


async def apply(database: Database, terms: Mapping[str, int], bot_url: str) -> dict[str, int]:
    """Ends what is beyond its term, each conversation in a transaction of its own. Returns how much, by kind."""
    async with database.session() as session:
        conversations = [row.id for row in await session.execute(_due("conversations", terms["conversations"]))]
    erased = [await erase_everywhere(database, one, bot_url, audit.SYSTEM, _REASON) for one in conversations]
    async with database.session() as session:
        alone = [row.id for row in await session.execute(_due("calls", terms["calls"]))]
        await calls.erase(session, alone)
        left = [row.id for row in await session.execute(_due("voice_mails", terms["voice_mails"]))]
        cases = _due("feedback_contacts", terms["feedback_contacts"]).subquery()
        contacts = update(Feedback).where(Feedback.id.in_(select(cases.c.id))).values(contact=None, contact_hash=None)
        recorded = _due("recorded_calls", terms["recorded_calls"]).subquery()
        forgotten = delete(RecordedCall).where(RecordedCall.digest.in_(select(recorded.c.id)))
        tried = [row.id for row in await session.execute(_due("trial_runs", terms["trial_runs"]))]
        attempts = _due("verifications", terms["verifications"]).subquery()
        verifications = delete(Verification).where(Verification.id.in_(select(attempts.c.id)))
        done = {
            "conversations": sum(not outcome.held for outcome in erased),
            "calls": len(alone),
            "feedback_contacts": await rows_of(session, contacts),
            "verifications": await rows_of(session, verifications),
            "voice_mails": await voice_mails.erase(session, left),
            "voice_notes": await _forget_notes(session, terms["voice_notes"]),
            "recorded_calls": await rows_of(session, forgotten),
            "trial_runs": await intents.forget_trials(session, tried),
        }
        if any(done.values()):
            await audit.record(session, audit.SYSTEM, "retention.apply", "installation", _REASON, **done)
    return done


async def _forget_notes(session: AsyncSession, days: int) -> int:
    """What was heard in them stays in their conversations, as the recording of a call goes before its transcript."""
    due = _due("voice_notes", days).subquery()
    notes = (await session.execute(select(Attachment).where(Attachment.id.in_(select(due.c.id))))).scalars().all()
    for note in notes:
        await attachments.remove_content(session, note)
        await session.delete(note)
    return len(notes)


def _due(kind: str, days: int) -> Select[Any, Any]:
    """Ids of a kind whose term is over, and since when it ran."""
    before = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    if kind == "verifications":
        attempts = select(Verification.id, Verification.at.label("since")).where(Verification.at < before)
        return attempts.where(not_held(Verification.conversation_id))
    if kind == "calls":
        # Those that became a conversation end with it.
        alone = Call.conversation_id.is_(None), Call.started_at < before
        return select(Call.id, Call.started_at.label("since")).where(*alone)
    if kind == "recorded_calls":
        old = RecordedCall.recorded_at < before
        return select(RecordedCall.digest.label("id"), RecordedCall.recorded_at.label("since")).where(old)
    if kind == "trial_runs":
        old = IntentVersion.outcome.is_not(None), IntentVersion.at < before
        return select(IntentVersion.number.label("id"), IntentVersion.at.label("since")).where(*old)
    if kind == "voice_mails":
        mails = select(VoiceMail.call_id.label("id"), VoiceMail.created_at.label("since")).join(Call)
        return mails.where(VoiceMail.created_at < before, not_held(Call.conversation_id))
    if kind == "voice_notes":
        old = Attachment.content_key.is_not(None), Attachment.created_at < before, Attachment.feedback_id.is_(None)
        notes = select(Attachment.id, Attachment.created_at.label("since")).where(*old)
        return notes.where(not_held(Attachment.conversation_id))
    if kind == "feedback_contacts":
        over = Feedback.closed_at < before
        kept = select(Feedback.id, Feedback.closed_at.label("since")).where(over, Feedback.contact.is_not(None))
        return kept.where(case_not_held())
    last = select(func.max(Message.created_at)).where(Message.conversation_id == Conversation.id).scalar_subquery()
    since = func.coalesce(last, Conversation.created_at)
    open_case = select(1).where(Feedback.conversation_id == Conversation.id, Feedback.closed_at.is_(None)).exists()
    not_erased = or_(Conversation.status != ConversationStatus.CLOSED, Conversation.status_reason != ERASED)
    return select(Conversation.id, since.label("since")).where(
        since < before, not_erased, ~open_case, not_held(Conversation.id)
    )
