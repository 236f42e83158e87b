"""The steps that a person can take on a case: what each asks for, and the service that carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records import agencies
from records.feedback import answers, joining, steps
from records.feedback.journal import by_code
from records.feedback.life import Actor, FeedbackState, Role, Step, StepRefused, steps_open_to
from records.models import Feedback, StaffMember
from records.staff.permissions import Permission, actor_of, permissions_of, reaches


class Target(StrEnum):
    """What else a step has to be told."""

    NONE = ""
    AGENCY = "agency"
    CASE = "case"
    CATEGORY = "category"
    COLLEAGUE = "colleague"


@dataclass(frozen=True)
class Given:
    """What the form of a step brought."""

    version: int
    text: str = ""
    note: str = ""
    target: str = ""


type Carry = Callable[[AsyncSession, str, Actor, Given], Awaitable[object]]


@dataclass(frozen=True)
class StepForm:
    """One step as a form. ``text`` and ``note`` are the labels of its two fields, empty where there is none.

    ``opened`` by: the step of the life of a case that has to be open to the actor.
    """

    label: str
    opened: Step
    carry: Carry
    text: str = ""
    note: str = ""
    target: Target = Target.NONE
    text_needed: bool = False


async def _assign(session: AsyncSession, code: str, actor: Actor, given: Given) -> None:
    wanted = select(StaffMember).where(StaffMember.login == given.target.strip().lower(), StaffMember.active)
    colleague = (await session.execute(wanted)).scalar_one_or_none()
    if colleague is None or Permission.HANDLE_CASES not in permissions_of(colleague):
        raise StepRefused(f"Không có cán bộ xử lý “{given.target}”.")
    case = await by_code(session, code)
    if case is not None and not reaches(colleague, case):
        raise StepRefused(
            f"Phản ánh này nằm ngoài cơ quan hoặc lĩnh vực mà {colleague.name} phụ trách. Anh/chị chọn người khác."
        )
    await steps.assign(session, code, actor, actor_of(colleague), version=given.version, reason=given.text)


async def _forward(session: AsyncSession, code: str, actor: Actor, given: Given) -> None:
    agency = await agencies.find(session, given.target)
    await steps.forward(
        session,
        code,
        actor,
        given.target,
        agency_id=agency.id if agency else None,
        version=given.version,
        reason=given.text,
        note=given.note,
    )


FORMS: dict[str, StepForm] = {
    "claim": StepForm("Nhận xử lý", Step.CLAIM, lambda s, c, a, _: steps.claim(s, c, a)),
    "accept": StepForm(
        "Thụ lý",
        Step.ACCEPT,
        lambda s, c, a, g: steps.accept(s, c, a, version=g.version, note=g.note),
        note="Nhắn thêm cho người gửi",
    ),
    "answer": StepForm(
        "Trả lời",
        Step.ANSWER,
        lambda s, c, a, g: answers.answer(s, c, a, g.text, version=g.version),
        text="Nội dung trả lời người gửi",
        text_needed=True,
    ),
    "ask": StepForm(
        "Hỏi thêm người gửi",
        Step.ASK,
        lambda s, c, a, g: steps.ask(s, c, a, version=g.version, question=g.text),
        text="Câu hỏi; thời gian chờ không tính vào hạn",
        text_needed=True,
    ),
    "resume": StepForm(
        "Ghi nhận đã bổ sung",
        Step.RESUME,
        lambda s, c, a, g: steps.resume(s, c, a, version=g.version, reason=g.text),
        text="Nội dung bổ sung",
    ),
    "forward": StepForm(
        "Chuyển cơ quan khác",
        Step.FORWARD,
        _forward,
        text="Ghi chú cho cơ quan nhận",
        note="Nhắn thêm cho người gửi",
        target=Target.AGENCY,
    ),
    "accept_forward": StepForm(
        "Cơ quan nhận giải quyết",
        Step.ACCEPT_FORWARD,
        lambda s, c, a, g: steps.accept_forward(s, c, a, version=g.version, note=g.note),
        note="Nhắn thêm cho người gửi",
    ),
    "decline_forward": StepForm(
        "Cơ quan từ chối nhận",
        Step.DECLINE_FORWARD,
        lambda s, c, a, g: steps.decline_forward(s, c, a, version=g.version, reason=g.text),
        text="Lý do",
        text_needed=True,
    ),
    "assign": StepForm("Phân công", Step.ASSIGN, _assign, text="Lời nhắn cho người nhận", target=Target.COLLEAGUE),
    "release": StepForm(
        "Trả lại hàng chờ",
        Step.RELEASE,
        lambda s, c, a, g: steps.release(s, c, a, version=g.version, reason=g.text),
        text="Lý do",
    ),
    "classify": StepForm(
        "Chọn lĩnh vực",
        Step.CLASSIFY,
        lambda s, c, a, g: steps.classify(s, c, a, g.target, version=g.version, reason=g.text),
        text="Lý do",
        target=Target.CATEGORY,
    ),
    "decline": StepForm(
        "Không thụ lý",
        Step.DECLINE,
        lambda s, c, a, g: steps.decline(s, c, a, version=g.version, reason=g.text),
        text="Lý do (người gửi đọc được)",
        text_needed=True,
    ),
    "merge": StepForm(
        "Gộp vào phản ánh khác",
        Step.MERGE,
        lambda s, c, a, g: joining.merge(s, c, g.target, a, version=g.version, reason=g.text, note=g.note),
        text="Lý do",
        note="Nhắn thêm cho người gửi",
        target=Target.CASE,
    ),
    "unmerge": StepForm(
        "Tách khỏi phản ánh đã gộp",
        Step.UNMERGE,
        lambda s, c, a, g: joining.unmerge(s, c, a, version=g.version, reason=g.text, note=g.note),
        text="Lý do",
        note="Nhắn thêm cho người gửi",
        text_needed=True,
    ),
    "split": StepForm(
        "Tách một phần",
        Step.SPLIT,
        lambda s, c, a, g: joining.split(s, c, a, g.text, version=g.version),
        text="Nội dung phần tách ra",
        text_needed=True,
    ),
    "link": StepForm(
        "Liên kết",
        Step.LINK,
        lambda s, c, a, g: joining.link(s, c, g.target, a, reason=g.text),
        text="Lý do",
        target=Target.CASE,
    ),
    "unlink": StepForm(
        "Bỏ liên kết",
        Step.UNLINK,
        lambda s, c, a, g: joining.unlink(s, c, g.target, a, reason=g.text),
        text="Lý do",
        target=Target.CASE,
    ),
    "close": StepForm(
        "Kết thúc",
        Step.CLOSE,
        lambda s, c, a, g: answers.close(s, c, a, version=g.version, note=g.note),
        note="Nhắn thêm cho người gửi",
    ),
    "reopen": StepForm(
        "Mở lại",
        Step.REOPEN,
        lambda s, c, a, g: answers.reopen(s, c, a, version=g.version, reason=g.text),
        text="Lý do",
        text_needed=True,
    ),
    "note": StepForm(
        "Ghi chú nội bộ",
        Step.NOTE,
        lambda s, c, a, g: steps.note(s, c, a, g.text),
        text="Chỉ cán bộ đọc được",
        text_needed=True,
    ),
    "approve": StepForm(
        "Duyệt và gửi trả lời",
        Step.RETURN_ANSWER,
        lambda s, c, a, g: answers.approve_answer(s, c, a, version=g.version, text=g.text),
        text="Nội dung gửi đi",
        text_needed=True,
    ),
    "return_answer": StepForm(
        "Yêu cầu sửa trả lời",
        Step.RETURN_ANSWER,
        lambda s, c, a, g: answers.return_answer(s, c, a, version=g.version, reason=g.text),
        text="Cần sửa gì",
        text_needed=True,
    ),
}
"""Every step by the name in its address, in the order in which a page offers them."""
_MAIN = ("claim", "accept", "answer", "accept_forward", "approve", "resume", "unmerge", "reopen", "close")
"""What usually comes next: shown open, the rest under "more"."""


def offered(case: Feedback, actor: Actor, *, linked: bool) -> tuple[dict[str, StepForm], dict[str, StepForm]]:
    """The steps that ``actor`` can take on ``case`` now: those that usually come next, and the others."""
    open_steps = set(steps_open_to(FeedbackState(case.state), actor.kind))
    found = {name: form for name, form in FORMS.items() if form.opened in open_steps}
    paused, proposed = case.paused_at is not None, case.proposed_answer is not None
    unwanted = {
        "claim": case.handler_id is not None,
        "release": case.handler_id is None or (case.handler_id != actor.id and actor.kind is not Role.LEAD),
        "resume": not paused,
        "ask": paused,
        "answer": paused or proposed,
        "approve": not proposed,
        "return_answer": not proposed,
        "unlink": not linked,
    }
    found = {name: form for name, form in found.items() if not unwanted.get(name, False)}
    expected = _MAIN if case.category else (*_MAIN, "classify")
    main = {name: form for name, form in found.items() if name in expected}
    return main, {name: form for name, form in found.items() if name not in main}
