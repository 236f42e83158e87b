from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from api.console.sheets import FORMS, Sheet, download
from records import agencies
from records.dossiers import store
from records.feedback import answers, steps
from records.feedback.life import Actor, Role
from records.models import Feedback
from tests.api.console.office import Office
from tests.api.console.test_conversation import talk
from tests.api.console.test_inbox import filed
from tests.api.console.test_knowledge import asked
from tests.records.test_dossiers import new_dossier

AN = Actor(Role.CLERK, "1", "An")


async def many(office: Office, count: int, agency: str = "", what: str = "Đèn hỏng") -> list[str]:
    codes = [await filed(office, f"{what} {place}") for place in range(count)]
    async with office.database.session() as session:
        of_them = update(Feedback).where(Feedback.tracking_code.in_(codes))
        await session.execute(of_them.values(agency=agency))
    return codes


async def answer(office: Office, code: str, score: int) -> None:
    async with office.database.session() as session:
        await steps.accept(session, code, AN)
        await answers.answer(session, code, AN, "Dạ, đã sửa ạ.")
        await answers.rate(session, code, score)


class TestLeague:
    async def test_a_lead_goes_down_to_the_cases_behind_a_figure(self, office: Office) -> None:
        code, other = await many(office, 2, "Sở Mẫu")
        (elsewhere,) = await many(office, 1, "Sở Khác")
        await answer(office, code, 4)
        async with office.desk(await office.hire("chi", "lead")) as desk:
            await desk.open("/figures/cases")
            assert "Sở Mẫu" in desk.page
            href = desk.value(r'href="/console(/figures/cases/behind\?[^"]*indicator=satisfaction[^"]*)"')
            page = await desk.open(href.replace("&amp;", "&"))
            assert code in page
            assert "4,0" not in page
            await desk.open("/figures/cases")
            href = desk.value(r'href="/console(/figures/cases/behind\?by=agency&amp;indicator=received[^"]*)"')
            page = await desk.open(href.replace("&amp;", "&"))
            assert "Tiếp nhận: Tất cả" in page
            assert all(each in page for each in (code, other, elsewhere))

    async def test_who_does_best_stands_first_by_the_figure_that_was_chosen(self, office: Office) -> None:
        good, slow = (await many(office, 1, "Sở Nhanh"))[0], (await many(office, 2, "Sở Chậm"))[0]
        await many(office, 3, "Sở Im")
        await answer(office, good, 3)
        await answer(office, slow, 5)
        async with office.database.session() as session:
            of_it = update(Feedback).where(Feedback.tracking_code == slow)
            await session.execute(of_it.values(due_at=Feedback.created_at))
        orders = {
            "on_time": ["Sở Nhanh", "Sở Chậm", "Sở Im"],
            "satisfaction": ["Sở Chậm", "Sở Nhanh", "Sở Im"],
            "received": ["Sở Im", "Sở Chậm", "Sở Nhanh"],
            "nonsense": ["Sở Nhanh", "Sở Chậm", "Sở Im"],
        }
        async with office.desk(await office.hire("chi", "lead")) as desk:
            for sort, names in orders.items():
                page = await desk.open(f"/figures/cases?sort={sort}")
                assert re.findall(r'<th scope="row">(Sở [^<]+)', page)[:3] == names, sort
                assert 'aria-sort="descending"' in page

    async def test_an_analyst_sees_no_figure_about_few_people_and_no_case(self, office: Office) -> None:
        code, *_ = await many(office, 6, "Sở Mẫu")
        await many(office, 3, "Sở Nhỏ")
        await answer(office, code, 2)
        async with office.desk(await office.hire("so", "analyst")) as desk:
            page = await desk.open("/figures/cases")
            assert "dưới 5" in page
            assert 'data-value="2.0"' not in page
            assert "behind?" not in page
            await desk.open("/figures/cases/behind?by=agency&key=")
            assert desk.status == 403

    async def test_an_agency_sees_figures_over_its_own_cases_alone(self, office: Office) -> None:
        async with office.database.session() as session:
            await agencies.add(session, "Sở Mẫu", ["H99.01"])
            (listed,) = await agencies.listing(session)
        (own, *_) = await many(office, 1, "Sở Mẫu")
        await many(office, 1, "Sở Khác")
        async with office.database.session() as session:
            mine = update(Feedback).where(Feedback.tracking_code == own)
            await session.execute(mine.values(agency_id=listed.agency.id))
        async with office.desk(await office.hire("lan", "lead", agency="Sở Mẫu")) as desk:
            page = await desk.open("/figures/cases")
            wall = await desk.open("/figures")
        assert ("Sở Mẫu" in page, "Sở Khác" in page) == (True, False)
        assert "trong 1 phản ánh đang mở" in wall
        assert "Đang trò chuyện" not in wall

    @pytest.mark.parametrize("form", FORMS)
    async def test_no_file_tells_a_figure_about_fewer_than_five_people(self, office: Office, form: str) -> None:
        await many(office, 7, "Sở Lớn")
        await many(office, 6, "Sở Vừa")
        await many(office, 3, "Sở Nhỏ")
        async with office.desk(await office.hire("chi", "lead")) as desk:
            response = await desk.client.get(f"/console/figures/cases/download/{form}")
        assert response.status_code == 200
        assert response.headers["content-type"] == FORMS[form][0]
        if form == "csv":
            rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
            assert {row[0]: row[1] for row in rows[1:]} == {"Sở Lớn": "7", "Sở Vừa": "dưới 5", "Sở Nhỏ": "dưới 5"}
        if form == "xlsx":
            page = load_workbook(io.BytesIO(response.content)).active
            assert page is not None
            values = {row[0]: row[1] for row in page.iter_rows(values_only=True) if row[0]}
            assert (values["Sở Lớn"], values["Sở Nhỏ"]) == (7, "dưới 5")
        if form == "json":
            rows = {row["Cơ quan"]: row["Tiếp nhận (phản ánh)"] for row in response.json()["rows"]}
            assert rows == {"Sở Lớn": 7, "Sở Vừa": "dưới 5", "Sở Nhỏ": "dưới 5"}
        if form == "pdf":
            assert response.content.startswith(b"%PDF-")

    async def test_a_period_without_sense_becomes_the_last_thirty_days(self, office: Office) -> None:
        await many(office, 1, "Sở Mẫu")
        async with office.desk(await office.hire("chi", "lead")) as desk:
            for query in ("start=2026-05-05&end=2026-05-01", "start=0001-01-01&end=9999-12-31"):
                assert "Sở Mẫu" in await desk.open(f"/figures/cases?{query}")


