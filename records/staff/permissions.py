"""Who may do what: roles, the permissions they give, and the cases within somebody's reach."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ColumnElement, true

from records import audit
from records.feedback.life import Actor, Role
from records.models import Feedback, StaffMember


class Permission(StrEnum):
    """One thing that a page or a button asks for."""

    READ_INBOX = "read_inbox"
    CONVERSE = "converse"
    """Take conversations over and answer citizens."""
    HANDLE_CASES = "handle_cases"
    READ_PERSONAL_DATA = "read_personal_data"
    """Open contacts and other cases of a citizen, with a reason."""
    LEAD = "lead"
    """Approve answers, hand out work, keep the ready-made replies."""
    READ_FIGURES = "read_figures"
    DEFINE_REPORTS = "define_reports"
    """Say which reports are due from whom and what stands in them; send those that are signed."""
    SIGN_REPORTS = "sign_reports"
    EDIT_KNOWLEDGE = "edit_knowledge"
    MANAGE_STAFF = "manage_staff"
    READ_AUDIT = "read_audit"


class StaffRole(StrEnum):
    """What somebody is hired for; several add up."""

    AGENT = "agent"
    LEAD = "lead"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """Vietnamese name of the role."""
        return _LABELS[self]


_LABELS = {
    StaffRole.AGENT: "Cán bộ hỗ trợ",
    StaffRole.LEAD: "Lãnh đạo",
    StaffRole.EDITOR: "Biên tập nội dung",
    StaffRole.ANALYST: "Phân tích số liệu",
    StaffRole.ADMINISTRATOR: "Quản trị",
    StaffRole.AUDITOR: "Kiểm tra, giám sát",
}
_P = Permission
_AGENT = frozenset({_P.READ_INBOX, _P.CONVERSE, _P.HANDLE_CASES, _P.READ_PERSONAL_DATA})
_GIVES = {
    StaffRole.AGENT: _AGENT,
    StaffRole.LEAD: _AGENT | {_P.LEAD, _P.READ_FIGURES, _P.SIGN_REPORTS},
    StaffRole.EDITOR: frozenset({_P.EDIT_KNOWLEDGE}),
    StaffRole.ANALYST: frozenset({_P.READ_FIGURES, _P.DEFINE_REPORTS}),
    StaffRole.ADMINISTRATOR: frozenset({_P.MANAGE_STAFF}),
    StaffRole.AUDITOR: frozenset({_P.READ_INBOX, _P.READ_AUDIT, _P.READ_FIGURES}),
}

_OF_THE_OFFICE = frozenset({_P.CONVERSE, _P.LEAD, _P.DEFINE_REPORTS, _P.EDIT_KNOWLEDGE, _P.READ_AUDIT, _P.MANAGE_STAFF})
"""What nobody of an outside agency may."""


def permissions_of(member: StaffMember) -> frozenset[Permission]:
    """All that the roles of ``member`` give; somebody of an outside agency works on its cases alone."""
    given = frozenset[Permission]().union(*(_GIVES[StaffRole(role)] for role in member.roles))
    return given - _OF_THE_OFFICE if member.agency_id is not None else given


def actor_of(member: StaffMember) -> Actor:
    """What ``member`` is in the life of a case."""
    if member.agency_id is not None:
        kind = Role.AGENCY_LEAD if StaffRole.LEAD in member.roles else Role.AGENCY
        return Actor(kind, str(member.id), member.name, member.agency_id)
    kind = Role.LEAD if _P.LEAD in permissions_of(member) else Role.CLERK
    return Actor(kind, str(member.id), member.name)


def somebody_of(member: StaffMember) -> audit.Somebody:
    """What ``member`` is on the audit trail."""
    return audit.Somebody("staff", str(member.id), member.name)


def reaches(member: StaffMember, case: Feedback) -> bool:
    """Whether ``member`` may see ``case``: it is with their agency, and in one of their fields."""
    of_agency = member.agency_id is None or case.agency_id == member.agency_id
    return of_agency and (not member.fields or case.category in member.fields)


def within_reach(member: StaffMember) -> ColumnElement[bool]:
    """``reaches`` as a condition of a query."""
    condition: ColumnElement[bool] = true()
    if member.agency_id is not None:
        condition &= Feedback.agency_id == member.agency_id
    if member.fields:
        condition &= Feedback.category.in_(member.fields)
    return condition
