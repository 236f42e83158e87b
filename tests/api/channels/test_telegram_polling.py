from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from api.channels.telegram import TelegramChannel
from api.channels.telegram_polling import main, poll
from api.settings import Settings
from records.database import Database
from tests.api.channels.conftest import stored
from tests.fakes.telegram import Citizen, FakeTelegram


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(5_000_000_001)


@asynccontextmanager
async def polling(database: Database) -> AsyncGenerator[None]:
    async with TelegramChannel(Settings()) as channel:
        task = asyncio.create_task(poll(channel, database, pause=0.05))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def until(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(15):
        while not reached():  # noqa: ASYNC110 - the fake runs in another thread
            await asyncio.sleep(0.02)


async def stored_texts(database: Database, number: int) -> list[str]:
    """The texts of all messages, as soon as there are so many."""
    async with asyncio.timeout(15):
        while len(messages := await stored(database)) < number:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return [message.text for message in messages]


class TestPoll:
    async def test_takes_updates_in_order_and_confirms_them(
        self, telegram: FakeTelegram, database: Database, citizen: Citizen
    ) -> None:
        telegram.updates = [citizen.says("một"), citizen.says("hai")]
        async with polling(database):
            assert await stored_texts(database, 2) == ["một", "hai"]
            telegram.updates.append(citizen.says("ba"))
            assert await stored_texts(database, 3) == ["một", "hai", "ba"]
            await until(lambda: not telegram.updates)

    async def test_removes_a_webhook_first_and_writes_the_menu(
        self, telegram: FakeTelegram, database: Database, citizen: Citizen
    ) -> None:
        telegram.webhook = {"url": "https://motcua.example/channels/telegram"}
        telegram.updates = [citizen.says("chào")]
        async with polling(database):
            assert await stored_texts(database, 1) == ["chào"]
        assert telegram.webhook is None
        assert [entry["command"] for entry in telegram.menu][:2] == ["start", "help"]

    async def test_answers_a_pressed_button(self, telegram: FakeTelegram, database: Database, citizen: Citizen) -> None:
        update = citizen.presses("b1.0")
        telegram.updates = [update]
        telegram.fail("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
        async with polling(database):
            await stored_texts(database, 1)
            await until(lambda: not telegram.updates)
        query = {"callback_query_id": update["callback_query"]["id"]}
        assert telegram.calls_of("answerCallbackQuery") == [query]

    async def test_an_update_that_cannot_be_read_does_not_hold_the_rest_up(
        self, telegram: FakeTelegram, database: Database, citizen: Citizen
    ) -> None:
        broken = citizen.says("hỏng")
        broken["message"]["chat"] = "?"
        telegram.updates = [broken, citizen.message({"text": "sửa"}, kind="edited_message"), citizen.says("tốt")]
        with capture_logs() as logs:
            async with polling(database):
                assert await stored_texts(database, 1) == ["tốt"]
        assert [line["event"] for line in logs] == ["update not read", "update without a message"]
        assert "hỏng" not in str(logs)

    async def test_goes_on_after_failures_with_growing_pauses(
        self, telegram: FakeTelegram, database: Database, citizen: Citizen
    ) -> None:
        telegram.updates = [citizen.says("chào")]
        telegram.break_down("deleteWebhook", 502)
        telegram.fail("getUpdates", 500, "Internal Server Error")
        telegram.fail("getUpdates", 409, "Conflict: terminated by other getUpdates request")
        telegram.fail("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1)
        with capture_logs() as logs:
            async with polling(database):
                assert await stored_texts(database, 1) == ["chào"]
        interrupted = [line for line in logs if line["event"] == "polling interrupted"]
        assert [line["wait_seconds"] for line in interrupted] == [0.05, 0.1, 0.2, 0.4]

    async def test_an_update_is_confirmed_only_after_it_is_stored(
        self, telegram: FakeTelegram, database: Database, citizen: Citizen
    ) -> None:
        first, second = citizen.says("một"), citizen.says("hai")
        telegram.updates = [first, second]
        async with database.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE messages ADD CONSTRAINT broken CHECK (text <> 'hai')"))
        try:
            async with polling(database):
                assert await stored_texts(database, 1) == ["một"]
                await until(lambda: telegram.updates == [second])
                async with database.engine.begin() as connection:
                    await connection.execute(text("ALTER TABLE messages DROP CONSTRAINT broken"))
                assert await stored_texts(database, 2) == ["một", "hai"]
        finally:
            async with database.engine.begin() as connection:
                await connection.execute(text("ALTER TABLE messages DROP CONSTRAINT IF EXISTS broken"))


class TestMain:
    async def test_leaves_a_webhook_alone(self, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MOTCUA_TELEGRAM_MODE", "webhook")
        with pytest.raises(SystemExit, match="webhook"):
            await main()
        assert telegram.calls == []
