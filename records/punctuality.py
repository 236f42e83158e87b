"""Whether a dossier was, or is, on time: the promised date, less the time spent waiting for the citizen.

The clock stands in the portal's states 5 (papers are missing), 6 (something is to be paid) and 8 (work stopped). What
passed of the office's working time in them moves the promised date on. A promise that the agency gave anew during or
after a pause already counts what was waited until then, so only what came after it does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from records.calendar import TIME_ZONE, Calendar
from records.dossier_states import DossierState, HistoryEntry

_DONE = frozenset({DossierState.FINISHED, DossierState.RETURNED})
_BROKEN_OFF = frozenset({DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN})


@dataclass(frozen=True)
class Punctuality:
    """``due_on`` is the promised day, moved on by ``waited`` (office hours); a day that was begun counts whole.

    ``late`` is none without a promise, and for dossiers that were not accepted or withdrawn.
    """

    due_on: dt.date | None
    waited: dt.timedelta
    finished_on: dt.date | None
    late: bool | None


def judge(
    calendar: Calendar,
    history: Sequence[HistoryEntry],
    promised_on: dt.date | None,
    finished_on: dt.date | None,
    now: dt.datetime,
) -> Punctuality:
    """Judges a dossier by its ``history`` in order of time; one that is not finished is judged as of ``now``.

    ``finished_on`` is the day that the agency names; without it, that of the event counts.
    """
    finished = _finished_at(history)
    end = finished or now
    day = finished_on if finished else None
    day = day or (finished.astimezone(TIME_ZONE).date() if finished else None)
    waited = _waited(calendar, history, _promised_at(history, promised_on), end)
    if promised_on is None:
        return Punctuality(None, waited, day, None)
    due = calendar.add_working_days(dt.datetime.combine(promised_on, dt.time(12), TIME_ZONE), 0)
    due_on = calendar.add_working_time(due, waited).date() if waited else promised_on
    if history and history[-1].state in _BROKEN_OFF:
        return Punctuality(due_on, waited, day, None)
    return Punctuality(due_on, waited, day, (day or end.astimezone(TIME_ZONE).date()) > due_on)


def _finished_at(history: Sequence[HistoryEntry]) -> dt.datetime | None:
    """When the work was done for the last time; none while it is going on."""
    finished: dt.datetime | None = None
    for entry in reversed(history):
        if entry.state not in _DONE:
            break
        finished = entry.at
    return finished


def _promised_at(history: Sequence[HistoryEntry], promised_on: dt.date | None) -> dt.datetime | None:
    """When the promise was given for the last time; none when it stands since the beginning."""
    return next((entry.at for entry in reversed(history) if entry.promised and entry.promised == promised_on), None)


def _waited(
    calendar: Calendar, history: Sequence[HistoryEntry], since: dt.datetime | None, end: dt.datetime
) -> dt.timedelta:
    ends = [later.at for _, later in pairwise(history)] + [end]
    pauses = (
        [
            (max(entry.at, since) if since else entry.at, min(until, end))
            for entry, until in zip(history, ends, strict=True)
            if entry.state.waits_for_citizen
        ]
        if history
        else []
    )
    return sum((calendar.working_time(start, until) for start, until in pauses if start < until), dt.timedelta())
