"""Whether a message is English, and the words of it that tell what it asks for (``data/english.yml``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml

from nlu.text.abbreviations import DATA, expand
from nlu.text.clauses import story_parts
from nlu.text.normalise import fold, is_syllable, normalise
from nlu.text.places import find_provinces
from nlu.text.tokens import tokens

_SYLLABLES = 0.85
"""Share of words built like Vietnamese syllables from which on a longer message is Vietnamese without accents."""
_ENOUGH = 2
"""Telling words that make a message English; as many syllables without one make it Vietnamese."""
_ADDRESS = 3
"""One accented word in so many may be a name or an address in an English message ("12 Hoa Sữa street")."""
_WISH = re.compile(
    r"\b(?:want|wants|need|needs|like to|how|where|what|which|who|must|should"
    r"|(?:do|does|can|could) (?:i|we|he|she|they|my))\b"
)
_PLURAL = 4
"""Letters from which on a word may be a plural."""


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str], dict[str, str]]:
    """Telling words, those of them that Vietnamese use too, all English words, filler, and the form of each variant."""
    table: dict[str, Any] = yaml.safe_load((DATA / "english.yml").read_text(encoding="utf-8"))
    certain, loans, syllables, filler = (
        frozenset(table[name].split()) for name in ("telling", "loans", "syllables", "filler")
    )
    same = {variant: form for form, variants in table["same"].items() for variant in variants.split()}
    return certain, loans, certain | syllables | filler | same.keys() | set(same.values()), filler, same


def heard(text: str) -> str | None:
    """The language of ``text``, ``vi`` or ``en``; ``None`` where it is too short to tell."""
    telling, _, english, _, _ = _lists()
    words = [word for word in tokens(text) if word.isalpha()]
    if sum(fold(word) != word for word in words) * _ADDRESS > len(words):
        return "vi"
    syllables = sum(map(is_syllable, words))
    if len(words) > _ENOUGH + 1 and syllables >= _SYLLABLES * len(words):
        return "vi"
    written_out = tokens(expand(text))
    chat = sum(is_syllable(word) and word not in english for word in written_out)
    if sum(word in telling for word in words) >= _ENOUGH and chat <= sum(word in english for word in written_out):
        return "en"
    return "vi" if len(words) > _ENOUGH and syllables == len(words) else None


def is_english(text: str) -> bool:
    """Whether ``text`` is to be searched as English: also a word or two that are nothing else ("marriage")."""
    certain, loans, english, _, _ = _lists()
    language = heard(text)
    words = [word for word in tokens(text) if word.isalpha()]
    return language == "en" or (
        language is None and english.issuperset(words) and not (certain - loans).isdisjoint(words)
    )


def telling(text: str) -> list[str]:
    """The words of an English ``text`` that tell what it asks for; empty for none."""
    filler = _lists()[3]
    return [word for word in _words(text) if word not in filler]


def content(text: str) -> list[str]:
    """The telling words of an English ``text``, in one form each ("register", "registering": registration)."""
    same = _lists()[4]
    return [same.get(word) or same.get(_singular(word), _singular(word)) for word in telling(text)]


def asked(text: str) -> str:
    """The parts of an English ``text`` that ask or wish; all of it where these name nothing."""
    wishes = ". ".join(part for part in story_parts(text) if _WISH.search(part.lower()))
    return wishes if telling(wishes) else text


def vietnamese_words(text: str) -> str:
    """What an English ``text`` says in Vietnamese ("where can I get ly lich tu phap"), places aside; else empty."""
    english = _lists()[2]
    text = normalise(text)
    for place in reversed(list(find_provinces(text))):
        text = text[: place.start] + text[place.end :]
    unknown = [word for word in tokens(text) if is_syllable(fold(word)) and word not in english]
    return " ".join(unknown) if len(unknown) >= _ENOUGH else ""


def _words(text: str) -> list[str]:
    """Without what an apostrophe cuts off ("wife's", "don't")."""
    return tokens(normalise(text).replace("\u2019", "'").replace("'s", "").replace("'", ""))


def _singular(word: str) -> str:
    if len(word) < _PLURAL or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
