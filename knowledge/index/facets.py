"""What is to be done, and for whom: the words that tell apart procedures about the same thing.

"Cấp", "cấp lại" and "thu hồi giấy phép" share every other word. ``facets.tsv`` lists for each facet the words by which
official names and citizens say it; a facet that only one side has speaks against the pair.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from nlu.text.normalise import normalise

Facets = frozenset[str]

_TABLE = Path(__file__).with_name("facets.tsv")


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    phrases: dict[str, list[str]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            facet, words = line.split("\t")
            phrases.setdefault(facet, []).extend(words.split(", "))
    return [
        (facet, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")) for facet, words in phrases.items()
    ]


def facets_of(text: str) -> Facets:
    """The facets that ``text`` (accents restored) speaks of."""
    text = normalise(text).lower()
    return frozenset(facet for facet, pattern in _patterns() if pattern.search(text))
