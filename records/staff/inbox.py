"""The inbox: conversations, cases, call-backs and messages that wait for people in one list, the most urgent first."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import REGCONFIG, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Text

from records.feedback.codes import canonical_tracking_code
from records.feedback.life import OPEN
from records.models import (
    CallBack,
    Conversation,
    ConversationNote,
    Feedback,
    Handover,
    Message,
    Poll,
    PollAnswer,
    StaffMember,
    VoiceMail,
)
from records.staff.permissions import Permission, permissions_of, within_reach

_MENTIONED_WITHIN = dt.timedelta(days=14)
PAGE = 50

VIEWS = {
    "all": "Tất cả",
    "mine": "Của tôi",
    "conversations": "Trò chuyện",
    "cases": "Phản ánh",
    "call_backs": "Gọi lại",
    "voice_mails": "Lời nhắn",
    "late": "Quá hạn",
    "approval": "Chờ duyệt",
    "polls": "Lấy ý kiến",
    "mentions": "Nhắc tôi",
}
"""The lists of the inbox, by the name in their address."""
_SAID = "(SELECT string_agg(w #>> '{}', ' ') FROM jsonb_path_query(voice_mails.transcript, '$[*].words[*].text') AS w)"
"""What was understood of a message, without its times."""


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see; empty values do not limit it."""

    view: str = "all"
    query: str = ""
    channel: str = ""
    category: str = ""
    unclaimed: bool = False


@dataclass(frozen=True)
class Work:
    """One line of the inbox.

    ``kind`` is ``conversation``, ``case``, ``call_back``, ``voice_mail`` or ``poll``, ``key`` its id or tracking code.
    """

    kind: str
    key: str
    title: str
    state: str
    channel: str
    category: str | None
    handler: str | None
    since: dt.datetime
    due: dt.datetime
    paused: bool
    version: int
    """Of a case, by which a step on it is taken; else 0."""

    @property
    def subject(self) -> str:
        """The name under which presence and disclosures know it."""
        return f"{'feedback' if self.kind == 'case' else self.kind}:{self.key}"

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        return not self.paused and self.due < dt.datetime.now(dt.UTC)


async def listing(
    session: AsyncSession, member: StaffMember, filters: Filters, *, after: tuple[dt.datetime, str, str] | None = None
) -> Sequence[Work]:
    """A page of the inbox as ``member`` may see it; ``after`` is due time, kind and key of the last line before."""
    rows = _rows(member, filters)
    position = rows.c.due, rows.c.kind, rows.c.key
    wanted = select(rows).order_by(*position).limit(PAGE)
    if after is not None:
        wanted = wanted.where(tuple_(*position) > tuple_(*map(literal, after)))
    found = (await session.execute(wanted)).all()
    titles = await _last_words(session, [row.key for row in found if row.kind == "conversation"])
    return [
        Work(
            row.kind, row.key, titles.get(row.key) or row.title or "", row.state, row.channel, row.category,
            row.handler, row.since, row.due, row.paused, row.version,
        )
        for row in found
    ]  # fmt: skip


async def cases_of(session: AsyncSession, works: Sequence[Work]) -> Sequence[Feedback]:
    """The cases among ``works``."""
    wanted = select(Feedback).where(Feedback.tracking_code.in_([work.key for work in works if work.kind == "case"]))
    return (await session.execute(wanted)).scalars().all()


async def counts(session: AsyncSession, member: StaffMember) -> dict[str, int]:
    """How many lines each of ``VIEWS`` holds."""
    wanted = [
        select(func.count()).select_from(_rows(member, Filters(view))).scalar_subquery().label(view) for view in VIEWS
    ]
    return dict((await session.execute(select(*wanted))).mappings().one())  # pyright: ignore[reportReturnType]


def words(query: str) -> str:
    """A search as PostgreSQL reads it: every word has to occur, the last of them perhaps not typed to its end.

    Words with accents find themselves, words without find both (``motcua_words``).
    """
    folded = unicodedata.normalize("NFC", query).lower()
    return " & ".join(f"'{word}':*" for word in re.findall(r"\w+", folded))


