"""What a search says about a message: one procedure, several that it may mean, or as good as nothing."""

from __future__ import annotations

import re

from actions.offers import MOST
from knowledge.model import Procedure
from knowledge.search import Found, Hit, Verdict
from nlu.text.normalise import fold

POSSIBLE = 0.1
"""Score below which even the best hit is not worth a question back."""
_FAINT = 0.15
"""Score below which the best of several hits says less than the procedure in focus."""
_NEAR = 0.3
"""Share of the best score below which a hit is no rival."""
_BRACKETS = re.compile(r"\s*\([^()]*\)$")


def by_name(found: Found, about: str) -> Found:
    """``found``, with the procedure first and certain whose whole plain name the question says."""
    named = [hit for hit in found.hits if fold(_BRACKETS.sub("", hit.procedure.plain_name)) == fold(about)]
    return first(found, named[0]) if len(named) == 1 else found


def first(found: Found, meant: Hit) -> Found:
    """``found``, with one of its hits first and certain."""
    return Found((meant, *(hit for hit in found.hits if hit is not meant)), Verdict.CLEAR)


def clear(found: Found) -> Hit | None:
    """The one procedure that search is sure of."""
    return found.hits[0] if found.verdict is Verdict.CLEAR else None


def unknown(found: Found) -> bool:
    """Whether search knows nothing of a message, or so little that the procedure in focus is more likely meant."""
    return found.verdict is Verdict.NOTHING or (clear(found) is None and found.hits[0].score < _FAINT)


def worth_offering(found: Found) -> list[Procedure]:
    """The procedures that a message may mean, the unlikely ones left out; none where even the best is unlikely."""
    if found.verdict is Verdict.NOTHING or found.hits[0].score < POSSIBLE:
        return []
    return [hit.procedure for hit in found.hits[:MOST] if hit.score >= found.hits[0].score * _NEAR]
