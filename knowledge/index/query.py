"""A question on its way into the engines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from nlu.text import english
from nlu.text.abbreviations import read_table
from nlu.text.analysis import Analysis, analyse
from nlu.text.filler import content
from nlu.text.normalise import normalise
from nlu.text.restorer import Restorer
from nlu.text.tokens import bigrams, key, tokens

_LONGEST_QUESTION = 600
"""Characters of a question that are read; nobody names a procedure later than that."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the engines take it.

    ``words`` are its content syllables with accents; ``terms`` the same in index form; ``added`` the official words for
    everyday terms in it. ``meaning`` is the text for the dense model.
    """

    analysis: Analysis
    words: tuple[str, ...]
    terms: tuple[str, ...]
    added: tuple[str, ...]
    meaning: str

    @property
    def all_terms(self) -> list[str]:
        """Index terms without repetition: syllables and pairs of neighbours, those added last."""
        own, added = list(self.terms), list(self.added)
        return list(dict.fromkeys([*own, *bigrams(own), *added, *bigrams(added)]))

    @property
    def telling_terms(self) -> list[str]:
        """The pairs alone, where there are any: single syllables stand in nearly every record text, and cost time."""
        return [term for term in self.all_terms if "_" in term] or self.all_terms


@lru_cache(maxsize=1)
def _official() -> tuple[dict[tuple[str, ...], str], int]:
    table = {tuple(everyday.split()): official for everyday, official, *_ in read_table("everyday_terms.tsv")}
    return table, max(map(len, table))


def official_words(words: list[str]) -> list[str]:
    """The official terms for the everyday ones in ``words`` (lower case, accents), longest match first."""
    table, longest = _official()
    found: list[str] = []
    position = 0
    while position < len(words):
        for length in range(min(longest, len(words) - position), 0, -1):
            official = table.get(tuple(words[position : position + length]))
            if official is not None:
                found.append(official)
                position += length
                break
        else:
            position += 1
    return list(dict.fromkeys(found))


def read(question: str, restorer: Restorer | None) -> Query:
    """``question`` analysed and taken apart."""
    analysis = analyse(question[:_LONGEST_QUESTION], restorer)
    words = content(analysis.tokens)
    official = official_words(words)
    added = [key(token) for phrase in official for token in tokens(phrase)]
    meaning = " ".join(words) + ("".join(f", {phrase}" for phrase in official))
    return Query(analysis, tuple(words), tuple(map(key, words)), tuple(added), meaning)


def read_english(question: str) -> Query:
    """An English ``question`` taken apart; the dense model reads it as it is written."""
    analysis = analyse(question[:_LONGEST_QUESTION])
    words = tuple(english.content(question[:_LONGEST_QUESTION]))
    return Query(analysis, words, words, (), normalise(question[:_LONGEST_QUESTION]))
