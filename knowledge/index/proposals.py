"""Rankings by which procedures are proposed, before any of them is weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LABELS = "labels"
"""Ranking by names, titles, aliases and field of activity."""

TEXT = "text"
"""Ranking by everything else in the record."""

MEANING = "meaning"
"""Ranking by the dense model."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One entry of a ranking, best first; scores of different rankings cannot be compared."""

    code: str
    score: float


class EngineDownError(Exception):
    """The engine cannot answer at the moment."""


Rankings = Mapping[str, Sequence[Ranked]]


def ranked(codes: Sequence[str], scores: NDArray[np.float32], depth: int) -> list[Ranked]:
    """The ``depth`` documents with the highest ``scores``, which are in the order of ``codes``."""
    depth = min(depth, len(scores))
    if not depth:
        return []
    best = np.argpartition(-scores, depth - 1)[:depth]
    order: list[int] = best[np.argsort(-scores[best], kind="stable")].tolist()
    return [Ranked(codes[place], float(scores[place])) for place in order]