def _rows(member: StaffMember, filters: Filters) -> Subquery:
    parts = [_conversations(member, filters), _cases(member, filters), _polls(member, filters)]
    if Permission.CONVERSE in permissions_of(member):
        parts.append(_callers(member, filters, CallBack, "call_back", CallBack.latest, "call_backs.reason"))
        parts.append(_callers(member, filters, VoiceMail, "voice_mail", VoiceMail.due_at, _SAID))
    return union_all(*parts).subquery()


def _conversations(member: StaffMember, filters: Filters) -> Select[*tuple[Any, ...]]:
    holder = select(StaffMember.name).where(StaffMember.id == Handover.staff_id).scalar_subquery()
    conditions: list[ColumnElement[bool]] = []
    wanted = select(
        literal("conversation").label("kind"),
        cast(Conversation.id, Text).label("key"),
        func.coalesce(Handover.reason, "").label("title"),
        Conversation.status.label("state"),
        Conversation.channel.label("channel"),
        cast(null(), Text).label("category"),
        holder.label("handler"),
        func.coalesce(Handover.asked_at, Conversation.created_at).label("since"),
        cast(func.coalesce(Handover.due_at, Handover.asked_at, Conversation.created_at), TIMESTAMP(True)).label("due"),
        # Whoever is being answered is not late any more.
        (Handover.staff_id.is_not(None) | Handover.id.is_(None)).label("paused"),
        literal(0).label("version"),
    ).select_from(Conversation)
    handover = and_(Handover.conversation_id == Conversation.id, Handover.ended_at.is_(None))
    wanted = wanted.join(Handover, handover, isouter=filters.view == "mentions")
    match filters.view:
        case "mine":
            conditions.append(Handover.staff_id == member.id)
        case "late":
            conditions += [Handover.staff_id.is_(None), Handover.due_at < func.now()]
        case "mentions":
            conditions.append(
                exists().where(
                    ConversationNote.conversation_id == Conversation.id,
                    ConversationNote.mentions.contains([member.login]),
                    ConversationNote.at > func.now() - _MENTIONED_WITHIN,
                )
            )
        case "cases" | "call_backs" | "voice_mails" | "approval" | "polls":
            conditions.append(false())
        case _:
            pass
    if member.agency_id is not None or filters.category:
        conditions.append(false())
    if filters.channel:
        conditions.append(Conversation.channel == filters.channel)
    if filters.unclaimed:
        conditions.append(Handover.staff_id.is_(None))
    if filters.query:
        found = exists().where(Message.conversation_id == Conversation.id, holds_words("messages.text", filters.query))
        conditions.append(found)
    return wanted.where(*conditions)


def _cases(member: StaffMember, filters: Filters) -> Select[*tuple[Any, ...]]:
    still_open = Feedback.state.in_([state.value for state in OPEN])
    conditions = [within_reach(member)]
    match filters.view:
        case "mine":
            conditions.append(Feedback.handler_id == str(member.id))
        case "late":
            conditions += [Feedback.due_at < func.now(), Feedback.paused_at.is_(None)]
        case "approval":
            conditions.append(Feedback.proposed_answer.is_not(None))
        case "conversations" | "call_backs" | "voice_mails" | "mentions" | "polls":
            conditions.append(false())
        case _:
            pass
    if filters.channel:
        conditions.append(Feedback.source == filters.channel)
    if filters.category:
        conditions.append(Feedback.category == filters.category)
    if filters.unclaimed:
        conditions.append(Feedback.handler_id.is_(None))
    if filters.query:
        said = holds_words("(feedback.what || ' ') || feedback.\"where\"", filters.query)
        named = Feedback.tracking_code == canonical_tracking_code(filters.query)
        conditions.append((still_open & said) | named)
    else:
        conditions.append(still_open)
    return select(
        literal("case"),
        Feedback.tracking_code,
        func.left(Feedback.what, 120),
        Feedback.state,
        Feedback.source,
        Feedback.category,
        Feedback.handler_name,
        Feedback.created_at,
        Feedback.due_at,
        Feedback.paused_at.is_not(None) | ~still_open,
        Feedback.version,
    ).where(*conditions)


