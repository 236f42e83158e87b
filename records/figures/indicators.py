"""What is measured: each indicator says how it is computed, which cases stand behind it, and which way is better."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Float, and_, case, cast, extract, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from records.feedback.life import OPEN
from records.figures.periods import Period
from records.models import Feedback, FeedbackRating

type Moment = dt.datetime | ColumnElement[dt.datetime]
type Condition = Callable[[Moment, Moment], ColumnElement[bool]]


@dataclass(frozen=True)
class Indicator:
    """One figure over the cases of a period.

    ``counted`` selects the cases of a period, whose moments may be columns; the figure is ``summary`` of their
    ``value``, or else they are counted; ``order`` puts those first that one would look into, or else the oldest.
    ``better`` is 1 where more is better, -1 where less is. ``at_end`` says that only the end of a period matters.
    """

    key: str
    name: str
    unit: str
    how: str
    counted: Condition
    value: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None
    summary: Callable[[NDArray[np.float64]], np.floating[Any]] = np.mean
    order: ColumnElement[Any] | InstrumentedAttribute[Any] | None = None
    better: int = 0
    at_end: bool = False


def _received(start: Moment, end: Moment) -> ColumnElement[bool]:
    return and_(Feedback.created_at >= start, Feedback.created_at < end)


def _answered(start: Moment, end: Moment) -> ColumnElement[bool]:
    return and_(Feedback.answered_at >= start, Feedback.answered_at < end)


def _late(_: Moment, end: Moment) -> ColumnElement[bool]:
    """Due before the end, which is now at the latest, and not answered by then."""
    by = func.least(end, func.now())
    open_then = or_(
        and_(Feedback.state.in_([state.value for state in OPEN]), Feedback.paused_at.is_(None)),
        and_(Feedback.answered_at >= by, Feedback.answered_at > Feedback.due_at),
    )
    return and_(Feedback.created_at < by, Feedback.due_at < by, open_then)


def _rated(start: Moment, end: Moment) -> ColumnElement[bool]:
    return and_(FeedbackRating.at >= start, FeedbackRating.at < end)


_IN_TIME = cast(case((Feedback.answered_at <= Feedback.due_at, 1), else_=0), Float)
_DAYS = cast(extract("epoch", Feedback.answered_at - Feedback.created_at) / 86400, Float)

INDICATORS: dict[str, Indicator] = {
    indicator.key: indicator
    for indicator in (
        Indicator(
            "received", "Tiếp nhận", "phản ánh",
            "Số phản ánh, kiến nghị gửi đến trong kỳ, kể cả phản ánh về sau được gộp.", _received,
        ),
        Indicator(
            "answered", "Đã trả lời", "phản ánh",
            "Số phản ánh có trả lời trong kỳ; phản ánh mở lại chỉ tính lần trả lời sau cùng.", _answered, better=1,
        ),
        Indicator(
            "on_time", "Đúng hạn", "%",
            "Trong số đã trả lời trong kỳ, tỷ lệ trả lời không sau hạn; hạn đã cộng thời gian chờ người gửi bổ sung.",
            _answered, _IN_TIME * 100, order=_IN_TIME, better=1,
        ),
        Indicator(
            "days", "Thời gian trả lời", "ngày",
            "Trung vị số ngày theo lịch từ khi gửi đến khi trả lời, của các phản ánh được trả lời trong kỳ.",
            _answered, _DAYS, np.median, _DAYS.desc(), better=-1,
        ),
        Indicator(
            "late", "Quá hạn chưa trả lời", "phản ánh",
            "Số phản ánh đến cuối kỳ (kỳ chưa hết thì đến lúc này) đã quá hạn mà chưa trả lời; không tính phản ánh "
            "đang chờ người gửi bổ sung.", _late, order=Feedback.due_at, better=-1, at_end=True,
        ),
        Indicator(
            "satisfaction", "Hài lòng", "điểm (1–5)",
            "Trung bình điểm người gửi chấm trong kỳ, từ 1 đến 5.",
            _rated, FeedbackRating.score, order=FeedbackRating.score, better=1,
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
    return indicator.counted(*period.moments)
