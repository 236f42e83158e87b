"""A whole job in the running stack: first sign-in, a Telegram conversation taken over, a case answered and rated."""

from __future__ import annotations

import asyncio
import re

from playwright.async_api import Browser, Page, expect
from pyotp.totp import TOTP
from sqlalchemy import select

from records.feedback import NewFeedback, file_feedback
from records.models import Conversation
from tests.browser.conftest import listen
from tests.fakes.telegram import Citizen, Uploaded
from tests.journeys.test_any_request import database_of
from tests.stack import Stack
from tests.talks import TelegramTalk

CHAT = 5_000_000_777
PASSWORD = "một mật khẩu dài của Lan"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
REPLY = "Dạ, em là Lan ở bộ phận một cửa, em xem giúp anh/chị ạ."


async def sign_in(page: Page, first_password: str) -> None:
    """The first time: a password of one's own, then the second factor."""
    await page.goto("/console/")
    await page.get_by_label("Tên đăng nhập").fill("lan.tran")
    await page.get_by_label("Mật khẩu").fill(first_password)
    await page.get_by_role("button", name="Đăng nhập", exact=True).click()
    for field in await page.locator("input[type=password]").all():
        current = await field.get_attribute("autocomplete") == "current-password"
        await field.fill(first_password if current else PASSWORD)
    await page.locator("form button.btn-primary").click()
    secret = (await page.locator("code").inner_text()).replace(" ", "")
    await page.get_by_label("6 chữ số trên ứng dụng").fill(TOTP(secret).now())
    await page.get_by_role("button", name="Hoàn tất").click()
    await expect(page.get_by_role("heading", name="Hộp việc")).to_be_visible()


async def sent(stack: Stack, method: str, **content: object) -> bool:
    """Whether Telegram is given ``content`` for the citizen within twenty seconds."""
    wanted = {"chat_id": str(CHAT), **content}
    for _ in range(200):
        if any(wanted.items() <= call.items() for call in stack.telegram.calls_of(method)):
            return True
        await asyncio.sleep(0.1)
    return False


async def test_from_the_first_sign_in_to_the_rating_in_the_figures(browser: Browser, stack: Stack) -> None:
    first_password = stack.run("staff", "add", "lan.tran", "Trần Lan", "--role", "lead").strip().splitlines()[-1]
    talk = TelegramTalk(stack, Citizen(CHAT))
    await asyncio.to_thread(talk.say, "cho tôi gặp cán bộ")
    context = await browser.new_context(base_url=stack.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
    page, broken = await context.new_page(), list[str]()
    page.set_default_timeout(60_000)
    expect.set_options(timeout=30_000)
    listen(page, broken)
    await sign_in(page, first_password)

    await page.get_by_role("link", name="cho tôi gặp cán bộ").click()
    await page.get_by_role("button", name="Tiếp nhận").click()
    await page.get_by_label("Trả lời người dân").fill(REPLY)
    await page.get_by_role("button", name="Gửi", exact=True).click()
    assert await sent(stack, "sendMessage", text=REPLY)
    await page.get_by_label("Trả lời người dân").fill("Dạ, mẫu đơn đây ạ.")
    await page.get_by_label("Tệp đính kèm").set_input_files({"name": "Mẫu đơn.pdf", "mimeType": "", "buffer": PDF})
    await page.get_by_role("button", name="Gửi", exact=True).click()
    form = Uploaded("Mẫu đơn.pdf", "application/pdf", PDF)
    assert await sent(stack, "sendDocument", document=form, caption="Dạ, mẫu đơn đây ạ.")
    await expect(page.get_by_role("log").locator("li").last).to_contain_text("Đã gửi")
    await page.get_by_role("button", name="Trả lại cho trợ lý").click()
    await expect(page.get_by_text("Trợ lý đang trả lời")).to_be_visible()
    assert "tạm trú" in (await asyncio.to_thread(talk.say, "đăng ký tạm trú mất mấy ngày")).lower()

    async with database_of(stack) as database, database.session() as session:
        of_citizen = select(Conversation.id).where(Conversation.channel_user == str(CHAT))
        conversation = (await session.execute(of_citizen)).scalar_one()
        new = NewFeedback("report", "Đèn đường hỏng", conversation_id=str(conversation))
        code = (await file_feedback(session, new)).tracking_code
    await page.goto(f"/console/cases/{code}")
    for step in ("Nhận xử lý", "Thụ lý"):
        await page.get_by_role("button", name=step, exact=True).click()
    await page.get_by_label("Nội dung trả lời người gửi").fill("Dạ, đèn đã sửa xong ạ.")
    await page.get_by_role("button", name="Trả lời", exact=True).click()
    await expect(page.get_by_text("Đã có trả lời")).to_be_visible()
    await asyncio.to_thread(talk.press, "Đánh giá trả lời")
    await asyncio.to_thread(talk.press, "5")
    await page.reload()
    await page.get_by_role("button", name="Kết thúc", exact=True).click()
    await expect(page.get_by_text("Đã kết thúc")).to_be_visible()
    await page.goto("/console/figures")
    await expect(page.get_by_text("Mọi bộ phận của hệ thống đang hoạt động")).to_be_visible()
    await page.goto("/console/figures/cases?by=channel")
    row = page.get_by_role("row", name=re.compile("Telegram"))
    await expect(row.get_by_role("cell").last).to_contain_text("5,0")
    await row.get_by_role("link", name="5,0").click()
    await expect(page.get_by_text(code)).to_be_visible()
    await context.close()
    assert broken == []
