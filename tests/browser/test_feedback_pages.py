"""The tracking page and the board in a real browser: for everyone, on a phone, in the dark, without scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.async_api import Browser, Page, expect

from api.errors import install
from api.web import feedback_pages, pages
from records.database import Database
from records.feedback import NewFeedback, answers, file_feedback, public, steps
from records.feedback.life import SYSTEM, Actor, Role
from tests.browser.test_chat_access import DESKTOP, PHONE, violations, width_overflow
from tests.servers import serving

CLERK = Actor(Role.CLERK, "an", "Nguyễn An")

type Open = Callable[..., Awaitable[Page]]


@pytest.fixture
async def site(database: Database) -> AsyncGenerator[str]:
    """The pages alone, on a port of their own."""
    app = FastAPI()
    install(app)
    app.state.database = database
    for module in (pages, feedback_pages):
        app.include_router(module.router)
    async with serving(app) as url:
        yield url


@pytest.fixture
async def visit(browser: Browser, site: str) -> AsyncGenerator[Open]:
    opened: list[Page] = []

    async def visit(path: str, **options: Any) -> Page:
        context = await browser.new_context(base_url=site, locale="vi-VN", **options)
        page = await context.new_page()
        await page.goto(path)
        opened.append(page)
        return page

    yield visit
    for page in opened:
        await page.context.close()


@pytest.fixture
async def code(database: Database) -> str:
    """An answered case that is on the board."""
    async with database.session() as session:
        filed = await file_feedback(session, NewFeedback("report", "Đèn hỏng", public_consent=True))
        code = filed.tracking_code
        await steps.classify(session, code, SYSTEM, "lighting")
        await steps.accept(session, code, CLERK)
        await steps.forward(session, code, CLERK, "Công ty Chiếu sáng công cộng và Thiết bị đô thị tỉnh Mẫu")
        await steps.accept_forward(session, code, CLERK, note="Công ty đã cử thợ kiểm tra.")
        await steps.ask(session, code, CLERK, question="Anh/chị cho biết số ghi trên cột đèn gần nhất ạ?")
        await steps.resume(session, code, CLERK)
        await answers.answer(session, code, CLERK, "Đã thay bóng và chấn lưu ngày 25/11.\nCảm ơn anh/chị đã báo.")
        what = "Đèn đường trong ngõ hỏng hai tuần, tối đi lại nguy hiểm."
        await public.publish(session, code, CLERK, title="Đèn đường hỏng", what=what, answer="Đã thay bóng.")
    return code


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing_and_nothing_runs_over(
    visit: Open, code: str, scheme: str, viewport: dict[str, int]
) -> None:
    for path in ("/theo-doi", f"/theo-doi/{code}", "/theo-doi/PA-0000-0000", "/phan-anh", "/phan-anh?linh-vuc=waste"):
        page = await visit(path, viewport=viewport, color_scheme=scheme, bypass_csp=True)
        assert await violations(page) == [], path
        assert await width_overflow(page) <= 0, path


async def test_the_code_is_typed_and_the_story_read_without_scripts(visit: Open, code: str) -> None:
    page = await visit("/theo-doi", java_script_enabled=False, viewport=PHONE)
    await page.get_by_label("Mã theo dõi").fill(code.lower())
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text(code)
    told = page.get_by_role("listitem").filter(has_text="Đã thay bóng và chấn lưu")
    await expect(told).to_be_visible()
    await expect(page.get_by_text("Đã có trả lời")).to_be_visible()


async def test_the_board_is_filtered_and_the_filter_taken_off(visit: Open, code: str) -> None:
    page = await visit("/phan-anh", java_script_enabled=False)
    await expect(page.get_by_role("article", name="Đèn đường hỏng")).to_be_visible()
    await page.get_by_label("Lĩnh vực").select_option("lighting")
    await page.get_by_role("button", name="Lọc").click()
    await expect(page.get_by_role("article")).to_have_count(1)
    await expect(page.get_by_label("Lĩnh vực")).to_have_value("lighting")
    await page.get_by_role("link", name="Bỏ lọc").click()
    await expect(page).to_have_url(re.compile("/phan-anh$"))
