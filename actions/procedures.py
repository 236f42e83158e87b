"""Questions about procedures: which one, which part of it, and what to offer when that is not clear."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from actions.choices import chosen
from actions.parts import INTENT_OF_PART, parts_asked, subject
from actions.payloads import PERSON, START, Button, button
from actions.turn import Outcome, Reply, Turn
from knowledge.answers import Answer, Part, answer
from knowledge.layers import LEVEL_NAMES
from knowledge.model import Procedure
from knowledge.search import Found, Hit, Knowledge, Verdict

_MOST_BUTTONS = 4
_LIKELY_NEXT = (Part.DOCUMENTS, Part.FEE, Part.TIME, Part.ONLINE, Part.PLACE, Part.STEPS, Part.CONDITIONS, Part.RESULT)
_PART_TITLES = {
    Part.OVERVIEW: "Thông tin chung",
    Part.DOCUMENTS: "Giấy tờ cần nộp",
    Part.FEE: "Lệ phí",
    Part.TIME: "Thời gian",
    Part.PLACE: "Nộp ở đâu",
    Part.STEPS: "Các bước làm",
    Part.CONDITIONS: "Điều kiện",
    Part.ONLINE: "Nộp trực tuyến",
    Part.RESULT: "Kết quả",
    Part.LEGAL: "Căn cứ pháp lý",
}
_PART_QUESTIONS = {
    Part.DOCUMENTS: "giấy tờ",
    Part.FEE: "lệ phí",
    Part.TIME: "thời gian giải quyết",
    Part.PLACE: "nơi nộp",
    Part.STEPS: "các bước làm",
    Part.CONDITIONS: "điều kiện",
    Part.ONLINE: "cách nộp trực tuyến",
    Part.RESULT: "kết quả",
    Part.LEGAL: "căn cứ pháp lý",
}
_CHOICES = ("choose_procedure", "choose_case")
_SEVERAL_FAILURES = 2
_TELLING = 2
"""Syllables from which on the rest of a follow-up is taken for a subject of its own."""
_POSSIBLE = 0.1
"""Score below which even the best hit is not worth a question back."""
_NEAR = 0.3
"""Share of the best score below which a hit is no rival."""

NOTHING_WAITS: dict[str, Any] = {
    "waiting_part": None,
    "offered_procedures": None,
    "offered_cases": None,
    "unclear_turns": None,
}
"""Slots once a question was answered: nothing is open any more."""


class Procedures:
    """Answers questions from the catalogue; the procedure in focus is kept in the slot ``procedure``."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    async def answer(self, turn: Turn) -> Outcome:
        """The answer to a question, or a question back. The order of the steps is the order of certainty."""
        parts = parts_asked("" if turn.pressed else turn.text, turn.intent, turn.confidence)
        if named := turn.entity("procedure"):
            return self._tell_code(turn, named, parts)
        if turn.pressed:
            return self._about_focus(turn, parts) or _ask_for_subject(parts[0])
        picked = self._picked(turn)
        if picked is not None:
            return picked
        about = subject(turn.text)
        if not about:
            return self._about_focus(turn, parts) or self._offer_again(turn, parts[0]) or _ask_for_subject(parts[0])
        if parts == (Part.OVERVIEW,) and (waiting := _waiting_part(turn)):
            parts = (waiting,)
        focus = self._focus(turn)
        if focus and self._stays(await self.search(about), focus, about, parts):
            return self._tell(turn, focus, parts)
        found = await self.search(turn.text)
        if hit := _clear(found):
            return self._tell(turn, hit.procedure, parts, hit.also)
        if offered := _worth_offering(found):
            return self._offer(offered, parts[0])
        return nothing_found(turn, found.fields, parts[0])

    async def choose(self, turn: Turn) -> Outcome:
        """What follows a choice among the offered procedures or cases."""
        if named := turn.entity("procedure"):
            return self._tell_code(turn, named, (_waiting_part(turn) or Part.OVERVIEW,))
        if (number := turn.entity("case")) and re.fullmatch(r"[1-9][0-9]?", number):
            return self._tell_case(turn, int(number) - 1) or self._nothing_to_choose(turn)
        return self._picked(turn) or self._nothing_to_choose(turn)

    def confirmed(self, turn: Turn) -> Outcome | None:
        """What follows a yes to the one procedure on offer; ``None`` where there is not exactly one."""
        offered: list[str] = turn.slots.get("offered_procedures") or []
        return self._tell_code(turn, offered[0], (_waiting_part(turn) or Part.OVERVIEW,)) if len(offered) == 1 else None

    async def known(self, turn: Turn) -> Outcome | None:
        """The answer if the message names a choice on offer or something that search is sure of; else ``None``."""
        if picked := self._picked(turn):
            return picked
        about = subject(turn.text)
        if len(about.split()) < _TELLING:
            return None
        found = await self.search(turn.text)
        parts = parts_asked(turn.text, turn.intent, turn.confidence)
        hit = _clear(found)
        return self._tell(turn, hit.procedure, parts, hit.also) if hit else None

    async def possible(self, turn: Turn) -> Outcome | None:
        """A choice of procedures if search sees several that the message may mean; else ``None``."""
        found = await self.search(turn.text)
        offered = _worth_offering(found)
        if not offered or len(subject(turn.text).split()) < _TELLING:
            return None
        return self._offer(offered, parts_asked(turn.text, turn.intent, turn.confidence)[0])

    async def search(self, text: str) -> Found:
        """The search, outside the event loop."""
        return await asyncio.to_thread(self._knowledge.search, text, limit=_MOST_BUTTONS)

    def _focus(self, turn: Turn) -> Procedure | None:
        code = turn.slots.get("procedure")
        return self._knowledge.procedure(code) if code else None

    def _stays(self, found: Found, focus: Procedure, about: str, parts: Sequence[Part]) -> bool:
        """Whether a message with a subject of its own is still about the procedure in focus."""
        codes = [code for hit in found.hits for code in (hit.procedure.code, *hit.also)]
        follows_up = tuple(parts) != (Part.OVERVIEW,)
        if hit := _clear(found):
            return focus.code in (hit.procedure.code, *hit.also)
        if found.verdict is Verdict.SEVERAL:
            return follows_up and (focus.code in codes or len(about.split()) < _TELLING)
        return follows_up

    def _about_focus(self, turn: Turn, parts: Sequence[Part]) -> Outcome | None:
        """The part asked about the procedure in focus, when there is one and the message asks for a part of it."""
        focus = self._focus(turn)
        if focus is None or (turn.pressed and tuple(parts) == (Part.OVERVIEW,)):
            return None
        return self._tell(turn, focus, parts)

    def _picked(self, turn: Turn) -> Outcome | None:
        """What follows when the message names one of the cases or procedures on offer."""
        if turn.pressed:
            return None
        cases: list[str] = turn.slots.get("offered_cases") or []
        position = chosen(turn.text, cases)
        if position is not None:
            return self._tell_case(turn, position)
        codes: list[str] = turn.slots.get("offered_procedures") or []
        offered = [each for code in codes if (each := self._knowledge.procedure(code))]
        position = chosen(turn.text, [each.plain_name for each in offered])
        if position is None:
            return None
        parts = parts_asked(turn.text, turn.intent, turn.confidence)
        waiting = _waiting_part(turn)
        return self._tell(turn, offered[position], (waiting,) if waiting and parts == (Part.OVERVIEW,) else parts)

    def _tell_code(self, turn: Turn, code: str, parts: Sequence[Part]) -> Outcome:
        procedure = self._knowledge.procedure(code)
        if procedure is None:
            text = (
                f"Dạ, em chưa có thông tin về thủ tục mã {code[:40]} ạ. Anh/chị kiểm tra lại mã, hoặc nói"
                " tên việc cần làm giúp em."
            )
            return Outcome((Reply(text, (PERSON,)),))
        return self._tell(turn, procedure, parts)

    def _tell_case(self, turn: Turn, position: int) -> Outcome | None:
        cases: list[str] = turn.slots.get("offered_cases") or []
        focus = self._focus(turn)
        if focus is None or not 0 <= position < len(cases):
            return None
        return self._tell(turn, focus, (Part.DOCUMENTS,), case=cases[position])

    def _tell(
        self,
        turn: Turn,
        procedure: Procedure,
        parts: Sequence[Part],
        also: Sequence[str] = (),
        case: str | None = None,
    ) -> Outcome:
        """The parts asked for, one message each; the last one carries the buttons for what comes next."""
        same = turn.slots.get("procedure") == procedure.code
        case = case or (turn.slots.get("case") if same else None)
        before: list[str] = turn.slots.get("asked_parts") or [] if same else []
        asked = [*dict.fromkeys([*before, *(part.value for part in parts)])]
        answers = [answer(procedure, part, case=case) for part in parts]
        replies = [_reply(turn, told, part, procedure) for told, part in zip(answers, parts, strict=True)]
        cases = next((told.cases_to_choose for told in answers if told.cases_to_choose), ())
        last = replies[-1]
        buttons = _case_buttons(cases) if cases else _next_buttons(procedure, asked)
        text = "\n\n".join(filter(None, [last.text, self._variants(also)]))
        replies[-1] = Reply(text, buttons, last.procedure, last.procedures, last.intent)
        slots = NOTHING_WAITS | {"procedure": procedure.code, "asked_parts": asked, "case": case}
        return Outcome(tuple(replies), slots | {"offered_cases": list(cases) or None})

    def _variants(self, also: Sequence[str]) -> str:
        others = [each for code in also[:3] if (each := self._knowledge.procedure(code))]
        named = [f"{_levels(each)} (mã {each.code})" for each in others if each.levels]
        return f"Việc này còn có thủ tục ở {', '.join(named)} ạ." if named else ""

    def _offer_again(self, turn: Turn, part: Part) -> Outcome | None:
        """The choice that still waits, now with another part in mind."""
        codes: list[str] = turn.slots.get("offered_procedures") or []
        offered = [each for code in codes if (each := self._knowledge.procedure(code))]
        return self._offer(offered, part) if offered else None

    def _offer(self, offered: Sequence[Procedure], part: Part) -> Outcome:
        """A choice among at most four procedures, told apart by name, then by level."""
        titles = _telling_titles(offered)
        listed = "\n".join(f"{number}. {title}" for number, title in enumerate(titles, 1))
        buttons = tuple(
            button(title, "choose_procedure", procedure=each.code) for title, each in zip(titles, offered, strict=True)
        )
        codes = [each.code for each in offered]
        if len(codes) == 1:
            text = f"Dạ, có phải anh/chị cần thủ tục “{titles[0]}” không ạ?"
            buttons = (button("Đúng rồi", "choose_procedure", procedure=codes[0]), button("Không phải", "deny"))
        else:
            text = f"Dạ, có mấy thủ tục gần với ý anh/chị. Anh/chị cần thủ tục nào ạ?\n{listed}"
        reply = Reply(text, buttons, procedures=tuple(codes), intent=INTENT_OF_PART[part])
        slots = NOTHING_WAITS | {
            "waiting_part": part.value,
            "offered_procedures": codes,
            "procedure": None,
            "case": None,
        }
        return Outcome((reply,), slots)

    def _nothing_to_choose(self, turn: Turn) -> Outcome:
        if turn.slots.get("offered_procedures") or turn.slots.get("offered_cases"):
            return Outcome(
                (Reply("Dạ, em chưa rõ anh/chị chọn mục nào. Anh/chị bấm nút hoặc nói số thứ tự giúp em ạ."),)
            )
        return _ask_for_subject(Part.OVERVIEW)


