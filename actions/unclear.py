"""Messages that the classifier is not sure of: search is asked before giving up."""

from __future__ import annotations

from collections.abc import Mapping

from actions.feedback import files_so_far
from actions.forms import FORM_OF_INTENT
from actions.parts import PART_OF_INTENT
from actions.payloads import FEEDBACK
from actions.procedures import Procedures, nothing_found
from actions.turn import Outcome, Reply, Turn, TurnAction
from knowledge.answers import Part

_PLAUSIBLE = 0.35
"""From this confidence on, the likeliest intent is acted on when search knows nothing."""


class Answer(TurnAction):
    """Answers a question about a procedure."""

    label = "action_answer"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The answer, or a question back."""
        return await self._procedures.answer(turn)


class Choose(TurnAction):
    """Takes a choice among what was offered."""

    label = "action_choose"

    def __init__(self, procedures: Procedures) -> None:
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """What was chosen."""
        return await self._procedures.choose(turn)


class Unclear(TurnAction):
    """A question if search is sure of it; else the likeliest intent, if it is likely at all; else a question back."""

    label = "action_unclear"

    def __init__(self, procedures: Procedures, others: Mapping[str, TurnAction]) -> None:
        self._procedures = procedures
        self.others = others

    async def take(self, turn: Turn) -> Outcome:
        """The best that can be made of the message."""
        if turn.attachment_ids and not turn.text.strip():
            return _files_alone(turn)
        if turn.entity("dossier_code"):
            return Outcome(next_action="dossier_form")
        if turn.entity("tracking_code"):
            return Outcome(next_action="feedback_status_form")
        if known := await self._procedures.known(turn):
            return known
        if turn.confidence >= _PLAUSIBLE:
            if turn.intent in PART_OF_INTENT:
                return await self._procedures.answer(turn)
            if form := FORM_OF_INTENT.get(turn.intent):
                return Outcome(next_action=form)
            if other := self.others.get(turn.intent):
                return await other.take(turn)
            return Outcome((Reply(response=f"utter_{turn.intent}"),))
        found = await self._procedures.search(turn.text)
        return await self._procedures.possible(turn) or nothing_found(turn, found.fields, Part.OVERVIEW)


def _files_alone(turn: Turn) -> Outcome:
    """A file without a word: kept, and offered as the beginning of a report."""
    text = (
        f"Dạ, em đã nhận {len(turn.attachment_ids)} tệp. Anh/chị muốn gửi kèm phản ánh, kiến nghị phải không ạ?"
        " Nếu cần việc khác, anh/chị nhắn thêm vài chữ giúp em."
    )
    return Outcome((Reply(text, (FEEDBACK,)),), {"feedback_files": files_so_far(turn)})
