"""A person, please: the queue, how long it takes, and a message for later when nobody is there."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.feedback_wording import due_again
from actions.offices import opening
from actions.payloads import Button, button, start
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from nlu.text.normalise import fold
from records import waiting as queue
from records.calendar import TIME_ZONE, Calendar
from records.database import Database

_ASKED = "Công dân đề nghị gặp cán bộ"
_DISTRESSED = "Công dân đang lo lắng, cần người hỗ trợ"
_LEFT_MESSAGE = "Công dân đã để lại lời nhắn"
_I = r"(?:toi|em|minh|tui|con|chau)"
_DISTRESS = re.compile(
    r"\b(?:tuyet vong|be tac|cung duong|het cach roi|kho (?:qua|so|tam)(?: lam)? roi|khoc (?:may|ca|suot|het)"
    r"|khong biet (?:bau viu|keu|cau cuu|(?:phai )?lam sao nua)|lam on cuu|cau xin|van xin"
    rf"|xin (?:hay )?(?:cuu|giup)(?: \w+)? (?:voi|gia dinh|me con)"
    rf"|{_I} (?:so|hoang|lo|roi|met moi|kiet suc|suy sup) (?:qua|lam)|desperate|please help me)\b"
)
"""On folded text: somebody who needs a person rather than an answer."""
_NO_LONGER = re.compile(
    r"\b(?:khoi|khong|hong|ko|k|dung|huy)(?: (?:can|muon|phai|viec|yeu cau|luot))*"
    r" (?:gap(?! duoc)|chuyen may|noi chuyen voi (?:can bo|nguoi|nhan vien)|(?:cho|doi) (?:nua|can bo|nhan vien))\b"
    r"|\b(?:no longer|don'?t) (?:want|need) to (?:talk|wait)\b"
)
"""On folded text: no person is wanted any more."""
_STAFF = re.compile(r"\b(?:can bo|nhan vien|tong dai|hang cho|gap|official|queue)\b")
_REPORT = "feedback_form"
_PERSON = "person"
"""As the entity ``field`` of ``stop``: the wait for a person."""
_SHORTEST_WAIT = dt.timedelta(minutes=1)


class Handover:
    """Puts conversations in the queue of staff."""

    def __init__(self, database: Database, calendar: Calendar) -> None:
        self._database = database
        self._calendar = calendar

    async def ask_for_person(self, turn: Turn, reason: str = _ASKED) -> Outcome:
        """Queues the conversation and tells its place; when nobody is there, asks for a message instead."""
        async with self._database.session() as session:
            place = await queue.ask(session, uuid.UUID(turn.conversation_id), reason)
        if place is None:
            return Outcome((Reply(say("handover.person_answers")),))
        if not self._calendar.is_open(dt.datetime.now(TIME_ZONE)):
            return Outcome(next_action="message_form")
        queued = f"{say('handover.queued')} {_told(place)} {say('handover.meanwhile')}"
        return Outcome((Reply(queued, (_leave(),)),))

    async def where(self, turn: Turn) -> Outcome:
        """Where the conversation stands in the queue; it is put there if it does not wait yet."""
        async with self._database.session() as session:
            place = await queue.place(session, uuid.UUID(turn.conversation_id))
        if place is None:
            return await self.ask_for_person(turn)
        closed = "" if self._calendar.is_open(dt.datetime.now(TIME_ZONE)) else f" {self.hours()}"
        return Outcome((Reply(say("handover.place", told=_told(place), closed=closed), (_leave(),)),))

    async def stop(self, turn: Turn) -> Outcome:
        """Leaves the queue where the message says so; else tells whether the conversation waits."""
        if left := await self.leave(turn):
            return left
        async with self._database.session() as session:
            waits = await queue.place(session, uuid.UUID(turn.conversation_id)) is not None
        if waits:
            return Outcome((Reply(say("handover.still_waiting"), (_leave(),)),))
        return Outcome((Reply(say("small_talk.stop"), start()),))

    async def leave(self, turn: Turn) -> Outcome | None:
        """Leaves the queue where the message says so; ``None`` where it does not, or the conversation does not wait."""
        if not _declines(turn):
            return None
        async with self._database.session() as session:
            left = await queue.leave(session, uuid.UUID(turn.conversation_id))
        return Outcome((Reply(say("handover.left"), start()),)) if left else None

    def hours(self) -> str:
        """Whether staff are there now, and else from when on."""
        return opening(self._calendar, dt.datetime.now(TIME_ZONE))

    async def leave_message(self, turn: Turn) -> None:
        """Tells staff that the conversation holds a message for them."""
        async with self._database.session() as session:
            await queue.leave_message(session, uuid.UUID(turn.conversation_id), _LEFT_MESSAGE)


class RequestPerson(TurnAction):
    """Answers the wish for a person outside the forms."""

    label = "action_request_person"

    def __init__(self, handover: Handover) -> None:
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """Queues the conversation, or takes it out where "khỏi gặp cán bộ nữa" was taken for the wish."""
        if _declines(turn):
            return await self._handover.stop(turn)
        return await self._handover.ask_for_person(turn)


class AskWait(TurnAction):
    """Tells how long it takes until a person answers."""

    label = "action_wait"

    def __init__(self, handover: Handover, procedures: Procedures) -> None:
        self._handover = handover
        self._procedures = procedures

    async def take(self, turn: Turn) -> Outcome:
        """The place in the queue and the usual wait; right after a report, the day by which that is answered.

        Who neither waits nor speaks of staff is not put in the queue for what search can answer.
        """
        if was_queued(turn) or _STAFF.search(fold(turn.text)):
            return await self._handover.where(turn)
        if due := due_again(turn):
            return Outcome((due,))
        return await self._procedures.known_or_possible(turn) or await self._handover.where(turn)


class EndMessage(TurnAction):
    """Ends the form for a message: keeps it for staff."""

    label = "action_end_message"

    def __init__(self, handover: Handover) -> None:
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """What happens with the message; nothing when the form was broken off."""
        forgotten: Mapping[str, Any] = {"left_message": None}
        if not turn.slots.get("left_message"):
            return Outcome(slots=forgotten)
        await self._handover.leave_message(turn)
        return Outcome((Reply(say("handover.message_kept", opens=self._handover.hours())),), forgotten)


class Caring(TurnAction):
    """Another action, after which somebody who sounds desperate is put in the queue of staff."""

    def __init__(self, action: TurnAction, handover: Handover) -> None:
        self.label = action.label
        self.action = action
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """What the action makes of the turn, and a person where there is distress in it, rather than a form to fill in.

        A report goes on: it is what brings somebody to act.
        """
        outcome = await self.action.take(turn)
        if turn.pressed or outcome.next_action == _REPORT or not _DISTRESS.search(fold(turn.text)):
            return outcome
        asked = await self._handover.ask_for_person(turn, _DISTRESSED)
        said = () if outcome.next_action else outcome.replies
        gentle = Reply(say("handover.distress"))
        return replace(outcome, replies=(gentle, *said, *asked.replies), next_action=asked.next_action)


def was_queued(turn: Turn) -> bool:
    """Whether the last thing that was said is that the conversation waits for a person."""
    return any(_leave() in reply.buttons for reply in turn.last_replies)


def _declines(turn: Turn) -> bool:
    """Whether the message, or the button, says that no person is needed any more."""
    if turn.pressed:
        return turn.entity("field") == _PERSON
    return _NO_LONGER.search(fold(turn.text)) is not None


def _leave() -> Button:
    return button(say("buttons.no_person"), "stop", field=_PERSON)


def _told(place: queue.Place) -> str:
    """The place in the queue and the usual wait in words."""
    before = place.position - 1
    position = say("handover.before", count=before) if before else say("handover.first")
    if place.wait is None:
        return position
    minutes = round(max(place.wait, _SHORTEST_WAIT).total_seconds() / 60)
    return f"{position} {say('handover.wait', minutes=minutes)}"
