from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import select

from records.channel_tokens import NoTokens, RenewalRefused, Tokens, access, status, store_first
from records.database import Database
from records.models import ChannelToken
from records.settings import Settings


def pair(number: int, minutes: float = 60) -> Tokens:
    return Tokens(f"access-{number}", f"refresh-{number}", dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes))


async def store(database: Database, tokens: Tokens) -> None:
    async with database.session() as session:
        await store_first(session, "zalo", tokens)


async def health(database: Database) -> str:
    async with database.session() as session:
        return await status(session, "zalo")


class Renewals:
    """Counts exchanges; each takes a moment, as over the network."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.taken: list[str] = []
        self.fails = fails

    async def __call__(self, refresh_token: str) -> Tokens:
        self.taken.append(refresh_token)
        await asyncio.sleep(0.1)
        if self.fails:
            raise self.fails
        return pair(len(self.taken))


class TestStoreFirst:
    async def test_both_tokens_are_encrypted(self, database: Database) -> None:
        await store(database, pair(0))
        async with database.session() as session:
            row = (await session.execute(select(ChannelToken))).scalar_one()
        assert b"access-0" not in row.access_token
        assert b"refresh-0" not in row.refresh_token
        assert database.vault.decrypt(row.refresh_token) == "refresh-0"

    async def test_a_second_pair_takes_the_place_of_the_first(self, database: Database) -> None:
        await store(database, pair(0))
        await store(database, pair(5))
        assert await access(database, "zalo", Renewals()) == "access-5"

    def test_tokens_are_not_shown(self) -> None:
        assert "access-0" not in repr(pair(0))
        assert "refresh-0" not in repr(pair(0))


class TestAccess:
    async def test_renews_shortly_before_the_end(self, database: Database) -> None:
        renewals = Renewals()
        await store(database, pair(0, minutes=6))
        assert (await access(database, "zalo", renewals), renewals.taken) == ("access-0", [])
        await store(database, pair(0, minutes=4))
        assert (await access(database, "zalo", renewals), renewals.taken) == ("access-1", ["refresh-0"])

    async def test_a_refused_token_is_renewed_unless_somebody_did(self, database: Database) -> None:
        renewals = Renewals()
        await store(database, pair(0))
        assert await access(database, "zalo", renewals, refused="access-0") == "access-1"
        assert await access(database, "zalo", renewals, refused="access-0") == "access-1"
        assert renewals.taken == ["refresh-0"]

    async def test_many_at_once_exchange_one_refresh_token(self, database: Database, record_settings: Settings) -> None:
        other, renewals = Database.open(record_settings), Renewals()
        await store(database, pair(0, minutes=1))
        askers = [access(each, "zalo", renewals) for each in (database, other) * 4]
        assert set(await asyncio.gather(*askers)) == {"access-1"}
        await other.close()
        assert renewals.taken == ["refresh-0"]

    async def test_nothing_stored(self, database: Database) -> None:
        with pytest.raises(NoTokens):
            await access(database, "zalo", Renewals())
        assert await health(database) == "no token"

    async def test_secret_keys_that_open_nothing(self, database: Database) -> None:
        await store(database, pair(0))
        async with database.session() as session:
            (await session.get_one(ChannelToken, "zalo")).access_token = b"of another key"
        with pytest.raises(NoTokens, match="secret keys"):
            await access(database, "zalo", Renewals())


class TestFailedRenewal:
    async def test_a_pair_that_is_only_old_is_well(self, database: Database) -> None:
        await store(database, pair(0, minutes=-600))
        assert await health(database) == "ok"
        assert await access(database, "zalo", Renewals()) == "access-1"

    async def test_a_refusal_is_kept_for_the_health_page(self, database: Database) -> None:
        await store(database, pair(0, minutes=4))
        with pytest.raises(RenewalRefused):
            await access(database, "zalo", Renewals(RenewalRefused("-14020")))
        assert await health(database) == "refresh token refused"

    async def test_anything_else_changes_nothing(self, database: Database) -> None:
        await store(database, pair(0, minutes=4))
        with pytest.raises(TimeoutError):
            await access(database, "zalo", Renewals(TimeoutError()))
        assert await health(database) == "ok"
        assert await access(database, "zalo", Renewals()) == "access-1"
