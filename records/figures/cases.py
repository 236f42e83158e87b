"""Figures over cases: league tables of agencies, categories or channels, their course, the cases behind a figure."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Float, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from records.database import Database
from records.feedback import categories
from records.figures.cells import Cell, Row
from records.figures.indicators import INDICATORS, Indicator, counted, places
from records.figures.periods import Period
from records.models import Feedback, FeedbackRating

OWN = "Bộ phận một cửa"
"""Who handles what was not forwarded."""


class By(StrEnum):
    """What the lines of a league table are."""

    AGENCY = "agency"
    CATEGORY = "category"
    CHANNEL = "channel"

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return {"agency": "Cơ quan", "category": "Lĩnh vực", "channel": "Kênh"}[self]

    @property
    def column(self) -> ColumnElement[str]:
        """What a case is grouped by."""
        columns: dict[By, InstrumentedAttribute[Any]] = {
            By.AGENCY: Feedback.agency,
            By.CATEGORY: Feedback.category,
            By.CHANNEL: Feedback.source,
        }
        return func.coalesce(columns[self], "")


type _Taken = dict[str, dict[tuple[int, str], tuple[NDArray[np.int64], NDArray[np.float64]]]]
"""By indicator, and by place of the period and key: who filed each case, and its number where there is one."""
_PLANNING = (
    "SET LOCAL work_mem = '64MB'",
    "SET LOCAL jit = off",
    "SET LOCAL enable_sort = off",
    "SET LOCAL random_page_cost = 1.1",
)
"""Compiling takes longer than the query, groups are few and need no sorting, and an index alone is read fast."""


@dataclass(frozen=True)
class Overview:
    """A league table, that of the period before, the parts of the period in order of time, and the whole of it."""

    rows: list[Row]
    before: list[Row]
    course: list[Row]
    whole: dict[str, Cell]


async def overview(
    database: Database, reach: ColumnElement[bool], period: Period, by: By, names: Mapping[str, str]
) -> Overview:
    """All that is shown of the cases within ``reach``, each read once; ``names`` are those of channels.

    What is asked for apart is asked for side by side, on connections of its own: a year is long.
    """
    parts = period.parts()

    async def read(indicators: Sequence[Indicator]) -> _Taken:
        async with database.session() as session:
            return await _taken(session, indicators, reach, [period.before, *parts], by.column)

    found = await asyncio.gather(*map(read, _alike(INDICATORS.values())))
    taken = {name: groups for part in found for name, groups in part.items()}
    places = range(1, len(parts) + 1)
    return Overview(
        _table(taken, places, by, names),
        _table(taken, [0], by, names),
        [
            Row(part.start.isoformat(), f"{part.start:%d/%m}–{part.last:%d/%m}", _cells(taken, [place]))
            for place, part in enumerate(parts, 1)
        ],
        _cells(taken, places),
    )


async def league(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, by: By, names: Mapping[str, str]
) -> list[Row]:
    """A line for each agency, category or channel with cases within ``reach``; ``names`` are those of channels."""
    return _table(await _taken(session, INDICATORS.values(), reach, [period], by.column), [0], by, names)


async def total(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, keys: Iterable[str] = tuple(INDICATORS)
) -> dict[str, Cell]:
    """The indicators named ``keys`` over all cases within ``reach``."""
    return _cells(await _taken(session, [INDICATORS[key] for key in keys], reach, [period], literal("")), [0])


async def behind(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, indicator: Indicator, most: int
) -> Sequence[Feedback]:
    """At most ``most`` cases that a figure counts, those first that one would look into."""
    rows = (
        select(Feedback)
        .outerjoin(FeedbackRating, FeedbackRating.feedback_id == Feedback.id)
        .where(reach, counted(indicator, period))
        .order_by(Feedback.created_at if indicator.order is None else indicator.order, Feedback.id)
        .limit(most)
    )
    return (await session.execute(rows)).scalars().all()


def name_of(by: By, key: str, names: Mapping[str, str]) -> str:
    """What the line with ``key`` is called; ``names`` are those of channels."""
    match by:
        case By.AGENCY:
            return key or OWN
        case By.CATEGORY:
            return categories.read()[key].name if key in categories.read() else "Chưa phân loại"
        case By.CHANNEL:
            return names.get(key, key) or "Không rõ"


async def _taken(
    session: AsyncSession,
    wanted: Iterable[Indicator],
    reach: ColumnElement[bool],
    periods: Sequence[Period],
    key: ColumnElement[str],
) -> _Taken:
    """What the indicators count, by the place of the period among ``periods`` (one after the other) and by ``key``.

    Indicators that count the same cases are asked for together, the others apart, so that each reads by index the cases
    that it counts and no others. People are told apart here: PostgreSQL would sort all cases.
    """
    for setting in _PLANNING:
        await session.execute(text(setting))
    taken: _Taken = {}
    for indicators in _alike(wanted):
        place, condition = places(indicators[0], periods)
        grouped = (
            select(
                place.label("place"),
                key.label("key"),
                _joined(func.int8send(Feedback.person)),
                *(_joined(func.float8send(cast(each.value, Float))) for each in indicators if each.value is not None),
            )
            .where(reach, condition)
            .group_by(text("place"), text("key"))
        )
        if indicators[0].at is FeedbackRating.at:
            grouped = grouped.join(FeedbackRating, FeedbackRating.feedback_id == Feedback.id)
        taken |= {indicator.key: {} for indicator in indicators}
        rows: Sequence[Any] = (await session.execute(grouped)).all()
        for where, name, people, *packed in rows:
            each_person, left = np.frombuffer(people, ">i8").astype(np.int64), iter(packed)
            for indicator in indicators:
                figures = b"" if indicator.value is None else next(left)
                taken[indicator.key][where, name] = each_person, np.frombuffer(figures, ">f8").astype(np.float64)
    return taken


def _alike(wanted: Iterable[Indicator]) -> Iterable[list[Indicator]]:
    """The indicators that count the same cases, together."""
    together: dict[object, list[Indicator]] = defaultdict(list)
    for indicator in wanted:
        together[indicator.at].append(indicator)
    return together.values()


def _joined(sent: ColumnElement[bytes]) -> ColumnElement[bytes]:
    return func.string_agg(sent, cast(literal(b""), BYTEA))


def _table(taken: _Taken, places: Sequence[int], by: By, names: Mapping[str, str]) -> list[Row]:
    keys = {
        key
        for indicator, groups in taken.items()
        for place, key in groups
        if place in _counting(INDICATORS[indicator], places)
    }
    table = [Row(key, name_of(by, key, names), _cells(taken, places, key)) for key in keys]
    return sorted(table, key=lambda row: (-row.cells["received"].people, row.name))


def _cells(taken: _Taken, places: Sequence[int], only: str | None = None) -> dict[str, Cell]:
    """The indicators over the periods at ``places``, which follow one another, and over one key or all."""
    cells: dict[str, Cell] = {}
    persons: dict[object, int] = {}
    for name, groups in taken.items():
        indicator = INDICATORS[name]
        counting = _counting(indicator, places)
        found = [group for (place, key), group in groups.items() if place in counting and only in (None, key)]
        if not found:
            cells[name] = Cell(0.0 if indicator.value is None else None, 0)
            continue
        people, numbers = (np.concatenate(each) for each in zip(*found, strict=True))
        value = len(people) if indicator.value is None else indicator.summary(numbers)
        if indicator.at not in persons:
            persons[indicator.at] = _distinct(people)
        cells[name] = Cell(float(value), persons[indicator.at])
    return cells


def _distinct(people: NDArray[np.int64]) -> int:
    ordered = np.sort(people)
    return 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))


def _counting(indicator: Indicator, places: Sequence[int]) -> Sequence[int]:
    return places[-1:] if indicator.at is None else places
