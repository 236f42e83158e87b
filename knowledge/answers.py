"""The answer to a question about one procedure: the part asked for, first and short, from structured fields only.

Every sentence says what stands in the record or that the record is silent; nothing is inferred. Two facts come from
outside the record: that districts are gone (Nghị quyết 203/2025/QH15) and that our own ``MC.…`` codes are not official.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.answer_parts import (
    Term,
    Told,
    attendance,
    conditions,
    deadline,
    documents,
    fee,
    legal,
    online,
    overview,
    place,
    result,
    steps,
    time,
)
from knowledge.localities import offices_in
from knowledge.model import Level, Procedure, Source, State
from knowledge.wording import enumerate_words, lower_first, shorten, tidy, title
from nlu.text.places import Province


class Part(StrEnum):
    """What a citizen may ask about a procedure."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    TIME = "time"
    PLACE = "place"
    STEPS = "steps"
    CONDITIONS = "conditions"
    ONLINE = "online"
    RESULT = "result"
    LEGAL = "legal"
    ATTENDANCE = "attendance"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply in Vietnamese, plain text with line breaks.

    ``cases_to_choose``: the citizen should name one of these first (give it back as ``case``).
    ``missing``: the record is silent on the part asked for; the text says so and where to ask.
    """

    text: str
    cases_to_choose: tuple[str, ...] = ()
    missing: bool = False


_TELL: dict[Part, Callable[[Procedure], Told | None]] = {
    Part.OVERVIEW: overview,
    Part.FEE: fee,
    Part.TIME: time,
    Part.PLACE: place,
    Part.STEPS: steps,
    Part.CONDITIONS: conditions,
    Part.ONLINE: online,
    Part.RESULT: result,
    Part.LEGAL: legal,
    Part.ATTENDANCE: attendance,
}
_PART_NAMES = {
    Part.OVERVIEW: "nội dung",
    Part.DOCUMENTS: "giấy tờ cần nộp",
    Part.FEE: "phí, lệ phí",
    Part.TIME: "thời gian giải quyết",
    Part.PLACE: "nơi nộp hồ sơ",
    Part.STEPS: "các bước thực hiện",
    Part.CONDITIONS: "yêu cầu, điều kiện",
    Part.ONLINE: "cách nộp hồ sơ",
    Part.RESULT: "kết quả nhận được",
    Part.LEGAL: "căn cứ pháp lý",
    Part.ATTENDANCE: "việc nhờ người khác làm thay",
    Part.DEADLINE: "thời hạn phải làm",
}
_NAME_BUDGET = 140
_SOURCE_NAMES = {
    "starter": "Cổng Dịch vụ công quốc gia",
    "portal": "Cổng Dịch vụ công quốc gia",
    "crawl": "Cổng Dịch vụ công quốc gia",
    "word": "bản công bố của cơ quan ban hành",
}


def answer(
    procedure: Procedure,
    part: Part,
    *,
    case: str | None = None,
    province: Province | None = None,
    term: Term | None = None,
) -> Answer:
    """Answer one question about one procedure; ``term`` is the one that a law sets for it.

    With a ``province``, the offices of a kind are called as they are there, and the text says what the source has.

    ``case`` is one of ``Answer.cases_to_choose`` (compared without regard to case and spaces); another text asks again.
    """
    recorded = procedure
    if province is not None:
        offices = offices_in(procedure.executing_agencies, province)
        procedure = procedure.model_copy(update={"executing_agencies": offices})
    match part:
        case Part.DOCUMENTS:
            told = documents(procedure, case)
        case Part.DEADLINE:
            told = deadline(procedure, term)
        case _:
            told = _TELL[part](procedure)
    body = told.text if told else _silence(procedure, part)
    lines = [f"Dạ, {lower_first(body)}"]
    if province is not None and part in {Part.OVERVIEW, Part.PLACE} and procedure is not recorded:
        lines += _recorded_offices(recorded, procedure, province)
    if warning := _warning(procedure, part):
        lines.append(warning)
    lines.append(source_line(procedure))
    return Answer("\n\n".join(lines), told.cases_to_choose if told else (), missing=told is None)


def told_of_parts(procedure: Procedure) -> dict[str, str]:
    """What is told of the parts that the record has, by their Vietnamese names; papers are told case by case."""
    asked = {part: tell(procedure) for part, tell in _TELL.items() if part is not Part.OVERVIEW}
    return {_PART_NAMES[part]: told.text for part, told in asked.items() if told}


def _recorded_offices(recorded: Procedure, here: Procedure, province: Province) -> list[str]:
    if recorded.executing_agencies == here.executing_agencies:
        return []
    named = enumerate_words([shorten(tidy(name)) for name in recorded.executing_agencies[:3]])
    return [f"Cơ quan được nêu theo {province.full_name}; nguồn ghi {named} ạ."]


def source_line(procedure: Procedure) -> str:
    """Where the facts come from: name, code, where and when they were checked, link."""
    source = procedure.source
    ours = procedure.code.startswith("MC.")
    code = "chưa xác nhận được mã thủ tục chính thức" if ours else f"mã {procedure.code}"
    origin = f"{shorten(tidy(procedure.name), _NAME_BUDGET)} ({code})"
    parts = [origin, source.checked_against or _SOURCE_NAMES[source.kind], *_checked(source)]
    return f"Nguồn: {', '.join(parts)}" + (f" – {source.url}" if source.url else "")


def _checked(source: Source) -> list[str]:
    return [f"kiểm tra ngày {source.checked_on:%d/%m/%Y}"] if source.checked_on else []


def _silence(procedure: Procedure, part: Part) -> str:
    asked = f"thông tin em có về thủ tục “{shorten(title(procedure.plain_name))}” chưa ghi {_PART_NAMES[part]}"
    agencies = [shorten(tidy(name), _NAME_BUDGET) for name in procedure.executing_agencies or (procedure.agency,)]
    ask = f"hỏi {enumerate_words(agencies[:3])}" if agencies[0] else "hỏi cơ quan giải quyết"
    look = "xem trang nguồn bên dưới hoặc " if procedure.source.url else ""
    return f"{asked}. Để chắc chắn, anh/chị vui lòng {look}{ask} ạ."


def _warning(procedure: Procedure, part: Part) -> str:
    if procedure.state is State.SUPERSEDED:
        instead = f" bằng thủ tục mã {procedure.superseded_by}" if procedure.superseded_by else ""
        return f"Xin lưu ý: thủ tục này đã được thay thế{instead}, thông tin trên chỉ để tham khảo ạ."
    if procedure.state is State.WITHDRAWN:
        return "Xin lưu ý: thủ tục này không còn trong danh mục hiện hành, thông tin trên chỉ để tham khảo ạ."
    if Level.DISTRICT in procedure.levels and part in {Part.OVERVIEW, Part.PLACE}:
        return (
            "Xin lưu ý: cấp huyện không còn từ ngày 01/7/2025 nên nơi nhận hồ sơ có thể đã đổi; "
            "anh/chị nên hỏi trước tại Ủy ban nhân dân cấp xã ạ."
        )
    return ""
