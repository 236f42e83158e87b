"""Figures over cases: league tables of agencies, categories or channels, their course, the cases behind a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import UUID
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
    Feedback.conversation_id,
    cast(func.md5(Feedback.contact_hash), UUID),
    cast(func.lpad(func.to_hex(Feedback.id), 32, "0"), UUID),
)
"""Who filed a case: a conversation, or else a contact; a case without either counts as a person of its own."""


async def league(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, by: By, names: Mapping[str, str]
) -> list[Row]:
    """A line for each agency, category or channel with cases within ``reach``; ``names`` are those of channels."""
    rows = await session.execute(_figures(INDICATORS.values(), reach, period, by.column.label("key")).group_by("key"))
    table = [_row(row.key, name_of(by, row.key, names), row, INDICATORS) for row in rows]
    return sorted(table, key=lambda row: (-row.cells["received"].people, row.name))


async def total(
    session: AsyncSession, reach: ColumnElement[bool], period: Period, keys: Iterable[str] = tuple(INDICATORS)
) -> dict[str, Cell]:
    """The indicators named ``keys`` over all cases within ``reach``."""
    wanted = {key: INDICATORS[key] for key in keys}
    row = (await session.execute(_figures(wanted.values(), reach, period))).one()
    return _row("", "", row, wanted).cells


async def course(session: AsyncSession, reach: ColumnElement[bool], period: Period) -> list[Row]:
    """The same indicators for each part of ``period``, in order of time."""
    return [
        Row(part.start.isoformat(), f"{part.start:%d/%m}–{part.last:%d/%m}", await total(session, reach, part))
        for part in period.parts()
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


def _figures(
    wanted: Iterable[Indicator], reach: ColumnElement[bool], period: Period, *key: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    columns: list[ColumnElement[Any]] = [*key]
    conditions: list[ColumnElement[bool]] = []
    for indicator in wanted:
        condition = counted(indicator, period)
        value = indicator.value(condition) if indicator.value else func.count().filter(condition)
        columns += [
            value.label(indicator.key),
            func.count(case((condition, _PERSON)).distinct()).label(f"{indicator.key}_people"),
        ]
        conditions.append(condition)
    return (
        select(*columns)
        .select_from(Feedback)
        .outerjoin(FeedbackRating, FeedbackRating.feedback_id == Feedback.id)
        .where(reach, or_(*conditions))
    )


def _row(key: str, name: str, row: Any, wanted: Iterable[str]) -> Row:
    cells = {
        each: Cell(None if (value := getattr(row, each)) is None else float(value), getattr(row, f"{each}_people"))
        for each in wanted
    }
    return Row(key, name, cells)
