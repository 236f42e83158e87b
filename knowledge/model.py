"""One administrative procedure, whatever it was imported from.

The shape follows the National Public Service Portal's own API (``executionMethods``, ``executionCases``,
``profileComponents`` …), with names of this project; ``docs/glossary.md`` pairs them with the Vietnamese terms.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


class Level(StrEnum):
    """Administrative level that carries a procedure out.

    Districts (cấp huyện) were abolished on 2025-07-01 (Nghị quyết 203/2025/QH15, Điều 2); the value stays so that
    older records can be read and put behind the others.
    """

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    OTHER = "other"


class SubmissionMethod(StrEnum):
    """How a citizen may hand a dossier in (hình thức nộp)."""

    ONLINE = "online"
    DIRECT = "direct"
    POSTAL = "postal"


class TimeUnit(StrEnum):
    """Unit of a processing time; working days and calendar days are never converted into each other."""

    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


class FeeKind(StrEnum):
    """Phí and lệ phí are different charges (Luật Phí và lệ phí 97/2015/QH13, Điều 3)."""

    CHARGE = "phí"
    FEE = "lệ phí"
    OTHER = "khác"


NO_CONDITIONS = "Không"
"""What a record without requirements says in its place for them (not the same as saying nothing)."""


class State(StrEnum):
    """Whether the procedure may still be used."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry of a file that could not be read; ``line`` counts from 1, ``code`` is empty where it is not known."""

    line: int
    code: str
    reason: str


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Duration(_Part):
    """A processing time such as ``7 working_day``; the short form ``"7 working_day"`` is accepted too."""

    value: float = Field(gt=0)
    unit: TimeUnit


def _duration(value: object) -> object:
    if isinstance(value, str):
        number, _, unit = value.partition(" ")
        return {"value": number, "unit": unit}
    return value


class Fee(_Part):
    """One amount to pay. ``amount`` is in whole units of ``currency``; ``None`` when the record gives no single sum.

    ``condition`` says when or per what the amount applies, in the record's sense.
    """

    kind: FeeKind = FeeKind.FEE
    amount: int | None = Field(default=None, ge=0)
    currency: str = "VND"
    condition: str = ""


class Submission(_Part):
    """One way of handing the dossier in, with its own time and fees.

    An empty ``fees`` means that the record says nothing about money; free of charge is an amount of 0.
    """

    method: SubmissionMethod
    time: Annotated[Duration | None, BeforeValidator(_duration)] = None
    fees: tuple[Fee, ...] = ()
    description: str = ""


class Document(_Part):
    """A paper of the dossier (thành phần hồ sơ)."""

    name: str = Field(min_length=1)
    originals: int = Field(default=0, ge=0)
    copies: int = Field(default=0, ge=0)
    forms: tuple[str, ...] = ()
    """Names of the form files that the record attaches."""


class Case(_Part):
    """The papers needed in one case; the only case of a procedure has an empty name."""

    name: str = ""
    documents: tuple[Document, ...] = ()


class Step(_Part):
    """One step of the procedure (trình tự thực hiện)."""

    name: str = ""
    description: str


class LegalBasis(_Part):
    """A legal document that the procedure rests on; ``number`` as in ``60/2014/QH13``, empty where there is none."""

    number: str = ""
    title: str = ""


class Source(_Part):
    """Where an entry comes from, and when it was last known to be true."""

    kind: Literal["starter", "portal", "crawl", "word"]
    url: str = ""
    decision: str = ""
    """Number of the decision that announced the procedure (quyết định công bố)."""
    checked_on: dt.date | None = None
    checked_against: str = ""


class Procedure(_Part):
    """One procedure, structured. Empty parts mean that the record has nothing to say, never "none needed"."""

    code: str = Field(pattern=r"^(\d\.\d{6}(\.[0-9A-Z]+)*|MC\.[a-z0-9-]+)$")
    """Official code, such as ``1.004222``; ``MC.…`` for an entry of ours whose official code could not be confirmed."""
    name: str = Field(min_length=1)
    """Official name."""
    title: str = ""
    """Plain name, as a citizen would call it."""
    summary: str = ""
    """What it is for and who needs it, in plain words."""
    aliases: tuple[str, ...] = ()
    """Everyday wordings of the need, for search."""
    field: str = ""
    agency: str = ""
    """The ministry or agency that announced the procedure."""
    levels: tuple[Level, ...] = ()
    subjects: tuple[str, ...] = ()
    executing_agencies: tuple[str, ...] = ()
    authority: str = ""
    receiving_address: str = ""
    submissions: tuple[Submission, ...] = ()
    cases: tuple[Case, ...] = ()
    steps: tuple[Step, ...] = ()
    conditions: tuple[str, ...] = ()
    """Requirements; the only entry is ``NO_CONDITIONS`` where the record says that there are none."""
    results: tuple[str, ...] = ()
    legal_bases: tuple[LegalBasis, ...] = ()
    state: State = State.ACTIVE
    superseded_by: str = ""
    source: Source

    @model_validator(mode="after")
    def _case_names_differ(self) -> Procedure:
        names = [case.name for case in self.cases]
        if len(names) != len(set(names)):
            raise ValueError("cases of one procedure need different names")
        return self

    @property
    def plain_name(self) -> str:
        """The name to show to a citizen."""
        return self.title or self.name

    @property
    def online(self) -> bool:
        """Whether the record lists online submission."""
        return any(way.method is SubmissionMethod.ONLINE for way in self.submissions)

    def fingerprint(self) -> str:
        """SHA-256 of the content without the date of the check: equal when nothing that matters changed."""
        content: dict[str, Any] = self.model_dump(mode="json", exclude={"source": {"checked_on"}})
        return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()
