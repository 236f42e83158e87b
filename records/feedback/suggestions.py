"""Which category and agency a report is for, suggested from its words, its place and the names of its files.

Learned at first use, in some tenths of a second, from the words of ``categories.yml`` and the reports of
``examples.yml``. What is suggested comes with the words that spoke for it, so that staff see why.
"""

# scikit-learn is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from nlu.text.abbreviations import expand
from nlu.text.normalise import fold, normalise
from nlu.text.places import find_provinces
from records.feedback import categories
from records.feedback.categories import OTHER, Category

EXAMPLES = Path(__file__).with_name("examples.yml")
_REASONS = 3
_COMMUNES = re.compile(r"\b(xã|phường|đặc khu) ((?:\w+ ?){1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """A category and the words of the report that speak for it."""

    category: Category
    words: tuple[str, ...]


@dataclass(frozen=True)
class AgencySuggestion:
    """The agency that usually deals with such a report there, and why it is suggested."""

    name: str
    reason: str


def suggest_categories(what: str, where: str = "", files: Sequence[str] = ()) -> list[Suggestion]:
    """All categories, the likeliest first; ``other`` alone where no word is known."""
    return _learned().suggest(" . ".join([what, where, *map(_readable, files)]))


def suggest_agency(category: Category, what: str, where: str = "") -> AgencySuggestion:
    """The agency of the category's kind at the place: the commune's own, or the province's, as far as the text says."""
    reason = f"{category.name}: thường do {category.agency} giải quyết"
    if category.agency.endswith(" cấp xã"):
        place = _commune(where) or _commune(what)
        agency = category.agency.removesuffix(" cấp xã") if place else category.agency
    else:
        found = next(find_provinces(where), None) or next(find_provinces(what), None)
        place, agency = found.province.full_name if found else "", category.agency
    if not place:
        return AgencySuggestion(agency, reason)
    return AgencySuggestion(f"{agency} {place}", f"{reason}; nơi xảy ra: {place}")


def _commune(text: str) -> str:
    """The commune that a text names, such as ``xã Mẫu Một``; its name are the words in capitals, or numbers."""
    for match in _COMMUNES.finditer(normalise(text)):
        name = list(takewhile(_is_name, match[2].split()))
        if name:
            return f"{match[1].lower()} {' '.join(name)}"
    return ""


def _is_name(word: str) -> bool:
    return word[0].isupper() or word.isdigit()


def _readable(file_name: str) -> str:
    return re.sub(r"[\W_]+", " ", file_name.rpartition(".")[0] or file_name)


class _Model:
    """A linear support vector machine on words as written, words without accents, and pieces of the latter."""

    def __init__(self, texts: Sequence[str], codes: Sequence[str]) -> None:
        pairs: dict[str, Any] = {
            "ngram_range": (1, 2),
            "token_pattern": r"\w+",
            "sublinear_tf": True,
            "lowercase": False,
        }
        self._written = TfidfVectorizer(preprocessor=_written, **pairs)
        self._folded = TfidfVectorizer(preprocessor=_folded, **pairs)
        self._pieces = TfidfVectorizer(preprocessor=_folded, analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self._views = (self._written, self._folded, self._pieces)
        features = hstack([view.fit_transform(texts) for view in self._views])
        self._linear: Any = LinearSVC(C=0.3, class_weight="balanced", random_state=0).fit(features, list(codes))

    def suggest(self, text: str) -> list[Suggestion]:
        """All categories, the likeliest first."""
        known = categories.read()
        views: list[Any] = [view.transform([text]) for view in self._views]
        if not views[1].nnz:
            return [Suggestion(known[OTHER], ())]
        margins = self._linear.decision_function(hstack(views))[0]
        accented = fold(text) != normalise(text).lower()
        reasons = (self._written, views[0], 0) if accented else (self._folded, views[1], views[0].shape[1])
        ranked = np.argsort(-margins)
        return [Suggestion(known[self._linear.classes_[at]], self._words(at, *reasons)) for at in ranked]

    def _words(self, category: int, view: TfidfVectorizer, row: Any, offset: int) -> tuple[str, ...]:
        """The words and pairs that speak most for a category, none with a word of another."""
        names = view.get_feature_names_out()
        weights = row.data * self._linear.coef_[category, row.indices + offset]
        speaking = {
            str(names[at]): float(weight) for at, weight in zip(row.indices, weights, strict=True) if weight > 0
        }
        pairs = {name: sum(speaking[word] for word in name.split()) for name in speaking if _both_speak(name, speaking)}
        chosen: list[str] = []
        for word in sorted(speaking, key=lambda name: -speaking[name] - pairs.get(name, 0.0)):
            if not set(word.split()) & {each for phrase in chosen for each in phrase.split()}:
                chosen.append(word)
        return tuple(chosen[:_REASONS])


def _both_speak(pair: str, speaking: Mapping[str, float]) -> bool:
    return " " in pair and all(word in speaking for word in pair.split())


def _written(text: str) -> str:
    return expand(normalise(text).lower())


def _folded(text: str) -> str:
    return fold(_written(text))


@cache
def _learned() -> _Model:
    examples: dict[str, list[str]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    texts = [(word, category.code) for category in categories.read().values() for word in category.words]
    texts += [(text, code) for code, reports in examples.items() for text in reports]
    return _Model(*zip(*texts, strict=True))
