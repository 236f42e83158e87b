"""The chat page as a citizen meets it."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.chatting import (
    MESSAGES,
    QUESTION,
    TRANSCRIPT,
    answer_with,
    attach,
    body_of,
    box,
    picture,
    reply,
    said,
    say,
    say_and_wait,
)
from tests.browser.conftest import Visit


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