def _clear(found: Found) -> Hit | None:
    return found.hits[0] if found.verdict is Verdict.CLEAR else None


def _worth_offering(found: Found) -> list[Procedure]:
    """The procedures that a message may mean, the unlikely ones left out; none where even the best is unlikely."""
    if found.verdict is Verdict.NOTHING or found.hits[0].score < _POSSIBLE:
        return []
    return [hit.procedure for hit in found.hits[:_MOST_BUTTONS] if hit.score >= found.hits[0].score * _NEAR]


def nothing_found(turn: Turn, fields: Sequence[str], part: Part) -> Outcome:
    """Says that nothing was found, names the nearest fields, and after two failures in a row puts a person first."""
    failures = int(turn.slots.get("unclear_turns") or 0) + 1
    near = f" Lĩnh vực gần nhất em có: {', '.join(fields)}." if fields else ""
    if failures >= _SEVERAL_FAILURES:
        text = (
            f"Dạ, em vẫn chưa tìm được thủ tục đúng ý anh/chị.{near} Anh/chị nói chuyện với cán bộ để"
            " được hướng dẫn cụ thể nhé ạ?"
        )
        buttons: tuple[Button, ...] = (PERSON, *START[:3])
    else:
        text = (
            f"Dạ, em chưa tìm thấy thủ tục nào khớp.{near} Anh/chị nói rõ hơn việc cần làm giúp em, ví dụ"
            " “làm lại căn cước bị mất”, hoặc gặp cán bộ ạ."
        )
        buttons = (PERSON,)
    slots = NOTHING_WAITS | {"waiting_part": part.value, "unclear_turns": failures}
    return Outcome((Reply(text, buttons, intent=INTENT_OF_PART[part]),), slots)


