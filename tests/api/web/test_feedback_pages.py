"""The pages about feedback: what they show, and what they keep to themselves."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import httpx
import pytest
from fastapi import FastAPI

from api.errors import install
from api.web import feedback_pages, pages
from records.database import Database
from records.feedback import NewFeedback, answers, file_feedback, joining, public, steps
from records.feedback.life import Actor, Role

CLERK = Actor(Role.CLERK, "an", "Nguyễn Cán Bộ")


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[httpx.AsyncClient]:
    app = FastAPI()
    install(app)
    app.state.database = database
    for module in (pages, feedback_pages):
        app.include_router(module.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://motcua.test") as client:
        yield client


async def filed(database: Database, what: str = "Đèn nhà bà Bí Mật hỏng") -> str:
    async with database.session() as session:
        new = NewFeedback("report", what, contact="0900000011", public_consent=True)
        return (await file_feedback(session, new)).tracking_code


async def answered(database: Database, code: str) -> None:
    async with database.session() as session:
        await steps.accept(session, code, CLERK)
        await steps.forward(session, code, CLERK, "Công ty <b>Mẫu</b>", reason="lý do nội bộ")
        await steps.accept_forward(session, code, CLERK)
        await steps.note(session, code, CLERK, "ghi chú nội bộ")
        await answers.answer(session, code, CLERK, "Đã thay bóng.\nMong anh/chị thông cảm.")


class TestTracking:
    async def test_tells_the_story_and_nothing_else(self, database: Database, client: httpx.AsyncClient) -> None:
        code = await filed(database)
        await answered(database, code)
        page = await client.get(f"/theo-doi/{code.lower()}")
        assert page.status_code == 200
        order = ["Tiếp nhận", "Thụ lý", "Chuyển cơ quan có thẩm quyền", "Đã thay bóng."]
        places = [page.text.index(label, page.text.index("Quá trình")) for label in order]
        assert places == sorted(places)
        for secret in ("Bí Mật", "0900000011", "Nguyễn Cán Bộ", "nội bộ", "<b>Mẫu"):
            assert secret not in page.text

    async def test_is_kept_and_found_by_nobody(self, database: Database, client: httpx.AsyncClient) -> None:
        headers = (await client.get(f"/theo-doi/{await filed(database)}")).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-robots-tag"] == "noindex, nofollow"
        assert headers["referrer-policy"] == "no-referrer"
        assert "script-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]

    async def test_the_form_leads_to_the_case(self, database: Database, client: httpx.AsyncClient) -> None:
        code = await filed(database)
        answer = await client.get("/theo-doi", params={"ma": f" {code.lower().replace('-', ' ')}"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/theo-doi/{code}")
        assert (await client.get("/theo-doi")).status_code == 200

    async def test_an_unknown_code(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/theo-doi/<script>")
        assert page.status_code == 404
        assert "PA-XXXX-XXXX" in page.text
        assert "<script>" not in page.text

    async def test_a_merged_case_shows_how_the_other_goes_on(
        self, database: Database, client: httpx.AsyncClient
    ) -> None:
        main, own = await filed(database), await filed(database)
        async with database.session() as session:
            await joining.merge(session, own, main, CLERK)
        await answered(database, main)
        page = await client.get(f"/theo-doi/{own}")
        assert "Đã thay bóng." in page.text
        assert "giải quyết chung" in page.text
        assert main not in page.text

    async def test_waiting_for_the_citizen(self, database: Database, client: httpx.AsyncClient) -> None:
        code = await filed(database)
        async with database.session() as session:
            await steps.ask(session, code, CLERK, question="Số cột đèn?")
        page = await client.get(f"/theo-doi/{code}")
        assert "Đang chờ anh/chị bổ sung" in page.text
        assert "Số cột đèn?" in page.text


class TestBoard:
    async def publish(self, database: Database, title: str) -> str:
        code = await filed(database)
        await answered(database, code)
        async with database.session() as session:
            await steps.note(session, code, CLERK, "x")
            await public.publish(session, code, CLERK, title=title, what="Đèn hỏng.", answer="Đã thay <i>bóng</i>.")
        return code

    async def test_empty(self, client: httpx.AsyncClient) -> None:
        assert "Chưa có phản ánh nào được đăng" in (await client.get("/phan-anh")).text
        filtered = await client.get("/phan-anh", params={"linh-vuc": "waste", "thang": "2026-13"})
        assert "Không có phản ánh nào phù hợp" in filtered.text

    async def test_shows_the_public_wording_alone(self, database: Database, client: httpx.AsyncClient) -> None:
        code = await self.publish(database, "Đèn ngõ 5")
        page = await client.get("/phan-anh")
        assert "Đèn ngõ 5" in page.text
        assert "Đã thay &lt;i&gt;bóng" in page.text
        for secret in ("Bí Mật", "0900000011", code, "Mong anh/chị thông cảm"):
            assert secret not in page.text

    async def test_filters_stay_chosen_over_pages(
        self, database: Database, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(feedback_pages, "PAGE_SIZE", 1)
        for title in ("Việc một", "Việc hai"):
            await self.publish(database, title)
        chosen = {"co-quan": "Công ty <b>Mẫu</b>"}
        first = await client.get("/phan-anh", params=chosen)
        assert "Việc hai" in first.text
        assert "Việc một" not in first.text
        second = await client.get("/phan-anh", params={**chosen, "trang": 2})
        assert "Việc một" in second.text
        assert 'rel="prev"' in second.text
        assert 'rel="next"' not in second.text
        assert "Công+ty" not in second.text
        assert "C%C3%B4ng+ty" in second.text

    @pytest.mark.parametrize("page", ["0", "-1", "9999", "x"])
    async def test_pages_that_do_not_exist(self, client: httpx.AsyncClient, page: str) -> None:
        assert (await client.get("/phan-anh", params={"trang": page})).status_code == 422
