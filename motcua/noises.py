"""Sounds in which nobody says a word: what a recogniser must not make text of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from voice.recognition.transcript import SAMPLE_RATE, Samples

KINDS = ("silence", "white", "pink", "hum", "music", "clicks", "babble")
_CLIPS = (2, 8, 8, 8, 8, 8, 8)
"""50 in all; silence has nothing to vary."""
_VOICES = 6


def noises(recordings: Sequence[Samples], seed: int = 7) -> Iterator[tuple[str, Samples]]:
    """50 clips of 2 to 8 s with their kinds, the same ones for a seed, at levels from faint to loud.

    ``babble`` are six recordings played backwards at once: voices without words. Without recordings there is none.
    """
    dice = np.random.default_rng(seed)
    for kind, clips in zip(KINDS, _CLIPS, strict=True):
        for _ in range(clips if recordings or kind != "babble" else 0):
            sound = _sound(kind, int(dice.uniform(2, 8) * SAMPLE_RATE), dice, recordings)
            loudest = float(np.abs(sound).max()) or 1.0
            yield kind, (sound / loudest * dice.uniform(0.02, 0.8)).astype(np.float32)


def _sound(kind: str, length: int, dice: np.random.Generator, recordings: Sequence[Samples]) -> NDArray[np.float64]:
    time = np.arange(length) / SAMPLE_RATE
    white = dice.normal(size=length)
    match kind:
        case "silence":
            return np.zeros(length)
        case "white":
            return white
        case "pink":
            spectrum = np.fft.rfft(white)
            return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(spectrum.size), 1)), length)
        case "hum":
            return sum((np.sin(2 * np.pi * 50 * n * time) / n for n in (1, 2, 3, 5)), 0.05 * white)
        case "music":
            notes = 220 * 2 ** (dice.choice([0, 3, 5, 7, 10, 12], size=16) / 12)
            tune = notes[(time * 3).astype(int) % notes.size]
            phase = 2 * np.pi * np.cumsum(tune) / SAMPLE_RATE
            return (np.sin(phase) + 0.4 * np.sin(2 * phase)) * np.exp(-3 * (time * 3 % 1))
        case "clicks":
            return np.where(dice.random(length) < 5 / SAMPLE_RATE, white, 0.0) + 0.001 * white
        case _:
            chosen = [recordings[int(dice.integers(len(recordings)))] for _ in range(_VOICES)]
            return np.sum([np.resize(each[::-1], length) for each in chosen], axis=0, dtype=np.float64)
