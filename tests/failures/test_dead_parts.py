"""What the citizen meets when a part of the running stack is killed, and that nothing is lost."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

import pytest

from api.turns import DELAYED
from tests.fakes.telegram import Citizen
from tests.stack import Chat, Stack, text_of
from tests.talks import TelegramTalk


def kill(stack: Stack, program: str) -> int:
    pid = stack.pid(program)
    os.kill(pid, signal.SIGKILL)
    return pid


def wait_for_reply(chat: Chat, after: int, seconds: float = 90) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for message in chat.client.get("/messages", params={"after": after, "wait": 10}).json()["messages"]:
            if message["sender"] == "bot":
                return message
            after = message["id"]
    raise TimeoutError


@pytest.mark.parametrize("program", ["bot", "actions"])
def test_a_message_outlives_the_bot(stack: Stack, program: str) -> None:
    chat = stack.chat()
    killed = kill(stack, program)
    answer = chat.say("đăng ký tạm trú mất mấy ngày")
    assert text_of(answer) == DELAYED
    assert answer["waiting"] is True
    reply = wait_for_reply(chat, after=answer["messages"][-1]["id"])
    assert "Nguồn" in reply["text"]
    stack.wait_until_well()
    assert stack.pid(program) != killed


def test_a_message_outlives_the_worker(stack: Stack) -> None:
    kill(stack, "worker")
    assert TelegramTalk(stack, Citizen(5_000_000_901)).say("xin chào").startswith("Dạ")
    stack.wait_until_well()


def test_a_dead_database_is_said_plainly_and_heals(stack: Stack) -> None:
    chat = stack.chat()
    kill(stack, "postgres")
    codes = set[int]()
    for _ in range(20):
        response = chat.client.post("/messages", json={"text": "xin chào"})
        codes.add(response.status_code)
        if response.status_code == 503:
            assert "gián đoạn" in response.json()["error"]["message"]
            assert "psycopg" not in response.text
            break
        time.sleep(0.05)
    assert codes <= {200, 503}
    stack.wait_until_well()
    assert chat.say("xin chào")["messages"]
