"""Written Vietnamese made into what is read aloud: numbers, sums, dates, codes and short forms written out."""

from __future__ import annotations

import re
from collections.abc import Callable

from nlu.text.abbreviations import expand
from nlu.text.codes import find_codes
from nlu.text.normalise import normalise
from voice.speaking.numbers import decimal, number, spell

_DROPPED = re.compile(
    r"https?://\S+|\(\s*(?:mã|điều|khoản|theo)\b[^)]*\)|[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F]", re.IGNORECASE
)
"""What a listener has no use for: addresses, codes and articles in brackets, pictures."""
_MOST_SERVICE_DIGITS = 4
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def read_aloud(text: str) -> str:
    """``text`` without a sign that is not read: "50.000 đồng, ngày 05/11/2026" becomes words throughout."""
    text = _codes(_DROPPED.sub(" ", normalise(text)))
    for pattern, spoken in _RULES:
        text = pattern.sub(spoken, text)
    text = re.sub(r"\s*[()“”\"•–]\s*|\s-\s", ", ", text)
    text = re.sub(r"\s+([,.;:?!])", r"\1", re.sub(r" {2,}", " ", text))
    return re.sub(r"(?:[,;:]\s*)+(?=[,.;:?!])|^[\s,;:]+", "", text).strip()


def _codes(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for code in find_codes(text):
        pieces += text[done : code.start], spell(code.value)
        done = code.end
    return "".join((*pieces, text[done:]))


def _date(match: re.Match[str]) -> str:
    day, month, year = int(match[2]), int(match[3]), match[4]
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return match.group()
    first = "mùng " if day <= 10 else ""
    spoken = f"ngày {first}{number(day)} tháng {_month(month)}"
    return spoken + (f" năm {number(int(year))}" if year else "")


def _month(month: int) -> str:
    return "tư" if month == 4 else number(month)


def _clock(match: re.Match[str]) -> str:
    hours, minutes = int(match[1]), int(match[2] or 0)
    return f"{number(hours)} giờ" + (f" {number(minutes)}" if minutes else "")


def _whole(match: re.Match[str]) -> str:
    return number(int(match.group().replace(".", "")))


def _fraction(match: re.Match[str]) -> str:
    return decimal(int(match[1].replace(".", "")), match[2])


def _service(match: re.Match[str]) -> str:
    return match[1] + spell(match[2])


def _short_form(match: re.Match[str]) -> str:
    word = match.group()
    full = expand(word.lower())
    return full if full != word.lower() else spell(word)


_RULES: tuple[_Rule, ...] = (
    (re.compile(r"(ngày )?\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b(?!/)", re.IGNORECASE), _date),
    (re.compile(r"\b(\d{1,2})(?:h|:| giờ )(\d{2})\b(?: phút)?"), _clock),
    (re.compile(r"\b(\d{1,2})h\b"), lambda m: f"{number(int(m[1]))} giờ"),
    (re.compile(r"\b((?:gọi|số|tổng đài|hotline|đầu số)(?: ngay)? )(\d{3,11})\b", re.IGNORECASE), _service),
    (re.compile(r"(^|[,:•(] ?|hoặc )(11[1-5])\b"), _service),
    (re.compile(r"(?<=\d)\s?(?:đ|₫|VNĐ|VND)(?!\w)"), lambda _: " đồng"),
    (re.compile(r"(?<=\d)\s?(?:m2|m²)(?!\w)"), lambda _: " mét vuông"),
    (re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])(?:[^\W_])+\b"), lambda m: spell(m.group())),
    (re.compile(r"(?<=\d)\s?[-–]\s?(?=\d)"), lambda _: " đến "),
    (re.compile(r"(?<=\d)\s?%"), lambda _: " phần trăm"),
    (re.compile(r"\b(\d{1,3}(?:\.\d{3})+|\d+),(\d+)\b"), _fraction),
    (re.compile(r"\b\d{1,3}(?:\.\d{3})+\b"), _whole),
    (re.compile(r"(?<=tháng )4\b"), lambda _: "tư"),
    (re.compile(r"\b0\d+\b|\b\d{9,}\b"), lambda m: spell(m.group())),
    (re.compile(r"\b\d+\b"), lambda m: number(int(m.group()))),
    (re.compile(r"\b[A-ZĐ]{2,}(?:[a-z][A-ZĐ]+)?\b"), _short_form),
    (re.compile(r"(?<=anh)/(?=chị)|(?<=Anh)/(?=chị)"), lambda _: " "),
    (re.compile(r"\s*[/&]\s*"), lambda m: " và " if "&" in m.group() else " hoặc "),
)
