"""What is measured: each indicator says how it is computed, which cases stand behind it, and which way is better."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Float, Integer, and_, case, cast, extract, func, or_
from sqlalchemy.dialects.postgresql import TIMESTAMP, array
from sqlalchemy.orm import InstrumentedAttribute

from records.feedback.life import OPEN
from records.figures.periods import Period
from records.models import Feedback, FeedbackRating


@dataclass(frozen=True)
class Indicator:
    """One figure over the cases of a period.

    ``at`` is the moment that puts a case into a period; without one those overdue at its end are counted. The figure
    is ``summary`` of their ``value``, or else they are counted; ``order`` puts those first that one would look into,
    or else the oldest. ``better`` is 1 where more is better, -1 where less is.
    """

    key: str
    name: str
    unit: str
    how: str
    at: InstrumentedAttribute[Any] | None
    value: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None
    summary: Callable[[NDArray[np.float64]], np.floating[Any]] = np.mean
    order: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None
    better: int = 0


_WAITING = and_(Feedback.state.in_([state.value for state in OPEN]), Feedback.paused_at.is_(None))


_IN_TIME = cast(case((Feedback.answered_at <= Feedback.due_at, 1), else_=0), Float)
_DAYS = cast(extract("epoch", Feedback.answered_at - Feedback.created_at) / 86400, Float)

INDICATORS: dict[str, Indicator] = {
    indicator.key: indicator
    for indicator in (
        Indicator(
            "received", "Tiếp nhận", "phản ánh",
            "Số phản ánh, kiến nghị gửi đến trong kỳ, kể cả phản ánh về sau được gộp.", Feedback.created_at,
        ),
        Indicator(
            "answered", "Đã trả lời", "phản ánh",
            "Số phản ánh có trả lời trong kỳ; phản ánh mở lại chỉ tính lần trả lời sau cùng.",
            Feedback.answered_at, better=1,
        ),
        Indicator(
            "on_time", "Đúng hạn", "%",
            "Trong số đã trả lời trong kỳ, tỷ lệ trả lời không sau hạn; hạn đã cộng thời gian chờ người gửi bổ sung.",
            Feedback.answered_at, _IN_TIME * 100, order=_IN_TIME, better=1,
        ),
        Indicator(
            "days", "Thời gian trả lời", "ngày",
            "Trung vị số ngày theo lịch từ khi gửi đến khi trả lời, của các phản ánh được trả lời trong kỳ.",
            Feedback.answered_at, _DAYS, np.median, _DAYS.desc(), better=-1,
        ),
        Indicator(
            "late", "Quá hạn chưa trả lời", "phản ánh",
            "Số phản ánh đến cuối kỳ (kỳ chưa hết thì đến lúc này) đã quá hạn mà chưa trả lời; không tính phản ánh "
            "đang chờ người gửi bổ sung.", None, order=Feedback.due_at, better=-1,
        ),
        Indicator(
            "satisfaction", "Hài lòng", "điểm (1–5)",
            "Trung bình điểm người gửi chấm trong kỳ, từ 1 đến 5.",
            FeedbackRating.at, FeedbackRating.score, order=FeedbackRating.score, better=1,
        ),
    )
}  # fmt: skip
"""By the name in addresses and in stored reports."""


def shown(indicator: Indicator, value: float | None) -> str:
    """A value in Vietnamese digits; counts have no decimals."""
    if value is None:
        return "–"
    if indicator.value is None:
        return f"{value:.0f}"
    return f"{value:.1f}".replace(".", ",")


def counted(indicator: Indicator, period: Period) -> ColumnElement[bool]:
    """The cases that the indicator counts in ``period``."""
    start, end = period.moments
    if indicator.at is not None:
        return and_(indicator.at >= start, indicator.at < end)
    by = func.least(end, func.now())
    answered_later = and_(Feedback.answered_at >= by, Feedback.answered_at > Feedback.due_at)
    return and_(Feedback.created_at < by, Feedback.due_at < by, or_(_WAITING, answered_later))


def places(indicator: Indicator, periods: Sequence[Period]) -> tuple[ColumnElement[int], ColumnElement[bool]]:
    """The places, from 0, of those ``periods`` in which a case counts as in ``counted``, and the cases with any.

    The periods follow one another without a gap. Places may be several rows for one case: it may be overdue at the
    end of several periods.
    """
    cuts = [periods[0].moments[0], *(period.moments[1] for period in periods)]
    if indicator.at is not None:
        return _reached(indicator.at, cuts) - 1, and_(indicator.at >= cuts[0], indicator.at < cuts[-1])
    ends = [func.least(end, func.now()) for end in cuts[1:]]
    overdue = func.greatest(Feedback.created_at, Feedback.due_at)
    until = case((_WAITING, len(ends)), else_=_reached(Feedback.answered_at, ends))
    late = and_(Feedback.answered_at >= ends[0], Feedback.answered_at > Feedback.due_at)
    return func.generate_series(_reached(overdue, ends), until - 1), and_(overdue < ends[-1], or_(_WAITING, late))


def _reached(moment: ColumnElement[Any] | InstrumentedAttribute[Any], cuts: Sequence[Any]) -> ColumnElement[int]:
    """How many of ``cuts``, which ascend, are not after ``moment``."""
    return func.width_bucket(moment, array(cuts, type_=TIMESTAMP(True)), type_=Integer)
