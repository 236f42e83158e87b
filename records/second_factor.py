"""The second factor of a dossier: the last four digits of a number on file, and how often they may be guessed.

Wrong pairs of code and digits are counted per dossier, per citizen and per network. Whether the code exists shows
neither in the answer nor in the time it takes.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from dataclasses import dataclass

from sqlalchemy import func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Conversation, Verification
from records.vault import Vault

REFUSAL_SECONDS = 0.25
"""What every refusal takes at least: far longer than any way through the database."""
WINDOW = dt.timedelta(days=1)
"""How long a wrong pair counts, and the longest pause."""


@dataclass(frozen=True)
class Asker:
    """Who asks: a conversation with the message that asked, or an address on the network, or both."""

    conversation_id: uuid.UUID | None = None
    message_id: str | None = None
    network: bytes | None = None
    """As ``network_digest`` makes it; that of the conversation by default."""


@dataclass(frozen=True)
class Refused:
    """The pair of code and digits fits no dossier; whether the code exists is not told."""


@dataclass(frozen=True)
class Locked:
    """Too many wrong pairs; ``until`` says when the next attempt counts."""

    until: dt.datetime


def digits_digest(vault: Vault, code: str, number: str | None) -> bytes | None:
    """Keyed hash of the last four digits of a number on file; the same digits of another dossier give another one."""
    return vault.digest("second factor", f"{code} {number[-4:]}") if number else None


def network_digest(vault: Vault, address: str | None) -> bytes | None:
    """Keyed hash of the network of an address: an IPv4 address itself, the /64 of an IPv6 one."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address):
        ip = ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False).network_address
    return vault.digest("network", str(ip))


async def check(session: AsyncSession, code: str, digits: str, asker: Asker) -> Refused | Locked | None:
    """Compares the pair and counts the attempt; none when it fits.

    Once there are too many wrong pairs, the pause after the last one is that of the settings, and every further one
    doubles it (``motcua_attempt`` in the database, of migration 0030). Attempts on one code wait for each other, so
    that guesses at the same moment count like guesses in turn. The same message handed in again counts once.
    """
    vault, settings = database_of(session).vault, database_of(session).settings
    values = {
        "code": code,
        "digest": vault.digest("dossier code", code),
        "known": vault.stored_digests("second factor", f"{code} {digits}"),
        "citizen": asker.conversation_id,
        "message": asker.message_id,
        "network": asker.network,
        "most": settings.verification_limit,
        "most_of_network": settings.verification_network_limit,
        "pause": dt.timedelta(minutes=settings.verification_window_minutes),
        "counted": WINDOW,
    }
    attempt = (await session.execute(_ATTEMPT, values)).one()
    if attempt.locked_until:
        return Locked(attempt.locked_until)
    return None if attempt.fits else Refused()


async def opened(session: AsyncSession, code: str, conversation_id: uuid.UUID, within: dt.timedelta) -> bool:
    """Whether the conversation opened the dossier with its second factor not longer than ``within`` ago."""
    digest = database_of(session).vault.digest("dossier code", code)
    values = {"digest": digest, "conversation": conversation_id, "since": dt.datetime.now(dt.UTC) - within}
    return (await session.execute(_OPENED, values)).first() is not None


async def forget_networks(session: AsyncSession) -> None:
    """Deletes the hashes of networks that are older than the deployment keeps them."""
    kept = dt.timedelta(days=database_of(session).settings.network_days)
    for table, at in ((Verification, Verification.at), (Conversation, Conversation.created_at)):
        old = update(table).where(table.network_digest.is_not(None), at < func.now() - kept)
        await session.execute(old.values(network_digest=None))


_ATTEMPT = text("""
    SELECT locked_until, fits FROM motcua_attempt(:code, :digest, CAST(:known AS bytea[]), CAST(:citizen AS uuid),
        CAST(:message AS text), CAST(:network AS bytea), :most, :most_of_network, :pause, :counted)""")

_OPENED = text("""
    SELECT FROM verifications WHERE conversation_id = :conversation AND at > :since
    AND code_digest = :digest AND succeeded LIMIT 1""")
