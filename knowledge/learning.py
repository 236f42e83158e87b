"""Learns the weights of ``knowledge.index.ranking`` from questions whose answer is known.

Two kinds: the evaluation's questions that are not frozen, and the catalogue's own aliases, each asked while it is
hidden from its procedure, as if nobody had written it down yet. The model is the ranking's own: a softmax over the
candidates' scores and the score of "nothing fits".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.ranking import Weights

_FIRST_WEIGHT = 0.1
_STEPS = 400
_RATE = 0.1
_DECAY = (0.9, 0.999)


@dataclass(frozen=True, slots=True)
class Example:
    """One question: the evidence about each candidate, shape ``(candidates, kinds of evidence)``, and which are right.

    No candidate is right when nothing fits. ``weight`` says how much the question counts.
    """

    evidence: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: float = 1.0


def fit(examples: Sequence[Example], names: Sequence[str], ridge: float = 0.01) -> Weights:
    """The weights that make the right answers most probable (Adam, L2 penalty); ``names`` are the kinds of evidence."""
    rows = np.concatenate([example.evidence for example in examples])
    spread = rows.std(axis=0, dtype=np.float64) + 1e-6
    batch = _Batch(examples, spread)
    weights = _FIRST_WEIGHT * spread
    parameters = np.append(weights, np.median((batch.evidence @ weights).max(axis=1))).astype(np.float64)
    first, second = np.zeros_like(parameters), np.zeros_like(parameters)
    for step in range(1, _STEPS + 1):
        gradient = batch.gradient(parameters)
        gradient[:-1] += ridge * parameters[:-1]
        first = _DECAY[0] * first + (1 - _DECAY[0]) * gradient
        second = _DECAY[1] * second + (1 - _DECAY[1]) * gradient**2
        corrected = first / (1 - _DECAY[0] ** step) / (np.sqrt(second / (1 - _DECAY[1] ** step)) + 1e-8)
        parameters -= _RATE * (1 - step / _STEPS) * corrected
    learned = parameters[:-1] / spread
    return Weights(dict(zip(names, learned.round(3).tolist(), strict=True)), round(float(parameters[-1]), 3))


class _Batch:
    """All examples in one array, filled up to the same number of candidates; the last column is "nothing fits"."""

    def __init__(self, examples: Sequence[Example], spread: NDArray[np.float64]) -> None:
        most = max(len(example.evidence) for example in examples)
        self.evidence = np.zeros((len(examples), most, len(spread)))
        self.missing = np.ones((len(examples), most + 1), bool)
        self.right = np.zeros((len(examples), most + 1), bool)
        for i, example in enumerate(examples):
            count = len(example.evidence)
            self.evidence[i, :count] = example.evidence / spread
            self.missing[i, :count] = self.missing[i, -1] = False
            self.right[i, :count] = example.right
            self.right[i, -1] = not example.right.any()
        weights = np.array([example.weight for example in examples])
        self.weights = weights / weights.sum()

    def gradient(self, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        """Of the mean negative log-probability of the right answers."""
        scores = np.empty(self.missing.shape)
        scores[:, :-1] = self.evidence @ parameters[:-1]
        scores[:, -1] = parameters[-1]
        scores[self.missing] = -np.inf
        chance = np.exp(scores - scores.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        wanted = chance * self.right
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-300)
        difference = (chance - wanted) * self.weights[:, None]
        return np.append(np.einsum("ec,ecf->f", difference[:, :-1], self.evidence), difference[:, -1].sum())
