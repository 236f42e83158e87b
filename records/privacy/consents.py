"""What citizens agreed to, in which words, and until when.

Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15: consent counts when it was given freely and knowing what for (Điều 9), and may
be withdrawn (Điều 4 khoản 1).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.models import Consent


class Purpose(StrEnum):
    """What personal data is asked for."""

    CONTACT = "contact"
    """To be answered about a case."""
    PUBLICATION = "publication"
    """To show an answered case on the public board, without personal data."""


@dataclass(frozen=True)
class Wording:
    """The question that is agreed to, and its version."""

    version: str
    text: str


@cache
def wording(purpose: Purpose) -> Wording:
    """How a purpose is asked for now."""
    versions = yaml.safe_load(Path(__file__).with_name("wordings.yml").read_text(encoding="utf-8"))
    return Wording(**versions[purpose][0])


async def give(session: AsyncSession, conversation_id: uuid.UUID, purpose: Purpose) -> None:
    """Keeps that the citizen agreed to the present wording; once, however often it is given."""
    version = wording(purpose).version
    known = select(Consent.id).where(_in_force(conversation_id, purpose), Consent.wording == version)
    if (await session.execute(known)).first() is None:
        session.add(Consent(conversation_id=conversation_id, purpose=purpose, wording=version))


async def withdraw(session: AsyncSession, conversation_id: uuid.UUID, *purposes: Purpose) -> None:
    """Ends what was agreed to; without a purpose all of it."""
    ended = update(Consent).where(_in_force(conversation_id, *purposes or Purpose))
    await session.execute(ended.values(withdrawn_at=func.now()))


def _in_force(conversation_id: uuid.UUID, *purposes: Purpose) -> ColumnElement[bool]:
    return and_(
        Consent.conversation_id == conversation_id, Consent.purpose.in_(purposes), Consent.withdrawn_at.is_(None)
    )
