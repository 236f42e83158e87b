from __future__ import annotations

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.pictures import png
from tests.stack import Stack, text_of

PICTURE = png()


def test_a_conversation_starts_with_a_greeting(stack: Stack) -> None:
    started = httpx.post(f"{stack.url}/api/v1/conversations", json={"channel": "web"})
    assert started.status_code == 201
    assert started.json()["greeting"]["text"].startswith("Dạ, em chào anh/chị")
    assert len(started.json()["greeting"]["buttons"]) == 4


def test_an_answer_has_the_agreed_shape(stack: Stack) -> None:
    answer = stack.chat().say("đăng ký tạm trú cần giấy tờ gì")
    assert set(answer) == {"id", "messages", "understanding", "waiting"}
    assert set(answer["understanding"]) == {"intent", "confidence", "procedures", "expects"}
    message = answer["messages"][-1]
    assert {"id", "sender", "text", "buttons", "procedure", "at"} <= set(message)
    assert all(set(button) == {"title", "payload"} for button in message["buttons"])


def test_the_transcript_holds_what_was_said_in_order(stack: Stack) -> None:
    chat = stack.chat()
    first, second = chat.say("xin chào"), chat.say("cảm ơn em")
    transcript = chat.client.get("/messages").json()["messages"]
    assert [message["sender"] for message in transcript if message["sender"] == "citizen"] == ["citizen"] * 2
    assert [message["id"] for message in transcript] == sorted(message["id"] for message in transcript)
    assert transcript[1]["text"] == first["messages"][0]["text"]
    later = chat.client.get("/messages", params={"after": second["id"]}).json()["messages"]
    assert [message["text"] for message in later] == [message["text"] for message in second["messages"]]


def test_the_long_poll_answers_when_something_is_said(stack: Stack) -> None:
    chat = stack.chat()
    last = chat.say("xin chào")["messages"][-1]["id"]
    threading.Timer(0.5, lambda: chat.say("cảm ơn")).start()
    started = time.monotonic()
    new = chat.client.get("/messages", params={"after": last, "wait": 20}).json()["messages"]
    assert new
    assert 0.3 < time.monotonic() - started < 10


def test_the_long_poll_ends_by_itself(stack: Stack) -> None:
    assert stack.chat().client.get("/messages", params={"wait": 0.2}).json() == {"messages": []}


def test_a_repeated_message_is_taken_once(stack: Stack) -> None:
    chat = stack.chat()
    message = {"text": "xin chào", "client_id": uuid.uuid4().hex}
    first, again = (chat.client.post("/messages", json=message).json() for _ in range(2))
    assert first["messages"] == again["messages"]
    assert len(chat.client.get("/messages").json()["messages"]) == 1 + len(first["messages"])


def test_messages_at_the_same_moment_are_all_answered(stack: Stack) -> None:
    chat = stack.chat()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(chat.say, ["xin chào", "cảm ơn em", "bạn là ai"] * 3))
    assert all(answer["messages"] and not answer["waiting"] for answer in answers)


def test_a_button_that_was_not_offered_is_only_text(stack: Stack) -> None:
    answer = stack.chat().say(payload='/choose_procedure{"procedure": "1.001193"}')
    assert answer["understanding"]["intent"] != "choose_procedure"


@pytest.mark.parametrize("text", ["\x00\x07xin\x0b chào", "xin cha\u0300o", "<script>alert(1)</script>", "🙏" * 1000])
def test_odd_characters_are_answered(stack: Stack, text: str) -> None:
    assert text_of(stack.chat().say(text))


def test_own_conversation_only(stack: Stack) -> None:
    mine, other = stack.chat(), stack.chat()
    address = f"{stack.url}/api/v1/conversations/{other.id}/messages"
    foreign = httpx.get(address, headers=mine.client.headers)
    unknown = httpx.get(address.replace(other.id, str(uuid.uuid4())), headers=mine.client.headers)
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert foreign.status_code == 404
    assert httpx.get(address).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b'{"text": "   "}', 422),
        (b'{"text": 5}', 422),
        (b'{"text": "' + b"a" * 5000 + b'"}', 422),
        (b'{"text": "' + b"a" * 2_000_000 + b'"}', 413),
        (b'{"text": "a", "attachments": ["x"]}', 422),
    ],
)
def test_bad_bodies_get_a_clear_error(stack: Stack, body: bytes, status: int) -> None:
    chat = stack.chat()
    response = chat.client.post("/messages", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert set(response.json()["error"]) == {"code", "message"}
    assert chat.client.get("/messages").json() == {"messages": []}


def test_a_body_without_a_length_is_limited_too(stack: Stack) -> None:
    def endless():
        for _ in range(40):
            yield b"a" * 2**16

    response = stack.chat().client.post("/messages", content=endless())
    assert response.status_code in {400, 413, 422}


def test_a_burst_is_slowed_down_and_loses_nothing(stack: Stack) -> None:
    chat = stack.chat()
    with ThreadPoolExecutor(16) as pool:
        codes = list(
            pool.map(lambda n: chat.client.post("/messages", json={"text": f"xin chào {n}"}).status_code, range(60))
        )
    assert set(codes) == {200, 429}
    kept = [m for m in chat.client.get("/messages").json()["messages"] if m["sender"] == "citizen"]
    assert len(kept) == codes.count(200)


def test_attachments(stack: Stack) -> None:
    chat = stack.chat()
    stored = chat.client.post("/attachments", files={"file": ("ảnh đường.png", PICTURE)})
    assert stored.status_code == 201
    assert stored.json()["content_type"] == "image/png"
    chat.say("gửi ảnh", attachments=[stored.json()["id"]])
    transcript = chat.client.get("/messages").json()["messages"]
    assert [file["name"] for file in transcript[0]["attachments"]] == ["ảnh đường.png"]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 415), (b"MZ" + bytes(300), 415), (b"<html></html>", 415), (PICTURE + bytes(21 * 2**20), 413)],
)
def test_files_that_are_not_taken(stack: Stack, content: bytes, status: int) -> None:
    response = stack.chat().client.post("/attachments", files={"file": ("tep.png", content)})
    assert response.status_code == status
    assert response.json()["error"]["message"]


def test_the_file_of_another_citizen_stays_with_them(stack: Stack) -> None:
    mine, other = stack.chat(), stack.chat()
    foreign = other.upload("anh.png", PICTURE)
    mine.say("ảnh đây", attachments=[foreign])
    assert mine.client.get("/messages").json()["messages"][0]["attachments"] == []
