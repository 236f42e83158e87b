"""Dates in a text, read against today: "hôm qua", "mùng 3 tháng 9", "thứ hai tuần trước", "khoảng hai tuần nay".

A value is written as ISO 8601 has it: a day ``2026-09-03``, a month ``2026-09``, a year ``2026``, a span ``day/day``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nlu.text.normalise import fold, normalise
from nlu.text.numerals import value

_DIGIT_WORDS = "mot|hai|ba|bon|nam|sau|bay|tam|chin"
_TEEN = r"muoi(?: (?:mot|hai|ba|bon|lam|sau|bay|tam|chin))?"
_DAY = rf"(?P<day>\d{{1,2}}|(?:hai|ba) muoi(?: (?:mot|hai|ba|tu|lam|sau|bay|tam|chin))?|{_TEEN}|{_DIGIT_WORDS})"
_MONTH = rf"(?P<month>\d{{1,2}}|{_TEEN}|gieng|chap|tu|{_DIGIT_WORDS})"
_YEAR = r"(?P<year>(?:19|20)\d\d|hai (?:nghin|ngan)(?: \w+){0,5})"
_COUNT = rf"(?P<count>\d{{1,3}}|may|vai|nua|ca|hon|gan|{_TEEN}|{_DIGIT_WORDS})"
_UNIT = r"(?P<unit>ngay|hom|bua|tuan|thang|nam)"
_SOME = {"may": 3, "vai": 3, "ca": 1, "hon": 1, "gan": 1}
_DAYS = {"ngay": 1, "hom": 1, "bua": 1, "tuan": 7, "thang": 30, "nam": 365}
_MONTHS = {"gieng": 1, "chap": 12, "tu": 4}
_PART_OF_DAY = r"(?:(?:rang )?sang|trua|chieu|toi|dem)"
_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5,
}  # fmt: skip
_WEEKDAY = r"(?:(?:thu|t) ?(?P<weekday>hai|ba|tu|nam|sau|bay|[2-7])|(?P<sunday>chu nhat|cn))"
_LAST, _THIS, _NEXT = r"(?:truoc|roi|vua roi|vua qua|qua)", r"(?:nay)", r"(?:sau|toi)"


@dataclass(frozen=True)
class Date:
    """A date named in a text; offsets count in ``normalise(text)``, ``value`` as the module says."""

    start: int
    end: int
    value: str


def find_dates(text: str, today: dt.date) -> tuple[Date, ...]:
    """Every date of ``text`` from left to right; where two readings overlap, the more specific one stands."""
    text = normalise(text)
    folded = fold(text)
    if len(folded) != len(text):
        return ()
    found: list[Date] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            meant = read(match, today) if _fits(text[match.start() : match.end()], match) else ""
            if meant:
                start, end = match.span("figures") if "figures" in match.groupdict() else match.span()
                found.append(Date(start, end, meant))
    return tuple(_spans(sorted(found, key=lambda date: date.start), folded))


def _fits(written: str, match: re.Match[str]) -> bool:
    """Whether the accents allow the reading: "tôi qua" is not "tối qua", "một" not "mốt", "Mai" a name."""
    if match.lastgroup == "bare":
        return written in ("mai", "mốt", "ngày mốt")
    return written.lower().split(" ")[0] not in ("tôi", "tới", "đem")


def _spans(dates: list[Date], folded: str) -> Iterator[Date]:
    """Two days with "đến" between them as one span."""
    position = 0
    while position < len(dates):
        first = dates[position]
        last = dates[position + 1] if position + 1 < len(dates) else None
        if last and folded[first.end : last.start].strip() in ("den", "toi", "-", "den ngay", "toi ngay"):
            yield Date(first.start, last.end, f"{first.value}/{last.value}")
            position += 2
        else:
            yield first
            position += 1


def _number(words: str) -> int:
    """The folded number that ``words`` begin with, in words or figures; 0 when there is none."""
    if words.isdigit():
        return int(words)
    split = words.split()
    values = (value(split[:length]) for length in range(len(split), 0, -1))
    return _MONTHS.get(words) or next((number for number in values if number is not None), 0)


def _day(year: int, month: int, day: int) -> str:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return ""


def _calendar(match: re.Match[str], today: dt.date) -> str:
    """Day and month, with or without a year; without one, the nearest."""
    day, month = _number(match["day"]), _number(match["month"])
    written = match.groupdict().get("year")
    if written:
        year = _number(written)
        return _day(year + 2000 if year < 100 else year, month, day)
    near = [date for year in (-1, 0, 1) if (date := _day(today.year + year, month, day))]
    return min(near, key=lambda date: abs((dt.date.fromisoformat(date) - today).days), default="")


def _month(match: re.Match[str], today: dt.date) -> str:
    month = _number(match["month"])
    if not 1 <= month <= 12:
        return ""
    if match.groupdict().get("year"):
        return f"{_number(match['year'])}-{month:02}"
    if match.groupdict().get("ago"):
        return f"{today.year - 1}-{month:02}"
    distance = today.month - month
    year = today.year + (-1 if distance < -6 else 1 if distance > 6 else 0)
    return f"{year}-{month:02}"


def _months_from(today: dt.date, months: int) -> dt.date:
    index = today.year * 12 + today.month - 1 + months
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(today.day, 28 if month == 1 else 30))


def _ago(match: re.Match[str], today: dt.date) -> dt.date | None:
    count, unit = match["count"], match["unit"]
    if count == "nua":
        return today - dt.timedelta(days=_DAYS[unit] // 2) if unit in ("thang", "nam") else None
    number = _SOME.get(count) or _number(count)
    if not number:
        return None
    if unit == "thang":
        return _months_from(today, -number)
    return today - dt.timedelta(days=number * _DAYS[unit])


def _day_ago(match: re.Match[str], today: dt.date) -> str:
    day = _ago(match, today)
    return day.isoformat() if day else ""


def _since(match: re.Match[str], today: dt.date) -> str:
    day = _ago(match, today)
    return f"{day}/{today}" if day else ""


def _weekday(match: re.Match[str], today: dt.date) -> str:
    wanted = 6 if match["sunday"] else _WEEKDAYS[match["weekday"]]
    monday = today - dt.timedelta(days=today.weekday())
    which = match.groupdict()
    if which.get("week_last"):
        return (monday + dt.timedelta(days=wanted - 7)).isoformat()
    if which.get("week_next"):
        return (monday + dt.timedelta(days=wanted + 7)).isoformat()
    if which.get("this"):
        return (monday + dt.timedelta(days=wanted)).isoformat()
    if which.get("next"):
        return (today + dt.timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)).isoformat()
    return (today - dt.timedelta(days=(today.weekday() - wanted) % 7)).isoformat()


def _week(offset: int, first: int = 0) -> Callable[[re.Match[str], dt.date], str]:
    def read(_match: re.Match[str], today: dt.date) -> str:
        monday = today + dt.timedelta(days=7 * offset - today.weekday())
        return f"{monday + dt.timedelta(days=first)}/{monday + dt.timedelta(days=6)}"

    return read


def _shifted(days: int) -> Callable[[re.Match[str], dt.date], str]:
    return lambda _match, today: (today + dt.timedelta(days=days)).isoformat()


def _shifted_month(months: int) -> Callable[[re.Match[str], dt.date], str]:
    return lambda _match, today: f"{_months_from(today, months):%Y-%m}"


def _shifted_year(years: int) -> Callable[[re.Match[str], dt.date], str]:
    return lambda _match, today: str(today.year + years)


def _year(match: re.Match[str], _today: dt.date) -> str:
    year = _number(match["year"])
    return str(year) if 1900 <= year <= 2100 else ""


_BEFORE_FIGURES = rf"(?:ngay|hom|tu|den|truoc|luc|hen|mung|mong|{_PART_OF_DAY}|tra|ghi)"


_NO_TENS = "".join(rf"(?<!{word} )" for word in ("hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin"))
"""Not "hai mốt", which is 21."""


def _table(
    *rows: tuple[str, Callable[[re.Match[str], dt.date], str]],
) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date], str]], ...]:
    return tuple((re.compile(rf"(?<![\w./-])(?:{pattern})(?![\w])"), read) for pattern, read in rows)


_READERS = _table(
    (r"(?:ngay )?(?P<day>\d{1,2}) ?[/.-] ?(?P<month>\d{1,2}) ?[/.-] ?(?P<year>(?:19|20)\d\d|\d\d)", _calendar),
    (rf"(?:(?:ngay|mung|mong) )?{_DAY} thang {_MONTH} nam {_YEAR}", _calendar),
    (rf"(?:(?:ngay|hom|mung|mong) )?{_DAY} ?thang {_MONTH}(?! tuoi)", _calendar),
    (r"thang (?P<month>\d{1,2}) ?[/-] ?(?P<year>(?:19|20)\d\d)", _month),
    (rf"thang {_MONTH} nam {_YEAR}", _month),
    (rf"thang {_MONTH} (?P<ago>nam (?:ngoai|truoc))", _month),
    (rf"{_WEEKDAY} tuan (?:(?P<week_last>{_LAST})|(?P<this>{_THIS})|(?P<week_next>{_NEXT}))", _weekday),
    (rf"{_WEEKDAY} (?:(?P<last>{_LAST})|(?P<this>{_THIS})|(?P<next>{_NEXT}))", _weekday),
    (rf"hom {_WEEKDAY}", _weekday),
    (rf"{_COUNT} {_UNIT} (?:nay|qua)(?: roi)?", _since),
    (rf"cach day (?:khoang )?{_COUNT} {_UNIT}", _day_ago),
    (rf"(?:duoc |ca ){_COUNT} {_UNIT} roi", _day_ago),
    (rf"{_COUNT} {_UNIT} truoc", _day_ago),
    (rf"(?:(?:{_PART_OF_DAY} )?hom kia|{_PART_OF_DAY} kia)", _shifted(-2)),
    (rf"(?:(?:{_PART_OF_DAY} )?hom qua|{_PART_OF_DAY} qua|qua nay)", _shifted(-1)),
    (rf"(?:(?:{_PART_OF_DAY} )?(?:hom|bua) nay|{_PART_OF_DAY} nay)", _shifted(0)),
    (rf"(?:(?:{_PART_OF_DAY} )?ngay mai|{_PART_OF_DAY} mai)", _shifted(1)),
    (r"ngay kia", _shifted(2)),
    (r"(?<!ngay )(?<!chi )(?<!co )(?<!ba )(?P<bare>mai)(?! mot)", _shifted(1)),
    (rf"{_NO_TENS}(?P<bare>(?:ngay )?mot)", _shifted(2)),
    (rf"tuan {_LAST}", _week(-1)),
    (rf"cuoi tuan {_THIS}", _week(0, first=5)),
    (rf"tuan {_THIS}", _week(0)),
    (rf"tuan {_NEXT}", _week(1)),
    (rf"thang {_LAST}", _shifted_month(-1)),
    (rf"thang {_THIS}", _shifted_month(0)),
    (rf"thang {_NEXT}", _shifted_month(1)),
    (rf"(?:dau |giua |cuoi )?(?<!ram )thang {_MONTH}(?! tuoi)", _month),
    (r"nam (?:ngoai|truoc)", _shifted_year(-1)),
    (r"nam nay", _shifted_year(0)),
    (r"(?:sang nam|nam (?:sau|toi))", _shifted_year(1)),
    (rf"nam {_YEAR}", _year),
    (rf"{_BEFORE_FIGURES} (?P<figures>(?P<day>\d{{1,2}}) ?[/-] ?(?P<month>\d{{1,2}}))(?![/.-]?\d)", _calendar),
)
