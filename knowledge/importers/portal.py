"""One entry as the National Public Service Portal's API returns it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BeforeValidator

from knowledge.importers.cells import RawRecord, Text, conditions, said
from knowledge.importers.laws import number_in
from knowledge.importers.money import fee
from knowledge.model import (
    Case,
    Document,
    Duration,
    Fee,
    FeeKind,
    LegalBasis,
    Level,
    Procedure,
    Source,
    State,
    Step,
    Submission,
    SubmissionMethod,
    TimeUnit,
)

_PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"
_VIETNAM = dt.timezone(dt.timedelta(hours=7))
_UNITS = {
    "HOUR": TimeUnit.HOUR,
    "WORKING_HOUR": TimeUnit.WORKING_HOUR,
    "DAY": TimeUnit.DAY,
    "WORKING_DAY": TimeUnit.WORKING_DAY,
    "MONTH": TimeUnit.MONTH,
    "YEAR": TimeUnit.YEAR,
}
_STATES = {
    "ACTIVE": State.ACTIVE,
    "INACTIVE": State.WITHDRAWN,
    "CANCELLED": State.WITHDRAWN,
    "ABOLISHED": State.WITHDRAWN,
    "EXPIRED": State.WITHDRAWN,
    "WITHDRAWN": State.WITHDRAWN,
    "DELETED": State.WITHDRAWN,
    "REPLACED": State.SUPERSEDED,
    "SUPERSEDED": State.SUPERSEDED,
}
_KINDS = {"FEE": FeeKind.CHARGE, "CHARGE": FeeKind.CHARGE, "LEGAL_FEE": FeeKind.FEE}


def _listed(value: object) -> object:
    return [] if value is None else value


class _Named(RawRecord):
    name: Text = ""
    code: Text = ""


class _Step(RawRecord):
    name: Text = ""
    description: Text = ""


class _Fee(RawRecord):
    type: Text = ""
    value: float | None = None
    currencyId: Text = ""  # noqa: N815 - the portal's own names
    description: Text = ""


class _Method(RawRecord):
    submissionMethod: SubmissionMethod  # noqa: N815
    processingTime: float | None = None  # noqa: N815
    processingTimeUnit: Text = ""  # noqa: N815
    description: Text = ""
    fees: Annotated[list[_Fee], BeforeValidator(_listed)] = []
