"""The chat page as a citizen meets it."""

from __future__ import annotations

import asyncio
import json
import struct
import zlib
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any, cast

import pytest
from axe_playwright_python.async_playwright import Axe  # pyright: ignore[reportMissingTypeStubs]
from playwright.async_api import Locator, Page, Request, Route, expect

from tests.browser.conftest import Visit

IDS = count(10**9)
"""Message ids that the server does not reach."""
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
HALF_DESKTOP = {"width": 640, "height": 400}
"""What a 1280 × 800 screen leaves at a zoom of 200 %."""
QUESTION = "Làm giấy khai sinh cho con cần giấy tờ gì?"
MESSAGES = "**/api/v1/conversations/*/messages"
TRANSCRIPT = "**/api/v1/conversations/*/messages?*"
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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


async def width_overflow(page: Page) -> int:
    return await page.evaluate("document.documentElement.scrollWidth - innerWidth")


class TestAsking:
    async def test_greets_with_example_questions_before_anything_is_stored(self, visit: Visit) -> None:
        page = await visit()

        await expect(page.locator("#greeting")).to_contain_text("trợ lý Một Cửa")
        assert await page.locator("#greeting .choice:enabled").count() >= 3
        assert await page.evaluate("localStorage.length") == 0

    async def test_enter_sends_and_the_answer_follows(self, visit: Visit) -> None:
        page = await visit()

        await say(page, QUESTION)

        await expect(said(page, "citizen")).to_contain_text(QUESTION)
        await expect(box(page)).to_have_value("")
        await expect(box(page)).to_be_focused()
        await expect(said(page, "bot").first).to_contain_text("khai sinh")
        await expect(said(page, "citizen")).to_contain_text("Đã gửi")

    async def test_shift_enter_starts_a_line_and_lines_are_kept(self, visit: Visit) -> None:
        page = await visit()
        await box(page).press_sequentially("Xin chào")
        await box(page).press("Shift+Enter")
        await box(page).press_sequentially("Tôi cần giúp")

        await expect(said(page, "citizen")).to_have_count(0)
        await box(page).press("Enter")

        lines = await said(page, "citizen").locator(".text").inner_text()
        assert lines == "Xin chào\nTôi cần giúp"

    async def test_an_example_question_is_sent_by_its_button(self, visit: Visit) -> None:
        page = await visit()

        await page.locator("#greeting .choice").first.click()

        await expect(said(page, "citizen")).to_contain_text(QUESTION)
        await expect(said(page, "bot").first).to_be_visible()
        assert await page.locator("#greeting .choice:enabled").count() == 0

    async def test_a_pressed_choice_goes_out_with_its_payload_and_closes_all_choices(self, visit: Visit) -> None:
        page = await visit()
        choices = [{"title": "Lệ phí", "payload": "/ask_fee"}, {"title": "Thời gian", "payload": "/ask_time"}]
        await page.route(MESSAGES, answer_with({"text": "Anh/chị muốn biết gì ạ?", "buttons": choices}))
        await say_and_wait(page, QUESTION)

        async with page.expect_request(MESSAGES) as sent:
            await page.get_by_role("button", name="Lệ phí").click()

        body = body_of(await sent.value)
        assert {key: body[key] for key in ("text", "payload")} == {"text": "Lệ phí", "payload": "/ask_fee"}
        await expect(page.get_by_role("button", name="Thời gian").first).to_be_disabled()
        await expect(said(page, "citizen").last).to_be_focused()

    async def test_a_slow_answer_shows_a_typing_sign_but_a_quick_one_does_not(self, visit: Visit) -> None:
        page = await visit()
        await page.route(MESSAGES, answer_with({"text": "Dạ, đây ạ."}, after=2))
        await say(page, QUESTION)

        await page.wait_for_timeout(500)
        await expect(page.locator("#typing")).to_be_hidden()
        await expect(page.locator("#typing")).to_be_visible()
        await expect(said(page, "bot")).to_be_visible()
        await expect(page.locator("#typing")).to_be_hidden()

    async def test_an_answer_that_comes_later_is_shown_when_it_comes(self, visit: Visit) -> None:
        page = await visit()
        await page.route(MESSAGES, answer_with(waiting=True))
        later = {"messages": [reply(sender="staff", text="Dạ, em là nhân viên trực ạ.")]}
        served = asyncio.Event()

        async def poll(route: Route) -> None:
            if served.is_set():
                await asyncio.sleep(30)
            served.set()
            await asyncio.sleep(1)
            await route.fulfill(json=later)

        await page.route(TRANSCRIPT, poll)
        await say(page, "Cho tôi gặp nhân viên")

        await expect(said(page, "staff")).to_contain_text("Dạ, em là nhân viên trực ạ.")
        await expect(page.locator("#typing")).to_be_hidden()

    async def test_too_long_a_text_stays_in_the_box(self, visit: Visit) -> None:
        page = await visit()
        await box(page).fill("á" * 3_900)
        await expect(page.locator("#count")).to_have_text("Còn 100 ký tự")

        await say(page, "á" * 4_012)

        await expect(page.locator("#count")).to_have_text("Quá 12 ký tự")
        await expect(page.get_by_role("alert")).to_contain_text("dài quá mức cho phép")
        await expect(box(page)).to_have_value("á" * 4_012)
        await expect(said(page, "citizen")).to_have_count(0)


