"""What staff do at the counter, in real browsers: by keyboard, with colleagues, on a bad network, after a long call."""

from __future__ import annotations

import asyncio
import json
import re

from playwright.async_api import Page, expect
from sqlalchemy import delete

from records import conversations, waiting
from records.conversations import NewMessage
from records.feedback import answers
from records.models import StaffSession
from tests.api.console.test_call_backs import promise
from tests.api.console.test_conversation import messages, talk
from tests.api.console.test_inbox import filed
from tests.api.console.test_voice_mails import left
from tests.browser.console.conftest import Counter
from tests.pictures import png

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


async def citizen_says(counter: Counter, conversation: object, text: str) -> None:
    async with counter.office.database.session() as session:
        await conversations.take(session, conversation, NewMessage(text))  # pyright: ignore[reportArgumentType]


async def tab_to(page: Page, text: str) -> None:
    """Presses Tab until what has the focus carries ``text``."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        if text in await page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText"):
            return
    raise AssertionError(f"{text!r} cannot be reached by keyboard")


async def test_a_conversation_from_the_inbox_to_giving_it_back_by_keyboard_alone(counter: Counter) -> None:
    office = counter.office
    conversation = await talk(office, "Đăng ký kết hôn cần gì?")
    async with office.desk(await office.hire("chi", "lead")) as lead:
        await lead.send("/replies", shortcut="chao", text="Dạ, em là {can_bo} ạ.")
    page = await counter.window(await office.hire("an", "agent", name="Nguyễn An"))
    await page.goto("/console/")
    await tab_to(page, "Đăng ký kết hôn")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/conversations/{conversation}")
    await tab_to(page, "Tiếp nhận")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("trợ lý im lặng")).to_be_visible()
    await tab_to(page, "Trả lời người dân")
    await page.keyboard.type("/chao ")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("Dạ, em là Nguyễn An ạ.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("log")).to_contain_text("Dạ, em là Nguyễn An ạ.")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("")
    await tab_to(page, "Trả lại cho trợ lý")
    await citizen_says(counter, conversation, "Em cảm ơn ạ.")
    await expect(page.get_by_role("log")).to_contain_text("Em cảm ơn ạ.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Trợ lý đang trả lời")).to_be_visible()
    assert [message.text for message in await messages(office, conversation, "staff")] == ["Dạ, em là Nguyễn An ạ."]


async def test_files_of_a_reply_are_in_the_transcript_and_on_the_citizens_page(counter: Counter) -> None:
    office = counter.office
    async with office.database.session() as session:
        conversation, token = await conversations.start_web(session)
        await waiting.ask(session, conversation.id, "Hỏi đường")
    citizen = await counter.window()
    key = json.dumps({"id": str(conversation.id), "token": token})
    await citizen.add_init_script(f"localStorage.setItem('motcua.conversation', {json.dumps(key)})")
    await citizen.goto("/")
    page = await counter.window(await office.hire("an", "agent"))
    await page.goto(f"/console/conversations/{conversation.id}")
    await page.get_by_role("button", name="Tiếp nhận").click()
    for name, content, text in (("sơ đồ.png", png(64), "Dạ, đường đi đây ạ."), ("mẫu đơn.pdf", PDF, "")):
        await page.get_by_label("Trả lời người dân").fill(text)
        await page.get_by_label("Tệp đính kèm").set_input_files({"name": name, "mimeType": "", "buffer": content})
        await page.get_by_role("button", name="Gửi", exact=True).click()
        await expect(page.get_by_role("log").get_by_role("link", name=name)).to_be_visible()

    await expect(citizen.get_by_text("Dạ, đường đi đây ạ.")).to_be_visible()
    picture = citizen.get_by_role("img", name="Ảnh sơ đồ.png")
    await expect(picture).to_be_visible()
    await citizen.wait_for_function("document.querySelector('.sent-files img').naturalWidth === 64")
    link = citizen.get_by_role("link", name="mẫu đơn.pdf 1 KB")
    await expect(link).to_be_visible()
    async with citizen.expect_download() as downloading:
        await link.click()
    saved = await (await downloading.value).path()
    assert ((await downloading.value).suggested_filename, saved.read_bytes()) == ("mẫu đơn.pdf", PDF)


async def test_a_suggestion_becomes_the_reply(counter: Counter) -> None:
    office = counter.office
    conversation = await talk(office, "Đăng ký kết hôn cần gì?")
    page = await counter.window(await office.hire("an", "agent"))
    await page.goto(f"/console/conversations/{conversation}")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await page.get_by_role("button", name="Chèn vào trả lời").first.click()
    await expect(page.get_by_label("Trả lời người dân")).to_have_value(re.compile("kết hôn"))
    await page.get_by_label("Tìm thủ tục").fill("khai sinh")
    await page.keyboard.press("Enter")
    await expect(page.locator("#suggestions")).to_contain_text("khai sinh")


async def test_two_clerks_claim_the_same_case(counter: Counter) -> None:
    office = counter.office
    code = await filed(office, "Đèn đường hỏng")
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent", name="Lê Bình")
    first, second = await counter.window(an), await counter.window(binh)
    for page in (first, second):
        await page.goto(f"/console/cases/{code}")
    await expect(first.get_by_text("Lê Bình đang xem")).to_be_visible()
    await asyncio.gather(*(page.get_by_role("button", name="Nhận xử lý").click() for page in (first, second)))
    told = [await page.get_by_role("alert").count() for page in (first, second)]
    assert sorted(told) == [0, 1]
    loser, winner = (first, "Lê Bình") if told[0] else (second, "Nguyễn An")
    await expect(loser.get_by_role("alert")).to_contain_text(f"{winner} đã nhận")


async def test_all_of_a_page_is_picked_at_once_and_the_steps_stay_in_sight(counter: Counter) -> None:
    office = counter.office
    codes = [await filed(office, f"Việc {number}") for number in range(12)]
    page = await counter.window(await office.hire("an", "agent"), viewport={"width": 1280, "height": 700})
    await page.goto("/console/inbox")
    steps = page.get_by_role("group", name="Với các việc đã chọn")
    await expect(steps).not_to_be_in_viewport()
    await page.get_by_label("Chọn tất cả việc ở trang này").check()
    await expect(steps).to_be_in_viewport()
    await steps.get_by_role("button", name="Nhận xử lý").click()
    await page.get_by_role("link", name="Của tôi").click()
    await expect(page.get_by_role("list", name="Việc cần làm").get_by_role("listitem")).to_have_count(len(codes))


async def test_a_voice_mail_is_taken_from_the_inbox_and_done_on_its_page(counter: Counter) -> None:
    office = counter.office
    message = await left(office)
    await promise(office)
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
    first, second = await counter.window(an), await counter.window(binh)
    for page in (first, second):
        await page.goto("/console/inbox?view=voice_mails")
        await expect(page.get_by_role("list", name="Việc cần làm").get_by_role("listitem")).to_have_count(1)
    await second.get_by_role("checkbox", name="Tôi tên là").check()
    await first.get_by_role("checkbox", name="Tôi tên là").check()
    await first.get_by_role("button", name="Nhận xử lý").click()
    await expect(second.get_by_text("Lời nhắn thoại · Nguyễn An")).to_be_visible()
    await second.get_by_role("checkbox", name="Tôi tên là").check()
    await second.get_by_role("button", name="Nhận xử lý").click()
    await expect(second.get_by_role("alert")).to_contain_text("Nguyễn An đã nhận việc này.")
    await first.get_by_role("link", name="Tôi tên là").click()
    await first.wait_for_url(re.compile(rf"/call-backs\?at=voice_mail:{message}#voice-mail-{message}$"))
    await expect(first.locator(f"#voice-mail-{message}")).to_be_in_viewport()
    await second.goto("/console/inbox?view=voice_mails")
    await expect(second.get_by_text("Nguyễn An đang xem")).to_be_visible()
    await first.get_by_label("Kết quả xử lý").fill("Đã gọi lại, hướng dẫn bổ sung.")
    await first.get_by_role("button", name="Đã xử lý xong").click()
    await second.goto("/console/inbox?view=voice_mails")
    await expect(second.get_by_text("Không có việc nào đang chờ ở đây.")).to_be_visible()


async def test_what_happens_shows_by_itself_also_after_the_network_was_cut(counter: Counter) -> None:
    office = counter.office
    conversation = await talk(office)
    page = await counter.window(await office.hire("an", "agent"))
    await page.goto(f"/console/conversations/{conversation}")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await citizen_says(counter, conversation, "Tin thứ nhất")
    await expect(page.get_by_role("log")).to_contain_text("Tin thứ nhất")
    await page.get_by_label("Trả lời người dân").fill("Dạ, em đang xem ạ")
    await counter.cut()
    await citizen_says(counter, conversation, "Tin trong lúc mất mạng")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await page.wait_for_url("chrome-error://**")
    await counter.mend()
    await page.go_back()
    await expect(page.get_by_role("log")).to_contain_text("Tin trong lúc mất mạng")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("Dạ, em đang xem ạ")
    await counter.cut()
    await citizen_says(counter, conversation, "Tin sau cùng")
    await asyncio.sleep(1)
    await counter.mend()
    await expect(page.get_by_role("log")).to_contain_text("Tin sau cùng")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("Dạ, em đang xem ạ")


async def test_a_session_that_ended_in_mid_reply_costs_no_text(counter: Counter) -> None:
    office = counter.office
    conversation = await talk(office)
    an = await office.hire("an", "agent")
    page = await counter.window(an)
    # What the page asks for by itself would lead to the sign-in before the click does.
    await page.route("**/live", lambda route: route.abort())
    await page.goto(f"/console/conversations/{conversation}")
    await page.get_by_role("button", name="Tiếp nhận").click()
    await expect(page.get_by_label("Trả lời người dân")).to_be_visible()
    await page.wait_for_load_state("networkidle")
    await page.get_by_label("Trả lời người dân").fill("Dạ, hồ sơ gồm tờ khai và giấy chứng sinh ạ.")
    async with office.database.session() as session:
        await session.execute(delete(StaffSession))
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert await messages(office, conversation, "staff") == []
    await page.unroute("**/live")
    await counter.sign_in(page, an)
    await page.goto(f"/console/conversations/{conversation}")
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("Dạ, hồ sơ gồm tờ khai và giấy chứng sinh ạ.")
    await page.get_by_role("button", name="Gửi", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("giấy chứng sinh")
    await page.reload()
    await expect(page.get_by_label("Trả lời người dân")).to_have_value("")


async def test_a_case_from_claiming_to_the_rating_of_the_citizen(counter: Counter) -> None:
    office = counter.office
    code = await filed(office, "Đèn đường hỏng", contact="dan@example.vn")
    page = await counter.window(await office.hire("an", "agent"))
    await page.goto("/console/inbox")
    await page.get_by_role("link", name="Đèn đường hỏng").click()
    for step in ("Nhận xử lý", "Thụ lý"):
        await page.get_by_role("button", name=step, exact=True).click()
    await page.get_by_label("Nội dung trả lời người gửi").fill("Dạ, đèn đã sửa xong ạ.")
    await page.get_by_role("button", name="Trả lời", exact=True).click()
    await expect(page.get_by_text("Đã có trả lời")).to_be_visible()
    async with office.database.session() as session:
        await answers.rate(session, code, 5)
    await expect(page.get_by_text("5/5")).to_be_visible()
