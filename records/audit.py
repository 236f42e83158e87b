"""The audit trail: append-only, and chained by hashes so that a change made behind its back is found.

An entry commits with what it tells of. The database itself links it to the one before, in a trigger that is deferred
to the end of the transaction: only from there to its commit does one writer wait for another. A link's hash is SHA-256
over the hash before it and the entry in canonical form, a JSON array.

Who may drop triggers can still cut off the end of the chain: keep the head that ``motcua audit verify`` prints
somewhere else, and give it back with ``--head``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.models_audit import AuditEntry, AuditLink

GENESIS = bytes(32)
"""The hash before the first link."""
_BATCH = 2000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Actor(Protocol):
    """Who does something: ``kind`` such as ``staff``, ``citizen`` or ``system``; an id, and a name to show."""

    @property
    def kind(self) -> str:
        """What sort of actor it is."""
        ...

    @property
    def id(self) -> str:
        """The id within its kind; empty for the system."""
        ...

    @property
    def name(self) -> str:
        """What other staff call it; never a citizen's name."""
        ...


@dataclass(frozen=True)
class Somebody:
    """A plain actor."""

    kind: str
    id: str = ""
    name: str = ""


SYSTEM = Somebody("system", name="Hệ thống")
OPERATOR = Somebody("operator", name="Quản trị máy chủ")
"""Whoever works at the command line of the server."""


@dataclass(frozen=True)
class Broken:
    """The first place where the trail is not what was written. ``position`` is that of the link."""

    position: int
    entry_id: int | None
    what: str


@dataclass(frozen=True)
class Verified:
    """A whole chain: how many entries it holds, and the hash of the last one (hex)."""

    entries: int
    head: str


async def record(
    session: AsyncSession,
    actor: Actor,
    action: str,
    subject: str,
    reason: str = "",
    **details: Any,
) -> None:
    """Writes down who did what to which subject, in the transaction that does it.

    ``action`` is a name such as ``feedback.contact.read``, ``subject`` kind and name (``feedback:PA-7K2M-9XQ4``). No
    text or number of a citizen, only ids: nothing here is ever erased.
    """
    session.add(
        AuditEntry(
            actor_kind=str(actor.kind),
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            subject=subject,
            reason=reason,
            details=details,
        )
    )
    await session.flush()


async def entries_of(session: AsyncSession, subject: str, limit: int = 200) -> Sequence[AuditEntry]:
    """What was done to a subject, newest first."""
    wanted = select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id.desc()).limit(limit)
    return (await session.execute(wanted)).scalars().all()


@dataclass(frozen=True)
class Wanted:
    """Which entries are read: of one subject, of one actor by name, of one action; empty for all."""

    subject: str = ""
    actor: str = ""
    action: str = ""


async def newest(
    session: AsyncSession, wanted: Wanted, *, before: int | None = None, limit: int = 100
) -> Sequence[AuditEntry]:
    """Entries of all subjects, newest first; ``before`` is the id of the last one of the page before."""
    rows = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if wanted.subject:
        rows = rows.where(AuditEntry.subject == wanted.subject)
    if wanted.actor:
        rows = rows.where(AuditEntry.actor_name == wanted.actor)
    if wanted.action:
        rows = rows.where(AuditEntry.action == wanted.action)
    if before is not None:
        rows = rows.where(AuditEntry.id < before)
    return (await session.execute(rows)).scalars().all()


async def verify(session: AsyncSession, head: str | None = None) -> Verified | Broken:
    """Computes the whole chain anew. ``head`` (hex), told by an earlier verification, must still be a link of it."""
    position, before, seen = 0, GENESIS, head is None
    while rows := (await session.execute(_chain(position))).all():
        for link, entry, details in rows:
            position += 1
            if link.position != position:
                return Broken(position, None, "a link is missing")
            before = hashlib.sha256(before + canonical(entry, details)).digest()
            if link.hash != before:
                return Broken(position, entry.id, "the entry or its link was changed")
            seen = seen or link.hash.hex() == head
    if not seen:
        return Broken(position, None, "the known head is gone: the end of the chain was cut off or written anew")
    unlinked = select(func.min(AuditEntry.id)).where(~select(1).where(AuditLink.entry_id == AuditEntry.id).exists())
    if stray := (await session.execute(unlinked)).scalar_one():
        return Broken(position + 1, stray, "an entry stands outside the chain")
    return Verified(position, before.hex())


def canonical(entry: AuditEntry, details: str) -> bytes:
    """What is hashed of an entry; ``details`` as PostgreSQL writes ``jsonb``. The trigger builds the same."""
    micros = (entry.at - _EPOCH) // dt.timedelta(microseconds=1)
    actor = [entry.actor_kind, entry.actor_id, entry.actor_name]
    fields = [entry.id, micros, *actor, entry.action, entry.subject, entry.reason, details]
    return json.dumps(fields, ensure_ascii=False).encode()


def _chain(after: int) -> Select[AuditLink, AuditEntry, str]:
    return (
        select(AuditLink, AuditEntry, cast(AuditEntry.details, Text).label("canonical_details"))
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .where(AuditLink.position > after)
        .order_by(AuditLink.position)
        .limit(_BATCH)
        .execution_options(populate_existing=True)
    )
