"""Messages that callers left are written down when recognition has time for them; calls come first."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import soxr  # pyright: ignore[reportMissingTypeStubs]
import structlog
from sqlalchemy.exc import SQLAlchemyError

from records import voice_mails
from records.database import Database
from records.recordings import RATE, blocks, voice_mail_path
from records.vault import Vault
from voice.executor import Overloaded
from voice.journal import Journal
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import SAMPLE_RATE, Samples
from voice.transcripts.cutting import Cutter

_PAUSE_SECONDS = 5.0


async def write_down(database: Database, recognition: RecognitionService) -> bool:
    """Transcribes the oldest message that waits for it, numbers masked. Raises ``Overloaded``; false: none waits."""
    async with database.session() as session:
        mail = await voice_mails.next_unheard(session)
        if mail is None:
            return False
        path, journal = voice_mail_path(database.settings, mail.call_id), Journal()
        try:
            pieces = await asyncio.to_thread(_pieces, path, database.vault)
        except (FileNotFoundError, ValueError) as error:
            structlog.get_logger().error("message cannot be read", call=str(mail.call_id), reason=type(error).__name__)
            pieces = []
        for start, piece in pieces:
            heard = await recognition.recognise(piece)
            if heard.words:
                journal.caller(start, heard)
        await voice_mails.written(session, mail, journal.lines)
    return True


async def watch(database: Database, recognition: RecognitionService) -> None:
    """Writes messages down as they come."""
    while True:
        try:
            while await write_down(database, recognition):
                pass
        except (Overloaded, OSError, SQLAlchemyError) as error:
            structlog.get_logger().warning("message not written down yet", reason=type(error).__name__)
        await asyncio.sleep(_PAUSE_SECONDS)


def _pieces(path: Path, vault: Vault) -> list[tuple[float, Samples]]:
    stereo = np.frombuffer(b"".join(blocks(path, vault)), np.int16)
    sound = soxr.resample(stereo[0::2].astype(np.float32) / 32768, RATE, SAMPLE_RATE)
    cutter = Cutter()
    return [*cutter.add(sound), *cutter.finish()]
