"""A recording becomes lines: JSON, one a piece of speech, written as they come, so that a break loses one piece."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from voice.recognition.transcript import SAMPLE_RATE, Recogniser, Samples, Word
from voice.transcripts.cutting import Cutter
from voice.transcripts.reading import blocks

_FORM = 1


@dataclass(frozen=True)
class Line:
    """What one channel says without a pause; times in seconds from the beginning of the recording."""

    channel: int
    start: float
    end: float
    text: str
    confidence: float
    words: tuple[Word, ...] = ()


def transcribe(
    recogniser: Recogniser, path: Path, target: Path, *, mix: bool = False, reached: Callable[[float], None]
) -> None:
    """Writes the lines of a recording to ``target``.

    Until it is complete it lies beside it as ``.part``, from which the next call goes on if the recording is still the
    same. ``reached`` is told how many seconds are done. Raises ``Unreadable``.
    """
    part = target.with_name(f"{target.name}.part")
    head = _head(path, mix=mix)
    done = _resume(part, head)
    with part.open("a", encoding="utf-8") as file:
        if not done:
            file.write(_as_json(head))
        for channel, start, samples in itertools.islice(_pieces(path, mix=mix), max(done - 1, 0), None):
            file.write(_as_json(asdict(_line(recogniser, channel, start, samples))))
            file.flush()
            reached(start + len(samples) / SAMPLE_RATE)
    part.replace(target)


def is_done(path: Path, target: Path, *, mix: bool = False) -> bool:
    """Whether ``target`` holds the lines of this very recording, taken in the same way."""
    if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
        return False
    with target.open(encoding="utf-8") as file:
        return json.loads(file.readline()) == _head(path, mix=mix)


def read_lines(target: Path) -> list[Line]:
    """The lines in which something was understood, by their start."""
    entries = [json.loads(row) for row in target.read_text(encoding="utf-8").splitlines()[1:]]
    lines = [Line(words=tuple(Word(**word) for word in entry.pop("words")), **entry) for entry in entries]
    return sorted((line for line in lines if line.text), key=lambda line: (line.start, line.channel))


def _head(path: Path, *, mix: bool) -> dict[str, object]:
    return {"form": _FORM, "file": path.name, "bytes": path.stat().st_size, "mix": mix}


def _resume(part: Path, head: Mapping[str, object]) -> int:
    """How many whole rows of the same recording are there; what is not, or half a row, goes."""
    rows = part.read_bytes().splitlines(keepends=True) if part.exists() else []
    whole = rows if not rows or rows[-1].endswith(b"\n") else rows[:-1]
    if not whole or json.loads(whole[0]) != head:
        whole = []
    part.write_bytes(b"".join(whole))
    return len(whole)


def _pieces(path: Path, *, mix: bool) -> Iterator[tuple[int, float, Samples]]:
    cutters: list[Cutter] = []
    for block in blocks(path, mix=mix):
        cutters = cutters or [Cutter() for _ in block]
        for channel, cutter in enumerate(cutters):
            for start, samples in cutter.add(block[channel]):
                yield channel, start, samples
    for channel, cutter in enumerate(cutters):
        for start, samples in cutter.finish():
            yield channel, start, samples


def _line(recogniser: Recogniser, channel: int, start: float, samples: Samples) -> Line:
    heard = recogniser.transcribe(samples)
    words = tuple(
        Word(word.text, round(start + word.start, 2), round(start + word.end, 2), round(word.confidence, 3))
        for word in heard.words
    )
    end = start + len(samples) / SAMPLE_RATE
    return Line(channel, round(start, 2), round(end, 2), heard.text, round(heard.confidence, 3), words)


def _as_json(row: Mapping[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
