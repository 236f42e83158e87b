"""Photos and voice notes that are sent with a report on Telegram and Zalo: they lie with the case in the end."""

from __future__ import annotations

import time

import psycopg
import pytest

from records.settings import Settings
from tests.browser.chatting import picture
from tests.fakes.telegram import Citizen
from tests.fakes.zalo import Follower
from tests.stack import Stack
from tests.talks import Talk, TelegramTalk, ZaloTalk

OGG = b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead" + bytes(40)
FILES = """
SELECT attachments.kind, attachments.state
FROM attachments JOIN feedback ON feedback.id = feedback_id
WHERE what ILIKE %s ORDER BY attachments.kind
"""


def begin_report(talk: Talk, what: str) -> None:
    talk.say("em muốn gửi phản ánh")
    talk.say(what)
    talk.say("ngõ 5 thôn Mẫu, xã Mẫu Một")
    assert "ảnh" in talk.say("hôm qua")


def finish_report(talk: Talk) -> None:
    talk.say("xong")
    talk.say("ẩn danh")
    assert "PA-" in talk.say("gửi đi em")


def files_of(stack: Stack, what: str, number: int) -> list[tuple[str, str]]:
    """Kind and state of the files of a case, as soon as so many of them were fetched."""
    url, found = Settings(data=stack.data).url(), list[tuple[str, str]]()
    for _ in range(100):
        with psycopg.connect(url) as connection:
            found = connection.execute(FILES, [f"%{what}%"]).fetchall()
        if [state for _, state in found] == ["stored"] * number:
            break
        time.sleep(0.2)
    return [(kind, state) for kind, state in found]


@pytest.mark.parametrize("what", ["cống bị tắc nước tràn lênh láng"])
def test_telegram(stack: Stack, what: str) -> None:
    citizen = Citizen(5_000_000_801)
    talk = TelegramTalk(stack, citizen)
    stack.telegram.files |= {"photo-1": picture(), "voice-1": OGG}
    begin_report(talk, what)
    assert "tệp" in talk.send(citizen.photo("photo-1"))
    voice = {
        "file_id": "voice-1",
        "file_unique_id": "Aw",
        "duration": 3,
        "mime_type": "audio/ogg",
        "file_size": len(OGG),
    }
    assert "tệp" in talk.send(citizen.message({"voice": voice}))
    finish_report(talk)
    assert files_of(stack, what, 2) == [("audio", "stored"), ("image", "stored")]


@pytest.mark.parametrize("what", ["nắp hố ga mất rất nguy hiểm"])
def test_zalo(stack: Stack, what: str) -> None:
    follower = Follower("2460000000000000801")
    talk = ZaloTalk(stack, follower)
    stack.zalo.files["anh.jpg"] = picture()
    begin_report(talk, what)
    address = f"{stack.zalo.url}/files/anh.jpg"
    assert "tệp" in talk.send(follower.sends("image", None, {"thumbnail": address, "url": address}))
    finish_report(talk)
    assert files_of(stack, what, 1) == [("image", "stored")]
