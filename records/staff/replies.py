"""Ready-made replies: kept by leads, filled with what is known of a conversation."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.calendar import TIME_ZONE
from records.models import CannedReply, StaffMember

VARIABLES = {
    "can_bo": "tên cán bộ đang trả lời",
    "hom_nay": "ngày hôm nay",
    "ma_phan_anh": "mã phản ánh gần nhất của cuộc trò chuyện",
}
_SHORTCUT = re.compile(r"[a-z0-9-]{2,30}")


class ReplyRefused(ValueError):
    """What is wrong with a ready-made reply."""


async def save(session: AsyncSession, member: StaffMember, shortcut: str, text: str) -> None:
    """Keeps a reply under ``/shortcut``, in place of the one that was there. Raises ``ReplyRefused``."""
    shortcut, text = shortcut.strip().lstrip("/").lower(), text.strip()
    if not _SHORTCUT.fullmatch(shortcut):
        raise ReplyRefused("Phím tắt gồm 2–30 chữ thường không dấu, chữ số hoặc dấu -.")
    if unknown := set(re.findall(r"\{(\w*)\}", text)) - VARIABLES.keys():
        raise ReplyRefused(f"Không có biến {{{unknown.pop()}}}; dùng {', '.join(f'{{{name}}}' for name in VARIABLES)}.")
    if not text:
        raise ReplyRefused("Câu trả lời còn trống.")
    values = {"text": text, "changed_by": member.name}
    new = insert(CannedReply).values(shortcut=shortcut, **values)
    changed = {**values, "updated_at": dt.datetime.now(dt.UTC)}
    await session.execute(new.on_conflict_do_update(index_elements=["shortcut"], set_=changed))


async def remove(session: AsyncSession, reply_id: int) -> None:
    """Takes a reply away."""
    await session.execute(delete(CannedReply).where(CannedReply.id == reply_id))


async def everything(session: AsyncSession) -> Sequence[CannedReply]:
    """All replies by shortcut."""
    return (await session.execute(select(CannedReply).order_by(CannedReply.shortcut))).scalars().all()


def known_values(member: StaffMember, tracking_code: str | None) -> dict[str, str]:
    """The values of ``VARIABLES``; what is not known stays out, and its place in the text is left to see."""
    values = {"can_bo": member.name, "hom_nay": f"{dt.datetime.now(TIME_ZONE):%d/%m/%Y}"}
    return values | ({"ma_phan_anh": tracking_code} if tracking_code else {})


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its variables replaced."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), text)
