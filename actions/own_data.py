"""A citizen's rights over the own data: what is kept, a copy of it, and having it erased."""

from __future__ import annotations

import re
import uuid

from actions.payloads import Button, button, person
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold
from records.database import Database
from records.models import Conversation
from records.privacy import export_links, rights

_INTENT = "data_rights"
_ERASE = re.compile(r"\b(?:xoa|go|quen|huy|(?:dung|khong|ngung) (?:cho )?(?:phep )?(?:luu|giu))\b")
_WITHDRAW = re.compile(r"\b(?:rut (?:lai )?(?:su )?dong y|(?:khong|ngung) (?:cho phep|dong y))\b")
_COPY = re.compile(
    r"\b(?:tai (?:ve|xuong|du lieu|toan bo)|ban sao|xuat|download|file|(?:luu|giu) (?:nhung )?(?:thong tin )?gi)\b"
)


class DataRights(TurnAction):
    """A copy at once, as a link in this very conversation; erasing only by a button under what it means."""

    label = "action_data_rights"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """What was wished for, or the choice."""
        wish, conversation = _wish(turn), uuid.UUID(turn.conversation_id)
        if wish == "copy":
            return Outcome((await self._copy(conversation),))
        if wish == "erase":
            act = self._erase if _agrees(turn) else self._what_it_means
            return Outcome((await act(conversation),))
        if wish == "consent":
            return Outcome((await self._withdraw(conversation) if _agrees(turn) else _consent(),))
        if wish == "keep":
            return Outcome((Reply(say("own_data.kept")),))
        return Outcome((Reply(say("own_data.overview"), (_see(), _erasing(), person())),))

    async def _copy(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            conversation = await session.get_one(Conversation, conversation_id)
        if conversation.channel == "voice":
            return Reply(say("own_data.by_phone"), (person(),))
        link = export_links.sign(self._database.settings, conversation_id)
        text = say("own_data.copy", link=link, minutes=export_links.GOOD_FOR_MINUTES)
        return Reply(text, (_erasing(),))

    async def _what_it_means(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            cases = await rights.cases_of(session, conversation_id)
        codes = ", ".join(case.tracking_code for case in cases)
        kept = say("own_data.cases_stay", codes=codes) if cases else ""
        agree = button(say("own_data.agree"), _INTENT, field="erase", agree="yes")
        return Reply(say("own_data.erase", kept=kept), (agree, _see(), _keep()))

    async def _withdraw(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            forgotten = await rights.withdraw_consent(session, conversation_id)
        if not forgotten:
            return Reply(say("own_data.withdrawn_but_held"), (person(),))
        return Reply(say("own_data.withdrawn"), (_erasing(),))

    async def _erase(self, conversation_id: uuid.UUID) -> Reply:
        try:
            async with self._database.session() as session:
                await rights.request_erasure(session, conversation_id)
        except rights.Held:
            return Reply(say("own_data.held"), (person(),))
        minutes = int(rights.GRACE.total_seconds()) // 60
        return Reply(say("own_data.erasing", minutes=minutes))


def _see() -> Button:
    return button(say("own_data.see"), _INTENT, field="copy")


def _erasing() -> Button:
    return button(say("own_data.wish"), _INTENT, field="erase")


def _keep() -> Button:
    return button(say("own_data.keep"), _INTENT, field="keep")


def _consent() -> Reply:
    withdraw = button(say("own_data.withdraw"), _INTENT, field="consent", agree="yes")
    return Reply(say("own_data.consent"), (withdraw, _erasing(), _keep()))


def _agrees(turn: Turn) -> bool:
    return turn.pressed and turn.entity("agree") == "yes"


def _wish(turn: Turn) -> str | None:
    """``copy``, ``erase``, ``consent``, ``keep``, or none when it was left open."""
    if turn.pressed:
        return turn.entity("field")
    text = fold(turn.text)
    if _WITHDRAW.search(text):
        return "consent"
    if _ERASE.search(text):
        return "erase"
    return "copy" if _COPY.search(text) else None