class TestText:
    async def test_markup_is_shown_as_text_and_only_web_addresses_become_links(self, visit: Visit) -> None:
        page = await visit()
        hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script> javascript:alert(1)'
        link = "https://dichvucong.gov.vn/a?x=1"
        text = f"{hostile}\n\nXem {link}."
        choice = {"title": "<b>Đậm</b>", "payload": "/x"}
        procedure = {"code": "1.001193", "name": "<i>Khai sinh</i>"}
        await page.route(MESSAGES, answer_with({"text": text, "buttons": [choice], "procedure": procedure}))

        await say_and_wait(page, hostile)

        await expect(said(page, "citizen").locator(".text")).to_have_text(hostile)
        await expect(said(page, "bot")).to_contain_text(hostile)
        await expect(said(page, "bot")).to_contain_text("<i>Khai sinh</i>")
        await expect(page.get_by_role("button", name="<b>Đậm</b>")).to_be_visible()
        assert await page.locator(".bubble img, .bubble script, .bubble b, .bubble i").count() == 0
        assert await page.title() == "Một Cửa – Trợ lý dịch vụ công"
        anchors = said(page, "bot").get_by_role("link")
        await expect(anchors).to_have_count(1)
        await expect(anchors).to_have_attribute("href", link)
        await expect(anchors).to_have_attribute("rel", "noopener noreferrer nofollow")

    async def test_lists_line_breaks_and_the_source_keep_their_shape(self, visit: Visit) -> None:
        page = await visit()
        text = "Dạ, cần:\n• Tờ khai\n• Giấy chứng sinh\n\nCác bước:\n3. Nộp\n4. Nhận\n\nNguồn: Cổng Dịch vụ công"
        await page.route(MESSAGES, answer_with({"text": text}))

        await say_and_wait(page, QUESTION)

        answer = said(page, "bot")
        assert await answer.locator("ul li").all_inner_texts() == ["Tờ khai", "Giấy chứng sinh"]
        assert await answer.locator("ol li").all_inner_texts() == ["Nộp", "Nhận"]
        await expect(answer.locator("ol")).to_have_attribute("start", "3")
        await expect(answer.locator(".source")).to_have_text("Nguồn: Cổng Dịch vụ công")

    async def test_a_very_long_answer_is_folded_and_opens(self, visit: Visit) -> None:
        page = await visit()
        text = "\n".join(f"{number}. Bước {number} nộp hồ sơ tại nơi tiếp nhận của cơ quan" for number in range(1, 60))
        await page.route(MESSAGES, answer_with({"text": text}))
        await say_and_wait(page, QUESTION)
        folded = await said(page, "bot").locator(".text").evaluate("text => text.offsetHeight")

        await page.get_by_role("button", name="Xem tiếp").click()

        opened = await said(page, "bot").locator(".text").evaluate("text => text.offsetHeight")
        assert opened > 2 * folded
        await expect(page.get_by_role("button", name="Thu gọn")).to_have_attribute("aria-expanded", "true")


