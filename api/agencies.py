"""Agencies report the states of their dossiers in bulk (docs/agencies.md)."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from api.bulk import BodyTooLarge, BrokenBody, records
from api.dependencies import DatabaseDependency
from api.errors import ApiError, NotFound, TooLarge, Unauthorised, Unavailable
from api.upload_process import Chunk, Writer, WriterFailed
from records import agencies, synchronisation, uploads
from records.database import Database
from records.models import Agency
from records.state_reports import LONGEST_LINE
from records.synchronisation import Tally

router = APIRouter(prefix="/api/v1/dossiers", tags=["agencies"])

CHUNK_LINES = 2000
"""Lines of one transaction: what it wrote is durable, whatever happens to the rest."""
_CHUNK_BYTES = 4 * 2**20
_AT_ONCE = 0.02
"""Seconds in which a sender on a fast line has sent the next chunk."""
_JSON = {"application/json", "application/x-ndjson", "application/jsonl"}
_GZIP = "application/gzip"


class WrongKey(Unauthorised):
    """No key of an agency, or one that was revoked."""

    message = "Cần khóa truy cập hợp lệ của cơ quan: Authorization: Bearer <khóa>."


class UnsupportedBody(ApiError):
    """Neither JSON nor JSON lines, plain or in gzip."""

    status = 415
    code = "unsupported_body"
    message = "Chỉ nhận application/json, application/x-ndjson hoặc application/gzip (Content-Encoding: gzip)."


class Unreadable(ApiError):
    """The body breaks off or cannot be read any further."""

    status = 422
    code = "unreadable"


class NoDryUpload(ApiError):
    """A dry run leaves nothing that could be resumed."""

    status = 422
    code = "invalid"
    message = "dry_run không đi cùng Upload-Id."


class WrongOffset(ApiError):
    """The upload does not go on where the client thinks it does."""

    status = 409
    code = "wrong_offset"


class LineError(BaseModel):
    """A line (counted from 1 in the whole upload) that was not taken."""

    line: int
    reason: str


class Outcome(BaseModel):
    """What became of the lines; of an upload that was resumed, of all of its lines."""

    taken: int
    repeated: int
    late: int
    rejected: int
    errors: list[LineError] = Field(max_length=synchronisation.MOST_ERRORS)
    lines: int


_UPLOAD_ID = r"^[A-Za-z0-9._-]{1,64}$"
_bearer = HTTPBearer(auto_error=False, description="A key of an agency.")


async def _own_agency(
    database: DatabaseDependency, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Agency:
    async with database.session() as session:
        agency = await agencies.authenticate(session, credentials.credentials) if credentials else None
    if agency is None:
        raise WrongKey
    return agency


OwnAgency = Annotated[Agency, Depends(_own_agency)]


@router.put("")
async def synchronise(
    request: Request,
    agency: OwnAgency,
    database: DatabaseDependency,
    dry_run: Annotated[bool, Query()] = False,
    upload_id: Annotated[str | None, Header(pattern=_UPLOAD_ID)] = None,
    upload_offset: Annotated[int | None, Header(ge=0)] = None,
) -> Outcome:
    """Takes dossier states: a JSON array or JSON lines, plain or in gzip. Bad lines are reported, the others taken.

    With ``Upload-Id`` it can be resumed: the next request brings the lines after ``Upload-Offset``. With ``dry_run``
    everything is checked and nothing written.
    """
    gzipped = _is_gzip(request)
    if dry_run and upload_id:
        raise NoDryUpload
    intake = _Intake(database, request.app.state.writer, agency, upload_id, dry_run)
    await intake.start(upload_offset)
    try:
        chunks = _chunks(records(request.stream(), gzipped=gzipped, longest=LONGEST_LINE))
        async with contextlib.aclosing(_with_following(chunks)) as pairs:
            async for lines, following in pairs:
                await intake.take(lines, following)
    except BodyTooLarge as error:
        raise TooLarge(_stopped(intake.tally, str(error))) from error
    except (BrokenBody, ClientDisconnect) as error:
        raise Unreadable(_stopped(intake.tally, str(error))) from error
    return _outcome(intake.tally)


@router.api_route("/uploads/{upload_id}", methods=["GET", "HEAD"])
async def upload(
    upload_id: Annotated[str, Path(pattern=_UPLOAD_ID)],
    agency: OwnAgency,
    database: DatabaseDependency,
    answer: Response,
) -> Outcome:
    """How many lines of an upload are durable, also in the header ``Upload-Offset``, and what became of them."""
    async with database.session() as session:
        tally = await uploads.find(session, agency.id, upload_id)
    if tally is None:
        raise NotFound("Chưa có dòng nào của Upload-Id này được ghi.")
    answer.headers["Upload-Offset"] = str(tally.lines)
    return _outcome(tally)


@dataclasses.dataclass
class _Intake:
    """One request's lines on their way into the database, a transaction for each chunk."""

    database: Database
    writer: Writer
    agency: Agency
    upload_id: str | None
    dry_run: bool
    tally: Tally = dataclasses.field(default_factory=Tally)

    async def start(self, offset: int | None) -> None:
        """Takes up an upload where it stands. Raises ``WrongOffset`` unless it stands at ``offset``."""
        if self.upload_id is None:
            return
        async with self.database.session() as session:
            await uploads.forget_old(session)
            known = await uploads.find(session, self.agency.id, self.upload_id)
        self.tally = known or self.tally
        if self.tally.lines != (offset or 0):
            raise WrongOffset(f"Upload-Id này đã ghi {self.tally.lines} dòng: gửi tiếp với Upload-Offset tương ứng.")

    async def take(self, lines: list[bytes], following: list[bytes] | None) -> None:
        """Writes a chunk; when this returns, its lines are durable, unless it is a dry run."""
        ahead = None if following is None else self._chunk(following)
        try:
            self.tally = await self.writer.take(self._chunk(lines), self.tally, ahead)
        except uploads.Overtaken as error:
            raise WrongOffset("Một yêu cầu khác đang gửi cùng Upload-Id này.") from error
        except WriterFailed as error:
            structlog.get_logger().error("chunk not written", reason=str(error))
            raise Unavailable(_stopped(self.tally, "the database does not answer")) from error

    def _chunk(self, lines: list[bytes]) -> Chunk:
        return Chunk(self.agency, lines, self.upload_id, self.dry_run)


