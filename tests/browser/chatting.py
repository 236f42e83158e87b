"""What a citizen does on the chat page, and answers that no bot gives on demand."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any

from playwright.async_api import Locator, Page, Request, Route, expect

IDS = count(10**9)
"""Message ids that the server does not reach."""
QUESTION = "Làm giấy khai sinh cho con cần giấy tờ gì?"
MESSAGES = "**/api/v1/conversations/*/messages"
TRANSCRIPT = "**/api/v1/conversations/*/messages?*"


def box(page: Page) -> Locator:
    return page.get_by_label("Câu hỏi của anh/chị")


def said(page: Page, sender: str) -> Locator:
    return page.locator(f".message.{sender}:not(#greeting)")


async def say(page: Page, text: str) -> None:
    await box(page).fill(text)
    await box(page).press("Enter")


async def say_and_wait(page: Page, text: str) -> None:
    answers = await said(page, "bot").count()
    await say(page, text)
    await expect(said(page, "bot").nth(answers)).to_be_visible()


def answer_with(
    *replies: dict[str, Any], waiting: bool = False, after: float = 0
) -> Callable[[Route], Awaitable[None]]:
    """Stands in for the bot's part of the protocol, for answers that no bot gives on demand."""

    async def fulfil(route: Route) -> None:
        await asyncio.sleep(after)
        await route.fulfill(json=answered(replies, waiting=waiting))

    return fulfil


def answered(replies: Sequence[dict[str, Any]], *, waiting: bool) -> dict[str, Any]:
    return {
        "id": next(IDS),
        "messages": [reply(**fields) for fields in replies],
        "understanding": {},
        "waiting": waiting,
    }


def reply(**fields: Any) -> dict[str, Any]:
    at = "2026-11-02T08:00:00+07:00"
    return {"id": next(IDS), "sender": "bot", "text": "", "buttons": [], "procedure": None, "at": at, **fields}


def picture(side: int = 24) -> bytes:
    """A green PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x0b\x5f\x57" * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def body_of(request: Request) -> dict[str, Any]:
    return json.loads(request.post_data or "")


async def attach(page: Page, name: str, content: bytes, content_type: str = "image/png") -> None:
    await page.locator("#picker").set_input_files({"name": name, "mimeType": content_type, "buffer": content})