class TestAttachments:
    async def test_a_picture_is_uploaded_sent_and_still_there_after_a_reload(self, visit: Visit) -> None:
        page = await visit()
        await attach(page, "hien-truong.png", picture())
        await expect(page.locator("#tray li[data-state=done]")).to_contain_text("hien-truong.png")
        assert await page.locator("#tray img").evaluate("image => image.naturalWidth") == 24

        await say_and_wait(page, "Đèn đường trước nhà bị hỏng")
        await expect(page.locator("#tray")).to_be_hidden()
        await page.reload()

        await expect(said(page, "citizen").locator(".sent-files")).to_contain_text("hien-truong.png")

    async def test_a_file_of_another_kind_is_refused_and_holds_the_message_back(self, visit: Visit) -> None:
        page = await visit()
        await attach(page, "ghi-chu.txt", b"ghi", "text/plain")
        await expect(page.locator("#tray li[data-state=failed]")).to_contain_text("Em chỉ nhận ảnh")

        await say(page, "Gửi kèm tệp này")
        await expect(page.get_by_role("alert")).to_contain_text("Có tệp chưa tải lên được")
        await expect(box(page)).to_have_value("Gửi kèm tệp này")

        await page.get_by_role("button", name="Bỏ tệp ghi-chu.txt").click()
        await expect(box(page)).to_be_focused()
        await box(page).press("Enter")
        await expect(said(page, "citizen")).to_contain_text("Gửi kèm tệp này")

    async def test_size_and_number_are_checked_before_anything_is_sent(self, visit: Visit) -> None:
        page = await visit()
        await attach(page, "phim.mp4", b"\0" * (20 * 2**20 + 1), "video/mp4")
        await expect(page.get_by_role("alert")).to_contain_text("lớn hơn 20 MB")
        await expect(page.locator("#tray li")).to_have_count(0)

        files = [{"name": f"{number}.png", "mimeType": "image/png", "buffer": picture()} for number in range(6)]
        await page.locator("#picker").set_input_files(files)  # pyright: ignore[reportArgumentType]

        await expect(page.get_by_role("alert")).to_contain_text("tối đa 5 tệp")
        await expect(page.locator("#tray li")).to_have_count(5)

    @pytest.mark.parametrize("way", ["drop", "paste"])
    async def test_files_can_be_dropped_and_pasted(self, visit: Visit, way: str) -> None:
        page = await visit()
        carried = await page.evaluate_handle(
            """bytes => {
                const carried = new DataTransfer();
                carried.items.add(new File([new Uint8Array(bytes)], 'anh.png', {type: 'image/png'}));
                return carried;
            }""",
            list(picture()),
        )

        if way == "drop":
            await box(page).dispatch_event("dragover", {"dataTransfer": carried})
            await expect(page.get_by_text("Thả tệp vào đây")).to_be_visible()
            await box(page).dispatch_event("drop", {"dataTransfer": carried})
            await expect(page.get_by_text("Thả tệp vào đây")).to_be_hidden()
        else:
            paste = "(box, carried) => box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried}))"
            await box(page).evaluate(paste, carried)

        await expect(page.locator("#tray li[data-state=done]")).to_contain_text("anh.png")

    async def test_an_upload_that_breaks_off_can_be_tried_again(self, visit: Visit) -> None:
        page = await visit()
        await page.route("**/attachments", lambda route: route.abort())
        await attach(page, "anh.png", picture())
        await expect(page.locator("#tray li[data-state=failed]")).to_contain_text("Chưa tải lên được")
        await page.unroute("**/attachments")

        await page.locator("#tray").get_by_role("button", name="Thử lại").click()

        await expect(page.locator("#tray li[data-state=done]")).to_contain_text("anh.png")


class TestMemory:
    async def test_a_reload_keeps_the_conversation_and_what_is_being_written(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, QUESTION)
        answers = await said(page, "bot").locator(".text").all_inner_texts()
        await box(page).fill("Còn lệ phí thì")

        await page.reload()

        await expect(said(page, "citizen")).to_contain_text(QUESTION)
        assert await said(page, "bot").locator(".text").all_inner_texts() == answers
        await expect(box(page)).to_have_value("Còn lệ phí thì")
        assert await page.locator("#greeting .choice:enabled").count() == 0

    async def test_a_new_conversation_starts_empty_and_the_earlier_one_comes_back(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, QUESTION)

        await page.get_by_role("button", name="Cuộc trò chuyện mới").click()
        await page.get_by_role("button", name="Ở lại").click()
        await expect(said(page, "citizen")).to_have_count(1)
        await page.get_by_role("button", name="Cuộc trò chuyện mới").click()
        await page.get_by_role("button", name="Bắt đầu mới").click()
        await expect(said(page, "citizen")).to_have_count(0)
        await expect(page.locator("#greeting .choice").first).to_be_enabled()
        await page.reload()
        await expect(said(page, "citizen")).to_have_count(0)
        await page.get_by_role("button", name="Mở lại cuộc trò chuyện trước").click()

        await expect(said(page, "citizen")).to_contain_text(QUESTION)
        await expect(said(page, "bot").first).to_be_visible()

    async def test_a_shared_device_can_be_made_to_forget(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, QUESTION)
        await page.get_by_role("button", name="Dữ liệu cá nhân").click()

        await page.get_by_role("button", name="Xóa khỏi thiết bị này").click()

        await expect(page.get_by_role("log")).to_contain_text("Đã xóa cuộc trò chuyện khỏi thiết bị này.")
        await expect(said(page, "citizen")).to_have_count(0)
        assert await page.evaluate("localStorage.length + sessionStorage.length") == 0

    async def test_a_key_that_opens_nothing_starts_anew_and_loses_no_text(self, visit: Visit) -> None:
        page = await visit()
        key = {"id": "00000000-0000-4000-8000-000000000000", "token": "x"}
        unsent: list[dict[str, Any]] = [
            {"clientId": "a1", "text": "Tin chưa gửi", "payload": None, "files": [], "at": "2026-11-02T01:00:00Z"}
        ]
        await page.evaluate(
            "([key, unsent]) => { localStorage.setItem('motcua.conversation', key);"
            " sessionStorage.setItem('motcua.unsent', unsent); }",
            [json.dumps(key), json.dumps(unsent)],
        )

        await page.reload()

        await expect(page.get_by_role("log")).to_contain_text("Cuộc trò chuyện trước không còn mở được")
        await expect(box(page)).to_have_value("Tin chưa gửi")
        await box(page).press("Enter")
        await expect(said(page, "bot").first).to_be_visible()


