"""What a message is about: a linear support vector machine on n-grams of the text as written and as it was meant.

A message is seen as words and as letters, with restored accents and folded, and as the letters that were typed. Every
example is learned a second time with its accents stripped. Where the sentence encoder can run, a logistic regression on
the vector of what was meant has its say too. Scores become chances by a temperature that is found on examples left out
of training (``docs/decisions/0003-nlu-pipeline.md``).
"""

from __future__ import annotations

import logging
import os
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from nlu.text.analysis import Step, analyse
from nlu.text.codes import find_codes
from nlu.text.normalise import fold
from nlu.text.restorer import Restorer, everyday_texts
from nlu.text.sentences import Encoder, Vectors

_log = logging.getLogger(__name__)

_LONGEST = 600
"""Characters of a message that are looked at; a longer text says what it wants before that."""
_WORD = r"\w+"
_EXAMPLE_WEIGHT = 3
"""How often an example counts against a sentence of ``everyday.txt`` when accents are learned."""
_LEFT_OUT = 0.25
"""Share of the examples on which the temperature is found."""
_SEED = 1
_FREEDOM = 10
"""``C`` of the regression on vectors."""
_ROUNDS = 40
"""Steps of the regression, after which it gets no better on examples that were left out."""
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
    """``strictness`` is ``C`` of the machine; ``scope_bias`` is added to the score of what is out of scope.

    ``meaning`` is what the regression on vectors counts beside the machine; ``sentences`` is the model folder of the
    encoder, ``None`` to go by n-grams alone.
    """

    def __init__(
        self, strictness: float, scope_bias: float, meaning: float = 0.0, sentences: Path | None = None
    ) -> None:
        self.strictness = strictness
        self.scope_bias = scope_bias
        self.meaning = meaning
        self.sentences = sentences
        self.temperature = 1.0
        self.intents: list[str] = []
        self._encoder = sentences and opened(sentences)
        if self._encoder is None:
            self.sentences = None

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_encoder": None, "_views": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._encoder = self.sentences and opened(self.sentences)
        self._views = _views(self._features)

    def train(self, texts: Sequence[str], labels: Sequence[str]) -> IntentModel:
        """Learns accents, features, weights, and the temperature; ``labels`` has one intent per text."""
        typed = [_typed(text) for text in texts]
        sentences = [(text, _EXAMPLE_WEIGHT) for text, _ in typed] + [(text, 1) for text in everyday_texts()]
        self.restorer = Restorer.train(sentences)
        readings = [self._meant(*seen) for text, accented in typed for seen in ((text, accented), (fold(text), False))]
        self._features = FeatureUnion(
            [
                (name, TfidfVectorizer(preprocessor=view, sublinear_tf=True, dtype=np.float32, **settings))
                for name, (view, settings) in _VIEWS.items()
            ]
        )
        features, vectors = self._features.fit_transform(readings), self._vectors(readings)
        self._views = _views(self._features)
        self.intents = sorted(set(labels))
        truth = np.array([self.intents.index(label) for label in labels])
        known, left_out = train_test_split(
            np.arange(len(truth)), test_size=_LEFT_OUT, random_state=_SEED, stratify=truth
        )

        def fitted(examples: NDArray[np.int64]) -> _Weighing:
            both = np.repeat(2 * examples, 2) + np.tile([0, 1], len(examples))
            return _Weighing.fit(features[both], vectors[both], np.repeat(truth[examples], 2), self.strictness)

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            tried, self._weighing = pool.map(fitted, (known, np.arange(len(truth))))
        spoken = tried.machine.decision_function(features[2 * left_out])
        scores = self._scores(tried, spoken, vectors[2 * left_out])
        self.temperature = _temperature(scores, truth[left_out])
        return self

    def read(self, text: str) -> Reading:
        """The views' common ground."""
        return self._meant(*_typed(text))

    def steps(self, text: str) -> tuple[Step, ...]:
        """Each step from the text to what was read, for people who want to know why."""
        return analyse(text[:_LONGEST], self.restorer).steps

    def chances(self, text: str) -> NDArray[np.float64]:
        """The probability of every intent, in the order of ``intents``."""
        reading = self.read(text)
        scores = self._scores(self._weighing, self._spoken(reading)[None], self._vectors([reading]))
        return _softmax(scores * self.temperature)[0]

    def reasons(self, text: str, intent: str, most: int) -> list[Reason]:
        """The n-grams that spoke most for ``intent``, weightiest first."""
        columns, weights = _seen(self._views, self.read(text))
        weights = weights * self._weighing.machine.coef_[self.intents.index(intent)][columns]
        names = self._features.get_feature_names_out()[columns]
        added = sorted(zip(map(float, weights), names, strict=True), reverse=True)
        return [Reason(*name.split("__", 1), weight) for weight, name in added[:most] if weight > 0]

    def _meant(self, typed: str, accented: bool) -> Reading:
        return Reading(typed, self.restorer.restore(typed, accented))

    def _spoken(self, reading: Reading) -> NDArray[np.float64]:
        """What the n-grams of one message say for every intent."""
        columns, weights = _seen(self._views, reading)
        return self._weighing.machine.intercept_ + weights @ self._weighing.machine.coef_.T[columns]

    def _vectors(self, readings: Sequence[Reading]) -> Vectors:
        """The vectors of what was meant, shape ``(len(readings), dimensions)``; without an encoder they are empty."""
        if self._encoder is None:
            return np.empty((len(readings), 0), np.float32)
        return self._encoder.questions([reading.meant for reading in readings])

    def _scores(self, weighing: _Weighing, spoken: NDArray[np.float64], vectors: Vectors) -> NDArray[np.float64]:
        scores = spoken + self.meaning * weighing.meant(vectors)
        if OUT_OF_SCOPE in self.intents:
            scores[:, self.intents.index(OUT_OF_SCOPE)] += self.scope_bias
        return scores


