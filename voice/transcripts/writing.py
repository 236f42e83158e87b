"""Lines of a transcript as text and as WebVTT (https://www.w3.org/TR/webvtt1/)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from voice.transcripts.recording import Line


def mask(lines: Sequence[Line]) -> list[Line]:
    """The lines with personal data masked, and without their words, in which it would still stand."""
    from records.privacy.masking import masked  # Presidio and spaCy take a second

    return [replace(line, text=masked(line.text), words=()) for line in lines]


def as_text(lines: Sequence[Line]) -> str:
    """A paragraph a line, with time and, where several speak, the channel."""
    several = len({line.channel for line in lines}) > 1
    return "".join(
        f"[{_clock(line.start)}] {f'Kênh {line.channel + 1}: ' if several else ''}{line.text}\n" for line in lines
    )


def as_webvtt(lines: Sequence[Line]) -> str:
    """A cue a line; the channel is the voice."""
    cues = [
        f"{_clock(line.start)} --> {_clock(line.end)}\n<v Kênh {line.channel + 1}>{_escaped(line.text)}\n"
        for line in lines
    ]
    return "\n".join(["WEBVTT\n", *cues])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    return (
        f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}"
        f":{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
    )
