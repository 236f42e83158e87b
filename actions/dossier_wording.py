"""A dossier in plain words: where it stands, the promised date, what is missing, what to pay, what to do next."""

from __future__ import annotations

import datetime as dt

from actions.dossier_followup_wording import money
from actions.turn import Turn
from actions.wordings import say
from records.dossiers import DossierState, DossierView

_CLOSED = frozenset({DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN, DossierState.STOPPED, DossierState.RETURNED})


def read_out(dossier: DossierView) -> str:
    """The whole answer about one dossier."""
    state = dossier.state.name.lower()
    now = say(f"dossiers.now_{state}")
    lines = [
        say("dossiers.read_out", code=dossier.code, procedure=dossier.procedure_name, now=now),
        say("dossiers.state", state=dossier.state.label),
        say("dossiers.agency", agency=dossier.agency),
        say("dossiers.submitted", day=_day(dossier.submitted_on)),
        *_promise(dossier),
    ]
    if dossier.missing:
        lines += [say("dossiers.missing"), *(f"  – {paper}" for paper in dossier.missing)]
    if dossier.fee_due:
        what = f" ({dossier.fee_for})" if dossier.fee_for else ""
        lines.append(say("dossiers.fee", amount=money(dossier.fee_due), what=what))
    if dossier.fee_paid:
        lines.append(say("dossiers.fee_paid", amount=money(dossier.fee_paid)))
    if dossier.note:
        lines.append(say("dossiers.note", note=dossier.note))
    lines.append(next_step(dossier))
    if dossier.demonstration:
        lines.append(say("dossiers.demonstration"))
    return "\n".join(lines)


def was_read_out(turn: Turn) -> bool:
    """Whether the last thing that was said is where a dossier stands."""
    return turn.last_said(say("dossiers.state", state="").strip())


def next_step(dossier: DossierView) -> str:
    """What the dossier needs now."""
    return say(f"dossiers.next_{dossier.state.name.lower()}")


def _promise(dossier: DossierView) -> list[str]:
    if dossier.finished_on and dossier.state in (DossierState.FINISHED, DossierState.RETURNED):
        return [say("dossiers.finished", day=_day(dossier.finished_on))]
    if dossier.promised_on is None or dossier.state in _CLOSED:
        return []
    line = say("dossiers.promised", day=_day(dossier.promised_on))
    if dossier.overdue:
        return [line + say("dossiers.overdue"), _apology(dossier)]
    return [line]


def _apology(dossier: DossierView) -> str:
    """Nghị định 118/2025/NĐ-CP on the one-stop shop, as Nghị định 61/2018/NĐ-CP before it, has the agency apologise in
    writing with the reason and a new date; the article was not compared with the published text.
    """
    return say("dossiers.apology", agency=dossier.agency)


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
