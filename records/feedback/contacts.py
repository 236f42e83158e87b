"""How the sender of a case can be reached: kept encrypted, and found by keyed hash."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from nlu.text.codes import find_codes
from records.database import database_of
from records.models import Call, ConfirmedNumber, Feedback
from records.vault import Vault

_PURPOSE = "contact"
_MOST = 20
"""Cases of one citizen that are listed."""


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


def has_contact(vault: Vault, contacts: Iterable[str]) -> ColumnElement[bool]:
    """Whether a case came from one of these phone numbers or e-mail addresses; reads an index of keyed hashes."""
    hashes = {digest for contact in contacts for digest in vault.digests(_PURPOSE, canonical_contact(contact))}
    return Feedback.contact_hash.in_(hashes)


async def cases_of_citizen(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Feedback]:
    """The last cases of the citizen of a conversation, newest first.

    They were filed in it, came with the same contact as one of those, or with the number that calls or was confirmed.
    """
    vault = database_of(session).vault
    of_it = Feedback.conversation_id == conversation_id
    known = union(
        select(Feedback.contact).where(of_it),
        select(ConfirmedNumber.phone).where(ConfirmedNumber.conversation_id == conversation_id),
        select(Call.caller).where(Call.conversation_id == conversation_id),
    )
    contacts = [vault.decrypt(sealed) for sealed in (await session.execute(known)).scalars() if sealed]
    wanted = select(Feedback).where(of_it | has_contact(vault, contacts)).order_by(Feedback.id.desc())
    return (await session.execute(wanted.limit(_MOST))).scalars().all()
