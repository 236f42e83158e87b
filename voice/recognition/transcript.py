"""What was heard: text with the times and the confidence of every word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Sound of one channel at ``SAMPLE_RATE``, between -1 and 1."""
SAMPLE_RATE = 16_000


@dataclass(frozen=True)
class Word:
    """One word; ``start`` and ``end`` in seconds from the beginning of the sound, ``confidence`` from 0 to 1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True)
class Transcript:
    """What a piece of sound says; empty when nobody spoke or when the text would have been made up."""

    words: tuple[Word, ...] = ()

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean confidence of the words, 0 when there are none."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


class Recogniser(Protocol):
    """Speech to text. Both methods work for as long as it takes and may be called from any thread."""

    def transcribe(self, samples: Samples) -> Transcript:
        """What the sound says."""
        ...

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """How likely each candidate is as the transcript, as mean log probability of a token."""
        ...
