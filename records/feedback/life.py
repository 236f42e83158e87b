"""The life of a case as rules alone: its states, the steps between them, and who may take which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class FeedbackState(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    """Sent to the competent agency, which has not said yet whether it takes the case."""
    WITH_AGENCY = "with_agency"
    ANSWERED = "answered"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """Vietnamese name of the state."""
        return _LABELS[self]


_LABELS = {
    FeedbackState.RECEIVED: "Đã tiếp nhận, chờ phân loại",
    FeedbackState.ACCEPTED: "Đã thụ lý",
    FeedbackState.DECLINED: "Không thụ lý",
    FeedbackState.ASSIGNED: "Đang xử lý",
    FeedbackState.FORWARDED: "Đã chuyển cơ quan có thẩm quyền",
    FeedbackState.WITH_AGENCY: "Cơ quan có thẩm quyền đang xử lý",
    FeedbackState.ANSWERED: "Đã có trả lời",
    FeedbackState.CLOSED: "Đã kết thúc",
    FeedbackState.MERGED: "Đã gộp với phản ánh cùng nội dung",
}

_S = FeedbackState
IN_HAND = frozenset({_S.ACCEPTED, _S.ASSIGNED, _S.FORWARDED, _S.WITH_AGENCY})
"""States in which somebody owes the citizen an answer, after the first look."""
OPEN = IN_HAND | {_S.RECEIVED}
DONE = frozenset({_S.DECLINED, _S.ANSWERED, _S.CLOSED})
"""States that a case can be reopened from."""


class Step(StrEnum):
    """What can happen to a case."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    FORWARD = "forward"
    ACCEPT_FORWARD = "accept_forward"
    DECLINE_FORWARD = "decline_forward"
    ASK = "ask"
    RESUME = "resume"
    PROPOSE_ANSWER = "propose_answer"
    RETURN_ANSWER = "return_answer"
    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"
    RATE = "rate"
    CONSENT = "consent"
    NOTE = "note"
    CLASSIFY = "classify"
    MERGE = "merge"
    ABSORB = "absorb"
    """What ``MERGE`` looks like from the case that stays."""
    UNMERGE = "unmerge"
    LINK = "link"
    UNLINK = "unlink"
    SPLIT = "split"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    POLL = "poll"
    """Other agencies are asked for their opinion."""
    POLL_RESULT = "poll_result"
    WARN = "warn"
    BREACH = "breach"

    @property
    def label(self) -> str:
        """Vietnamese name of the step, for staff and for the citizen's timeline."""
        return _STEP_LABELS[self]


_STEP_LABELS = {
    Step.RECEIVE: "Tiếp nhận",
    Step.ACCEPT: "Thụ lý",
    Step.DECLINE: "Không thụ lý",
    Step.CLAIM: "Nhận xử lý",
    Step.RELEASE: "Trả lại hàng chờ",
    Step.ASSIGN: "Phân công xử lý",
    Step.FORWARD: "Chuyển cơ quan có thẩm quyền",
    Step.ACCEPT_FORWARD: "Cơ quan có thẩm quyền tiếp nhận",
    Step.DECLINE_FORWARD: "Cơ quan được chuyển không tiếp nhận",
    Step.ASK: "Đề nghị bổ sung thông tin",
    Step.RESUME: "Đã có thông tin bổ sung",
    Step.PROPOSE_ANSWER: "Trình duyệt trả lời",
    Step.RETURN_ANSWER: "Yêu cầu sửa trả lời",
    Step.ANSWER: "Trả lời",
    Step.CLOSE: "Kết thúc",
    Step.REOPEN: "Mở lại",
    Step.RATE: "Người dân đánh giá",
    Step.CONSENT: "Ý kiến về đăng công khai",
    Step.NOTE: "Ghi chú nội bộ",
    Step.CLASSIFY: "Phân loại",
    Step.MERGE: "Gộp với phản ánh cùng nội dung",
    Step.ABSORB: "Gộp thêm một phản ánh",
    Step.UNMERGE: "Tách khỏi phản ánh đã gộp",
    Step.LINK: "Liên kết",
    Step.UNLINK: "Bỏ liên kết",
    Step.SPLIT: "Tách thành phản ánh riêng",
    Step.PUBLISH: "Đăng công khai",
    Step.WITHDRAW: "Gỡ khỏi trang công khai",
    Step.POLL: "Lấy ý kiến cơ quan",
    Step.POLL_RESULT: "Kết quả lấy ý kiến",
    Step.WARN: "Sắp đến hạn",
    Step.BREACH: "Quá hạn",
}


