"""From a question that the assistant did not understand to an example that it uses, by keyboard and mouse."""

from __future__ import annotations

from playwright.async_api import expect

from tests.api.console.test_intents import PHRASE, Trainer, work
from tests.api.console.test_knowledge import asked
from tests.browser.console.conftest import Counter


async def test_an_unanswered_question_becomes_an_example_and_is_taken_back(counter: Counter) -> None:
    office, trainer = counter.office, Trainer()
    await asked(office, PHRASE, intent="nlu_fallback")
    page = await counter.window(await office.hire("bien", "editor", name="Lê Biên"))
    await page.goto("/console/knowledge")
    await page.get_by_role("link", name=f"“{PHRASE}” là ví dụ của một ý định").click()
    await expect(page.get_by_label("Câu người dân nói")).to_have_value(PHRASE)
    await page.get_by_label("Người dân muốn gì?").select_option("Muốn gặp cán bộ")
    await page.get_by_role("button", name="Thêm và chạy thử").click()
    await expect(page.get_by_text("Đang chờ đến lượt huấn luyện thử")).to_be_visible()
    await expect(page.get_by_role("button", name="Công bố")).to_have_count(0)

    await work(office, trainer)
    await expect(page.get_by_text("1 câu được sửa đúng")).to_be_visible()
    await expect(page.get_by_role("row", name=PHRASE)).to_contain_text("chưa hiểu")
    await page.get_by_role("button", name="Công bố").click()
    await expect(page.get_by_text("trợ lý đang chuyển sang bản này")).to_be_visible()
    await work(office, trainer)
    await expect(page.get_by_text("Trợ lý đang dùng bản này")).to_be_visible()
    assert trainer.in_use == [(PHRASE, "request_person")]

    await page.get_by_role("link", name="Ví dụ của ý định").click()
    await page.get_by_role("link", name="Bản ban đầu").click()
    await page.get_by_role("button", name="Quay lại bản này").click()
    await work(office, trainer)
    await expect(page.get_by_text("Trợ lý đang dùng bản này")).to_be_visible()
    assert trainer.in_use == []
