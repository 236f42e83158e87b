"""What a report tells in one message: the matter, where it is and since when ("đèn đường hỏng ở ngõ 5 từ hôm qua")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.text.normalise import fold, normalise
from nlu.text.tokens import tokens

_CALLED = r"(?:em|bạn|ban|anh|chị|chi|cháu|chau|con|ad|cô|chú|bác|mi|shop)"
_GREETING = re.compile(
    rf"^(?:(?:(?:chào|chao|alo) {_CALLED}|{_CALLED} (?:ơi|oi|à)|dạ|vâng|alo|a lô|xin chào)\b[ ,.!]*)+", re.IGNORECASE
)
_OPENING = re.compile(
    r"^(?:(?:nhưng|cho|nhờ)\b[ ,]*)*"
    r"(?:(?:tôi|em|mình|tui|cháu|con|bác|chú|cô|chúng tôi|bà con)\s+)?(?:(?:muốn|cần|xin|định)\s+)?(?:được\s+)?"
    r"(?:(?:gửi|làm|báo|có)\s+)?(?:một\s+)?(?:đơn\s+)?"
    r"(?:phản ánh|kiến nghị|góp ý|báo cáo|báo|than phiền|phàn nàn|ý kiến|đề xuất|phan anh|kien nghi|gop y"
    r"|bao(?= (?:gium|giup)))(?:\s+(?:giùm|giúp|hộ|dùm|gium|giup)(?:\s+(?:tôi|tui|em|mình|bác|con|cháu|toi))?\b)?"
    r"(?:\s*,?\s*(?:phản ánh|kiến nghị|góp ý))?\s*(?:(?:về|việc|chuyện|rằng|là|với|này|thái độ của)\s+)*[:,]?\s*",
    re.IGNORECASE,
)
_REPORT = re.compile(
    r"^(?:(?:da|chao (?:em|ban|anh|chi)|cho)\b[ ,]*)*(?:(?:toi|em|minh|tui|chau|con|bac|chung toi|ba con) )?"
    r"(?:(?:muon|can|xin|dinh) )?(?:duoc )?(?:(?:gui|lam|co) )?(?:mot )?(?:phan anh|kien nghi|gop y|y kien)\b"
)
_WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))


def _any(*lists: str) -> str:
    return f"(?:{'|'.join(word for name in lists for word in _WORDS[name])})"


_PLACE = rf"{_any('places')}\b"
_WHERE = re.compile(rf"(?:\b(?:{_any('before_place')}\s+)+(?:{_PLACE}|(?=\d))|\b{_PLACE}\s+(?=\d))[^;!?]*")
_AFTER = re.compile(rf"(?:[,.]\s*|\s+){_any('after_place')}\b")
_NO_PLACE = re.compile(rf"\b{_WORDS['no_place']}\b")
_WHEN = re.compile(
    rf"\b(?:(?:bat dau |tu |ke tu |vao |hoi |luc |khoang )*{_any('moments', 'spans')})"
    rf"(?: (?:den|toi) (?:nay|gio|chu|bi gio|{_any('moments')}))?(?: (?:roi|nay))?(?=$|[\s,.;!])"
)
_NO_NAME = re.compile(rf"\b{_any('places', 'before_place', 'no_name')}\b")
_LOCATES = re.compile(
    rf"(?:(?:la|{_any('opens', 'before_place')}) )*{_any('address')}\b"
    rf"|(?:{_any('before_place')} )+(?:{_any('landmarks')}\b|{_PLACE})"
)
_ANYWHERE = re.compile(rf"\b{_any('before_place', 'places', 'landmarks')}\b")
_MAY_LOCATE = re.compile(_PLACE)
_PARTICLES = frozenset(_WORDS["particles"])
_STEERS = re.compile(rf"(?:{_any('opens')} )*{_any('steers')}(?: {_any('closes')})*")
_OPENS = re.compile(rf"(?:{_any('opens')} ?)+")
_REQUESTS = re.compile(_any("requests"))
PARTS = re.compile(r"\s*(?:[;!?\n]+|[,.](?!\d))\s*")
"""Between the parts of a message; the marks within "1.500" and "2,5" are no ends."""
_UNSURE = re.compile(
    r"\b(?:gio|ngay|hom|luc|bua|khi)\b.*\b(?:khong|chang|ko) (?:nho|ro|biet)\b"
    r"|\b(?:khong|chang|ko) (?:nho|ro|biet)\b(?:.*\b(?:gio|ngay|hom|luc|bua|khi)\b| ro$|$)"
)
_MOST_STEERING = 9
"""Syllables from which on a part of a message does more than steer the talk."""
_FEW = 2
"""Syllables beside a time up to which a part tells nothing else."""
_A_PLACE = 6
"""Syllables up to which a part that begins like a place, but may mean something else, belongs to a place beside it."""


@dataclass(frozen=True)
class Told:
    """What a message tells; empty where it is silent."""

    what: str
    where: str = ""
    when: str = ""


@dataclass(frozen=True)
class Bearings:
    """Place and time in a message, and what it tells besides; empty where it is silent."""

    where: str = ""
    when: str = ""
    rest: str = ""


def opens_report(text: str) -> bool:
    """Whether ``text`` begins like "tôi muốn phản ánh", "em góp ý"."""
    return _REPORT.match(fold(normalise(text))) is not None


def read_report(text: str) -> Told:
    """The matter in the citizen's own words, without "tôi muốn phản ánh", and the place and time that stand in it."""
    matter = _OPENING.sub("", _GREETING.sub("", normalise(text), count=1), count=1).strip()
    return Told(matter, place(matter), time(matter))


