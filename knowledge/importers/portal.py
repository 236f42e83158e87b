"""One entry as the National Public Service Portal's API returns it."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

from knowledge.importers.cells import RawRecord, Text, conditions, duration, group_cases, said
from knowledge.importers.laws import number_in
from knowledge.importers.money import fee, fee_in_words
from knowledge.model import (
    Document,
    Duration,
    Fee,
    LegalBasis,
    Level,
    Procedure,
    Source,
    State,
    Step,
    Submission,
    SubmissionMethod,
)

_PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"
_VIETNAM = dt.timezone(dt.timedelta(hours=7))
_UNITS = {
    "HOUR": "giờ",
    "WORKING_HOUR": "giờ làm việc",
    "DAY": "ngày",
    "WORKING_DAY": "ngày làm việc",
    "MONTH": "tháng",
    "YEAR": "năm",
}
_CURRENCIES = {"": "VND", "VND": "VND", "VNĐ": "VND", "USD": "USD", "EUR": "EUR"}


def _nothing_listed(value: object) -> object:
    return () if value is None else value


def _no(value: object) -> object:
    return False if value is None else value


def _zero(value: object) -> object:
    return 0 if value is None else value


type _Tuple[T] = Annotated[tuple[T, ...], BeforeValidator(_nothing_listed)]
type _Flag = Annotated[bool, BeforeValidator(_no)]
type _Count = Annotated[int, BeforeValidator(_zero)]


class _PortalRecord(RawRecord):
    model_config = ConfigDict(alias_generator=to_camel)


class _Named(_PortalRecord):
    name: Text = ""
    code: Text = ""


class _Step(_PortalRecord):
    name: Text = ""
    description: Text = ""


class _Fee(_PortalRecord):
    value: float | None = None
    currency_id: Text = ""
    description: Text = ""


class _Method(_PortalRecord):
    submission_method: Literal["ONLINE", "DIRECT", "POSTAL"]
    processing_time: float | None = None
    processing_time_unit: Text = ""
    description: Text = ""
    fees: _Tuple[_Fee] = ()


class _Attachment(_PortalRecord):
    file_name: Text = ""


class _Component(_PortalRecord):
    name: Text = ""
    original_qty: _Count = 0
    copy_qty: _Count = 0
    attachments: _Tuple[_Attachment] = ()


class _Case(_PortalRecord):
    name: Text = ""
    profile_components: _Tuple[_Component] = ()


class _Proposal(_PortalRecord):
    proposal_number: Text = ""


class PortalRecord(_PortalRecord):
    """The fields of an entry that are read; ``updated_at`` is in milliseconds since 1970."""

    id: Text = ""
    code: str
    name: str
    state: Text = ""
    execution_steps: _Tuple[_Step] = ()
    execution_methods: _Tuple[_Method] = ()
    execution_cases: _Tuple[_Case] = ()
    requirements_and_conditions: Text = ""
    is_ward: _Flag = False
    is_province: _Flag = False
    is_ministry: _Flag = False
    is_other_agency: _Flag = False
    categories_details: _Tuple[_Named] = ()
    departments_executing: _Tuple[_Named] = ()
    departments_authority: _Tuple[_Named] = ()
    legal_basises_details: _Tuple[_Named] = ()
    results_details: _Tuple[_Named] = ()
    subject_types_details: _Tuple[_Named] = ()
    department_promulgate_name: Text = ""
    procedure_proposal: _Proposal | None = None
    updated_at: int | None = None
    dossier_receiving_addresses: Text = ""


def read_record(record: PortalRecord) -> Procedure:
    """The entry in the common model; it counts as true on the day on which the portal last changed it."""
    return Procedure(
        code=record.code.strip(),
        name=" ".join(record.name.split()),
        field="; ".join(_names(record.categories_details)),
        agency=said(record.department_promulgate_name),
        levels=_levels(record),
        subjects=_names(record.subject_types_details),
        executing_agencies=_names(record.departments_executing),
        authority=", ".join(_names(record.departments_authority)),
        receiving_address=said(record.dossier_receiving_addresses),
        submissions=tuple(dict.fromkeys(_submission(method) for method in record.execution_methods)),
        cases=group_cases((case.name, _documents(case)) for case in record.execution_cases),
        steps=tuple(
            Step(name=said(step.name), description=said(step.description))
            for step in record.execution_steps
            if said(step.description)
        ),
        conditions=conditions(record.requirements_and_conditions),
        results=_names(record.results_details),
        legal_bases=tuple(
            LegalBasis(number=number_in(law.code or law.name), title=said(law.name))
            for law in record.legal_basises_details
        ),
        state=_state(record.state),
        source=Source(
            kind="portal",
            url=f"{_PAGE}{record.id}" if record.id else "",
            decision=said(record.procedure_proposal.proposal_number) if record.procedure_proposal else "",
            checked_on=_day(record.updated_at),
        ),
    )


def _state(name: str) -> State:
    """``ACTIVE`` (or nothing) is in use and what was replaced is superseded; nobody may rely on any other state."""
    if name.upper() in {"", "ACTIVE"}:
        return State.ACTIVE
    return State.SUPERSEDED if name.upper() in {"REPLACED", "SUPERSEDED"} else State.WITHDRAWN


def _levels(record: PortalRecord) -> tuple[Level, ...]:
    flags = [
        (record.is_ministry, Level.MINISTRY),
        (record.is_province, Level.PROVINCE),
        (record.is_ward, Level.COMMUNE),
        (record.is_other_agency, Level.OTHER),
    ]
    return tuple(level for flag, level in flags if flag)


def _submission(method: _Method) -> Submission:
    return Submission(
        method=SubmissionMethod(method.submission_method.lower()),
        time=_time(method),
        fees=tuple(dict.fromkeys(told for charge in method.fees if (told := _fee(charge)))),
        description=said(method.description),
    )


def _time(method: _Method) -> Duration | None:
    unit = _UNITS.get(method.processing_time_unit.upper())
    return duration(f"{method.processing_time:g}", unit) if unit and method.processing_time else None


def _fee(charge: _Fee) -> Fee | None:
    if charge.value is None:
        return fee_in_words(charge.description) if said(charge.description) else None
    currency = _CURRENCIES.get(charge.currency_id.upper())
    if currency is None or not charge.value.is_integer():
        return fee_in_words(f"{charge.value:g} {charge.currency_id} {charge.description}".strip())
    return fee(int(charge.value), currency, said(charge.description))


def _documents(case: _Case) -> list[Document]:
    return [
        Document(
            name=" ".join(paper.name.split()),
            originals=paper.original_qty,
            copies=paper.copy_qty,
            forms=tuple(form.file_name for form in paper.attachments if form.file_name),
        )
        for paper in case.profile_components
        if paper.name.strip()
    ]


def _names(named: tuple[_Named, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(each.name.split()) for each in named if said(each.name)))


def _day(milliseconds: int | None) -> dt.date | None:
    return None if milliseconds is None else dt.datetime.fromtimestamp(milliseconds / 1_000, _VIETNAM).date()
