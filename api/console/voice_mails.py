"""Messages that callers left: whoever takes one hears it, sees the number, and says what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Header, Request, Response

from api.console.access import Converser, PersonalDataReader
from api.console.call_backs import LINES, do
from api.console.clear_sounds import SoundsDependency
from api.console.recordings import from_the_beginning, wave_of
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records.models import VoiceMail
from records.recordings import voice_mail_path
from records.staff import call_backs
from records.staff.call_backs import CallBackRefused

router = APIRouter(prefix="/voice-mails/{voice_mail_id}")


@router.post("/take")
async def take_voice_mail(
    request: Request, signed_in: Converser, database: DatabaseDependency, voice_mail_id: int
) -> Response:
    """Takes one over: its sound and its number are open then."""
    there = LINES["voice_mail"].format(voice_mail_id)
    return await do(
        request, signed_in, database, lambda s: call_backs.take(s, signed_in.member, VoiceMail, voice_mail_id), there
    )


@router.post("/hand")
async def hand_voice_mail(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    voice_mail_id: int,
    colleague: Annotated[str, Form(max_length=200)],
) -> Response:
    """Gives one to a colleague."""
    return await do(
        request,
        signed_in,
        database,
        lambda s: call_backs.hand(s, signed_in.member, VoiceMail, voice_mail_id, colleague),
    )


@router.post("/leave")
async def leave_voice_mail(
    request: Request, signed_in: Converser, database: DatabaseDependency, voice_mail_id: int
) -> Response:
    """Gives one back to the others."""
    return await do(
        request, signed_in, database, lambda s: call_backs.leave(s, signed_in.member, VoiceMail, voice_mail_id)
    )


@router.post("/finish")
async def finish_voice_mail(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    voice_mail_id: int,
    result: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Notes what came of it."""
    return await do(
        request, signed_in, database, lambda s: call_backs.finish(s, signed_in.member, VoiceMail, voice_mail_id, result)
    )


@router.get("/recording")
async def play_voice_mail(
    signed_in: PersonalDataReader,
    database: DatabaseDependency,
    sounds: SoundsDependency,
    voice_mail_id: int,
    range_: Annotated[str, Header(alias="range")] = "",
) -> Response:
    """The sound as WAV, whole or in part, for who took it; the audit trail keeps it. Raises ``NotFound`` for others."""
    try:
        async with database.session() as session:
            message = await call_backs.listen(session, signed_in.member, voice_mail_id, anew=from_the_beginning(range_))
    except CallBackRefused as error:
        raise NotFound from error
    return await wave_of(database, sounds, voice_mail_path(database.settings, message.call_id), range_)
