"""Where offices are and when they are open, as far as that is known here."""

from __future__ import annotations

import datetime as dt

from actions.payloads import person
from actions.procedures import Procedures
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import say
from knowledge.answers import Part
from records.calendar import TIME_ZONE, Calendar


class AskOffice(TurnAction):
    """Tells the usual hours and whether they are on now; the place of the procedure in focus, if there is one."""

    label = "action_office"

    def __init__(self, procedures: Procedures, calendar: Calendar) -> None:
        self._procedures = procedures
        self._calendar = calendar

    async def take(self, turn: Turn) -> Outcome:
        """The hours, then where the procedure in focus is handed in."""
        hours = Reply(say("offices.hours", now=opening(self._calendar, dt.datetime.now(TIME_ZONE))), (person(),))
        focus = turn.slots.get("procedure")
        if not focus:
            return Outcome((hours,))
        told = self._procedures.tell(turn, focus, Part.PLACE)
        return Outcome((hours, *told.replies), told.slots)


def opening(calendar: Calendar, now: dt.datetime) -> str:
    """Whether the office is open at ``now``, and else when it opens next."""
    return (
        say("offices.open")
        if calendar.is_open(now)
        else say("offices.closed", opens=moment(calendar.next_opening(now)))
    )


def moment(at: dt.datetime) -> str:
    """``7 giờ 30 thứ Hai, 30/11``, in Vietnamese time."""
    local = at.astimezone(TIME_ZONE)
    day = say(f"offices.weekday_{local.weekday()}")
    return say("offices.moment", hour=local.hour, minute=f"{local.minute:02}", day=day, date=f"{local:%d/%m}")
