"""Where a dossier stands: its code, the second factor, and reading it out."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.code_forms import CodeForm
from actions.dossier_followups import Followups, draft, offers
from actions.dossier_wording import read_out
from actions.payloads import Button, button, person
from actions.telling import in_focus
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from knowledge.search import Knowledge
from nlu.text.codes import find_codes
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written
from records.database import Database
from records.dossiers import DossierState, DossierView, Locked, look_up
from records.second_factor import Asker

_DIGITS = 4
_MOST_BUTTONS = 4


def again() -> Button:
    """Looks another dossier up, or the same one with another code."""
    return button(say("buttons.again"), "dossier_status")


class DossierForm(CodeForm):
    """Asks for the dossier's code and the second factor."""

    label = "validate_dossier_form"
    form = "dossier_form"
    asks_for = ("dossier_code", "dossier_digits")
    come_back = "dossiers.come_back"

    async def take(self, turn: Turn) -> Outcome:
        """As every form; the procedure that the first message names is what later questions are about."""
        outcome = await super().take(turn)
        if turn.slots.get("requested_slot") is not None or turn.pressed:
            return outcome
        return replace(outcome, slots={**await self._interruptions.mentioned(turn), **outcome.slots})

    def open(self, turn: Turn) -> Outcome:
        """A code in the first message is not asked for again."""
        return Outcome(slots={"dossier_code": turn.entity("dossier_code"), "dossier_digits": None})

    def plain_answer(self, turn: Turn, asked_for: str) -> Outcome | None:
        """A code, or the digits; a code given instead of the digits replaces the one before."""
        if code := turn.entity("dossier_code"):
            return Outcome(slots={"dossier_code": code})
        if asked_for == "dossier_digits" and (digits := last_digits(turn.text)):
            return Outcome(slots={"dossier_digits": digits})
        if turn.entity("tracking_code"):
            return Outcome(ends_form=True, next_action="feedback_status_form")
        return None

    def without_code(self) -> Reply:
        """Where the code stands, and who else can tell."""
        return Reply(say("dossiers.no_code_known"), (person(), again()))

    def read(self, turn: Turn, asked_for: str) -> Outcome:  # noqa: ARG002
        """Neither a code nor digits."""
        if asked_for == "dossier_digits":
            return Outcome((Reply(say("dossiers.four_digits")),))
        return Outcome((Reply(say("dossiers.no_code")),))

    def question(self, slot: str, values: Mapping[str, Any]) -> Reply:  # noqa: ARG002
        """The question for the code or the digits."""
        return Reply(say("dossiers.ask_code" if slot == "dossier_code" else "dossiers.ask_digits"))


def last_digits(text: str) -> str | None:
    """The four digits that a message gives, typed or spoken; of a whole phone or identity number, the last four."""
    written = spoken_to_written(normalise(text))
    numbers = [code.value for code in find_codes(written) if code.kind in ("phone", "identity", "old_identity")]
    if numbers:
        return numbers[0][-_DIGITS:]
    runs: list[str] = re.findall(r"\d(?:[\s.-]?\d)*", written)
    digits = [re.sub(r"\D", "", run) for run in runs]
    return digits[0] if len(digits) == 1 and len(digits[0]) == _DIGITS else None


class DossierStatus(TurnAction):
    """Ends the form: looks the dossier up and reads it out."""

    label = "action_dossier_status"

    def __init__(self, knowledge: Knowledge, database: Database, followups: Followups) -> None:
        self._knowledge = knowledge
        self._database = database
        self._followups = followups

    async def take(self, turn: Turn) -> Outcome:
        """The dossier, or why it is not shown; nothing when the form was broken off."""
        code, digits = turn.slots.get("dossier_code"), turn.slots.get("dossier_digits")
        wish = turn.slots.get("dossier_wish")
        forgotten: dict[str, Any] = {"dossier_code": None, "dossier_digits": None, "dossier_wish": None}
        if not code or not digits:
            return Outcome(slots=forgotten)
        seen = await look_up(self._database, code, digits, Asker(uuid.UUID(turn.conversation_id), turn.message_id))
        if isinstance(seen, DossierView):
            told = self._tell(seen, forgotten | {"dossier_open": seen.code, "feedback_draft": draft(seen)})
            done = await self._followups.carry_out(wish, turn, seen.code) if wish else None
            return replace(told, replies=told.replies + done.replies) if done else told
        why = say("dossiers.locked" if isinstance(seen, Locked) else "dossiers.refused")
        return Outcome((Reply(why, (again(), person())),), forgotten)

    def _tell(self, seen: DossierView, forgotten: dict[str, Any]) -> Outcome:
        procedure = self._knowledge.procedure(seen.procedure_code)
        if procedure is None:
            return Outcome((Reply(read_out(seen), (*offers(seen), again(), person())[:_MOST_BUTTONS]),), forgotten)
        about_it = button(say("buttons.about_procedure"), "ask_procedure", procedure=procedure.code)
        buttons = [*offers(seen), about_it, person()]
        if seen.state is DossierState.MORE_PAPERS:
            buttons.insert(0, button(say("dossiers.documents"), "ask_documents", procedure=procedure.code))
        about = (procedure.code, procedure.plain_name)
        reply = Reply(read_out(seen), tuple(buttons[:_MOST_BUTTONS]), about, (procedure.code,))
        return Outcome((reply,), forgotten | in_focus(procedure))
