"""How the sender of a case can be reached: kept encrypted, and found by keyed hash."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from nlu.text.codes import find_codes
from records.database import database_of
from records.models import Feedback
from records.vault import Vault

_PURPOSE = "contact"


def canonical_contact(contact: str) -> str:
    """A phone number as ten or eleven digits from 0, an e-mail address in lower case; anything else as it is."""
    contact = contact.strip()
    if "@" in contact:
        return contact.lower()
    return next((code.value for code in find_codes(contact) if code.kind == "phone"), contact)


def sealed(vault: Vault, contact: str | None) -> dict[str, bytes | None]:
    """The columns of a contact: encrypted, and as a hash to find it by."""
    if not contact or not contact.strip():
        return {"contact": None, "contact_hash": None}
    contact = canonical_contact(contact)
    return {"contact": vault.encrypt(contact), "contact_hash": vault.digest(_PURPOSE, contact)}


async def cases_of_contact(session: AsyncSession, contact: str) -> Sequence[Feedback]:
    """The cases that a phone number or e-mail address belongs to, newest first."""
    hashes = database_of(session).vault.digests(_PURPOSE, canonical_contact(contact))
    wanted = select(Feedback).where(Feedback.contact_hash.in_(hashes)).order_by(Feedback.id.desc())
    return (await session.execute(wanted)).scalars().all()
