"""Listening to a call in a real browser: a line plays from where it begins, and what is heard is marked."""

from __future__ import annotations

from playwright.async_api import expect

from tests.api.console.test_recordings import called
from tests.browser.console.conftest import Counter


async def test_lines_seek_and_follow_the_recording_by_mouse_and_keyboard(counter: Counter) -> None:
    conversation = await called(counter.office)
    page = await counter.window(await counter.office.hire("an", "agent"))
    await page.goto(f"/console/conversations/{conversation}")
    await page.get_by_role("button", name="Tiếp nhận").click()
    lines = page.get_by_label("Lời trong cuộc gọi").get_by_role("button")
    audio = page.get_by_label("Bản ghi âm cuộc gọi")

    await lines.nth(1).click(position={"x": 5, "y": 5})
    await expect(lines.nth(1)).to_have_attribute("aria-current", "true")
    await expect(page.locator(".heard").first).to_be_visible()
    await audio.evaluate("audio => audio.pause()")
    assert 4 <= await audio.evaluate("audio => audio.currentTime") < 8

    await lines.nth(1).focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(lines.nth(2)).to_have_attribute("aria-current", "true")
    assert await audio.evaluate("audio => audio.currentTime") >= 8