def _reply(turn: Turn, told: Answer, part: Part, procedure: Procedure) -> Reply:
    intent = None if turn.intent in _CHOICES else INTENT_OF_PART[part]
    return Reply(told.text, (), (procedure.code, procedure.plain_name), (procedure.code,), intent)


def _ask_for_subject(part: Part) -> Outcome:
    if part is Part.OVERVIEW:
        text = (
            "Dạ, anh/chị cần làm thủ tục gì ạ? Anh/chị cứ nói bằng lời thường ngày, ví dụ “mới sinh con"
            " cần làm giấy tờ gì”."
        )
    else:
        text = f"Dạ, anh/chị hỏi {_PART_QUESTIONS[part]} của thủ tục nào ạ?"
    return Outcome((Reply(text, intent=INTENT_OF_PART[part]),), NOTHING_WAITS | {"waiting_part": part.value})


def _waiting_part(turn: Turn) -> Part | None:
    value = turn.slots.get("waiting_part")
    return Part(value) if value else None


def _case_buttons(cases: Sequence[str]) -> tuple[Button, ...]:
    return tuple(
        button(name, "choose_case", case=str(number)) for number, name in enumerate(cases[:_MOST_BUTTONS], start=1)
    )


def _next_buttons(procedure: Procedure, asked: Sequence[str]) -> tuple[Button, ...]:
    """The parts that are likely to be asked next and that the record can tell."""
    likely = (part for part in _LIKELY_NEXT if part.value not in asked and not answer(procedure, part).missing)
    return tuple(
        button(_PART_TITLES[part], INTENT_OF_PART[part], procedure=procedure.code)
        for part, _ in zip(likely, range(_MOST_BUTTONS), strict=False)
    )


def _telling_titles(offered: Sequence[Procedure]) -> list[str]:
    names = [each.plain_name for each in offered]
    return [
        f"{name} ({_levels(each) or each.field})" if names.count(name) > 1 else name
        for name, each in zip(names, offered, strict=True)
    ]


def _levels(procedure: Procedure) -> str:
    return ", ".join(LEVEL_NAMES[level] for level in procedure.levels)
