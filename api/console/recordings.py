"""The recording of a call, for whoever may read the conversation in full: played beside what was said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import PersonalDataReader
from api.console.clear_sounds import ClearSounds, SoundsDependency
from api.dependencies import DatabaseDependency
from api.errors import ApiError, NotFound
from records import audit, calls
from records.database import Database
from records.models import Json
from records.privacy.masking import masked
from records.recordings import recording_path
from records.staff import handovers
from records.staff.permissions import somebody_of
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/conversations/{conversation_id}")

_UNSURE = 0.5
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_SPEAKERS = {"caller": "Người dân", "assistant": "Trợ lý"}


class NoSuchRange(ApiError):
    """The range begins behind the end of the recording."""

    status = 416
    code = "no_such_range"


@dataclass(frozen=True)
class Spoken:
    """One line of a call; ``start`` and the starts of the words in seconds."""

    speaker: str
    start: float
    words: list[tuple[float, str, bool]]
    """Start, text, and whether it was heard with little confidence."""

    @property
    def clock(self) -> str:
        """Minutes and seconds."""
        return f"{int(self.start) // 60}:{int(self.start) % 60:02}"


def lines_of(transcript: list[Json], *, opened: bool) -> list[Spoken]:
    """What was said, word by word where it is ``opened``, else masked line by line."""
    return [Spoken(_SPEAKERS[line["speaker"]], line["start"], _words(line, opened)) for line in transcript]


def _words(line: Json, opened: bool) -> list[tuple[float, str, bool]]:
    words: list[Json] = line.get("words", [])
    if opened and words:
        return [(word["start"], word["text"], word["confidence"] < _UNSURE) for word in words]
    text = line.get("text") or " ".join(word["text"] for word in words)
    return [(line["start"], text if opened else masked(text), False)]


@router.get("/recording")
async def play_recording(
    signed_in: PersonalDataReader,
    database: DatabaseDependency,
    sounds: SoundsDependency,
    conversation_id: UUID,
    range_: Annotated[str, Header(alias="range")] = "",
) -> Response:
    """The recording as WAV, whole or in part, for who carries the conversation on or opened it with a reason.

    That somebody listens is on the audit trail. Raises ``NotFound`` for everybody else and where there is no recording.
    """
    member = signed_in.member
    async with database.session() as session:
        call = await calls.of_conversation(session, conversation_id)
        if call is None or not call.recorded or not await _open_to(session, signed_in, conversation_id):
            raise NotFound
        if from_the_beginning(range_):
            await audit.record(session, somebody_of(member), "recording.play", f"conversation:{conversation_id}")
    return await wave_of(database, sounds, recording_path(database.settings, call.id), range_)


async def _open_to(session: AsyncSession, signed_in: SignedIn, conversation_id: UUID) -> bool:
    member = signed_in.member
    handover = await handovers.current(session, conversation_id)
    mine = handover is not None and handover.staff_id == member.id
    subject = f"conversation:{conversation_id}"
    return member.agency_id is None and (mine or subject in await handovers.disclosed(session, member, [subject]))


def from_the_beginning(range_: str) -> bool:
    """Whether a header ``Range`` asks for the first part, or for all: seeking is not listening anew."""
    asked = _RANGE.fullmatch(range_)
    return asked is None or asked[1] == "0"


async def wave_of(database: Database, sounds: ClearSounds, path: Path, range_: str) -> Response:
    """A stored recording as WAV, whole or the part that is asked for. Raises ``NotFound``."""
    try:
        sound = await sounds.wave(path, database.vault)
    except FileNotFoundError as error:
        raise NotFound("Bản ghi âm không còn trong kho lưu trữ.") from error
    return _part(sound, _RANGE.fullmatch(range_))


def _part(sound: bytes, asked: re.Match[str] | None) -> Response:
    """What a browser asks for when it seeks (RFC 9110, 14.2)."""
    if asked is None:
        return Response(sound, media_type="audio/wav", headers={"Accept-Ranges": "bytes"})
    first, last = int(asked[1]), min(int(asked[2] or len(sound)), len(sound) - 1)
    if first > last:
        raise NoSuchRange("Đoạn ghi âm này không có.")
    headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{last}/{len(sound)}"}
    return Response(sound[first : last + 1], 206, headers, "audio/wav")
