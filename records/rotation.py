"""Moving what is encrypted to the newest key, in batches, while the system runs; it can be stopped and run again.

The columns are those of the models that are ``Encrypted`` or ``KeyedHash``; recorded calls are files. A keyed hash
whose column names the encrypted value it was made of is made anew with it. Any other one stays, and its key has to
stay in the settings.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.base import Base, Encrypted, KeyedHash
from records.database import Database, database_of
from records.models import Call, VoiceMail
from records.recordings import key_of, recording_path, reseal, voice_mail_path

BATCH = 500
_UNKNOWN = b""


@dataclass(frozen=True)
class KeyUse:
    """How many values need a key, by its id; an empty one for values from before keys had ids, and unknown keys."""

    key: bytes
    encrypted: int
    hashed: int


def columns_of(kind: type[Encrypted | KeyedHash]) -> Iterator[tuple[Table, Column[Any]]]:
    """All columns of a kind, with their tables."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, kind):
                yield table, column


async def rotate(database: Database) -> int:
    """Writes everything that is encrypted anew with the newest key. Returns how many values moved.

    Each batch commits by itself; rows that somebody else is writing are taken in a later batch.
    """
    moved = 0
    for table, column in columns_of(Encrypted):
        while batch := await _rotate_batch(database, table, column):
            moved += batch
    return moved + await _rotate_recordings(database)


async def _rotate_recordings(database: Database) -> int:
    """Calls that go on are left to a later run: their recordings are being written."""
    async with database.session() as session:
        ended = select(Call.id).where(Call.recorded, Call.ended_at.is_not(None))
        paths = [recording_path(database.settings, call) for call in (await session.execute(ended)).scalars()]
        left = await session.execute(select(VoiceMail.call_id))
        paths += [voice_mail_path(database.settings, call) for call in left.scalars()]
    return sum([await asyncio.to_thread(reseal, path, database.vault) for path in paths if path.exists()])


async def _rotate_batch(database: Database, table: Table, column: Column[Any]) -> int:
    keys = list(table.primary_key.columns)
    async with database.session() as session:
        old = select(*keys, column).where(column.is_not(None), _key_id(column) != database.vault.newest)
        rows = (await session.execute(old.limit(BATCH).with_for_update(skip_locked=True))).all()
        if not rows and await session.scalar(old.limit(1)) is not None:
            # Only locked rows are left: the next look waits for them.
            rows = (await session.execute(old.limit(BATCH).with_for_update())).all()
        for *key, sealed in rows:
            plain = database.vault.decrypt(sealed)
            values = {column: database.vault.encrypt(plain), **_hashes_of(database, table, column, plain)}
            same = [one == value for one, value in zip(keys, key, strict=True)]
            await session.execute(update(table).where(*same).values(values))
    return len(rows)


def _hashes_of(database: Database, table: Table, column: Column[Any], plain: str) -> dict[Column[Any], bytes]:
    """The keyed hashes of the same row that were made of this value."""
    made = (one for one in table.columns if isinstance(one.type, KeyedHash) and one.info.get("of") == column.name)
    return {one: database.vault.digest(one.info["purpose"], plain) for one in made}


async def usage(session: AsyncSession) -> list[KeyUse]:
    """Which keys are still needed, and for how much; the key that writes comes first."""
    vault = database_of(session).vault
    counts: dict[type[Encrypted | KeyedHash], Counter[bytes]] = {Encrypted: Counter(), KeyedHash: Counter()}
    for kind, counter in counts.items():
        for table, column in columns_of(kind):
            known = case(*((_key_id(column) == key_id, key_id) for key_id in vault.key_ids), else_=_UNKNOWN)
            used = select(known.label("key"), func.count()).where(column.is_not(None)).group_by("key")
            for key_id, count in await session.execute(used.select_from(table)):
                counter[bytes(key_id)] += count
    for path in database_of(session).settings.recordings.glob("*/*.rec"):
        counts[Encrypted][key_of(path, vault) or _UNKNOWN] += 1
    encrypted, hashed = counts[Encrypted], counts[KeyedHash]
    return [KeyUse(key_id, encrypted[key_id], hashed[key_id]) for key_id in (*vault.key_ids, _UNKNOWN)]


def _key_id(column: Column[Any]) -> Any:
    return func.substring(column, 1, 4)
