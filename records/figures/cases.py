"""Figures over cases: league tables of agencies, categories or channels, their course, the cases behind a figure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, column, distinct, func, literal, select, text, values
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from records.feedback import categories
from records.figures.cells import Cell, Row
from records.figures.indicators import INDICATORS, Indicator, counted
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


_PERSON = func.coalesce(
    func.uuid_hash_extended(Feedback.conversation_id, 0),
    func.hashtextextended(func.encode(Feedback.contact_hash, "hex"), 0),
    Feedback.id,
)
"""Who filed a case: a conversation, or else a contact; a case without either counts as a person of its own.

64 bits are counted faster than what they stand for. Were two of them ever alike, fewer people would be counted."""
_MEMORY = "SET LOCAL work_mem = '64MB'"
_NO_COMPILING = "SET LOCAL jit = off"
"""Compiling a query of a few thousand lines takes longer than the query."""


async def league(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, by: By, names: Mapping[str, str]
) -> list[Row]:
    """A line for each agency, category or channel with cases within ``reach``; ``names`` are those of channels."""
    found = await _figures(session, INDICATORS.values(), reach, [period], by.column)
    table = [Row(key, name_of(by, key, names), cells) for (_, key), cells in found.items()]
    return sorted(table, key=lambda row: (-row.cells["received"].people, row.name))


async def total(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, keys: Iterable[str] = tuple(INDICATORS)
) -> dict[str, Cell]:
    """The indicators named ``keys`` over all cases within ``reach``."""
    wanted = [INDICATORS[key] for key in keys]
    found = await _figures(session, wanted, reach, [period], literal(""))
    return found.get((0, ""), _nothing(wanted))


async def course(session: AsyncSession, reach: ColumnElement[bool], period: Period) -> list[Row]:
    """The same indicators for each part of ``period``, in order of time."""
    parts, wanted = period.parts(), INDICATORS.values()
    found = await _figures(session, wanted, reach, parts, literal(""))
    return [
        Row(
            part.start.isoformat(),
            f"{part.start:%d/%m}–{part.last:%d/%m}",
            found.get((place, ""), _nothing(wanted)),
        )
        for place, part in enumerate(parts)
    ]


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


async def _figures(
    session: AsyncSession,
    wanted: Iterable[Indicator],
    reach: ColumnElement[bool],
    periods: Sequence[Period],
    key: ColumnElement[str],
) -> dict[tuple[int, str], dict[str, Cell]]:
    """The cells by the place of the period among ``periods`` and by ``key``.

    Indicators that count the same cases are asked for together, the others one after the other, so that each reads
    by index the cases that it counts and no others.
    """
    wanted = list(wanted)
    await session.execute(text(_MEMORY))
    await session.execute(text(_NO_COMPILING))
    moments = [(place, *period.moments) for place, period in enumerate(periods)]
    spans = values(
        column("place", Integer), column("start", TIMESTAMP(True)), column("end", TIMESTAMP(True)), name="spans"
    ).data(moments)
    found: dict[tuple[int, str], dict[str, Cell]] = defaultdict(lambda: _nothing(wanted))
    for condition in dict.fromkeys(indicator.counted for indicator in wanted):
        alike = [indicator for indicator in wanted if indicator.counted is condition]
        figures = [func.count() if each.value is None else each.value for each in alike]
        people = func.count(distinct(_PERSON))
        grouped = (
            select(spans.c.place, key.label("key"), people, *figures)
            .select_from(spans)
            .join(Feedback, reach)
            .outerjoin(FeedbackRating, FeedbackRating.feedback_id == Feedback.id)
            .where(condition(spans.c.start, spans.c.end))
            .group_by(spans.c.place, text("key"))
        )
        rows: Sequence[Any] = (await session.execute(grouped)).all()
        for place, name, counted_people, *numbers in rows:
            for indicator, number in zip(alike, numbers, strict=True):
                found[place, name][indicator.key] = Cell(float(number), counted_people)
    return dict(found)


def _nothing(wanted: Iterable[Indicator]) -> dict[str, Cell]:
    return {each.key: Cell(0.0 if each.value is None else None, 0) for each in wanted}
