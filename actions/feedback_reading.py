"""What a report tells in one message: the matter, where it is and since when ("đèn đường hỏng ở ngõ 5 từ hôm qua")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.text.normalise import fold, normalise
from nlu.text.tokens import tokens

_OPENING = re.compile(
    r"^(?:(?:dạ|chào (?:em|bạn|anh|chị|cháu|con|ad)|xin chào|cho|nhờ)\b[ ,]*)*"
    r"(?:(?:tôi|em|mình|tui|cháu|con|bác|chú|cô|chúng tôi|bà con)\s+)?(?:(?:muốn|cần|xin|định)\s+)?(?:được\s+)?"
    r"(?:(?:gửi|làm|báo|có)\s+)?(?:một\s+)?(?:đơn\s+)?"
    r"(?:phản ánh|kiến nghị|góp ý|báo cáo|báo|than phiền|phàn nàn|ý kiến|đề xuất)"
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
_HAPPENS = re.compile(rf"\W*{_any('after_place')}\b")
_NO_NAME = re.compile(rf"\b{_any('places', 'before_place', 'no_name')}\b")
_ADDRESS = re.compile(rf"(?:(?:o|tai|dia chi|la) )*{_any('address')}\b")
_STEERS = re.compile(rf"(?:{_any('opens')} )*{_any('steers')}(?: {_any('closes')})*")
_OPENS = re.compile(rf"(?:{_any('opens')} ?)+")
_PARTS = re.compile(r"\s*(?:[;!?\n]+|[,.](?!\d))\s*")
_UNSURE = re.compile(r"\b(?:khong|chang|ko) (?:nho|ro|biet)\b|\b(?:chac la|hinh nhu|gi do)\b")
_MOST_STEERING = 9
"""Syllables from which on a part of a message does more than steer the talk."""
_FEW = 2
"""Syllables beside a time up to which a part tells nothing else."""
_TELLING = 4
"""Syllables from which on a part without a time tells something."""


@dataclass(frozen=True)
class Told:
    """What a message tells; empty where it is silent."""

    what: str
    where: str = ""
    when: str = ""


def opens_report(text: str) -> bool:
    """Whether ``text`` begins like "tôi muốn phản ánh", "em góp ý"."""
    return _REPORT.match(fold(normalise(text))) is not None


def read_report(text: str) -> Told:
    """The matter in the citizen's own words, without "tôi muốn phản ánh", and the place and time that stand in it."""
    matter = _OPENING.sub("", normalise(text), count=1).strip()
    return Told(matter, place(matter), time(matter))


def time(text: str) -> str:
    """The words of ``text`` that say when, or since when; empty where there are none."""
    text = normalise(text)
    found = max(_WHEN.finditer(_plain(text)), key=lambda match: len(match.group()), default=None)
    return _cleared(text[found.start() : found.end()]) if found else ""


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
    return re.sub(r"^(?:ở|tại|o|tai|địa chỉ|dia chi)\s+", "", _cleared(text[start:end]), flags=re.IGNORECASE)


def vague(where: str) -> bool:
    """Whether ``where`` names nothing that others could find: no number, street, commune or name ("trước ngõ nhà")."""
    return not any(letter.isalnum() for letter in _NO_NAME.sub(" ", fold(normalise(where))))


def address(text: str) -> str:
    """The place, where ``text`` says hardly anything but an address; else empty."""
    text = without_steering(text).strip(" .!")
    plain = _plain(text)
    where = place(text) or (text if not time(text) and not _AFTER.search(plain) else "")
    rest = tokens(_WHEN.sub(" ", plain.replace(_plain(where), " ", 1)))
    return where if where and len(rest) <= _FEW and _ADDRESS.match(plain) and not vague(where) else ""


def happens(text: str) -> bool:
    """Whether ``text`` goes on, after a time, with what happened then: "tối qua có đứa bé ngã"."""
    plain = _plain(normalise(text))
    found = _WHEN.match(plain)
    return found is not None and _HAPPENS.match(plain, found.end()) is not None


def without_steering(text: str) -> str:
    """``text`` without opening parts that only steer the talk ("rồi, tiếp cái vụ rác đi. …"); empty if it is all."""
    text = normalise(text)
    start = 0
    while start < len(text):
        end, following = next(((at.start(), at.end()) for at in _PARTS.finditer(text, start)), (len(text), len(text)))
        part = _plain(text[start:end])
        if len(tokens(part)) > _MOST_STEERING or time(part):
            break
        if not _STEERS.fullmatch(part) and not (_OPENS.fullmatch(part) and following < len(text)):
            break
        start = following
    return text[start:]


def moment(text: str) -> tuple[str, str]:
    """When it happened, and what ``text`` tells besides; nothing of either where it tells the time only."""
    parts = [part for part in _PARTS.split(normalise(text)) if part]
    rests = [tokens(_WHEN.sub(" ", _plain(part))) for part in parts]
    timed = [bool(time(part)) for part in parts]
    tells = [
        len(rest) > (_FEW if has else _TELLING - 1) and not _UNSURE.search(_plain(part))
        for part, rest, has in zip(parts, rests, timed, strict=True)
    ]
    if not any(timed) or not any(tells):
        return "", ""
    when = ", ".join(part for part, more in zip(parts, tells, strict=True) if not more)
    when = when or next(time(part) for part, has in zip(parts, timed, strict=True) if has)
    return when, ". ".join(part for part, more in zip(parts, tells, strict=True) if more)


def _plain(text: str) -> str:
    """Folded text of the same length, so that offsets count in both."""
    plain = fold(text)
    return plain if len(plain) == len(text) else text.lower()


def _cleared(words: str) -> str:
    return words.strip(" ,.;:-")
