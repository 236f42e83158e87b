"""The process beside the API that reads and writes the lines of uploads.

Reading a line costs more than asking for a dossier does; in the API's own process everybody else would wait for it.
The process is a polite one: where processors are short, those who ask come first.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import multiprocessing
import os
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from knowledge.settings import Settings as KnowledgeSettings
from knowledge.store import Catalogue, catalogue_path
from records import synchronisation, uploads
from records.database import Database
from records.models import Agency
from records.settings import Settings as RecordsSettings
from records.synchronisation import Batch, Tally

NICENESS = 10
"""How far the process stands back behind the others (nice(2))."""


class WriterFailed(Exception):
    """The lines were not written, because the database or the process failed; they can be sent again."""


@dataclass(frozen=True)
class Chunk:
    """Lines of one request, and the upload that they belong to, if it can be resumed."""

    agency: Agency
    lines: list[bytes]
    upload_id: str | None
    dry_run: bool


class Writer:
    """Hands chunks to the process, which is started for the first one, and started again when it died."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def take(self, chunk: Chunk, tally: Tally, following: Chunk | None = None) -> Tally:
        """Writes a chunk and returns ``tally`` with it counted; its lines are durable then, unless it is a dry run.

        The chunk ``following`` it is read while the database writes this one. Raises ``uploads.Overtaken``, and
        ``WriterFailed`` when nothing of the chunk was written for certain.
        """
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_start)
        pool = self._pool
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, _take, chunk, tally, following)
        except BrokenProcessPool as error:
            if self._pool is pool:
                self._pool = None
            pool.shutdown(wait=False)
            raise WriterFailed(str(error)) from error

    def close(self) -> None:
        """Ends the process after the chunk in hand."""
        if self._pool is not None:
            self._pool.shutdown()


@dataclass(frozen=True, eq=False)
class _Read:
    """A chunk that is being read: its lines, of which the first has the number ``first``, in a thread of their own."""

    chunk: Chunk
    first: int
    batch: Future[Batch]

    def holds(self, chunk: Chunk, first: int) -> bool:
        """Whether it is this chunk, which comes from another process and so is never the same object."""
        return (first, chunk.agency.id, chunk.lines) == (self.first, self.chunk.agency.id, self.chunk.lines)


_database: Database
_runner: asyncio.Runner
_reader: ThreadPoolExecutor
_ahead: deque[_Read] = deque(maxlen=4)
"""One for each of a few uploads at the same time; of an upload that breaks off, the others push it out."""


def _start() -> None:
    global _database, _runner, _reader
    os.nice(NICENESS)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _runner = asyncio.Runner()
    _reader = ThreadPoolExecutor(1)
    _database = Database.open(RecordsSettings(database_pool=2))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _take(chunk: Chunk, tally: Tally, following: Chunk | None) -> Tally:
    first = tally.lines + 1
    read = next((each for each in _ahead if each.holds(chunk, first)), None)
    if read is None:
        read = _read(chunk, first)
    else:
        _ahead.remove(read)
    if following is not None:
        _ahead.append(_read(following, first + len(chunk.lines)))
    try:
        return _runner.run(_write(read, dataclasses.replace(tally, errors=[*tally.errors])))
    except (DBAPIError, PoolTimeoutError) as error:
        # The error itself may hold a connection, which does not travel.
        raise WriterFailed(type(error).__name__) from None


def _read(chunk: Chunk, first: int) -> _Read:
    reading = _reader.submit(
        synchronisation.read_batch, _database.vault, chunk.agency, chunk.lines, first, functools.cache(_field_of)
    )
    return _Read(chunk, first, reading)


async def _write(read: _Read, tally: Tally) -> Tally:
    chunk, batch = read.chunk, await asyncio.wrap_future(read.batch)
    async with _database.session() as session:
        await synchronisation.write_batch(session, batch, tally, functools.cache(_field_of))
        if chunk.upload_id is not None:
            await uploads.save(session, chunk.agency.id, chunk.upload_id, read.first - 1, tally)
        if chunk.dry_run:
            await session.rollback()
    return tally


def _field_of(code: str) -> str | None:
    procedure = _catalogue().get(code)
    return procedure.field if procedure else None


@functools.cache
def _catalogue() -> Catalogue:
    return Catalogue(catalogue_path(KnowledgeSettings().data))
