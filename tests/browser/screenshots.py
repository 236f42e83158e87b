"""Pictures of the chat for the README: ``python -m tests.browser.screenshots FOLDER``, run by ``script/screenshots``.

Writes ``chat-desktop-light.png``, ``chat-desktop-dark.png``, ``chat-phone-light.png`` and ``chat-phone-dark.png``.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, expect

from tests.browser import chromium
from tests.stack import Stack

QUESTIONS = ("Làm giấy khai sinh cho con cần giấy tờ gì?", "Thế lệ phí bao nhiêu?")
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}


async def take(browser: Browser, url: str, folder: Path, device: str, scheme: Literal["light", "dark"]) -> None:
    """Asks ``QUESTIONS`` and keeps what is on the screen then, in twice the resolution."""
    width, height = SIZES[device]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=2,
        color_scheme=scheme,
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(url)
    answers = page.locator(".message.bot:not(#greeting)")
    for question in QUESTIONS:
        known = await answers.count()
        await page.get_by_label("Câu hỏi của anh/chị").fill(question)
        await page.keyboard.press("Enter")
        await expect(answers.nth(known)).to_be_visible(timeout=30_000)
    await page.locator(":focus").blur()
    await page.screenshot(path=folder / f"chat-{device}-{scheme}.png")
    await context.close()


async def main(url: str, folder: Path) -> None:
    """Takes all pictures; the folder is made where it is missing. Raises ``RuntimeError`` without Chromium."""
    path = chromium.find()
    if path is None:
        raise RuntimeError(f"no Chromium: none of {', '.join(chromium.NAMES)} is on PATH")
    async with chromium.running(path) as browser:
        for device in SIZES:
            await take(browser, url, folder, device, "light")
            await take(browser, url, folder, device, "dark")


if __name__ == "__main__":
    with Stack.running() as stack:
        asyncio.run(main(stack.url, Path(sys.argv[1])))
