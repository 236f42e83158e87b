"""The second factor of a dossier: the last four digits of a number on file, and how often they may be guessed.

Wrong pairs of code and digits are counted per dossier, per citizen and per network. Whether the code exists shows
neither in the answer nor in the time it takes.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import uuid
from dataclasses import dataclass

from sqlalchemy import RowMapping, func, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import database_of
from records.models import Conversation, Verification
from records.settings import Settings
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


def pause(wrong: int, limit: int, first: dt.timedelta) -> dt.timedelta:
    """How long to wait after the last of ``wrong`` pairs: nothing below ``limit``, then ``first``, twice that, …"""
    if wrong < limit:
        return dt.timedelta(0)
    return min(first * 2 ** min(wrong - limit, 20), WINDOW)


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

    Attempts on one code wait for each other, so that guesses at the same moment count like guesses in turn. The same
    message handed in again counts once.
    """
    database = database_of(session)
    digest = database.vault.digest("dossier code", code)
    # An attempt that PostgreSQL forgets when it crashes within the second is worth less than a faster answer.
    await session.execute(_BEGIN, {"lock": int.from_bytes(digest[:8], signed=True)})
    values = {
        "code": code,
        "digest": digest,
        "conversation": asker.conversation_id,
        "message": asker.message_id,
        "network": asker.network,
        "window": WINDOW,
    }
    found = (await session.execute(_LOOK, values)).mappings().one()
    if until := _locked_until(database.settings, found):
        return Locked(until)
    results = [
        database.vault.matches("second factor", f"{code} {digits}", known or b"")
        for known in (found["phone_digits"], found["identity_digits"])
    ]
    succeeded = any(results)
    await session.execute(_NOTE, values | {"network": found["network"], "succeeded": succeeded})
    return None if succeeded else Refused()


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


def _locked_until(settings: Settings, counts: RowMapping) -> dt.datetime | None:
    first = dt.timedelta(minutes=settings.verification_window_minutes)
    ends = [
        counts[f"{whose}_last"] + pause(counts[f"{whose}_wrong"], limit, first)
        for whose, limit in (
            ("code", settings.verification_limit),
            ("citizen", settings.verification_limit),
            ("network", settings.verification_network_limit),
        )
        if counts[f"{whose}_wrong"] >= limit
    ]
    until = max(ends, default=None)
    return until if until and until > dt.datetime.now(dt.UTC) else None


_BEGIN = text("SELECT pg_advisory_xact_lock(:lock), set_config('synchronous_commit', 'off', true)")

_WRONG = """
    CROSS JOIN LATERAL (
        SELECT count(*) AS {whose}_wrong, max(at) AS {whose}_last FROM verifications
        WHERE {column} = asked.{whose} AND NOT succeeded AND at > now() - CAST(:window AS interval)
        AND (asked.message IS NULL OR message_id IS DISTINCT FROM asked.message
            OR conversation_id IS DISTINCT FROM asked.citizen)) AS of_{whose}"""

# The left join gives one row whether there is such a dossier or not.
_LOOK = text(
    """
    WITH asked AS (
        SELECT CAST(:digest AS bytea) AS code, CAST(:conversation AS uuid) AS citizen,
            CAST(:message AS text) AS message, COALESCE(CAST(:network AS bytea), (
                SELECT network_digest FROM conversations WHERE id = CAST(:conversation AS uuid))) AS network)
    SELECT phone_digits, identity_digits, asked.network, code_wrong, code_last, citizen_wrong, citizen_last,
        network_wrong, network_last
    FROM asked LEFT JOIN dossiers ON dossiers.code = :code"""  # noqa: S608
    + "".join(
        _WRONG.format(whose=whose, column=column)
        for whose, column in (("code", "code_digest"), ("citizen", "conversation_id"), ("network", "network_digest"))
    )
)

_NOTE = text("""
    INSERT INTO verifications (code_digest, conversation_id, network_digest, message_id, succeeded)
    SELECT :digest, CAST(:conversation AS uuid), CAST(:network AS bytea), CAST(:message AS text), :succeeded
    WHERE NOT EXISTS (SELECT FROM verifications
        WHERE conversation_id = CAST(:conversation AS uuid) AND message_id = CAST(:message AS text))""")

_OPENED = text("""
    SELECT FROM verifications WHERE conversation_id = :conversation AND at > :since
    AND code_digest = :digest AND succeeded LIMIT 1""")
