from __future__ import annotations

import asyncio
import datetime as dt
import multiprocessing
from collections.abc import AsyncGenerator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from api.channels.channel import ChannelDown
from api.channels.zalo_tokens import ZaloTokens
from api.settings import Settings
from records.channel_tokens import Tokens, status, store_first
from records.database import Database
from records.settings import Settings as RecordSettings
from tests.fakes.zalo import APP_ID, APP_SECRET, FakeZalo


@pytest.fixture
async def tokens(zalo: FakeZalo, database: Database) -> AsyncGenerator[ZaloTokens]:
    async with httpx.AsyncClient() as client:
        yield ZaloTokens(Settings(), database, client)


async def store(database: Database, zalo: FakeZalo, minutes: float) -> None:
    expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)
    async with database.session() as session:
        await store_first(session, "zalo", Tokens(zalo.access, zalo.refresh, expires_at))


async def health(database: Database) -> str:
    async with database.session() as session:
        return await status(session, "zalo")


class TestAccess:
    async def test_a_good_token_is_given_out_without_asking(
        self, zalo: FakeZalo, database: Database, tokens: ZaloTokens
    ) -> None:
        await store(database, zalo, minutes=60)
        assert (await tokens.access(), zalo.refreshed) == ("access-0", [])

    async def test_it_is_renewed_minutes_before_its_end(
        self, zalo: FakeZalo, database: Database, tokens: ZaloTokens
    ) -> None:
        await store(database, zalo, minutes=4)
        assert [await tokens.access(), await tokens.access()] == ["access-1", "access-1"]
        assert zalo.refreshed == ["refresh-0"]

    async def test_refresh_tokens_follow_each_other(
        self, zalo: FakeZalo, database: Database, tokens: ZaloTokens
    ) -> None:
        await store(database, zalo, minutes=60)
        first = await tokens.access(refused="access-0")
        assert [first, await tokens.access(refused=first)] == ["access-1", "access-2"]
        assert zalo.refreshed == ["refresh-0", "refresh-1"]

    async def test_without_any_token(self, tokens: ZaloTokens, database: Database) -> None:
        with capture_logs() as logs, pytest.raises(ChannelDown) as failure:
            await tokens.access()
        assert failure.value.after == dt.timedelta(minutes=15)
        assert [(line["log_level"], line["do"]) for line in logs] == [("error", "motcua zalo token")]
        assert await health(database) == "no token"


class TestRefused:
    @pytest.mark.parametrize(
        ("status_code", "body"),
        [
            (200, {"error": -14020, "error_name": "Invalid refresh token", "error_reason": "used"}),
            (200, {"error_name": "Invalid refresh token", "error_description": "…", "ref_doc": "…"}),
            (400, {"error": -14004, "error_name": "Invalid secret key"}),
            (200, {}),
        ],
    )
    async def test_is_loud_and_shows_in_the_health(
        self, zalo: FakeZalo, database: Database, tokens: ZaloTokens, status_code: int, body: dict[str, object]
    ) -> None:
        await store(database, zalo, minutes=4)
        zalo.fail_refresh(status_code, body)
        with capture_logs() as logs, pytest.raises(ChannelDown):
            await tokens.access()
        assert [line["log_level"] for line in logs] == ["error"]
        assert "refresh-0" not in str(logs)
        assert await health(database) == "refresh token refused"

    async def test_a_new_pair_mends_it(self, zalo: FakeZalo, database: Database, tokens: ZaloTokens) -> None:
        await store(database, zalo, minutes=4)
        zalo.fail_refresh(200, {"error": -14020, "error_name": "Invalid refresh token"})
        with pytest.raises(ChannelDown):
            await tokens.access()
        await store(database, zalo, minutes=60)
        assert (await tokens.access(), await health(database)) == ("access-0", "ok")


class TestTokenServerDown:
    @pytest.mark.parametrize("status_code", [429, 500, 503])
    async def test_keeps_the_pair(
        self, zalo: FakeZalo, database: Database, tokens: ZaloTokens, status_code: int
    ) -> None:
        await store(database, zalo, minutes=4)
        zalo.fail_refresh(status_code, {"error": "busy"})
        with pytest.raises(ChannelDown, match=str(status_code)) as failure:
            await tokens.access()
        assert (failure.value.after, await health(database)) == (None, "ok")
        assert await tokens.access() == "access-1"

    async def test_unreachable(self, zalo: FakeZalo, database: Database) -> None:
        await store(database, zalo, minutes=4)
        async with httpx.AsyncClient() as client:
            tokens = ZaloTokens(Settings(zalo_oauth_url="http://127.0.0.1:9"), database, client)
            with pytest.raises(ChannelDown, match="ConnectError"):
                await tokens.access()
        assert await health(database) == "ok"


class TestSeveralProcesses:
    async def test_one_exchanges_the_refresh_token_and_all_get_the_new_one(
        self, zalo: FakeZalo, database: Database, record_settings: RecordSettings
    ) -> None:
        await store(database, zalo, minutes=4)
        zalo.refresh_seconds = 1
        context = multiprocessing.get_context("spawn")
        together = context.Barrier(2)
        with ProcessPoolExecutor(2, context, initializer=together.wait) as pool:
            runs = [pool.submit(access_in_a_process, record_settings.data, zalo.url) for _ in range(2)]
            assert [run.result() for run in runs] == ["access-1", "access-1"]
        assert zalo.refreshed == ["refresh-0"]


def access_in_a_process(data: Path, url: str) -> str:
    """An access token as another process gets it."""

    async def access() -> str:
        database = Database.open(RecordSettings(data=data, DATABASE_URL=None))  # pyright: ignore[reportCallIssue]
        settings = Settings(zalo_app_id=APP_ID, zalo_app_secret=SecretStr(APP_SECRET), zalo_oauth_url=url)
        async with httpx.AsyncClient() as client:
            token = await ZaloTokens(settings, database, client).access()
        await database.close()
        return token

    return asyncio.run(access())
