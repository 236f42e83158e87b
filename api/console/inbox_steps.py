"""One step on one line of the inbox, whatever kind of work it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.case_steps import FORMS, Given
from records import conversations
from records.feedback.journal import UnknownCase, by_code
from records.feedback.life import CaseError
from records.models import StaffMember
from records.staff import call_backs, handovers
from records.staff.call_backs import CallBackRefused
from records.staff.handovers import HandoverRefused
from records.staff.permissions import Permission, actor_of, permissions_of, reaches

type InboxStep = Literal["claim", "assign", "classify", "release"]
_CASE, _CONVERSATION = r"case:[A-Z0-9-]{1,20}", r"conversation:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
type Seen = Annotated[
    str, StringConstraints(pattern=rf"^({_CASE}|{_CONVERSATION}|(call_back|voice_mail):\d{{1,18}}) \d{{1,9}}$")
]
"""Work as somebody saw it in the list: kind, key and version."""


class NotForThis(Exception):
    """The step does not exist for this kind of work, or not for this person; the text says so."""


REFUSALS = (CaseError, HandoverRefused, CallBackRefused, NotForThis)


@dataclass(frozen=True)
class Picked:
    """A line of the inbox that somebody ticked."""

    kind: str
    key: str
    version: int

    @classmethod
    def read(cls, seen: str) -> Self:
        """What a form brought as ``Seen``."""
        subject, version = seen.split()
        kind, key = subject.split(":")
        return cls(kind, key, int(version))


async def take(session: AsyncSession, member: StaffMember, step: InboxStep, picked: Picked, target: str) -> None:
    """Takes ``step``; ``target`` is a colleague's login or a category. Raises one of ``REFUSALS``."""
    if picked.kind == "case":
        case = await by_code(session, picked.key)
        if case is None or not reaches(member, case):
            raise UnknownCase(picked.key)
        await FORMS[step].carry(session, picked.key, actor_of(member), Given(picked.version, target=target))
        return
    if step == "classify":
        raise NotForThis("Chỉ phản ánh mới đổi lĩnh vực được.")
    if Permission.CONVERSE not in permissions_of(member):
        raise NotForThis("Tài khoản của anh/chị không có quyền tiếp người dân.")
    if picked.kind == "conversation":
        if step == "assign":
            raise NotForThis("Cuộc trò chuyện không phân công được; cán bộ tự tiếp nhận.")
        conversation_id = UUID(picked.key)
        if await conversations.find(session, conversation_id) is None:
            raise NotForThis("Cuộc trò chuyện này không còn.")
        await (handovers.take_over if step == "claim" else handovers.give_back)(session, conversation_id, member)
        return
    work, work_id = call_backs.KINDS[picked.kind], int(picked.key)
    if step == "assign":
        await call_backs.hand(session, member, work, work_id, target)
    else:
        await (call_backs.take if step == "claim" else call_backs.leave)(session, member, work, work_id)
