"""The citizen's province: told once, it narrows what is searched and names the offices that answers speak of."""

from __future__ import annotations

import re

from nlu.text import places
from nlu.text.normalise import fold, normalise
from nlu.text.places import Province, find_provinces

_HERE = re.compile(r"\b(?:o|tai|que|tinh|thanh pho|tp|ben|duoi|tren|ngoai|trong)\.?\s*$")
"""What stands before the place that a citizen lives in or has something done in, rather than before any name."""
_ASKED = re.compile(r"\bnho\b.*\b(?:o|tinh|que)(?: (?:o|tinh|thanh pho|tp|cho))* (?:nao|mo|dau|gi)\b")
"""A question whether we remember where somebody is."""


def told(text: str) -> Province | None:
    """The province that ``text`` names as the place where the citizen is, or where something is to be done."""
    text = normalise(text)
    found = {place.province for place in find_provinces(text) if _HERE.search(fold(text[: place.start]))}
    return found.pop() if len(found) == 1 else None


def asked(text: str) -> bool:
    """Whether ``text`` asks where the citizen is, as far as we remember."""
    return _ASKED.search(fold(normalise(text))) is not None


def remembered(name: object) -> Province | None:
    """The province of this name, as a slot keeps it."""
    return places.province(name) if isinstance(name, str) else None
