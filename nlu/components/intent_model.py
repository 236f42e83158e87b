"""What a message is about: a linear support vector machine on n-grams of the text as written and as it was meant.

A message is seen as words and as letters, with restored accents and folded, and as the letters that were typed. Every
example is learned a second time with its accents stripped. Scores become chances by a temperature that is found on
examples left out of training (``docs/decisions/0003-nlu-pipeline.md``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from nlu.text.analysis import Step, analyse
from nlu.text.codes import find_codes
from nlu.text.normalise import fold
from nlu.text.restorer import Restorer, everyday_texts

_LONGEST = 600
"""Characters of a message that are looked at; a longer text says what it wants before that."""
_WORD = r"\w+"
_EXAMPLE_WEIGHT = 3
"""How often an example counts against a sentence of ``everyday.txt`` when accents are learned."""
_FOLDS = 4
_SEED = 1
OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True)
class Reading:
    """A message as the features see it: as typed, and with accents and typos mended; codes stand as their kind."""

    typed: str
    meant: str


@dataclass(frozen=True)
class Reason:
    """An n-gram that spoke for an intent, how it was seen, and how much it added to the score."""

    view: str
    words: str
    weight: float


def _meant(reading: Reading) -> str:
    return reading.meant


def _meant_folded(reading: Reading) -> str:
    return fold(reading.meant)


def _typed_folded(reading: Reading) -> str:
    return fold(reading.typed)


_LETTERS = {"analyzer": "char_wb", "min_df": 2}
_VIEWS: dict[str, tuple[Callable[[Reading], str], dict[str, Any]]] = {
    "words": (_meant, {"token_pattern": _WORD, "ngram_range": (1, 2)}),
    "words without accents": (_meant_folded, {"token_pattern": _WORD, "ngram_range": (1, 3)}),
    "letters": (_meant, {**_LETTERS, "ngram_range": (2, 4)}),
    "letters without accents": (_meant_folded, {**_LETTERS, "ngram_range": (2, 5)}),
    "letters as typed": (_typed_folded, {**_LETTERS, "ngram_range": (2, 5)}),
}


class IntentModel:
    """``strictness`` is ``C`` of the machine; ``scope_bias`` is added to the score of what is out of scope."""

    def __init__(self, strictness: float, scope_bias: float) -> None:
        self.strictness = strictness
        self.scope_bias = scope_bias
        self.temperature = 1.0
        self.intents: list[str] = []

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
        """Learns accents, features, weights, and the temperature; ``labels`` has one intent per text."""
        typed = [_typed(text) for text in texts]
        sentences = [(text, _EXAMPLE_WEIGHT) for text in typed] + [(text, 1) for text in everyday_texts()]
        self.restorer = Restorer.train(sentences)
        readings = [[self._meant(text), self._meant(fold(text))] for text in typed]
        self.intents = sorted(set(labels))
        truth = np.array([self.intents.index(label) for label in labels])
        scores = np.zeros((len(texts), len(self.intents)))
        folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
        for known, left_out in folds.split(readings, truth):
            self._fit([readings[i] for i in known], truth[known])
            scores[left_out] = self._scores([readings[i][0] for i in left_out])
        self.temperature = _temperature(scores, truth)
        self._fit(readings, truth)
        return self

    def read(self, text: str) -> Reading:
        """The views' common ground."""
        return self._meant(_typed(text))

    def steps(self, text: str) -> tuple[Step, ...]:
        """Each step from the text to what was read, for people who want to know why."""
        return analyse(text[:_LONGEST], self.restorer).steps

    def chances(self, text: str) -> NDArray[np.float64]:
        """The probability of every intent, in the order of ``intents``."""
        return _softmax(self._scores([self.read(text)]) * self.temperature)[0]

    def reasons(self, text: str, intent: str, most: int) -> list[Reason]:
        """The n-grams that spoke most for ``intent``, weightiest first."""
        row = self._features.transform([self.read(text)]).tocoo()
        weights = self._machine.coef_[self.intents.index(intent)]
        names = self._features.get_feature_names_out()
        added = sorted(
            ((float(value * weights[i]), names[i]) for i, value in zip(row.col, row.data, strict=True)), reverse=True
        )
        return [Reason(*name.split("__", 1), weight) for weight, name in added[:most] if weight > 0]

    def _meant(self, typed: str) -> Reading:
        return Reading(typed, self.restorer.restore(typed))

    def _fit(self, readings: Sequence[Sequence[Reading]], truth: NDArray[np.int64]) -> None:
        """Learns every reading of every example."""
        self._features = FeatureUnion(
            [
                (name, TfidfVectorizer(preprocessor=view, sublinear_tf=True, dtype=np.float32, **settings))
                for name, (view, settings) in _VIEWS.items()
            ]
        )
        features = self._features.fit_transform([reading for several in readings for reading in several])
        self._machine = LinearSVC(C=self.strictness)
        self._machine.fit(features, np.repeat(truth, [len(several) for several in readings]))
        self._machine.coef_ = self._machine.coef_.astype(np.float32)

    def _scores(self, readings: Sequence[Reading]) -> NDArray[np.float64]:
        scores: NDArray[np.float64] = self._machine.decision_function(self._features.transform(readings))
        if OUT_OF_SCOPE in self.intents:
            scores[:, self.intents.index(OUT_OF_SCOPE)] += self.scope_bias
        return scores


def _typed(text: str) -> str:
    """One spelling, spoken numbers in figures, abbreviations written out, every code as its kind; in lower case."""
    text = analyse(text[:_LONGEST]).text
    for code in reversed(find_codes(text)):
        text = f"{text[: code.start]}_{code.kind}_{text[code.end :]}"
    return text.lower()


def _temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """What scores are multiplied with so that chances are as good as they can be (least cross entropy)."""

    def loss(logarithm: float) -> float:
        chances = _softmax(scores * np.exp(logarithm))
        return -float(np.mean(np.log(chances[np.arange(len(truth)), truth] + 1e-12)))

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 4.0), method="bounded").x))


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
