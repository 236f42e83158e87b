"""The need in a story: the parts of a long message that say it, where search does not know the whole."""

from __future__ import annotations

import re
from collections.abc import Callable

from actions.hits import clear
from knowledge.search import Found
from nlu.text.clauses import story_parts
from nlu.text.english import is_english
from nlu.text.normalise import fold
from nlu.text.tokens import keys

_A_STORY = 14
"""Syllables from which on a message may be one."""
_A_STORY_IN_ENGLISH = 8
"""Words: what is told beside an English need weighs more, as few wordings stand against it."""
_TELLING = 4
"""Syllables from which on parts are searched for."""
_ALONE = 2
"""Syllables that a part has to have to count as one."""
_FEW = 6
"""Syllables up to which a part says no more than what is asked of the one before ("thì làm sao ạ")."""
_MOST = 12
"""Parts, alone or two together, that are searched for; a search takes some milliseconds."""
_WANTS = re.compile(
    r"\b(?:muon|xin|can|phai|o dau|the nao|kieu gi|keu ai|lam (?:sao|lai|the nao|giay|gi|cai gi)|thi (?:lam )?sao"
    r"|duoc (?:khong|ko|k|hong)|dc (?:ko|k|hk)"
    r"|lost|stolen|expired|want|need|how|where|what|which|who|must|should|could"
    r"|(?:do|does|did|would) (?:i|we|he|she|they|you|my|it))\b|\?"
)
"""On folded text: words with which a need is said."""
_SEEN = 0.3
"""What it counts beside the score of a part that the whole message may mean the same procedure."""
_ENOUGH = 0.8
"""Chosen on 70 stories."""


def need(text: str, whole: Found, search: Callable[[str], Found]) -> Found | None:
    """What the parts of ``text`` that say its need find; ``None`` where none says it, or ``text`` is no story.

    ``whole`` is what search makes of all of it.
    """
    if len(keys(text)) < (_A_STORY_IN_ENGLISH if is_english(text) else _A_STORY):
        return None
    seen = {code for hit in whole.hits for code in hit.codes}
    weighed = [(_weight(found, seen), found) for part in _wanting(text) if clear(found := search(part))]
    weight, best = max(weighed, key=lambda one: one[0], default=(0.0, whole))
    return best if weight >= _ENOUGH else None


def _weight(found: Found, seen: set[str]) -> float:
    hit = found.hits[0]
    return hit.score + (0.0 if seen.isdisjoint(hit.codes) else _SEEN)


def _wanting(text: str) -> list[str]:
    """Every part and every two neighbours that say a need, or are followed by a few words that do."""
    parts = [part for part in story_parts(text) if len(keys(part)) >= _ALONE]
    spans = [(start, end) for start in range(len(parts)) for end in (start + 1, start + 2) if end <= len(parts)]
    told: list[str] = []
    for start, end in spans:
        span, after = " ".join(parts[start:end]), parts[end] if end < len(parts) else ""
        short = after if len(keys(after)) <= _FEW else ""
        if len(keys(span)) >= _TELLING and _WANTS.search(fold(f"{span} {short}")):
            told.append(span)
    return told[-_MOST:]
