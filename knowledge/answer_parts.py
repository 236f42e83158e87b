"""What is told about each part of a procedure; every function returns ``None`` where the record is silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from knowledge.layers import LEVEL_NAMES
from knowledge.model import NO_CONDITIONS, Case, Document, Duration, Procedure, Submission
from knowledge.wording import (
    ITEM_BUDGET,
    LIST_BUDGET,
    METHODS,
    about_time,
    bullets,
    copies,
    duration,
    enumerate_words,
    form_note,
    lower_first,
    money,
    sentence,
    shorten,
    tidy,
    title,
    upper_first,
)
from knowledge.wording import fee as fee_wording

_LATE = (
    "Nếu đã quá thời hạn, anh/chị nên làm sớm; có phải nộp thêm giấy tờ hay bị xử phạt không thì em chưa có thông tin, "
    "nơi nhận hồ sơ sẽ cho biết ạ."
)
COMMON_CASE = "Trường hợp chung"
"""How a citizen chooses the case without a name, where others have one."""
_SECTION = re.compile(
    r"(?:các )?(?:loại )?giấy tờ (?:cần |phải )?(?:nộp|gửi|(?P<show>xuất trình))\b|(?P<note>lưu ý)\b"
    r"|(?:thành phần )?hồ sơ(?: bao)?(?: gồm)?(?: có)?$|bao gồm$|giấy tờ(?: khác)?$",
    re.IGNORECASE,
)
_NAMES_FEE = re.compile(r"(?:miễn |(?:mức )?(?:lệ )?)phí\b")
_ANY_CHARGE = "mức thu: "
"""How a charge begins that the record calls neither "phí" nor "lệ phí"."""
_IN_PERSON = re.compile(
    r"có mặt|đích thân|(?<!điện thoại )(?<!thuê bao )chính chủ|trực tiếp (?:đến|tới)|đến trực tiếp"
    r"|chụp ảnh (?:tại chỗ|chân dung)|vân tay|mống mắt"
    r"|đại diện (?:hợp pháp|của)|giám hộ",
    re.IGNORECASE,
)
_BY_ANOTHER = re.compile(
    r"[uủ][yỷ] quyền|nhờ người|người khác (?:nộp|làm|nhận)"
    r"|(?:nộp|làm|nhận|đi|khai) (?:thay(?! đổi| thế)|hộ(?! chiếu| khẩu| tịch| kinh))\b",
    re.IGNORECASE,
)
_BY_WHEN = re.compile(
    r"(?:phải|cần)\b[^.;]{0,60}(?:trong (?:vòng|thời hạn)|chậm nhất)\b[^.;]{0,20}\d+ (?:ngày|tháng|năm)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"\n+|(?<=\.)\s+")
_WAYS_BUDGET = 260
_LINE_BUDGET = 120


@dataclass(frozen=True, slots=True)
class Told:
    """The text of one part, without greeting and source."""

    text: str
    cases_to_choose: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """By when a law wants something done: ``trong 60 ngày từ ngày sinh``, and the law with its article."""

    told: str
    law: str


def overview(procedure: Procedure) -> Told:
    """What it is for, who handles it, time, fee and whether online, a line each when known."""
    name, about = shorten(title(procedure.plain_name)), tidy(procedure.summary)
    lines = [sentence(f"thủ tục “{name}”: {lower_first(about)}") if about else f"đây là thủ tục “{name}”."]
    agencies = _agencies(procedure)
    if agencies:
        lines.append(f"• Nơi giải quyết: {shorten(enumerate_words(agencies[:3]))}")
    if told := _time_in_a_line(procedure):
        lines.append(f"• Thời gian: {told}")
    if told := _fee_in_a_line(procedure):
        lines.append(f"• Phí, lệ phí: {told}")
    if procedure.submissions:
        lines.append(f"• Cách nộp: {enumerate_words(_methods(procedure.submissions))}")
    return Told("\n".join(lines))


def fee(procedure: Procedure) -> Told | None:
    """What to pay, per way of submission where that differs."""
    told = {_charges(way) for way in procedure.submissions}
    if not any(told):
        return None
    if len(told) > 1:
        return Told(_per_way(procedure, lambda way: "; ".join(_charges(way)), "phí, lệ phí", "chưa ghi mức thu"))
    charges = list(told.pop())
    if len(charges) > 1:
        return Told(f"mức thu như sau:\n{bullets(charges, 'khoản')}")
    return Told("thủ tục này miễn phí ạ." if charges[0] == money(0) else sentence(_saying_of_what(charges[0])))


def time(procedure: Procedure) -> Told | None:
    """How long it takes, per way of submission where that differs, with what the record adds in words."""

    def told(way: Submission) -> str:
        note = tidy(about_time(way.description)).rstrip(".")
        if way.time is None:
            return lower_first(note)
        return f"{duration(way.time)} ({shorten(lower_first(note), _WAYS_BUDGET)})" if note else duration(way.time)

    if not any(told(way) for way in procedure.submissions):
        return None
    return Told(_per_way(procedure, told, "thời gian giải quyết", "chưa ghi số ngày"))


def place(procedure: Procedure) -> Told | None:
    """Who handles it, where the dossier is received, and how it may be handed in."""
    lines: list[str] = []
    agencies = _agencies(procedure)
    if agencies:
        lines.append(sentence(f"cơ quan giải quyết là {enumerate_words([shorten(name) for name in agencies[:6]])}"))
    if procedure.receiving_address:
        lines.append(sentence(f"Địa chỉ tiếp nhận: {shorten(tidy(procedure.receiving_address), LIST_BUDGET // 2)}"))
    if not lines:
        return None
    if procedure.levels:
        lines.append(f"Cấp thực hiện: {enumerate_words([LEVEL_NAMES[level] for level in procedure.levels])}.")
    if procedure.submissions:
        lines.append(f"Anh/chị có thể nộp {enumerate_words(_methods(procedure.submissions))}.")
    return Told("\n".join(upper_first(line) for line in lines))


def documents(procedure: Procedure, case: str | None) -> Told | None:
    """The papers of a case; where cases differ and none is named, the cases to choose from."""
    cases = _without_sections([each for each in procedure.cases if each.documents])
    if not cases:
        return None
    chosen = _chosen_case(cases, case)
    if chosen is None:
        names = tuple(_case_name(each) for each in cases)
        listed = bullets(names, "trường hợp")
        return Told(f"giấy tờ cần nộp tùy theo trường hợp. Anh/chị thuộc trường hợp nào ạ?\n{listed}", names)
    papers = [_paper(document) for document in chosen.documents if not _is_heading(document)]
    name = f" ({lower_first(shorten(tidy(chosen.name), 160))})" if chosen.name and len(cases) > 1 else ""
    return Told(f"hồ sơ{name} gồm:\n{bullets(papers, 'mục')}")


def steps(procedure: Procedure) -> Told | None:
    """What happens, in order."""
    told = [
        f"{tidy(step.name)}: {tidy(step.description)}" if step.name else tidy(step.description)
        for step in procedure.steps
    ]
    numbered = len(told) > 1 and not any(step.name for step in procedure.steps)
    return Told(f"các bước thực hiện như sau:\n{bullets(told, 'bước', numbered=numbered)}") if told else None


def conditions(procedure: Procedure) -> Told | None:
    """What must be fulfilled, or that nothing in particular must."""
    if procedure.conditions == (NO_CONDITIONS,):
        return Told("theo nguồn, thủ tục này không đặt ra yêu cầu, điều kiện riêng ạ.")
    return _listed("yêu cầu, điều kiện gồm:", procedure.conditions, "điều kiện")


def attendance(procedure: Procedure) -> Told | None:
    """Who has to come, and whether somebody else may do it: what the record says of either, and how to hand it in."""
    papers = [document.name for case in procedure.cases for document in case.documents]
    cases = [case.name for case in procedure.cases if _BY_ANOTHER.search(case.name)]
    texts = [procedure.summary, *procedure.conditions, *papers, *(step.description for step in procedure.steps)]
    sentences = [tidy(sentence) for text in texts for sentence in _SENTENCE_END.split(text)]
    by_another = [*map(tidy, cases), *filter(_BY_ANOTHER.search, sentences)]
    told = list(dict.fromkeys([*by_another, *filter(_IN_PERSON.search, sentences)]))
    ways = f"Anh/chị có thể nộp {enumerate_words(_methods(procedure.submissions))}." if procedure.submissions else ""
    if not told:
        asks = "Có nhờ người khác được không, anh/chị hỏi nơi nhận hồ sơ ạ."
        return Told(f"nguồn chưa ghi ai phải đi và việc nhờ người khác làm thay. {ways}\n{asks}") if ways else None
    opening = "về người đi làm và việc nhờ người khác, nguồn ghi:"
    if not by_another:
        opening = "nguồn chưa ghi việc nhờ người khác làm thay; về người đi làm có ghi:"
    return Told("\n".join(filter(None, [opening, bullets(told, "điều"), ways])))


def deadline(procedure: Procedure, term: Term | None) -> Told | None:
    """By when the citizen has to do it: the ``term`` that a law sets, or else what the record says."""
    recorded = [tidy(condition) for condition in procedure.conditions if _BY_WHEN.search(condition)]
    if term is None and not recorded:
        return None
    told = [f"theo {term.law}, việc này phải làm {term.told}."] if term else []
    if recorded:
        told.append(f"{'Nguồn' if told else 'nguồn'} ghi:\n{bullets(recorded, 'điều')}")
    return Told("\n".join([*told, _LATE]))


def online(procedure: Procedure) -> Told | None:
    """Whether the dossier may be handed in online, or how else."""
    if not procedure.submissions:
        return None
    others = enumerate_words([way for way in _methods(procedure.submissions) if way != "trực tuyến"])
    if procedure.online:
        besides = f" Ngoài ra có thể nộp {others}." if others else ""
        return Told(f"thủ tục này nộp trực tuyến được ạ.{besides}")
    return Told(f"theo nguồn, thủ tục này chưa ghi hình thức nộp trực tuyến; anh/chị nộp {others} ạ.")


def result(procedure: Procedure) -> Told | None:
    """What the citizen receives."""
    return _listed("kết quả anh/chị nhận được:", procedure.results, "kết quả")


def legal(procedure: Procedure) -> Told | None:
    """The documents of law it rests on, number first."""
    told: list[str] = []
    for basis in procedure.legal_bases:
        title = tidy(basis.title)
        both = basis.number and title and basis.number not in title
        told.append(f"{basis.number}: {title}" if both else title or basis.number)
    return _listed("căn cứ pháp lý gồm:", told, "văn bản")


def _listed(opening: str, items: tuple[str, ...] | list[str], more: str) -> Told | None:
    told = [text for item in items if (text := tidy(item))]
    return Told(f"{opening}\n{bullets(told, more)}") if told else None


def _charges(way: Submission) -> tuple[str, ...]:
    budget = LIST_BUDGET if len(way.fees) == 1 else ITEM_BUDGET
    return tuple(dict.fromkeys(fee_wording(charge, budget=budget) for charge in way.fees))


def _saying_of_what(charge: str) -> str:
    """``charge`` as a sentence of its own, which has to say that it is about fees."""
    return charge if _NAMES_FEE.match(charge) else f"phí, lệ phí: {charge.removeprefix(_ANY_CHARGE)}"


def _per_way(procedure: Procedure, tell: Callable[[Submission], str], opening: str, silent: str) -> str:
    by_text: dict[str, list[Submission]] = {}
    for way in procedure.submissions:
        by_text.setdefault(tell(way), []).append(way)
    if len(by_text) == 1:
        text = next(iter(by_text))
        return sentence(f"{opening}: {shorten(text, LIST_BUDGET)}")
    lines = [f"nộp {enumerate_words(_methods(ways))}: {text or silent}" for text, ways in by_text.items()]
    return f"{opening} tùy cách nộp:\n{bullets(lines, 'cách nộp')}"


def _methods(ways: tuple[Submission, ...] | list[Submission]) -> list[str]:
    return list(dict.fromkeys(METHODS[way.method] for way in ways))


def _agencies(procedure: Procedure) -> list[str]:
    named = procedure.executing_agencies or tuple(filter(None, [procedure.authority or procedure.agency]))
    return [tidy(name).rstrip(".") for name in named]


def _time_in_a_line(procedure: Procedure) -> str:
    times = list(dict.fromkeys(way.time for way in procedure.submissions if way.time))
    if len(times) == 1:
        return duration(times[0])
    if len({each.unit for each in times}) == 1:
        shortest, longest = (pick(times, key=_length) for pick in (min, max))
        return f"từ {duration(shortest).split(' ')[0]} đến {duration(longest)}, tùy cách nộp"
    return "; ".join(
        dict.fromkeys(f"nộp {METHODS[way.method]} {duration(way.time)}" for way in procedure.submissions if way.time)
    )


def _fee_in_a_line(procedure: Procedure) -> str:
    charges = list(dict.fromkeys(charge for way in procedure.submissions for charge in way.fees))
    if not charges:
        return ""
    if len(charges) == 1:
        return fee_wording(charges[0], budget=_LINE_BUDGET).removeprefix(_ANY_CHARGE)
    sums = sorted({charge.amount for charge in charges if charge.amount is not None})
    if any(charge.amount is None for charge in charges) or len({charge.currency for charge in charges}) > 1:
        return "tùy trường hợp"
    currency = charges[0].currency
    if len(sums) == 1:
        return money(sums[0], currency)
    return f"từ {money(sums[0], currency)} đến {money(sums[-1], currency)}, tùy trường hợp và cách nộp"


def _length(time: Duration) -> float:
    return time.value


def _without_sections(cases: list[Case]) -> list[Case]:
    """The cases, each with the papers of mere sections (to hand in, to show, notes), which are no choice."""
    chosen = [case for case in cases if not _SECTION.match(tidy(case.name))]
    sections = [(case.documents, match) for case in cases if (match := _SECTION.match(tidy(case.name)))]
    shared = [paper for papers, match in sections if not match["show"] and not match["note"] for paper in papers]
    for group, label in (("show", "Xuất trình"), ("note", "Lưu ý")):
        shared += [_labelled(paper, label) for papers, match in sections if match[group] for paper in papers]
    if shared and not any(case.name for case in chosen):
        return [Case(documents=(*(paper for case in chosen for paper in case.documents), *shared))]
    return [case.model_copy(update={"documents": (*case.documents, *shared)}) for case in chosen]


def _labelled(paper: Document, label: str) -> Document:
    name = tidy(paper.name)
    told = name if name.casefold().startswith(label.casefold()) else f"{label}: {lower_first(name)}"
    return paper.model_copy(update={"name": told})


def _chosen_case(cases: list[Case], wanted: str | None) -> Case | None:
    if len({each.documents for each in cases}) == 1:
        return cases[0].model_copy(update={"name": ""})
    if wanted is None:
        return None
    key = _key(wanted)
    return next((each for each in cases if _key(_case_name(each)) == key), None)


def _case_name(case: Case) -> str:
    return tidy(case.name) or COMMON_CASE


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_heading(document: Document) -> bool:
    return document.name.endswith(":") and not document.originals + document.copies and not document.forms


def _paper(document: Document) -> str:
    notes = ", ".join(filter(None, [copies(document), form_note(document.forms)]))
    name = shorten(tidy(document.name), ITEM_BUDGET - len(notes) - len(" – "))
    return f"{name} – {notes}" if notes else name