def time(text: str) -> str:
    """The words of ``text`` that say when, or since when; empty where there are none."""
    text = normalise(text)
    found = max(_WHEN.finditer(_plain(text)), key=lambda match: len(match.group()), default=None)
    return re.sub(r"^hôi ", "", _cleared(text[found.start() : found.end()])) if found else ""


def place(text: str) -> str:
    """The words of ``text`` that say where, up to what happened there; empty where there are none."""
    text = normalise(text)
    plain = _plain(text)
    if _NO_PLACE.search(plain):
        return ""
    found = _WHERE.search(plain)
    if found is None:
        return ""
    start, end = found.span()
    if when := next((match for match in _WHEN.finditer(plain) if match.start() > start), None):
        end = min(end, when.start())
    if tail := _AFTER.search(plain, start, end):
        end = tail.start()
    return re.sub(r"^(?:ở|tại|o|tai|ngang|địa chỉ|dia chi)\s+", "", _cleared(text[start:end]), flags=re.IGNORECASE)


def locates(text: str) -> bool:
    """Whether any word of ``text`` may tell where."""
    return _ANYWHERE.search(_plain(normalise(text))) is not None


def vague(where: str) -> bool:
    """Whether ``where`` names nothing that others could find: no number, street, commune or name ("trước ngõ nhà")."""
    return not any(letter.isalnum() for letter in _NO_NAME.sub(" ", fold(normalise(where))))


def without_steering(text: str) -> str:
    """``text`` without opening parts that only steer the talk ("rồi, tiếp cái vụ rác đi. …"); empty if it is all."""
    text = normalise(text)
    start = 0
    while start < len(text):
        end, following = next(((at.start(), at.end()) for at in PARTS.finditer(text, start)), (len(text), len(text)))
        part = _plain(text[start:end])
        if len(tokens(part)) > _MOST_STEERING or time(part):
            break
        if not _STEERS.fullmatch(part) and not (_OPENS.fullmatch(part) and following < len(text)):
            break
        start = following
    return text[start:]


def bearings(text: str) -> Bearings:
    """Place and time, where parts of ``text`` tell nothing else, and the other parts."""
    parts = [part for part in PARTS.split(without_steering(text).strip(" .!")) if part and not _only_steers(part)]
    located = [_LOCATES.match(_untimed(part)) is not None and not _AFTER.search(_untimed(part)) for part in parts]
    where: list[str] = []
    when: list[str] = []
    rest: list[str] = []
    for part, locates in zip(parts, located, strict=True):
        words = [word for word in tokens(_untimed(part)) if word not in _PARTICLES]
        if locates or (any(located) and len(words) <= _A_PLACE and _MAY_LOCATE.match(_untimed(part))):
            where.append(_cleared(_without_times(part)))
            when.append(time(part))
        elif _UNSURE.search(_plain(part)) or (time(part) and len(words) <= _FEW):
            when.append(part)
        else:
            rest.append(part)
    return Bearings(", ".join(where), ", ".join(filter(None, when)), ", ".join(rest))


def _only_steers(part: str) -> bool:
    return any(words.fullmatch(_plain(part)) for words in (_STEERS, _OPENS, _REQUESTS))


def _without_times(part: str) -> str:
    """``part`` without the words that say when."""
    kept, start = "", 0
    for match in _WHEN.finditer(_plain(part)):
        kept, start = kept + part[start : match.start()], match.end()
    return (kept + part[start:]).strip()


def _untimed(part: str) -> str:
    return _plain(_without_times(part))


def _plain(text: str) -> str:
    """Folded text of the same length, so that offsets count in both."""
    plain = fold(text)
    return plain if len(plain) == len(text) else text.lower()


def _cleared(words: str) -> str:
    return words.strip(" ,.;:-")
