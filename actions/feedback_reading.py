"""What a report tells in one message: the matter, where it is and since when ("đèn đường hỏng ở ngõ 5 từ hôm qua")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlu.text.normalise import fold, normalise

_OPENING = re.compile(
    r"^(?:(?:dạ|chào (?:em|bạn|anh|chị)|xin chào|cho|nhờ)\b[ ,]*)*"
    r"(?:(?:tôi|em|mình|tui|cháu|con|chúng tôi|bà con)\s+)?(?:(?:muốn|cần|xin|định)\s+)?(?:được\s+)?"
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
    rf"(?: (?:den|toi) (?:nay|gio|{_any('moments')}))?(?: (?:roi|nay))?(?=$|[\s,.;!])"
)


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


def _plain(text: str) -> str:
    """Folded text of the same length, so that offsets count in both."""
    plain = fold(text)
    return plain if len(plain) == len(text) else text.lower()


def _cleared(words: str) -> str:
    return words.strip(" ,.;:-")
