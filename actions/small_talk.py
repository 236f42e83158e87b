"""The small turns of a conversation that need its state: once more, from the start, yes, no."""

from __future__ import annotations

from actions.handover import Handover
from actions.payloads import PERSON, START
from actions.procedures import NOTHING_WAITS, Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction


class Repeat(TurnAction):
    """Says the last replies again."""

    label = "action_repeat"

    async def take(self, turn: Turn) -> Outcome:
        """The replies of the turn before, buttons included."""
        return Outcome(repeated(turn))


def repeated(turn: Turn) -> tuple[Reply, ...]:
    """The replies of the turn before, or what to begin with when there are none."""
    return turn.last_replies or (Reply("Dạ, em chưa nói gì trước đó ạ. Anh/chị cần em giúp việc gì?", START),)


class StartOver(TurnAction):
    """Forgets the subject of the conversation."""

    label = "action_start_over"

    async def take(self, turn: Turn) -> Outcome:
        """Every slot of ours is emptied."""
        return started_over(turn)


def started_over(turn: Turn) -> Outcome:
    """The beginning of a conversation, with every slot that is set emptied."""
    emptied = {name: None for name, value in turn.slots.items() if value is not None and not name.startswith("session")}
    return Outcome((Reply("Dạ, mình bắt đầu lại từ đầu ạ. Anh/chị cần em giúp việc gì?", START),), emptied)


class YesOrNo(TurnAction):
    """A yes or no outside the forms: to the offer of a person, to the choice on offer, or to nothing in particular."""

    label = "action_yes_or_no"

    def __init__(self, procedures: Procedures, handover: Handover) -> None:
        self._procedures = procedures
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """What the yes or no means after the last reply."""
        if turn.intent == "affirm" and (confirmed := self._procedures.confirmed(turn)):
            return confirmed
        offered = turn.last_replies[-1].buttons if turn.last_replies else ()
        if turn.intent == "affirm" and offered and offered[0] == PERSON:
            return await self._handover.ask_for_person(turn)
        if turn.intent == "affirm" and offered:
            return Outcome((Reply("Dạ, anh/chị chọn giúp em một mục ạ:", offered),))
        if turn.slots.get("offered_procedures") or turn.slots.get("offered_cases"):
            text = "Dạ, vậy anh/chị nói rõ hơn việc cần làm giúp em ạ; hoặc em mời cán bộ hỗ trợ."
            return Outcome((Reply(text, (PERSON,)),), NOTHING_WAITS)
        return Outcome((Reply("Dạ vâng. Anh/chị cần em giúp gì thêm không ạ?", START),))
