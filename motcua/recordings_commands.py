"""``motcua recordings``: the call centre's own recordings, transcribed and searched."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from motcua.database_work import in_session, refusals_told, with_database
from records import recorded_calls
from records.calendar import TIME_ZONE
from records.database import Database
from records.models import RecordedCall
from voice.settings import Settings

recordings_app = typer.Typer(no_args_is_help=True, help="Recordings of the call centre (docs/speech.md).")
console = Console(highlight=False, soft_wrap=True)
Limit = Annotated[int, typer.Option(min=1, help="Lines at most.")]


@recordings_app.command()
def take(
    folder: Annotated[
        Path | None, typer.Argument(exists=True, file_okay=False, help="Default: MOTCUA_VOICE_INBOX.")
    ] = None,
) -> None:
    """Transcribe what lies in the folder now, without the hotline; the running hotline does it by itself."""
    # Pipecat, below these, greets on standard error.
    from voice.executor import Workshop
    from voice.inbox import Inbox
    from voice.recognition.service import RecognitionService
    from voice.recognition.whisper import Whisper

    settings = Settings()
    inbox = folder or settings.voice_inbox
    if inbox is None:
        raise typer.BadParameter("name a folder, or set MOTCUA_VOICE_INBOX")
    with refusals_told():
        recogniser = Whisper(settings)

    async def run(database: Database) -> int:
        recognition = RecognitionService(recogniser, Workshop("recognition", 1, 1))
        knowledge = await asyncio.to_thread(Knowledge.open, KnowledgeSettings())
        return await Inbox(inbox, database, recognition, knowledge).sweep()

    console.print(f"{with_database(run)} recordings looked at; see done and failed in {inbox}.")


@recordings_app.command()
def search(words: Annotated[str, typer.Argument(help="With accents, or without for both.")], limit: Limit = 20) -> None:
    """Find what was said; every word has to occur in a line."""
    found = in_session(lambda session: recorded_calls.search(session, words, limit))
    table = Table("Recorded", "File", "At", "Said", "About")
    for call, line in found:
        at = f"{int(line.start) // 60}:{int(line.start) % 60:02}"
        table.add_row(*_call(call), at, line.text, _about(call))
    console.print(table if found else "Nothing was said of that.")


@recordings_app.command("list")
def list_calls(limit: Limit = 20) -> None:
    """List the newest recordings with what they were about."""
    table = Table("Recorded", "File", "Minutes", "About")
    for call in in_session(lambda session: recorded_calls.newest(session, limit)):
        table.add_row(*_call(call), f"{call.seconds / 60:.1f}", _about(call))
    console.print(table)


def _call(call: RecordedCall) -> tuple[str, str]:
    return f"{call.recorded_at.astimezone(TIME_ZONE):%d/%m/%Y %H:%M}", call.name


def _about(call: RecordedCall) -> str:
    return "\n".join(f"{topic['name']} ({topic['field']})" for topic in call.topics)
