"""What tells procedures apart that a message may mean, read from their records: age, subject, action, kind, level."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from actions.wordings import say
from knowledge.model import Procedure
from nlu.text.normalise import fold, normalise

_AGE = re.compile(
    r"(?:chưa đủ|dưới|từ đủ|đủ|từ|trên) \d+(?: tuổi)?(?: (?:đến|tới) (?:dưới |chưa đủ )?\d+)?"
    r"(?: tuổi)?(?: trở (?:lên|xuống))?(?<=tuổi|.lên|uống)"
)
_SUBJECTS = (
    ("người nước ngoài", re.compile(r"(?:cho|của|là) người nước ngoài")),
    ("có yếu tố nước ngoài", re.compile(r"yếu tố nước ngoài")),
    ("người Việt Nam ở nước ngoài", re.compile(r"người việt nam (?:định cư|ở) (?:ở )?nước ngoài")),
    ("hộ kinh doanh", re.compile(r"hộ kinh doanh")),
    ("hợp tác xã", re.compile(r"hợp tác xã")),
    ("doanh nghiệp", re.compile(r"doanh nghiệp|công ty")),
    ("tổ chức", re.compile(r"tổ chức")),
    ("trẻ em", re.compile(r"trẻ em|cho con")),
)
_ACTIONS = (
    "cấp lại", "cấp đổi", "cấp mới", "cấp lần đầu", "đăng ký lại", "đăng ký lần đầu", "gia hạn", "sửa đổi, bổ sung",
    "sửa đổi", "điều chỉnh", "thay đổi", "chuyển đổi", "tạm ngừng", "tạm nghỉ", "chấm dứt", "giải thể", "thu hồi",
    "xóa đăng ký", "xóa", "trích lục", "cải chính", "xác nhận", "công nhận", "tách thửa", "sang tên", "làm lại",
    "thành lập", "đăng ký mở", "báo mất", "dùng lại", "thôi làm", "sửa sai", "sửa", "đóng", "đổi", "khóa", "mở khóa",
    "chuyển",
)  # fmt: skip
_DETAIL = re.compile(r"\(([^()]+)\)$")
_LARGEST = 4
"""Choices from which on a question by one difference is no longer short."""
_LONGEST = 40
"""Characters of a label from which on names are easier to choose from."""
_AKIN = 0.65
_TWINS = 0.8
"""Shares of the shorter name's words that another name has too, from which on one difference may tell the two apart.

Procedures about different things are chosen by their names: what it is about says more than who decides on it.
"""


@dataclass(frozen=True)
class Difference:
    """One telling label per procedure, in their order.

    ``kind`` is ``age``, ``subject``, ``action``, ``detail`` (what the name has in brackets) or ``level``.
    """

    kind: str
    labels: tuple[str, ...]

    def pick(self, text: str) -> int | None:
        """The procedure that an answer names by this difference; an age in years is enough."""
        plain = fold(normalise(text))
        named = [position for position, label in enumerate(self.labels) if fold(label) in plain]
        if named:
            return max(named, key=lambda position: len(self.labels[position]))
        age = re.search(r"\b(\d{1,3}) ?(?:tuoi|t)\b|^(\d{1,3})$", plain) if self.kind == "age" else None
        if age is None:
            return None
        years = int(age[1] or age[2])
        fits = [position for position, label in enumerate(self.labels) if _holds(label, years)]
        return fits[0] if len(fits) == 1 else None


def difference(procedures: Sequence[Procedure]) -> Difference | None:
    """The first of age, subject, action, detail and level that has another value for each; ``None`` where none has.

    Age, subject and action count within one field of work or between names that are akin, the others between twins.
    """
    if not 2 <= len(procedures) <= _LARGEST:
        return None
    alike = _alike(procedures)
    read: list[tuple[str, Callable[[Procedure], str]]] = []
    if alike >= _AKIN or len({each.field for each in procedures}) == 1:
        read += [("age", _age), ("subject", _subject), ("action", _action)]
    if alike >= _TWINS:
        read += [("detail", _detail), ("level", _level)]
    for kind, value in read:
        labels = tuple(value(each) for each in procedures)
        if len(set(labels)) == len(labels) and all(0 < len(label) <= _LONGEST for label in labels):
            return Difference(kind, labels)
    return None


def _alike(procedures: Sequence[Procedure]) -> float:
    """Of the two names least alike, the share of the shorter one's words that the other has too; without brackets."""
    names = [set(re.findall(r"\w+", _DETAIL.sub("", normalise(each.plain_name).lower()))) for each in procedures]
    return min(len(one & other) / min(len(one), len(other)) for one, other in combinations(names, 2))


def _age(procedure: Procedure) -> str:
    for text in (procedure.plain_name, procedure.name, procedure.summary):
        if found := _AGE.search(normalise(text).lower()):
            return found.group()
    return ""


def _subject(procedure: Procedure) -> str:
    text = normalise(f"{procedure.name} {procedure.plain_name}").lower()
    named = next((name for name, pattern in _SUBJECTS if pattern.search(text)), "")
    if named:
        return named
    return "công dân" if any("Công dân" in subject for subject in procedure.subjects) else ""


def _action(procedure: Procedure) -> str:
    text = normalise(procedure.plain_name).lower()
    return next((action for action in _ACTIONS if text.startswith(action)), "")


def _detail(procedure: Procedure) -> str:
    found = _DETAIL.search(procedure.plain_name)
    return found[1] if found else ""


def _level(procedure: Procedure) -> str:
    return say(f"procedures.level_{procedure.levels[0].value}") if len(procedure.levels) == 1 else ""


def _holds(label: str, years: int) -> bool:
    """Whether somebody of ``years`` belongs to an age such as "từ đủ 14 tuổi trở lên"."""
    numbers = [int(number) for number in re.findall(r"\d+", label)]
    if label.startswith(("dưới", "chưa đủ")):
        return years < numbers[0]
    return years >= numbers[0] and (len(numbers) == 1 or years < numbers[1])