class Role(StrEnum):
    """What somebody is to a case."""

    CITIZEN = "citizen"
    CLERK = "clerk"
    LEAD = "lead"
    """A clerk who may also approve answers, hand out work, and reopen after the term."""
    AGENCY = "agency"
    """Somebody of the agency that the case was forwarded to."""
    AGENCY_LEAD = "agency_lead"
    """One of them who may also approve the agency's answers."""
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Who takes a step; ``agency_id`` says for which agency somebody acts whose role is one of ``OF_AGENCY``."""

    kind: Role
    id: str = ""
    name: str = ""
    agency_id: int | None = None


SYSTEM = Actor(Role.SYSTEM, name="Hệ thống")
CITIZEN = Actor(Role.CITIZEN, name="Người gửi")


class _To(Enum):
    """Targets that depend on the case."""

    SAME = auto()
    IN_WORK = auto()
    """``ASSIGNED`` where somebody handles the case, else ``ACCEPTED``."""
    FORMER = auto()
    """The state before it was merged."""


@dataclass(frozen=True)
class Move:
    """The rule of one step: from which states, by whom, and what state follows."""

    of: frozenset[FeedbackState]
    by: frozenset[Role]
    to: FeedbackState | _To = _To.SAME
    needs_reason: bool = False


_STAFF = frozenset({Role.CLERK, Role.LEAD})
_OFFICE = _STAFF | {Role.SYSTEM}
OF_AGENCY = frozenset({Role.AGENCY, Role.AGENCY_LEAD})
WORKERS = _STAFF | OF_AGENCY
"""Everybody who works on cases."""
_LEADS = frozenset({Role.LEAD, Role.AGENCY_LEAD})
_ALL = frozenset(_S)


def _move(
    of: Iterable[FeedbackState], by: Iterable[Role], to: FeedbackState | _To = _To.SAME, *, needs_reason: bool = False
) -> Move:
    return Move(frozenset(of), frozenset(by), to, needs_reason)


MOVES = {
    Step.ACCEPT: _move({_S.RECEIVED}, _OFFICE, _To.IN_WORK),
    Step.DECLINE: _move({_S.RECEIVED, _S.ACCEPTED, _S.ASSIGNED}, _STAFF, _S.DECLINED, needs_reason=True),
    Step.CLAIM: _move({_S.RECEIVED, _S.ACCEPTED, _S.FORWARDED, _S.WITH_AGENCY}, _STAFF),
    Step.RELEASE: _move(OPEN, _STAFF),
    Step.ASSIGN: _move(OPEN, _STAFF),
    Step.FORWARD: _move(IN_HAND, _OFFICE, _S.FORWARDED),
    Step.ACCEPT_FORWARD: _move({_S.FORWARDED}, WORKERS, _S.WITH_AGENCY),
    Step.DECLINE_FORWARD: _move({_S.FORWARDED}, WORKERS, _To.IN_WORK, needs_reason=True),
    Step.ASK: _move(OPEN, WORKERS),
    Step.RESUME: _move(OPEN, WORKERS | {Role.CITIZEN, Role.SYSTEM}),
    Step.PROPOSE_ANSWER: _move({_S.ACCEPTED, _S.ASSIGNED, _S.WITH_AGENCY}, WORKERS),
    Step.RETURN_ANSWER: _move({_S.ACCEPTED, _S.ASSIGNED, _S.WITH_AGENCY}, _LEADS, needs_reason=True),
    Step.ANSWER: _move({_S.ACCEPTED, _S.ASSIGNED, _S.WITH_AGENCY}, WORKERS | {Role.SYSTEM}, _S.ANSWERED),
    Step.CLOSE: _move({_S.ANSWERED}, _OFFICE | {Role.CITIZEN}, _S.CLOSED),
    Step.REOPEN: _move(DONE, _STAFF | {Role.CITIZEN}, _To.IN_WORK, needs_reason=True),
    Step.RATE: _move({_S.ANSWERED, _S.CLOSED, _S.MERGED}, {Role.CITIZEN}),
    Step.CONSENT: _move(_ALL, {Role.CITIZEN}),
    Step.NOTE: _move(_ALL, WORKERS),
    Step.CLASSIFY: _move(OPEN, _OFFICE),
    Step.MERGE: _move(OPEN, _STAFF, _S.MERGED),
    Step.ABSORB: _move(OPEN | {_S.ANSWERED}, _STAFF),
    Step.UNMERGE: _move({_S.MERGED}, _STAFF, _To.FORMER, needs_reason=True),
    Step.LINK: _move(_ALL, _STAFF),
    Step.UNLINK: _move(_ALL, _STAFF),
    Step.SPLIT: _move(OPEN, _STAFF),
    Step.PUBLISH: _move({_S.ANSWERED, _S.CLOSED}, _STAFF),
    Step.WITHDRAW: _move(_ALL, _STAFF | {Role.CITIZEN, Role.SYSTEM}),
    Step.POLL: _move(OPEN, _STAFF),
    Step.POLL_RESULT: _move(_ALL, _STAFF | {Role.SYSTEM}),
    Step.WARN: _move(OPEN, {Role.SYSTEM}),
    Step.BREACH: _move(OPEN, {Role.SYSTEM}),
}
"""Every step but ``RECEIVE``, which has no state before it."""


class CaseError(Exception):
    """Why a step is not taken, in words for the person who tried."""


class StepRefused(CaseError):
    """The case is in a state that the step does not lead on from, or the person may not take it."""


class ReasonNeeded(CaseError):
    """A step that has to be explained."""


def next_state(
    step: Step, state: FeedbackState, role: Role, *, handled: bool, former: FeedbackState | None, reason: str
) -> FeedbackState:
    """The state after ``step``; ``handled`` says that somebody has the case, ``former`` is the state before a merge.

    Raises ``StepRefused`` and ``ReasonNeeded``.
    """
    move = MOVES[step]
    if role not in move.by:
        raise StepRefused(f"Anh/chị không có quyền thực hiện bước “{step.label}”.")
    if state not in move.of:
        raise StepRefused(f"Phản ánh đang ở trạng thái “{state.label}” nên không thực hiện được bước “{step.label}”.")
    if move.needs_reason and not reason.strip():
        raise ReasonNeeded(f"Bước “{step.label}” cần ghi lý do.")
    match move.to:
        case FeedbackState():
            return move.to
        case _To.IN_WORK:
            return _S.ASSIGNED if handled else _S.ACCEPTED
        case _To.FORMER:
            return former or _S.RECEIVED
        case _To.SAME if step in _HANDLING and state in (_S.ACCEPTED, _S.ASSIGNED):
            return _S.ASSIGNED if handled else _S.ACCEPTED
        case _To.SAME:
            return state


_HANDLING = (Step.CLAIM, Step.RELEASE, Step.ASSIGN)


def steps_open_to(state: FeedbackState, role: Role) -> list[Step]:
    """The steps that somebody of that role can take now, for the buttons of a page."""
    return [step for step, move in MOVES.items() if state in move.of and role in move.by]
