"""A real browser in front of the running stack."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.browser import chromium
from tests.stack import Stack

type Visit = Callable[..., Awaitable[Page]]
"""Opens the chat in a browser of its own; takes Playwright's context options, such as ``viewport``."""


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """Chromium of this machine."""
    path = chromium.find()
    if path is None:
        pytest.skip(f"no Chromium: none of {', '.join(chromium.NAMES)} is on PATH")
    async with chromium.running(path) as browser:
        yield browser


@pytest.fixture
async def visit(browser: Browser, stack: Stack) -> AsyncGenerator[Visit]:
    """A ``Visit``; at the end no script may have failed, and the page's security policy may have stopped nothing."""
    expect.set_options(timeout=20_000)
    broken: list[str] = []
    opened: list[Page] = []

    async def open_chat(**options: Any) -> Page:
        settings: dict[str, Any] = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce"}
        context = await browser.new_context(base_url=stack.url, **{**settings, **options})
        page = await context.new_page()
        listen(page, broken)
        await page.goto("/")
        opened.append(page)
        return page

    yield open_chat
    for page in opened:
        await page.context.close()
    assert broken == []


def listen(page: Page, broken: list[str]) -> None:
    """Adds to ``broken`` whatever fails in a script of ``page`` or is stopped by its security policy."""

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "requires 'Trusted" in message.text:
            broken.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: broken.append(str(error)))
