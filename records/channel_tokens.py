"""Tokens of a channel that change by themselves: kept encrypted, renewed by one process at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Database, database_of
from records.models import ChannelToken

MARGIN = dt.timedelta(minutes=5)
"""How long before its end an access token is renewed."""
REFUSED = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
"""Stands for the end of a pair whose refresh token the channel turned down."""


@dataclass(frozen=True)
class Tokens:
    """What opens a channel until ``expires_at``, and what gets the next pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: dt.datetime


class NoTokens(LookupError):
    """No tokens are stored for the channel, or none that the secret keys open."""


class RenewalRefused(Exception):
    """The channel takes the refresh token no more: only a new consent helps."""


async def store_first(session: AsyncSession, channel: str, tokens: Tokens) -> None:
    """Stores the pair that a person fetched by hand, in place of any other."""
    vault = database_of(session).vault
    values = {
        "access_token": vault.encrypt(tokens.access),
        "refresh_token": vault.encrypt(tokens.refresh),
        "expires_at": tokens.expires_at,
    }
    made = insert(ChannelToken).values(channel=channel, **values)
    await session.execute(made.on_conflict_do_update(index_elements=["channel"], set_=values))


async def access(
    database: Database, channel: str, renew: Callable[[str], Awaitable[Tokens]], *, refused: str | None = None
) -> str:
    """An access token that is good for a while; ``refused`` is one that the channel just turned down.

    ``renew`` exchanges a refresh token, which works once: it is called under a row lock, so that of several processes
    one exchanges and the others find the new pair, which is committed before anyone uses it. Raises ``NoTokens``,
    ``RenewalRefused``, and what ``renew`` raises.
    """
    async with database.session() as session:
        known = _open(session, await session.get(ChannelToken, channel))
    if _usable(known, refused):
        return known.access
    refusal: RenewalRefused
    async with database.session() as session:
        row = await session.get(ChannelToken, channel, with_for_update=True)
        known = _open(session, row)
        if row is None or _usable(known, refused):
            return known.access
        try:
            new = await renew(known.refresh)
        except RenewalRefused as error:
            row.expires_at = REFUSED
            refusal = error
        else:
            vault = database_of(session).vault
            row.access_token, row.refresh_token = vault.encrypt(new.access), vault.encrypt(new.refresh)
            row.expires_at = new.expires_at
            return new.access
    raise refusal


async def status(session: AsyncSession, channel: str) -> str:
    """``ok``, or why the channel cannot be used, for the health page. An old pair is well: it is renewed."""
    expires_at = await session.scalar(select(ChannelToken.expires_at).where(ChannelToken.channel == channel))
    if expires_at is None:
        return "no token"
    return "refresh token refused" if expires_at == REFUSED else "ok"


def _usable(tokens: Tokens, refused: str | None) -> bool:
    return tokens.access != refused and tokens.expires_at - dt.datetime.now(dt.UTC) > MARGIN


def _open(session: AsyncSession, row: ChannelToken | None) -> Tokens:
    if row is None:
        raise NoTokens("no tokens are stored")
    vault = database_of(session).vault
    try:
        return Tokens(vault.decrypt(row.access_token), vault.decrypt(row.refresh_token), row.expires_at)
    except ValueError as error:
        raise NoTokens(str(error)) from error
