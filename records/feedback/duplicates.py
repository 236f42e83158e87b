"""Open cases that may be about the same thing as another one: alike in their words, and at the same place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from records.feedback.life import OPEN
from records.models import Feedback

NEAR_METRES = 300
LEAST_LIKENESS = 0.3
"""Shared trigrams of the words without accents, from 0 to 1; what PostgreSQL calls similar (``%``)."""
_MOST = 20
_METRES_IN_A_DEGREE = 111_320


@dataclass(frozen=True)
class Similar:
    """An open case that may be the same, and why: likeness of its text (0 to 1), and where it is."""

    case: Feedback
    likeness: float
    metres: int | None
    """Distance, where both have coordinates."""

    @property
    def reason(self) -> str:
        """For staff."""
        place = (
            f"cách {self.metres} m" if self.metres is not None and self.metres <= NEAR_METRES else "nơi ghi tương tự"
        )
        return f"nội dung giống {self.likeness:.0%}, {place}"


async def similar_cases(session: AsyncSession, case: Feedback) -> Sequence[Similar]:
    """Open cases like ``case``, the likeliest first: within ``NEAR_METRES``, or at a place that is written alike.

    The index finds those whose texts are alike; many cases share a place.
    """
    text, own_text = func.motcua_folded(Feedback.what), _folded(case.what)
    likeness = func.similarity(text, own_text)
    there = _there(case)
    if there is None:
        return []
    wanted = (
        select(Feedback, likeness)
        .where(Feedback.state.in_(OPEN), Feedback.id != case.id, Feedback.merged_into_id.is_(None))
        .where(Feedback.demonstration == case.demonstration, there, text.op("%")(own_text))
        .order_by(likeness.desc(), Feedback.id)
        .limit(_MOST)
    )
    return [Similar(row[0], row[1], _metres(case, row[0])) for row in (await session.execute(wanted)).all()]


def _there(case: Feedback) -> ColumnElement[bool] | None:
    """Whether another case is at the place of ``case``; none if it names no place."""
    places: list[ColumnElement[bool]] = []
    if case.where.strip():
        places.append(func.similarity(func.motcua_folded(Feedback.where), _folded(case.where)) >= LEAST_LIKENESS)
    if case.latitude is not None and case.longitude is not None:
        north = NEAR_METRES / _METRES_IN_A_DEGREE
        east = north / _narrowing(case.latitude)
        places.append(
            and_(
                Feedback.latitude.between(case.latitude - north, case.latitude + north),
                Feedback.longitude.between(case.longitude - east, case.longitude + east),
            )
        )
    return or_(*places) if places else None


def _folded(value: str) -> ColumnElement[str]:
    """``value`` without accents, worked out once and not for every row."""
    return select(func.motcua_folded(value)).scalar_subquery()


def _metres(case: Feedback, other: Feedback) -> int | None:
    """The distance; as flat as the Earth is over a few hundred metres."""
    if case.latitude is None or case.longitude is None or other.latitude is None or other.longitude is None:
        return None
    north, east = other.latitude - case.latitude, (other.longitude - case.longitude) * _narrowing(case.latitude)
    return round(math.hypot(north, east) * _METRES_IN_A_DEGREE)


def _narrowing(latitude: float) -> float:
    """How much shorter a degree of longitude is than one of latitude."""
    return max(math.cos(math.radians(latitude)), 0.01)
