"""Citizens who write over the webhooks of Telegram and Zalo, and read what reaches them there."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from tests.fakes import telegram, zalo
from tests.stack import Stack

PATIENCE_SECONDS = 30
QUIET_SECONDS = 0.6
"""When nothing more comes for so long, the reply is complete."""


class Talk(Protocol):
    """A conversation on any channel."""

    def say(self, text: str) -> str:
        """Sends a text and returns all that comes back."""
        ...

    def press(self, title: str) -> str:
        """Presses the button with ``title`` in its name under the last message that has it."""
        ...


@dataclass
class TelegramTalk:
    """One private chat with the bot."""

    stack: Stack
    citizen: telegram.Citizen

    def say(self, text: str) -> str:
        """Sends a text and returns all that comes back."""
        return self.send(self.citizen.says(text))

    def press(self, title: str) -> str:
        """Presses an inline button."""
        for sent in reversed(self._mine()):
            rows = sent.get("reply_markup", {}).get("inline_keyboard", [])
            for button in (button for row in rows for button in row):
                if title.lower() in button["text"].lower():
                    return self.send(self.citizen.presses(button["callback_data"]))
        raise AssertionError(f"no button {title!r}")

    def _mine(self) -> list[dict[str, Any]]:
        return [sent for sent in self.stack.telegram.sent if str(sent["chat_id"]) == str(self.citizen.chat_id)]

    def send(self, update: dict[str, Any]) -> str:
        """Delivers any update of this citizen and returns all that comes back."""
        before = len(self._mine())
        body, headers = telegram.signed(update)
        httpx.post(f"{self.stack.url}/channels/telegram", content=body, headers=headers).raise_for_status()
        return "\n".join(sent["text"] for sent in _all_new(self._mine, before))


@dataclass
class ZaloTalk:
    """One follower of the Official Account."""

    stack: Stack
    follower: zalo.Follower

    def say(self, text: str) -> str:
        """Sends a text and returns all that comes back."""
        return self.send(self.follower.says(text))

    def send(self, event: dict[str, Any]) -> str:
        """Delivers any event of this citizen, again where it was not stored, and returns all that comes back."""
        before = len(self._mine())
        if (taken := self._deliver(event)).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            taken = self._deliver(event)
        taken.raise_for_status()
        return "\n".join(_text(sent) for sent in _all_new(self._mine, before))

    def _deliver(self, event: dict[str, Any]) -> httpx.Response:
        body, headers = zalo.signed(event)
        return httpx.post(f"{self.stack.url}/channels/zalo", content=body, headers=headers)

    def press(self, title: str) -> str:
        """Presses a button; on Zalo that sends its payload as a text."""
        for sent in reversed(self._mine()):
            payload = sent["message"].get("attachment", {}).get("payload", {})
            for button in payload.get("buttons", []):
                if title.lower() in button["title"].lower():
                    return self.say(button["payload"])
        raise AssertionError(f"no button {title!r}")

    def _mine(self) -> list[dict[str, Any]]:
        return [sent for sent in self.stack.zalo.sent if sent["recipient"]["user_id"] == self.follower.user_id]


def _text(sent: dict[str, Any]) -> str:
    return sent["message"].get("text", "")


def _all_new(mine: Any, before: int) -> list[dict[str, Any]]:
    deadline, seen, last = time.monotonic() + PATIENCE_SECONDS, before, time.monotonic()
    while time.monotonic() < deadline:
        count = len(mine())
        if count > seen:
            seen, last = count, time.monotonic()
        elif seen > before and time.monotonic() - last > QUIET_SECONDS:
            break
        time.sleep(0.05)
    return mine()[before:]
