"""What follows once a dossier was opened: hearing of its changes, paying what is due, reporting that it is late."""

from __future__ import annotations

import re
import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from actions import dossier_followup_wording as wording
from actions.dossier_wording import next_step
from actions.payloads import Button, button, person
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold
from records import dossier_notices, second_factor
from records.database import Database
from records.dossier_notices import NotConfirmed, Unreachable
from records.dossiers import DossierState, DossierView, view
from records.payments import links, service
from records.payments.service import NoAccount, NothingDue

SUBSCRIBE, PAY = "subscribe", "ask_payment"
"""The intents that need an opened dossier; as the slot ``dossier_wish``, what to do once it is open."""
_LIKELY = 0.8
"""Confidence below which a payment may as well be one that belongs to the procedure in focus."""
_OF_DOSSIER = re.compile(
    r"\b(?:ho so|hs|thong bao|bien lai|qr|giao dich|tru tien|(?:nop|dong|chuyen) (?:\w+ )?(?:roi|thieu|du|nham)"
    r"|da (?:dong|nop|chuyen)|receipt)\b"
)
"""On folded text: words with which people speak of paying for a dossier."""
LATE = "late"
"""As the entity ``field`` of ``give_feedback``: the report about a late dossier that is filled in already."""


class Followups:
    """The work behind the actions below, shared with the reading of a dossier."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def carry_out(self, wish: str, turn: Turn, code: str) -> Outcome | None:
        """Does what was wished for with a dossier; nothing when this conversation did not open it a while ago."""
        conversation = uuid.UUID(turn.conversation_id)
        if wish == SUBSCRIBE:
            return await self._subscribe(turn, conversation, code)
        return await self._pay(conversation, code)

    async def next_step(self, turn: Turn, code: str) -> Outcome | None:
        """What a dossier needs that this conversation opened a while ago; ``None`` for another one."""
        async with self._database.session() as session:
            dossier = await _opened(session, code, uuid.UUID(turn.conversation_id))
        return Outcome((Reply(next_step(dossier), (*offers(dossier), person())),)) if dossier else None

    async def _subscribe(self, turn: Turn, conversation: uuid.UUID, code: str) -> Outcome | None:
        try:
            async with self._database.session() as session:
                new = await dossier_notices.subscribe(session, code, conversation)
        except NotConfirmed:
            return None
        except Unreachable:
            return Outcome((Reply(say("followups.no_number", code=code), (person(),)),))
        said = wording.subscribed(code, new=new, by_phone=turn.channel == "voice")
        return Outcome((Reply(said, (stop_notices(code),)),))

    async def _pay(self, conversation: uuid.UUID, code: str) -> Outcome | None:
        async with self._database.session() as session:
            dossier = await _opened(session, code, conversation)
            if dossier is None:
                return None
            try:
                payment = await service.ask(session, dossier, conversation)
            except NothingDue:
                return Outcome((Reply(wording.nothing_due(dossier), (person(),)),))
            except NoAccount:
                return Outcome((Reply(wording.paid_elsewhere(dossier), (person(),)),))
        if payment.state != "open":
            return Outcome((Reply(wording.settled(payment), (person(),)),))
        picture = links.sign(self._database.settings, payment.reference)
        address = f"{self._database.settings.public_url}{picture}"
        return Outcome((Reply(wording.to_pay(payment, address), (button(say("followups.arrived"), PAY), person())),))


async def _opened(session: AsyncSession, code: str, conversation: uuid.UUID) -> DossierView | None:
    """The dossier, if the conversation opened it with its second factor a while ago."""
    within = dossier_notices.OPENED_WITHIN
    return await view(session, code) if await second_factor.opened(session, code, conversation, within) else None


def offers(dossier: DossierView) -> tuple[Button, ...]:
    """The buttons under a dossier that was read out, the most wanted first."""
    shown: list[Button] = []
    if dossier.state is DossierState.PAYMENT_DUE and dossier.fee_due:
        shown.append(button(say("followups.pay"), PAY))
    if dossier.overdue:
        shown.append(button(say("followups.report_late"), "give_feedback", field=LATE))
    if dossier.state is not DossierState.RETURNED:
        shown.append(button(say("followups.notify"), SUBSCRIBE))
    return tuple(shown)


def stop_notices(code: str) -> Button:
    """Ends the notices of one dossier."""
    return button(say("followups.stop_notices"), "unsubscribe", dossier_code=code)


class _WithDossier(TurnAction):
    """Carries out a wish for the opened dossier; opens one first where there is none."""

    wish: str

    def __init__(self, followups: Followups) -> None:
        self._followups = followups

    async def take(self, turn: Turn) -> Outcome:
        """What was wished for, or the form that opens a dossier and remembers the wish."""
        code = turn.entity("dossier_code") or turn.slots.get("dossier_open")
        done = await self._followups.carry_out(self.wish, turn, code) if code else None
        return done or Outcome(slots={"dossier_wish": self.wish}, next_action="dossier_form")


class Subscribe(_WithDossier):
    """ "báo cho tôi khi có kết quả"."""

    label = "action_subscribe"
    wish = SUBSCRIBE


class AskPayment(_WithDossier):
    """What is to be paid for a dossier, how, and whether it arrived; what search knows is no matter of a dossier."""

    label = "action_ask_payment"
    wish = PAY

    def __init__(self, followups: Followups, procedures: Procedures) -> None:
        super().__init__(followups)
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """What was wished for; without a word of a dossier, the answer about a procedure that has to do with money."""
        if not (turn.pressed or turn.entity("dossier_code") or _OF_DOSSIER.search(fold(turn.text))):
            sure = turn.confidence >= _LIKELY
            known = await (self._procedures.known(turn) if sure else self._procedures.answered(turn))
            if known:
                return known
        return await super().take(turn)


class Unsubscribe(TurnAction):
    """Ends the notices of one dossier, or all."""

    label = "action_unsubscribe"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """What was ended."""
        async with self._database.session() as session:
            ended = await dossier_notices.unsubscribe(
                session, uuid.UUID(turn.conversation_id), turn.entity("dossier_code")
            )
        return Outcome((Reply(wording.unsubscribed(ended)),))


def draft(dossier: DossierView) -> dict[str, Any] | None:
    """The slots of a report about a late dossier, for the form to begin with; none when it is not late."""
    if not dossier.overdue:
        return None
    return {
        "feedback_what": wording.complaint(dossier),
        "feedback_where": dossier.agency,
        "feedback_when": f"Từ ngày hẹn {dossier.promised_on:%d/%m/%Y} đến nay",
        "feedback_attachments": True,
    }