async def _chunks(body: AsyncIterator[list[bytes]]) -> AsyncIterator[list[bytes]]:
    """The lines of ``body`` in chunks; what came before it broke is complete and comes out first."""
    waiting: list[bytes] = []
    size = 0
    try:
        async for lines in body:
            for line in lines:
                waiting.append(line)
                size += len(line)
                if len(waiting) == CHUNK_LINES or size >= _CHUNK_BYTES:
                    yield waiting
                    waiting, size = [], 0
    except BrokenBody:
        yield waiting
        raise
    yield waiting


async def _with_following(
    chunks: AsyncIterator[list[bytes]],
) -> AsyncGenerator[tuple[list[bytes], list[bytes] | None]]:
    """Each chunk, and the one after it where that is there at once: what came in does not wait for a slow sender."""

    async def read() -> list[bytes] | None:
        return await anext(chunks, None)

    reading = asyncio.ensure_future(read())
    try:
        while (chunk := await reading) is not None:
            reading = asyncio.ensure_future(read())
            await asyncio.wait([reading], timeout=_AT_ONCE)
            yield chunk, None if not reading.done() or reading.exception() else reading.result()
    finally:
        reading.cancel()


def _is_gzip(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if kind not in {*_JSON, _GZIP} or encoding not in {"identity", "gzip"}:
        raise UnsupportedBody
    return kind == _GZIP or encoding == "gzip"


def _stopped(tally: Tally, reason: str) -> str:
    return f"Nội dung không đọc tiếp được ({reason or 'the connection ended'}). Đã xử lý {tally.lines} dòng đầu."


def _outcome(tally: Tally) -> Outcome:
    return Outcome.model_validate(dataclasses.asdict(tally))