@dataclass(frozen=True)
class _Weighing:
    """What was learned from features, and from vectors where there are any: they are moved by ``centre`` before."""

    machine: LinearSVC
    regression: LogisticRegression | None
    centre: Vectors
    spread: float

    @classmethod
    def fit(cls, features: csr_matrix, vectors: Vectors, truth: NDArray[np.int64], strictness: float) -> _Weighing:
        """Learns both readings of every example, which stand one after the other."""
        machine = LinearSVC(C=strictness)
        machine.fit(features, truth)
        machine.coef_ = machine.coef_.astype(np.float32)
        centre = vectors.mean(axis=0)
        if not vectors.shape[1]:
            return cls(machine, None, centre, 1.0)
        spread = float(np.linalg.norm(vectors - centre, axis=1).mean())
        counts = np.ones(len(truth))
        same = (vectors[1::2] == vectors[::2]).all(axis=1)
        counts[::2] += same
        counts[1::2] -= same
        seen = counts > 0
        regression = LogisticRegression(C=_FREEDOM, max_iter=_ROUNDS)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            regression.fit((vectors[seen] - centre) / spread, truth[seen], counts[seen])
        return cls(machine, regression, centre, spread)

    def meant(self, vectors: Vectors) -> NDArray[np.float64] | float:
        """What the vectors say for every intent, a row each; nothing without vectors."""
        if self.regression is None or not vectors.shape[1]:
            return 0.0
        return self.regression.decision_function((vectors - self.centre) / self.spread)


@dataclass(frozen=True)
class _View:
    """A fitted vectorizer: how it finds n-grams, their columns, and the weight of each."""

    ngrams: Callable[[Reading], list[str]]
    columns: dict[str, int]
    weights: NDArray[np.float32]


def _views(features: FeatureUnion) -> list[_View]:
    fitted = [vectorizer for _, vectorizer in features.transformer_list]
    return [_View(each.build_analyzer(), each.vocabulary_, each.idf_) for each in fitted]


def _seen(views: Sequence[_View], reading: Reading) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The n-grams of one message, as columns and weights.

    The same as ``FeatureUnion.transform``, whose checks of its input take longer for one message than the message does.
    """
    columns, weights, before = [], [], 0
    for view in views:
        counts = Counter(column for ngram in view.ngrams(reading) if (column := view.columns.get(ngram)) is not None)
        found = np.fromiter(counts, np.int64, len(counts))
        weighed = (1 + np.log(np.fromiter(counts.values(), np.float64, len(counts)))) * view.weights[found]
        columns.append(found + before)
        weights.append(weighed / (np.linalg.norm(weighed) or 1.0))
        before += len(view.columns)
    return np.concatenate(columns), np.concatenate(weights)


@lru_cache(maxsize=1)
def opened(folder: Path) -> Encoder | None:
    """The encoder in ``folder``, one for all models; where it cannot run, the log says once that n-grams go alone."""
    try:
        return Encoder(folder)
    except (ImportError, OSError, RuntimeError) as error:
        _log.warning("no sentence encoder (%s): intents go by n-grams alone", error)
        return None


def _typed(text: str) -> tuple[str, bool]:
    """One spelling, spoken numbers in figures, abbreviations written out, every code as its kind; in lower case.

    Beside it whether the writer uses accents.
    """
    analysis = analyse(text[:_LONGEST])
    text = analysis.text
    for code in reversed(find_codes(text)):
        text = f"{text[: code.start]}_{code.kind}_{text[code.end :]}"
    return text.lower(), analysis.accented


def _temperature(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """What scores are multiplied with so that chances are as good as they can be (least cross entropy)."""

    def loss(logarithm: float) -> float:
        chances = _softmax(scores * np.exp(logarithm))
        return -float(np.mean(np.log(chances[np.arange(len(truth)), truth] + 1e-12)))

    return float(np.exp(minimize_scalar(loss, bounds=(-1.0, 4.0), method="bounded").x))


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
