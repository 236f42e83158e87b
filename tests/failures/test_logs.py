"""Personal data sent into every door, and then looked for in every log."""

from __future__ import annotations

import httpx
import pytest

from tests import pictures
from tests.fakes import telegram, zalo
from tests.stack import Stack
from tests.talks import TelegramTalk, ZaloTalk

PHONE, IDENTITY, EMAIL, DOSSIER = "0900000099", "001099000099", "thu.mau@example.com", "H99.10-261102-0099"
NAME = "Nguyễn Văn Thử Log"
WORDS = f"tôi là {NAME}, số {PHONE}, cccd {IDENTITY}, thư {EMAIL}, hồ sơ {DOSSIER}"


@pytest.fixture
def talkative(stack: Stack) -> Stack:
    chat = stack.chat()
    chat.say(WORDS)
    chat.say("xem hồ sơ của tôi")
    chat.say(f"{DOSSIER} {PHONE[-4:]}")
    chat.upload(f"{NAME} {PHONE}.png", pictures.png())
    TelegramTalk(stack, telegram.Citizen(5_000_000_902)).say(WORDS)
    ZaloTalk(stack, zalo.Follower("9000000000000000902")).say(WORDS)
    routes = httpx.get(f"{stack.url}/openapi.json").json()["paths"]
    for path, methods in routes.items():
        for method in set(methods) & {"get", "post", "put", "delete", "patch"}:
            for body in ({"text": WORDS, "description": WORDS, "phone": PHONE, "email": EMAIL}, WORDS):
                url = stack.url + path.replace("{conversation_id}", chat.id).replace("{code}", DOSSIER)
                url = "/".join(PHONE if part.startswith("{") else part for part in url.split("/"))
                sent = {"json": body} if isinstance(body, dict) else {"content": body.encode()}
                query = {"q": WORDS, "verify": PHONE, "phone": PHONE}
                headers = {"Authorization": chat.client.headers["Authorization"]}
                httpx.request(method, url, params=query, headers=headers, timeout=60, **sent)  # pyright: ignore[reportArgumentType]
    return stack


def test_logs_hold_no_personal_data(talkative: Stack) -> None:
    logs = [*(talkative.data / "log").glob("*.log"), talkative.data / "server.log"]
    assert len(logs) >= 5
    for log in logs:
        content = log.read_text()
        leaked = [secret for secret in (PHONE, IDENTITY, EMAIL, DOSSIER, NAME) if secret in content]
        assert leaked == [], log.name
