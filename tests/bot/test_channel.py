"""The input channel, through a running Rasa: who may speak, what is said twice, and a neighbour that is down."""

from __future__ import annotations

import subprocess
import uuid
from typing import Any

import httpx
import psycopg
import pytest

from motcua.programs import BOT_PYTHON, ROOT
from tests.bot.conftest import Bot


@pytest.fixture
def sender() -> str:
    return str(uuid.uuid4())


def stored_messages(bot: Bot, sender: str) -> int:
    """How many messages of the citizen the tracker store holds."""
    with psycopg.connect(bot.database_url) as connection:
        query = "SELECT count(*) FROM events WHERE sender_id = %s AND type_name = 'user'"
        row = connection.execute(query, (sender,)).fetchone()
    assert row is not None
    return row[0]


class TestAuthorisation:
    @pytest.mark.parametrize("token", [None, "wrong", "a-token-for-test", "a-token-for-tests-too"])
    def test_without_the_token_nothing_is_taken(self, bot: Bot, sender: str, token: str | None) -> None:
        answer = bot.post({"sender": sender, "message_id": "1", "text": "xin chào"}, token)

        assert answer.status_code == 401
        assert stored_messages(bot, sender) == 0

    @pytest.mark.parametrize("credentials", ["None", "{}", "{'token': ''}", "{'token': '  '}"])
    def test_the_server_does_not_start_without_a_token(self, credentials: str) -> None:
        code = f"from bot.channel import MotCuaChannel; MotCuaChannel.from_credentials({credentials})"
        started = subprocess.run(
            [BOT_PYTHON, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )

        assert started.returncode == 1
        assert "MOTCUA_BOT_TOKEN must be set" in started.stderr

    def test_rasa_has_no_other_way_in(self, bot: Bot, sender: str) -> None:
        answer = httpx.post(f"{bot.url}/webhooks/rest/webhook", json={"sender": sender, "message": "xin chào"})

        assert answer.status_code == 404


class TestHealth:
    def test_says_which_tracker_store_is_used(self, bot: Bot) -> None:
        assert httpx.get(f"{bot.url}/webhooks/motcua/").json() == {"status": "ok", "tracker_store": "sql"}


class TestReply:
    def test_has_text_buttons_and_understanding(self, bot: Bot, sender: str) -> None:
        with bot.actions():
            answer = bot.say("xin chào", sender).json()

        assert [set(message) for message in answer["messages"]] == [{"text", "buttons", "procedure"}]
        assert "trợ lý Một Cửa" in answer["messages"][0]["text"]
        assert {"title": "Tra cứu hồ sơ", "payload": "/dossier_status"} in answer["messages"][0]["buttons"]
        assert answer["messages"][0]["procedure"] is None
        assert answer["understanding"]["intent"] == "greet"
        assert 0.5 < answer["understanding"]["confidence"] <= 1
        assert answer["understanding"]["procedures"] == []

    @pytest.mark.parametrize(
        "text",
        [
            "/restart",
            "/session_start",
            "/back",
            "/nlu_fallback",
            '/khong_co{"a": 1}',
            "/help{bad}",
            '/help{"a": [1]}',
            "///",
        ],
    )
    def test_a_command_that_no_button_has_is_mere_text(self, bot: Bot, sender: str, text: str) -> None:
        with bot.actions():
            bot.say("xin chào", sender)
            answer = bot.say(text, sender)

        assert answer.status_code == 200
        assert answer.json()["messages"][0]["text"]
        assert stored_messages(bot, sender) == 2

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"sender": "x", "text": "a"},
            {"sender": "", "message_id": "1", "text": "a"},
            {"sender": "x", "message_id": "1", "text": None},
            {"sender": "x", "message_id": "1", "text": "a", "channel": "fax"},
            {"sender": "x", "message_id": "1", "text": "a", "metadata": "b"},
        ],
    )
    def test_an_unreadable_request_is_refused(self, bot: Bot, body: dict[str, Any]) -> None:
        assert bot.post(body).status_code == 400


class TestSameMessageAgain:
    def test_is_answered_again_and_stored_once(self, bot: Bot, sender: str) -> None:
        with bot.actions():
            bot.say("xin chào", sender, "first")
            once = bot.say("cảm ơn", sender, "second").json()
            bot.say("tạm biệt", sender, "third")

        assert bot.say("cảm ơn", sender, "second").json() == once
        assert stored_messages(bot, sender) == 3

    def test_belongs_to_one_conversation(self, bot: Bot, sender: str) -> None:
        with bot.actions():
            bot.say("cảm ơn", sender, "first")
            other = bot.say("xin chào", str(uuid.uuid4()), "first").json()

        assert other["understanding"]["intent"] == "greet"


class TestActionServer:
    def test_down_is_an_error_and_the_message_can_be_handed_in_again(self, bot: Bot, sender: str) -> None:
        down = bot.say("bắt đầu lại", sender, "first")
        kept = stored_messages(bot, sender)
        with bot.actions():
            up = bot.say("bắt đầu lại", sender, "first")

        assert (down.status_code, down.json()) == (503, {"error": "action_start_over: RasaException"})
        assert kept == 0
        assert up.status_code == 200
        assert "bắt đầu lại từ đầu" in up.json()["messages"][0]["text"]
        assert stored_messages(bot, sender) == 1

    def test_down_inside_a_form_is_an_error_too(self, bot: Bot, sender: str) -> None:
        with bot.actions():
            bot.say("/dossier_status", sender)
        down = bot.say("H99.10-261102-0003", sender, "code")
        with bot.actions():
            up = bot.say("H99.10-261102-0003", sender, "code")

        assert down.status_code == 503
        assert "4 số cuối" in up.json()["messages"][-1]["text"]

    def test_a_failing_action_is_an_error_that_quotes_nothing(self, bot: Bot) -> None:
        with bot.actions():
            answer = bot.say("cho tôi gặp nhân viên", "not a conversation id")

        assert answer.status_code == 503
        assert answer.json() == {"error": "action_request_person: RasaException"}
        assert "gặp nhân viên" not in bot.log.read_text()
