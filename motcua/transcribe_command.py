"""``motcua transcribe``: recordings into JSON lines, WebVTT and text."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from voice.recognition.transcript import Recogniser
from voice.recognition.whisper import Whisper
from voice.settings import Settings
from voice.transcripts.reading import Unreadable, seconds
from voice.transcripts.recording import Line, is_done, read_lines
from voice.transcripts.recording import transcribe as transcribe_recording
from voice.transcripts.writing import as_text, as_webvtt, mask

console = Console(highlight=False, soft_wrap=True, stderr=True)


class Form(StrEnum):
    """How a transcript is written; also the ending of its name."""

    JSONL = "jsonl"
    VTT = "vtt"
    TXT = "txt"


def transcribe(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Sound of any usual format.")],
    forms: Annotated[list[Form] | None, typer.Option("--format", help="May be given again.")] = None,
    folder: Annotated[Path | None, typer.Option("--to", help="Default: beside each recording.")] = None,
    masked: Annotated[bool, typer.Option("--mask", help="Mask personal data.")] = False,
    mix: Annotated[bool, typer.Option("--mix", help="Take both channels of a stereo file together.")] = False,
) -> None:
    """Transcribe recordings; one that was broken off goes on where it was, one that is done is not done again."""
    if folder and (twice := [name for name, count in Counter(path.name for path in files).items() if count > 1]):
        raise typer.BadParameter(f"{', '.join(twice)} would be written twice to {folder}: take one at a time")
    try:
        recogniser = Whisper(Settings())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    failed = False
    with Progress(console=console) as progress:
        for path in files:
            try:
                target = _transcribed(recogniser, path, folder or path.parent, progress, mix=mix)
            except Unreadable as error:
                console.print(f"[red]{error}[/red]")
                failed = True
                continue
            lines = mask(read_lines(target)) if masked else read_lines(target)
            for form in forms or [Form.TXT]:
                written = (folder or path.parent) / f"{path.name}.{form}"
                written.write_text(_written(form, lines), encoding="utf-8")
                console.print(str(written))
    if failed:
        raise typer.Exit(1)


def _transcribed(recogniser: Recogniser, path: Path, folder: Path, progress: Progress, *, mix: bool) -> Path:
    """Where the whole transcript lies: hidden, unmasked, for whoever may read the recording."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f".{path.name}.transcript"
    if not is_done(path, target, mix=mix):
        task = progress.add_task(path.name, total=seconds(path))
        transcribe_recording(recogniser, path, target, mix=mix, reached=lambda at: progress.update(task, completed=at))
        progress.remove_task(task)
    return target


def _written(form: Form, lines: list[Line]) -> str:
    match form:
        case Form.VTT:
            return as_webvtt(lines)
        case Form.TXT:
            return as_text(lines)
        case Form.JSONL:
            return "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines)