async def test_the_wall_shows_what_goes_on_now(office: Office) -> None:
    await talk(office, "Xin chào", channel="zalo")
    async with office.desk(await office.hire("so", "analyst")) as desk:
        page = await desk.open("/figures")
        assert "Zalo" in page
        assert "0/1" in page
        await talk(office, "Xin chào", channel="web", asks=False)
        assert "1/2" in await desk.open("/figures/wall")


async def test_services_by_province_and_field(office: Office) -> None:
    async with office.database.session() as session:
        for number in range(6):
            await store(session, new_dossier(code=f"H56.14-240823-000{number}"))
        await store(session, new_dossier(code="H29.14-240823-0001", procedure_code="9.999999"))
    async with office.desk(await office.hire("so", "analyst")) as desk:
        page = await desk.open("/figures/services?start=2024-08-01&end=2024-08-31")
        assert "tỉnh Thanh Hóa" in page
        page = await desk.open("/figures/services?by=field&start=2024-08-01&end=2024-08-31")
    assert "Hộ tịch" in page
    assert "dưới 5" in page


async def test_what_most_people_asked_in_vain_in_words_that_tell_of_nobody(office: Office) -> None:
    for number in range(5):
        await asked(office, f"nuôi chó có cần đăng ký không{'?' * number}")
    for _ in range(4):
        await asked(office, "xin phép bay flycam ở đâu")
    for _ in range(6):
        await asked(office, "tra cứu giúp em số 0900 000 000")
    async with office.desk(await office.hire("so", "analyst")) as desk:
        assert 'hx-get="/console/figures/unanswered?start=' in await desk.open("/figures/services")
        page = await desk.open("/figures/unanswered")
        assert ("nuôi chó" in page, "5 người" in page) == (True, True)
        assert [hidden in page for hidden in ("flycam", "0900", "tra cứu")] == [False, False, False]
        assert "nuôi chó" not in await desk.open("/figures/unanswered?start=2024-01-01&end=2024-12-31")


def test_a_name_cannot_become_a_formula() -> None:
    sheet = Sheet("T", [], ["Cơ quan"], [["=HYPERLINK(1)"]], [])
    for form in ("csv", "xlsx"):
        response = download(sheet, form, "t")
        assert response is not None
        content = bytes(response.body)
        if form == "csv":
            assert "'=HYPERLINK" in content.decode("utf-8-sig")
        else:
            page = load_workbook(io.BytesIO(content)).active
            assert page is not None
            assert all(cell.data_type != "f" for row in page.iter_rows() for cell in row)