def _polls(member: StaffMember, filters: Filters) -> Select[*tuple[Any, ...]]:
    """What the agency of ``member`` owes an opinion on; for the office, in a view of its own, all that run."""
    conditions: list[ColumnElement[bool]] = [Poll.closed_at.is_(None)]
    owed = PollAnswer.poll_id == Poll.id, PollAnswer.agency_id == member.agency_id, PollAnswer.answered_at.is_(None)
    if member.agency_id is not None:
        conditions.append(exists().where(*owed))
        conditions += [Feedback.category.in_(member.fields)] if member.fields else []
    elif filters.view == "polls":
        conditions.append(within_reach(member))
    else:
        conditions.append(false())
    match filters.view:
        case "all" | "polls":
            pass
        case "late":
            conditions.append(Poll.due_at < func.now())
        case _:
            conditions.append(false())
    if filters.channel or filters.unclaimed:
        conditions.append(false())
    if filters.category:
        conditions.append(Feedback.category == filters.category)
    if filters.query:
        conditions.append(holds_words("polls.question", filters.query))
    return (
        select(
            literal("poll"),
            cast(Poll.id, Text),
            func.left(Poll.question, 120),
            literal("poll"),
            Feedback.source,
            Feedback.category,
            cast(null(), Text),
            Poll.created_at,
            Poll.due_at,
            false(),
            literal(0),
        )
        .join(Feedback, Feedback.id == Poll.feedback_id)
        .where(*conditions)
    )


def _callers(
    member: StaffMember,
    filters: Filters,
    work: type[CallBack | VoiceMail],
    kind: str,
    due: InstrumentedAttribute[dt.datetime],
    about: str,
) -> Select[*tuple[Any, ...]]:
    """Callers of the hotline who wait; ``about`` is the expression of what for."""
    conditions: list[ColumnElement[bool]] = [work.done_at.is_(None)]
    match filters.view:
        case "mine":
            conditions.append(work.staff_id == member.id)
        case "late":
            conditions.append(due < func.now())
        case view if view not in ("", "all", f"{kind}s"):
            conditions.append(false())
        case _:
            pass
    if filters.category or filters.channel not in ("", "voice"):
        conditions.append(false())
    if filters.unclaimed:
        conditions.append(work.staff_id.is_(None))
    if filters.query:
        conditions.append(holds_words(about, filters.query))
    return select(
        literal(kind),
        cast(work.id, Text),
        func.left(text(about), 120),
        literal(kind),
        literal("voice"),
        cast(null(), Text),
        select(StaffMember.name).where(StaffMember.id == work.staff_id).scalar_subquery(),
        work.created_at,
        due,
        false(),
        literal(0),
    ).where(*conditions)


def holds_words(expression: str, query: str) -> ColumnElement[bool]:
    """Whether every word of ``query`` occurs in ``expression``.

    What is searched in many rows has an index on ``motcua_words`` of it.
    """
    wanted = words(query)
    if not wanted:
        return false()
    vector = func.motcua_words(text(expression))
    return vector.op("@@")(func.to_tsquery(cast("pg_catalog.simple", REGCONFIG), wanted))


async def _last_words(session: AsyncSession, keys: Sequence[str]) -> dict[str, str]:
    """What the citizen of each conversation said last."""
    last = (
        select(Message.conversation_id, func.left(Message.text, 120))
        .where(Message.conversation_id.in_(keys), Message.sender == "citizen")
        .distinct(Message.conversation_id)
        .order_by(Message.conversation_id, Message.id.desc())
    )
    return {str(row[0]): row[1] for row in (await session.execute(last)).all()} if keys else {}
