from __future__ import annotations

from typing import Any

import httpx
import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from api.channels.telegram_webhook import register
from api.settings import Settings
from records.conversations import button_reference, of_channel_user, say
from records.database import Database
from records.models import Attachment, Conversation
from records.settings import Settings as RecordSettings
from tests.api.channels.conftest import stored, webhooks
from tests.fakes.telegram import Citizen, FakeTelegram, signed

pytestmark = pytest.mark.usefixtures("telegram")
PATH = "/channels/telegram"


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(5_000_000_001)


async def bring(client: httpx.AsyncClient, update: dict[str, Any] | bytes) -> httpx.Response:
    body, headers = signed(update)
    return await client.post(PATH, content=body, headers=headers)


async def jobs(database: Database) -> list[tuple[str, str]]:
    async with database.session() as session:
        rows = await session.execute(text("SELECT task_name, lock FROM procrastinate_jobs ORDER BY id"))
        return [(row.task_name, row.lock) for row in rows]


class TestTaken:
    async def test_a_message_is_stored_and_its_answer_queued(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        response = await bring(client, citizen.says("Làm khai sinh cần gì?"))
        assert (response.status_code, response.json()) == (200, {})
        [message] = await stored(database)
        async with database.session() as session:
            [conversation] = (await session.execute(select(Conversation))).scalars()
        assert (conversation.channel, conversation.channel_user) == ("telegram", "5000000001")
        assert (message.text, message.channel_message_id, message.state) == ("Làm khai sinh cần gì?", "m1", "received")
        assert await jobs(database) == [("conversation.answer", f"turn:{conversation.id}")]

    async def test_a_replayed_update_changes_nothing(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        update = citizen.says("Làm khai sinh cần gì?")
        assert [(await bring(client, update)).status_code for _ in range(3)] == [200, 200, 200]
        assert (len(await stored(database)), len(await jobs(database))) == (1, 1)

    async def test_messages_keep_their_order(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        texts = [f"tin {number}" for number in range(10)]
        for each in texts:
            await bring(client, citizen.says(each))
        assert [message.text for message in await stored(database)] == texts

    async def test_two_citizens_have_two_conversations(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        await bring(client, citizen.says("một"))
        await bring(client, Citizen(5_000_000_002).says("hai"))
        first, second = await stored(database)
        assert first.conversation_id != second.conversation_id

    async def test_a_photo_waits_to_be_fetched(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        await bring(client, citizen.photo("PHOTO", "Rác ở đầu ngõ"))
        async with database.session() as session:
            [attachment] = (await session.execute(select(Attachment))).scalars()
        assert (attachment.kind, attachment.state, attachment.remote) == ("image", "pending", {"file_id": "PHOTO"})
        assert [task for task, _ in await jobs(database)] == ["attachment.fetch", "conversation.answer"]

    async def test_a_pressed_button_is_what_it_stands_for(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        async with database.session() as session:
            conversation = await of_channel_user(session, "telegram", "5000000001")
            buttons = [{"title": "Đúng", "payload": "/affirm"}]
            asked = await say(session, conversation.id, "bot", "Đúng không ạ?", buttons=buttons)
        update = citizen.presses(button_reference(asked.id, 0))
        response = await bring(client, update)
        assert response.json() == {
            "method": "answerCallbackQuery",
            "callback_query_id": update["callback_query"]["id"],
        }
        message = (await stored(database))[-1]
        assert (message.text, message.payload) == ("Đúng", "/affirm")

    async def test_a_button_of_somebody_else_is_only_text(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        async with database.session() as session:
            other = await of_channel_user(session, "telegram", "5000000002")
            asked = await say(session, other.id, "bot", "?", buttons=[{"title": "Đúng", "payload": "/affirm"}])
        await bring(client, citizen.presses(button_reference(asked.id, 0)))
        message = (await stored(database))[-1]
        assert (message.text, message.payload) == (button_reference(asked.id, 0), None)

    async def test_control_characters_are_taken_out(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen
    ) -> None:
        await bring(client, citizen.says("xin\x00 chào\x07\u202e"))
        await bring(client, citizen.presses("\x00\x01"))
        assert [message.text for message in await stored(database)] == ["xin chào\u202e", ""]


class TestRefused:
    @pytest.mark.parametrize("secret", ["", "wrong", "sécret"])
    async def test_without_the_secret_token(
        self, client: httpx.AsyncClient, database: Database, citizen: Citizen, secret: str
    ) -> None:
        body, _ = signed(citizen.says("chào"))
        name = b"X-Telegram-Bot-Api-Secret-Token"
        with capture_logs() as logs:
            response = await client.post(PATH, content=body, headers=[(name, secret.encode())])
        assert (response.status_code, response.json()["error"]["code"]) == (403, "forbidden")
        assert await stored(database) == []
        assert [line["event"] for line in logs] == ["webhook refused"]

    async def test_where_telegram_is_not_set_up(
        self, monkeypatch: pytest.MonkeyPatch, database: Database, citizen: Citizen
    ) -> None:
        monkeypatch.setenv("MOTCUA_TELEGRAM_SECRET", "")
        async with webhooks(database) as client:
            assert (await bring(client, citizen.says("chào"))).status_code == 404

    async def test_an_oversized_body(self, client: httpx.AsyncClient, database: Database, citizen: Citizen) -> None:
        assert (await bring(client, citizen.says("a" * 2**20))).status_code == 413
        assert await stored(database) == []


class TestUnreadable:
    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[1]", b"null", b'{"update_id": 1, "message": {"text": "\xff\xfe"}}', b'{"message": 5}']
    )
    async def test_is_answered_so_that_it_is_not_repeated(
        self, client: httpx.AsyncClient, database: Database, body: bytes
    ) -> None:
        with capture_logs() as logs:
            response = await bring(client, body)
        assert (response.status_code, response.json()) == (200, {})
        assert [line["event"] for line in logs] == ["update not read"]
        assert await stored(database) == []

    async def test_a_new_kind_of_update_is_one_log_line_without_its_content(
        self, client: httpx.AsyncClient, citizen: Citizen
    ) -> None:
        with capture_logs() as logs:
            response = await bring(client, citizen.message({"text": "bí mật"}, kind="edited_message"))
        assert (response.status_code, [line["event"] for line in logs]) == (200, ["update without a message"])
        assert "bí mật" not in str(logs)


class TestDatabaseDown:
    async def test_telegram_is_asked_to_come_again(self, citizen: Citizen) -> None:
        settings = RecordSettings(DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")  # pyright: ignore[reportCallIssue]
        database = Database.open(settings)
        async with webhooks(database) as client:
            response = await bring(client, citizen.says("chào"))
        await database.close()
        assert (response.status_code, response.json()["error"]["code"]) == (503, "unavailable")
        assert "127.0.0.1" not in response.text


class TestRegister:
    async def test_sets_the_webhook_and_the_menu(self, telegram: FakeTelegram) -> None:
        url = await register(Settings(public_url="https://motcua.example"))
        assert url == "https://motcua.example/channels/telegram"
        assert telegram.webhook == {
            "url": url,
            "secret_token": "fake-secret_of-the-webhook",
            "allowed_updates": ["message", "callback_query"],
            "drop_pending_updates": "false",
        }
        assert {"command": "help", "description": "Xem em giúp được những gì"} in telegram.menu

    async def test_needs_https(self) -> None:
        with pytest.raises(ValueError, match="https"):
            await register(Settings(public_url="http://127.0.0.1:8000"))

    async def test_needs_a_secret(self) -> None:
        with pytest.raises(ValueError, match="MOTCUA_TELEGRAM_SECRET"):
            await register(Settings(telegram_secret=None, public_url="https://motcua.example"))
