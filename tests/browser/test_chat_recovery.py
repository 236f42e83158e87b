"""Nothing that was said or written is lost: reloads, new conversations, broken connections, refusals."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Route, expect

from tests.browser.chatting import (
    MESSAGES,
    QUESTION,
    TRANSCRIPT,
    body_of,
    box,
    said,
    say,
    say_and_wait,
)
from tests.browser.conftest import Visit


class TestMemory:
    async def test_a_reload_keeps_the_conversation_and_what_is_being_written(self, visit: Visit) -> None:
        page = await visit()
        await say_and_wait(page, QUESTION)
        answers = await said(page, "bot").locator(".text").all_inner_texts()
        await box(page).fill("Còn lệ phí thì")

        await page.reload()

        await expect(said(page, "citizen")).to_contain_text(QUESTION)
        await expect(said(page, "bot").locator(".text")).to_have_count(len(answers))
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
