"""The transcript of a call, with personal numbers masked before it is kept."""

from __future__ import annotations

import re
from typing import Any

from nlu.text.codes import find_codes
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written
from voice.recognition.transcript import Transcript

_LONGEST = 5000
"""Lines that one call may have."""
_MASK = "•"
_FIGURES = re.compile(r"\d{3,}")


class Journal:
    """Lines of one call in order, as ``records.models_calls.Call.transcript`` keeps them."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def caller(self, at: float, transcript: Transcript) -> None:
        """Words of the caller; where they hold a code or a number, every figure in them is masked."""
        words = [
            {
                "text": word.text,
                "start": round(at + word.start, 2),
                "end": round(at + word.end, 2),
                "confidence": round(word.confidence, 2),
            }
            for word in transcript.words
        ]
        if _holds_number(transcript.text):
            for word in words:
                word["text"] = _MASK * 3
        self._add({"speaker": "caller", "start": round(at, 2), "words": words})

    def assistant(self, at: float, text: str) -> None:
        """Words of the assistant; a code that is read back is masked."""
        kept = _MASK * 3 if _holds_number(text) else text
        self._add({"speaker": "assistant", "start": round(at, 2), "text": kept})

    def _add(self, line: dict[str, Any]) -> None:
        if len(self.lines) < _LONGEST:
            self.lines.append(line)


def _holds_number(text: str) -> bool:
    written = spoken_to_written(normalise(text))
    return bool(find_codes(written)) or _FIGURES.search(written) is not None
