"""Single cells of an official record: levels, agencies, durations, conditions, steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from knowledge.model import NO_CONDITIONS, Case, Document, Duration, Level, Step, SubmissionMethod, TimeUnit

UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
"""Capital letters, for a character class (NFC)."""
LOWER = UPPER.lower()
"""Small letters, for a character class (NFC)."""


def _nothing(value: object) -> object:
    return "" if value is None else value


Text = Annotated[str, BeforeValidator(_nothing)]
"""Text of a record, where ``null`` means nothing."""


class RawRecord(BaseModel):
    """What a file says, before it is understood; other fields of the file are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


METHODS = {
    "trực tuyến": SubmissionMethod.ONLINE,
    "trực tiếp": SubmissionMethod.DIRECT,
    "dịch vụ bưu chính": SubmissionMethod.POSTAL,
}
_UNITS = {
    "giờ": TimeUnit.HOUR,
    "giờ làm việc": TimeUnit.WORKING_HOUR,
    "ngày": TimeUnit.DAY,
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "tháng": TimeUnit.MONTH,
    "năm": TimeUnit.YEAR,
}
UNIT_PATTERN = r"[Gg]iờ(?: làm việc)?|[Nn]gày(?: làm việc)?|[Tt]háng|[Nn]ăm"
_LEVELS = {
    "bộ": Level.MINISTRY,
    "trung ương": Level.MINISTRY,
    "tỉnh": Level.PROVINCE,
    "huyện": Level.DISTRICT,
    "xã": Level.COMMUNE,
}
_SILENT = {"", "-", "--", "không có thông tin", "không có dữ liệu", "chưa có thông tin"}
_NONE_NEEDED = {
    "không",
    "không có",
    "không yêu cầu",
    "không quy định",
    "không có yêu cầu",
    "không có yêu cầu, điều kiện",
}
_NAMES_APART = re.compile(rf"[,;]\s+(?=[{UPPER}])")
_STEP = re.compile(r"(?:^|(?<=[\n.;:]))[\s\-–+*]*(?:[a-zđ]\)\s*)?(Bước\s+\d+(?:\.\d+)?)\s*[:.\-–)]*\s*")
_SPACES = re.compile(r"\s+")


def is_silent(text: str) -> bool:
    """Whether a cell says nothing, be it empty or in words."""
    return text.strip().casefold() in _SILENT


def said(text: str) -> str:
    """The cell's text, or nothing where it is silent."""
    return "" if is_silent(text) else text.strip()


def names(text: str) -> tuple[str, ...]:
    """Names in a list; a comma inside a name (``Thuế tỉnh, thành phố``) is followed by a small letter."""
    return tuple(dict.fromkeys(_one_line(name) for name in _NAMES_APART.split(said(text)) if name.strip(" ,;")))


def levels(text: str) -> tuple[Level, ...]:
    """Levels of ``Cấp bộ, Cấp tỉnh``; what is no known level is ``OTHER``."""
    words = [name.strip().casefold().removeprefix("cấp ") for name in said(text).split(",") if name.strip()]
    return tuple(dict.fromkeys(_LEVELS.get(word, Level.OTHER) for word in words))


def duration(number: str, unit: str) -> Duration | None:
    """A duration such as (``07``, ``Ngày làm việc``); nothing for a value of 0."""
    value = float(number.replace(",", "."))
    return Duration(value=value, unit=_UNITS[" ".join(unit.casefold().split())]) if value > 0 else None


def conditions(text: str) -> tuple[str, ...]:
    """Requirements, a paragraph each; ``NO_CONDITIONS`` where the record says that there are none."""
    if text.strip(" .-").casefold() in _NONE_NEEDED:
        return (NO_CONDITIONS,)
    return tuple(dict.fromkeys(paragraphs(said(text))))


def group_cases(named: Iterable[tuple[str, Sequence[Document]]]) -> tuple[Case, ...]:
    """Cases by name in the order of their first papers; papers of one name are put together, ``--`` is no name."""
    papers: dict[str, list[Document]] = {}
    for name, documents in named:
        papers.setdefault(_one_line(name).strip("-–").strip().rstrip(":").strip(), []).extend(documents)
    return tuple(Case(name=name, documents=tuple(documents)) for name, documents in papers.items() if documents)


def paragraphs(text: str) -> list[str]:
    """The lines of a text with words in them."""
    return [line for raw in text.splitlines() if re.search(r"\w", line := _one_line(raw))]


def steps(text: str) -> tuple[Step, ...]:
    """Steps named ``Bước 1`` and so on, each with its text; without such names, a step per paragraph."""
    told = said(text)
    marks = list(_STEP.finditer(told))
    if not marks:
        return tuple(Step(description=paragraph) for paragraph in paragraphs(told))
    found = [Step(description=paragraph) for paragraph in paragraphs(told[: marks[0].start()])]
    ends = [mark.start() for mark in marks[1:]] + [len(told)]
    for mark, end in zip(marks, ends, strict=True):
        if body := "\n".join(paragraphs(told[mark.end() : end])):
            found.append(Step(name=_one_line(mark[1]), description=body))
    return tuple(found)


def reason_of(error: ValidationError) -> str:
    """Why a record does not fit, in Vietnamese, field by field (three at most)."""
    told = [
        f"trường “{'.'.join(str(part) for part in each['loc'])}” {_PROBLEMS.get(each['type'], 'không hợp lệ')}"
        for each in error.errors()[:3]
    ]
    return "; ".join(told)


_PROBLEMS = {
    "missing": "bị thiếu",
    "string_type": "phải là chữ",
    "string_too_short": "bị để trống",
    "list_type": "phải là danh sách",
    "tuple_type": "phải là danh sách",
    "dict_type": "phải là đối tượng",
    "model_type": "phải là đối tượng",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "bool_type": "phải là đúng hoặc sai",
    "string_pattern_mismatch": "sai khuôn dạng",
}


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
