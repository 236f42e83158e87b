"""Agencies that report the states of their dossiers: who they are, what opens the door to them, what they may write."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Agency, AgencyKey

_PREFIX = re.compile(r"(?:\d{2,3}\.){0,4}[A-Z]\d{2}(?:\.\d{2,3}){0,4}", re.ASCII)
_MARK = "mca"
_PURPOSE = "agency key"


class UnknownAgency(LookupError):
    """No agency of this name, or no key of this id that still opens anything."""


@dataclass(frozen=True)
class Listed:
    """An agency with its keys, oldest first."""

    agency: Agency
    keys: tuple[AgencyKey, ...]


async def add(session: AsyncSession, name: str, prefixes: list[str], fields: list[str] | None = None) -> None:
    """Adds an agency that may write the dossiers of the units ``prefixes`` and of all units below them.

    ``fields`` limits it to procedures of these fields of work. Raises ``ValueError`` when the name is taken, when
    there is no prefix, or for one that is no unit of a dossier code.
    """
    units = [prefix.strip().upper() for prefix in prefixes]
    wrong = [unit for unit in units if not _PREFIX.fullmatch(unit)]
    if wrong or not units:
        raise ValueError(f"not a unit of a dossier code, such as H56.14: {', '.join(wrong) or '(none)'}")
    if not name.strip():
        raise ValueError("the agency needs a name")
    new = insert(Agency).values(name=name.strip(), prefixes=units, fields=[field.strip() for field in fields or []])
    added = await session.execute(new.on_conflict_do_nothing(index_elements=["name"]).returning(Agency.id))
    if added.first() is None:
        raise ValueError(f"there is an agency {name.strip()!r} already")


async def find(session: AsyncSession, name: str) -> Agency | None:
    """The agency of that name, if there is one."""
    return (await session.execute(select(Agency).where(Agency.name == name.strip()))).scalar_one_or_none()


async def named(session: AsyncSession, name: str) -> Agency:
    """The agency of that name. Raises ``UnknownAgency``."""
    agency = await find(session, name)
    if agency is None:
        raise UnknownAgency(f"there is no agency {name.strip()!r}")
    return agency


async def issue_key(session: AsyncSession, name: str) -> str:
    """A new key for the agency ``name``, which is told here once. Raises ``UnknownAgency``."""
    agency = await named(session, name)
    key_id = secrets.token_hex(5)
    key = f"{_MARK}.{key_id}.{secrets.token_urlsafe(32)}"
    digest = database_of(session).vault.digest(_PURPOSE, key)
    session.add(AgencyKey(id=key_id, agency_id=agency.id, digest=digest))
    return key


async def approve_answers(session: AsyncSession, name: str, *, wanted: bool) -> None:
    """Whether answers of the people of the agency ``name`` wait for a lead. Raises ``UnknownAgency``."""
    (await named(session, name)).answers_approved = wanted


async def revoke(session: AsyncSession, key_id: str) -> None:
    """Ends a key for good. Raises ``UnknownAgency`` when there is none of this id, or it was revoked before."""
    wanted = update(AgencyKey).where(AgencyKey.id == key_id, AgencyKey.revoked_at.is_(None))
    ended = await session.execute(wanted.values(revoked_at=func.now()).returning(AgencyKey.id))
    if ended.first() is None:
        raise UnknownAgency(f"there is no key {key_id!r} in use")


async def authenticate(session: AsyncSession, key: str) -> Agency | None:
    """The agency that ``key`` belongs to; none when it is unknown or revoked."""
    _, _, rest = key.partition(".")
    known = await session.get(AgencyKey, rest.partition(".")[0][:12])
    right = database_of(session).vault.matches(_PURPOSE, key, known.digest if known else b"")
    if known is None or not right or known.revoked_at is not None:
        return None
    return await session.get_one(Agency, known.agency_id)


async def listing(session: AsyncSession) -> list[Listed]:
    """All agencies by name."""
    agencies = (await session.execute(select(Agency).order_by(Agency.name))).scalars().all()
    keys = (await session.execute(select(AgencyKey).order_by(AgencyKey.created_at, AgencyKey.id))).scalars().all()
    return [Listed(agency, tuple(key for key in keys if key.agency_id == agency.id)) for agency in agencies]


def covers(agency: Agency, code: str) -> bool:
    """Whether the dossier ``code`` (in its official spelling) is of a unit that the agency may write for."""
    unit = code.partition("-")[0]
    return any(unit == prefix or unit.startswith(f"{prefix}.") for prefix in agency.prefixes)


def works_in(agency: Agency, field: str) -> bool:
    """Whether the agency may write dossiers of procedures in ``field``."""
    return not agency.fields or field.casefold() in {known.casefold() for known in agency.fields}
