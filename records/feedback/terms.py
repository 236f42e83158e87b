"""How soon a case is to be looked at and answered: terms that the deployment sets itself, in working time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from records.calendar import Calendar


@dataclass(frozen=True)
class Term:
    """Working days, up to the end of the last one, or working hours."""

    days: int = 0
    hours: int = 0

    @classmethod
    def read(cls, written: object) -> Term:
        """The term of ``3 days`` or ``8 hours``. Raises ``ValueError`` for anything else."""
        found = re.fullmatch(r"([1-9]\d{0,2}) (day|hour)s?", str(written))
        if found is None:
            raise ValueError(f"{written!r} is no term such as '3 days' or '8 hours'")
        return cls(**{f"{found[2]}s": int(found[1])})

    def after(self, start: dt.datetime, calendar: Calendar) -> dt.datetime:
        """The moment at which the term that begins with ``start`` is over."""
        if self.days:
            return calendar.add_working_days(start, self.days)
        return calendar.add_working_time(start, dt.timedelta(hours=self.hours))


type _Written = Annotated[Term, BeforeValidator(Term.read)]


class KindTerms(BaseModel):
    """The terms of reports, or of suggestions."""

    model_config = ConfigDict(extra="forbid")

    triage: _Written
    answer: _Written
    reopened: _Written
    warning_hours: int = Field(gt=0)


class Terms(BaseModel):
    """The terms of a deployment."""

    model_config = ConfigDict(extra="forbid")

    kinds: dict[str, KindTerms]
    reopen_within: _Written


@lru_cache(maxsize=8)
def read_terms(path: Path) -> Terms:
    """The terms of a file like ``records/feedback/terms.yml``. Raises ``ValueError`` for one that cannot be used."""
    return Terms.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def warning_before(due: dt.datetime, start: dt.datetime, hours: int, calendar: Calendar) -> dt.datetime:
    """The moment at which ``hours`` of working time are left until ``due``; ``start`` where less than that is left."""
    return calendar.add_working_time(start, calendar.working_time(start, due) - dt.timedelta(hours=hours))
