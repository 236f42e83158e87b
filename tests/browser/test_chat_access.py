"""The chat page for everyone: keyboard, screen readers, small and zoomed screens, dark mode."""

from __future__ import annotations

from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.async_api import Page, expect

from tests.browser.chatting import (
    MESSAGES,
    QUESTION,
    answer_with,
    attach,
    box,
    picture,
    said,
    say,
    say_and_wait,
)
from tests.browser.conftest import Visit

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
HALF_DESKTOP = {"width": 640, "height": 400}
"""What a 1280 × 800 screen leaves at a zoom of 200 %."""
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class TestAccess:
    async def test_everything_works_with_the_keyboard_alone(self, visit: Visit) -> None:
        page = await visit()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Đến ô nhập câu hỏi")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(box(page)).to_be_focused()
        choices = [{"title": "Lệ phí", "payload": "/ask_fee"}]
        await page.route(MESSAGES, answer_with({"text": "Anh/chị hỏi tiếp ạ.", "buttons": choices}))
        await page.keyboard.type("Xin chào")
        await page.keyboard.press("Enter")
        choice = page.get_by_role("button", name="Lệ phí")
        await expect(choice).to_be_visible()

        for _ in range(4):
            await page.keyboard.press("Shift+Tab")
            if await choice.evaluate("button => button === document.activeElement"):
                break
        assert await choice.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
        await page.keyboard.press("Enter")
        await expect(said(page, "citizen").last).to_be_focused()

        about = page.get_by_role("button", name="Thông tin")
        await about.press("Enter")
        await expect(page.get_by_role("dialog", name="Về trợ lý Một Cửa")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(about).to_be_focused()

    async def test_a_screen_reader_finds_its_way(self, visit: Visit) -> None:
        page = await visit(viewport=DESKTOP)
        await say_and_wait(page, QUESTION)

        log = page.get_by_role("main").get_by_role("log", name="Nội dung trò chuyện")
        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(log.get_by_role("article")).not_to_have_count(0)
        await expect(log.get_by_role("heading", name="Anh/chị")).to_have_count(1)
        await expect(log.get_by_role("heading", name="Trợ lý Một Cửa").first).to_be_visible()
        outline = await page.locator("body").aria_snapshot()
        for part in (
            '- banner:\n  - heading "Một Cửa" [level=1]',
            '- complementary "Trợ lý giúp được gì"',
            '- form "Gửi tin nhắn"',
            '- textbox "Câu hỏi của anh/chị"',
            '- button "Đính kèm tệp"',
            '- button "Gửi"',
            '- button "Cuộc trò chuyện mới"',
        ):
            assert part in outline

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
    async def test_axe_finds_nothing(self, visit: Visit, scheme: str, viewport: dict[str, int]) -> None:
        page = await visit(viewport=viewport, color_scheme=scheme, bypass_csp=True)
        assert await violations(page) == []
        link = "https://dichvucong.gov.vn/p/home/dvc-chi-tiet-thu-tuc-hanh-chinh.html?ma_thu_tuc=1.001193"
        text = f"Dạ, cần:\n• Tờ khai\n\nNguồn: Đăng ký khai sinh – {link}"
        procedure = {"code": "1.001193", "name": "Đăng ký khai sinh"}
        choices = [{"title": "Lệ phí", "payload": "/ask_fee"}]
        told = {"sender": "system", "text": f"Dạ, em đã lưu tin nhắn. {link}"}
        answer = {"text": text, "procedure": procedure, "buttons": choices}
        await page.route(MESSAGES, answer_with(told, {"sender": "staff", "text": "Em nghe ạ."}, answer))
        await say_and_wait(page, QUESTION)
        await page.unroute(MESSAGES)
        await page.route(MESSAGES, lambda route: route.abort())
        await attach(page, "anh.png", picture())
        await expect(page.locator("#tray li[data-state=done]")).to_be_visible()
        await say(page, "Tin này chưa đi được")
        await expect(said(page, "citizen").last).to_contain_text("Chưa gửi được")
        await attach(page, "ghi-chu.txt", b"ghi", "text/plain")
        await expect(page.locator("#tray li[data-state=failed]")).to_be_visible()
        await box(page).fill("á" * 4_001)

        assert await violations(page) == []
        await page.get_by_role("button", name="Thông tin").click()
        assert await violations(page) == []

    @pytest.mark.parametrize(
        "viewport", [PHONE, {"width": 320, "height": 640}, HALF_DESKTOP, DESKTOP], ids=["360", "320", "zoom", "desktop"]
    )
    async def test_nothing_runs_over_the_side(self, visit: Visit, viewport: dict[str, int]) -> None:
        page = await visit(viewport=viewport)
        unbroken = "https://dichvucong.gov.vn/" + "x" * 300
        choices = [
            {"title": "Một lựa chọn có tên rất dài để xem có tràn ra ngoài màn hình hay không ạ", "payload": "/a"}
        ]
        await page.route(MESSAGES, answer_with({"text": unbroken, "buttons": choices}))
        await attach(page, f"{'rat-dai-' * 20}.png", picture())
        await expect(page.locator("#tray li[data-state=done]")).to_be_visible()

        assert await width_overflow(page) <= 0
        await say_and_wait(page, "y" * 300)

        assert await width_overflow(page) <= 0
        await expect(box(page)).to_be_in_viewport(ratio=1)
        await expect(page.get_by_role("button", name="Gửi", exact=True)).to_be_in_viewport(ratio=1)

    async def test_touch_targets_are_large_enough(self, visit: Visit) -> None:
        page = await visit(viewport=PHONE)
        await say_and_wait(page, QUESTION)
        await page.get_by_role("button", name="Cuộc trò chuyện mới").scroll_into_view_if_needed()

        for button in await page.locator("button:visible:enabled:not(.link)").all():
            size = await button.bounding_box()
            assert size is not None
            assert min(size["width"], size["height"]) >= 36, await button.inner_text()

    async def test_dark_mode_follows_the_device(self, visit: Visit) -> None:
        brightness: list[float] = []
        for scheme in ("light", "dark"):
            page = await visit(color_scheme=scheme)
            colour = await page.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness.append(sum(int(part) for part in colour[4:-1].split(",")) / 3)

        light, dark = brightness
        assert light > 200
        assert dark < 60


async def width_overflow(page: Page) -> int:
    return await page.evaluate("document.documentElement.scrollWidth - innerWidth")


async def violations(page: Page) -> list[str]:
    """What axe objects to: rule, and the first element it names."""
    results = await Axe().run(page, options=WCAG)
    found = cast("list[dict[str, Any]]", results.response["violations"])
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
