"""Learns the weights of ``knowledge.index.ranking`` from questions whose answer is known.

Two kinds: the evaluation's questions that are not frozen, and the catalogue's own aliases, each asked while it is hidden
from its procedure, as if nobody had written it down yet. The model is the ranking's own: a softmax over the
candidates' scores and the score of "nothing fits".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.ranking import WEIGHTS

_STEPS = 1500
_RATE = 0.05
_DECAY = (0.9, 0.999)


@dataclass(frozen=True, slots=True)
class Example:
    """One question: the evidence about each candidate, shape ``(candidates, len(WEIGHTS))``, and which are right.

    No candidate is right when nothing fits. ``weight`` says how much the question counts.
    """

    evidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float = 1.0


def row(evidence: dict[str, float]) -> list[float]:
    """Evidence as a row of numbers, in the order of ``WEIGHTS``."""
    return [evidence[name] for name in WEIGHTS]


def fit(examples: Sequence[Example], ridge: float = 0.01) -> tuple[dict[str, float], float]:
    """The weights, and the score of "nothing fits", that make the right answers most probable (Adam, L2 penalty)."""
    rows = np.concatenate([example.evidence for example in examples])
    spread = rows.std(axis=0) + 1e-6
    width = len(spread)
    weights = np.array(list(WEIGHTS.values())) * spread
    parameters = np.append(weights, _null_start(examples, weights / spread))
    first, second = np.zeros(width + 1), np.zeros(width + 1)
    total = sum(example.weight for example in examples)
    for step in range(1, _STEPS + 1):
        gradient = sum((_gradient(example, parameters, spread) for example in examples), np.zeros(width + 1)) / total
        gradient[:width] += ridge * parameters[:width]
        first = _DECAY[0] * first + (1 - _DECAY[0]) * gradient
        second = _DECAY[1] * second + (1 - _DECAY[1]) * gradient**2
        corrected = first / (1 - _DECAY[0] ** step) / (np.sqrt(second / (1 - _DECAY[1] ** step)) + 1e-8)
        parameters -= _RATE * (1 - step / _STEPS) * corrected
    learned = parameters[:width] / spread
    return dict(zip(WEIGHTS, learned.round(3).tolist(), strict=True)), round(float(parameters[width]), 3)


def _null_start(examples: Iterable[Example], weights: NDArray[np.float64]) -> float:
    return float(np.median([(example.evidence @ weights).max() for example in examples if len(example.evidence)]))


def _gradient(example: Example, parameters: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of the negative log-probability of the right answers."""
    scaled = example.evidence / spread
    scores = np.append(scaled @ parameters[:-1], parameters[-1])
    right = np.append(example.right, not example.right.any())
    chance = np.exp(scores - scores.max())
    chance /= chance.sum()
    wanted = chance * right
    wanted /= wanted.sum() or 1.0
    difference = (chance - wanted) * example.weight
    return np.append(difference[:-1] @ scaled, difference[-1])
