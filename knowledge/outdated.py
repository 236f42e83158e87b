"""What of the catalogue somebody should look at again: out of force, or words that are older than what they explain."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.model import Procedure, State
from knowledge.store import Catalogue

UNCHECKED_AFTER = dt.timedelta(days=365)
"""How long after a check the source of an entry should be looked at again; a goal of ours, not a term of law."""


class Reason(StrEnum):
    """Why an entry is out of date."""

    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    BEHIND = "behind"
    UNCHECKED = "unchecked"

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return _LABELS[self]


_LABELS = {
    Reason.WITHDRAWN: "Đã bãi bỏ",
    Reason.SUPERSEDED: "Đã được thay thế",
    Reason.BEHIND: "Lời dễ hiểu cũ hơn bản chính thức",
    Reason.UNCHECKED: "Nguồn chưa kiểm tra lại trong một năm",
}


@dataclass(frozen=True, slots=True)
class Outdated:
    """An entry that is out of date; ``since`` is the day of the last change or check, none where there was none."""

    code: str
    name: str
    since: dt.date | None
    successor: str = ""


def outdated(catalogue: Catalogue, today: dt.date) -> dict[Reason, Sequence[Outdated]]:
    """All entries that are out of date, by reason; one that is out of force is not listed for anything else."""
    changes, edits = catalogue.imports.official_changes(), catalogue.edits.all_live()
    found: defaultdict[Reason, list[Outdated]] = defaultdict(list)
    for procedure in catalogue.all():
        checked, changed = procedure.source.checked_on, changes.get(procedure.code)
        match procedure.state:
            case State.WITHDRAWN:
                found[Reason.WITHDRAWN].append(_entry(procedure, changed.date() if changed else checked))
                continue
            case State.SUPERSEDED:
                found[Reason.SUPERSEDED].append(_entry(procedure, changed.date() if changed else checked))
                continue
            case State.ACTIVE:
                pass
        edit = edits.get(procedure.code)
        written = edit.at.date() if edit else checked if procedure.source.kind == "starter" else None
        if changed is not None and written is not None and written < changed.date():
            found[Reason.BEHIND].append(_entry(procedure, changed.date()))
        if checked is None or today - checked > UNCHECKED_AFTER:
            found[Reason.UNCHECKED].append(_entry(procedure, checked))
    return {reason: sorted(found[reason], key=lambda entry: entry.since or dt.date.min) for reason in Reason}


def _entry(procedure: Procedure, since: dt.date | None) -> Outdated:
    return Outdated(procedure.code, procedure.plain_name, since, procedure.superseded_by)