class TestTrouble:
    async def test_a_message_that_did_not_arrive_is_sent_again_once(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, "Xin chào")
        bodies: list[dict[str, Any]] = []

        async def lose_the_answer(route: Route) -> None:
            bodies.append(body_of(route.request))
            await route.fetch()
            await route.abort()

        await page.route(MESSAGES, lose_the_answer)
        await page.route(TRANSCRIPT, lambda route: route.abort())
        await say(page, QUESTION)
        lost = said(page, "citizen").last
        await expect(lost).to_contain_text("Chưa gửi được")
        await expect(page.locator("#banner")).to_contain_text("Chưa kết nối được tới hệ thống")
        await page.unroute(MESSAGES)
        await page.unroute(TRANSCRIPT)

        async with page.expect_request(lambda request: request.method == "POST") as again:
            await lost.get_by_role("button", name="Thử lại").click()

        body = body_of(await again.value)
        assert body["client_id"] == bodies[0]["client_id"]
        await expect(said(page, "citizen").last).to_contain_text("Đã gửi")
        await expect(page.locator("#banner")).to_be_empty()
        await page.reload()
        await expect(said(page, "citizen").filter(has_text=QUESTION)).to_have_count(1)

    async def test_messages_written_offline_go_out_in_order_by_themselves(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, "Xin chào")
        await page.context.set_offline(True)
        await expect(page.locator("#banner")).to_contain_text("Mất kết nối mạng")
        await say(page, "Câu thứ nhất")
        await say(page, "Câu thứ hai")
        await expect(said(page, "citizen").last).to_contain_text("Chưa gửi được")

        await page.context.set_offline(False)

        await expect(page.locator("#banner")).to_be_empty()
        await expect(said(page, "citizen").filter(has_text="Đã gửi")).to_have_count(3)
        await page.reload()
        await expect(said(page, "citizen")).to_have_count(3)
        texts = await said(page, "citizen").locator(".text").all_inner_texts()
        assert texts == ["Xin chào", "Câu thứ nhất", "Câu thứ hai"]

    async def test_unsent_messages_outlive_a_reload(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, "Xin chào")
        await page.route(MESSAGES, lambda route: route.abort())
        await say(page, QUESTION)
        await expect(said(page, "citizen").last).to_contain_text("Chưa gửi được")
        await page.unroute(MESSAGES)

        await page.reload()

        await expect(said(page, "citizen").filter(has_text=QUESTION)).to_have_count(1)
        await expect(said(page, "citizen").last).to_contain_text("Đã gửi")

    async def test_an_unsent_message_can_be_taken_back_and_rewritten(self, visit: Visit) -> None:
        page = await visit()
        await page.route(MESSAGES, lambda route: route.abort())
        await say(page, "Lm giấy khai snh")
        await box(page).fill("cho con")

        await page.get_by_role("button", name="Sửa lại").click()

        await expect(said(page, "citizen")).to_have_count(0)
        await expect(box(page)).to_have_value("Lm giấy khai snh\ncho con")
        await expect(box(page)).to_be_focused()

    async def test_too_many_messages_are_answered_with_patience(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, "Xin chào")
        await page.evaluate(
            """async () => {
                const {id, token} = JSON.parse(localStorage.getItem('motcua.conversation'));
                const send = () => fetch(`/api/v1/conversations/${id}/messages`, {
                    method: 'POST', body: JSON.stringify({text: 'cảm ơn'}),
                    headers: {'Content-Type': 'application/json', Authorization: `Bearer ${token}`},
                });
                await Promise.all(Array.from({length: 24}, send));
            }"""
        )

        await say(page, QUESTION)

        refused = said(page, "citizen").filter(has_text=QUESTION)
        await expect(refused).to_contain_text("Anh/chị gửi hơi nhanh")
        await expect(refused.get_by_role("button", name="Thử lại")).to_be_visible()


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


async def violations(page: Page) -> list[str]:
    """What axe objects to: rule, and the first element it names."""
    results = await Axe().run(page, options=WCAG)
    found = cast("list[dict[str, Any]]", results.response["violations"])
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]
