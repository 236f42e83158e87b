from __future__ import annotations

import datetime as dt
import re
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from api.console.sheets import FORMS
from records import agencies, audit
from records.calendar import TIME_ZONE
from records.figures.periods import Every
from records.models import Feedback, Report, ReportDefinition, StaffMember
from tests.api.console.office import Browser, Office
from tests.api.console.test_inbox import filed

TODAY = dt.datetime.now(TIME_ZONE).date()
THIS = Every.MONTH.start(TODAY)
LAST = Every.MONTH.start(THIS - dt.timedelta(days=1))
TOKEN = "a-token-that-is-long-enough"


@pytest.fixture
async def analyst(office: Office) -> StaffMember:
    async with office.database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99.01"])
    return await office.hire("so", "analyst", name="Phạm Số")


async def agency_id(office: Office) -> int:
    async with office.database.session() as session:
        (listed,) = await agencies.listing(session)
    return listed.agency.id


async def define(office: Office, desk: Browser, since: dt.date = LAST, **changes: Any) -> str:
    form = {"name": "Báo cáo phản ánh", "every": "month", "due_days": 5, "indicators": ["received", "on_time"]}
    page = await desk.send("/reports", **(form | {"agency_ids": [0, await agency_id(office)]} | changes))
    async with office.database.session() as session:
        await session.execute(update(ReportDefinition).values(since=since))
    return page


async def defined(office: Office, analyst: StaffMember) -> str:
    """The number of the report that an analyst defined."""
    async with office.desk(analyst) as desk:
        await define(office, desk)
        return desk.value(r"/console/reports/(\d+)/end")


async def last_month(office: Office, count: int, agency: int | None = None) -> None:
    codes = [await filed(office, f"Đèn hỏng {place}") for place in range(count)]
    when = dt.datetime.combine(LAST, dt.time(12), TIME_ZONE)
    async with office.database.session() as session:
        of_them = update(Feedback).where(Feedback.tracking_code.in_(codes))
        await session.execute(of_them.values(created_at=when, agency_id=agency))


async def due_in(office: Office, days: int) -> None:
    """Moves the due day of the last month's reports to ``days`` from today."""
    left = ((TODAY + dt.timedelta(days=days)) - (THIS - dt.timedelta(days=1))).days
    async with office.database.session() as session:
        await session.execute(update(ReportDefinition).values(due_days=max(left, 1)))


class TestDefining:
    async def test_each_agency_owes_one_for_each_period(self, office: Office, analyst: StaffMember) -> None:
        async with office.desk(analyst) as desk:
            await define(office, desk)
            page = await desk.open("/reports")
        for month in (LAST, THIS):
            assert page.count(f"/{month}") == 2
        assert "Kỳ chưa hết" in page

    @pytest.mark.parametrize(
        "wrong", [{"name": " "}, {"indicators": []}, {"agency_ids": []}, {"agency_ids": [999]}, {"due_days": 0}]
    )
    async def test_what_makes_no_report_is_refused(
        self, office: Office, analyst: StaffMember, wrong: dict[str, Any]
    ) -> None:
        async with office.desk(analyst) as desk:
            await define(office, desk, **wrong)
            assert desk.status == 422

    async def test_one_that_was_ended_is_not_due_from_the_next_period_on(
        self, office: Office, analyst: StaffMember
    ) -> None:
        async with office.desk(analyst) as desk:
            await define(office, desk)
            number = desk.value(r"/console/reports/(\d+)/end")
            await desk.send(f"/reports/{number}/end")
            assert "Thôi từ kỳ sau" in desk.page
            async with office.database.session() as session:
                await session.execute(update(ReportDefinition).values(until=THIS - dt.timedelta(days=1)))
            page = await desk.open("/reports")
        assert (f"/{LAST}" in page, f"/{THIS}" in page) == (True, False)


class TestSigning:
    async def test_figures_stand_still_from_the_signature_on_and_are_sent_once(
        self, office: Office, analyst: StaffMember
    ) -> None:
        await last_month(office, 6)
        number = await defined(office, analyst)
        path = f"/reports/{number}/0/{LAST}"
        async with office.desk(await office.hire("chi", "lead", name="Trần Chi")) as desk:
            assert "6 phản ánh" in await desk.open(path)
            await desk.send(f"{path}/send")
            assert desk.status == 409
            assert "Trần Chi ký" in await desk.send(f"{path}/sign", note="Nhiều phản ánh về đèn.")
            await last_month(office, 2)
            assert "6 phản ánh" in await desk.open(path)
            await desk.send(f"{path}/take-back")
            assert "8 phản ánh" in await desk.open(path)
            await desk.send(f"{path}/sign")
            assert "Trần Chi gửi" in await desk.send(f"{path}/send")
            for step in ("sign", "take-back", "send"):
                await desk.send(f"{path}/{step}")
                assert desk.status == 409
        async with office.database.session() as session:
            entries = await audit.entries_of(session, f"report:{number}/0/{LAST}")
        assert [entry.action for entry in entries] == ["report.send", "report.sign", "report.take_back", "report.sign"]

    async def test_an_agency_signs_its_own_over_its_own_cases(self, office: Office, analyst: StaffMember) -> None:
        own = await agency_id(office)
        await last_month(office, 5, own)
        await last_month(office, 7)
        number = await defined(office, analyst)
        async with office.desk(await office.hire("lan", "lead", agency="Sở Mẫu")) as desk:
            assert "5 phản ánh" in await desk.open(f"/reports/{number}/{own}/{LAST}")
            await desk.send(f"/reports/{number}/{own}/{LAST}/sign")
            assert "đã chốt" in desk.page
            await desk.open(f"/reports/{number}/0/{LAST}")
            assert desk.status == 404
        async with office.desk(await office.hire("chi", "lead")) as desk:
            await desk.send(f"/reports/{number}/{own}/{LAST}/take-back")
            assert "do Sở Mẫu ký và gửi" in desk.page

    async def test_a_period_that_is_not_over_is_not_signed(self, office: Office, analyst: StaffMember) -> None:
        number = await defined(office, analyst)
        async with office.desk(await office.hire("chi", "lead")) as desk:
            await desk.send(f"/reports/{number}/0/{THIS}/sign")
            assert desk.status == 409
            for nowhere in (f"{number}/0/{THIS + dt.timedelta(days=1)}", f"{number}/0/1999-01-01", f"9/0/{LAST}"):
                await desk.open(f"/reports/{nowhere}")
                assert desk.status == 404


class TestLate:
    async def test_who_is_late_is_named_until_it_is_sent(self, office: Office, analyst: StaffMember) -> None:
        number = await defined(office, analyst)
        if TODAY.day == 1:
            pytest.skip("on the first of a month nothing can be late yet")
        await due_in(office, -1)
        async with office.desk(await office.hire("chi", "lead")) as desk:
            page = await desk.open("/reports")
            assert "<strong>Trễ hạn</strong>" in page
            assert re.search(r"<li>Báo cáo[^<]+: (Bộ phận một cửa; Sở Mẫu|Sở Mẫu; Bộ phận một cửa)</li>", page)
            await desk.send(f"/reports/{number}/0/{LAST}/sign")
            await desk.send(f"/reports/{number}/0/{LAST}/send")
            assert "Đã gửi, trễ hạn" in desk.page
            page = await desk.open("/reports/list")
        assert re.search(r"<li>Báo cáo[^<]+: Sở Mẫu</li>", page)


class TestLeaving:
    @pytest.mark.parametrize("form", FORMS)
    async def test_as_a_file_without_small_numbers(self, office: Office, analyst: StaffMember, form: str) -> None:
        await last_month(office, 3)
        async with office.desk(analyst) as desk:
            await define(office, desk)
            number = desk.value(r"/console/reports/(\d+)/end")
            response = await desk.client.get(f"/console/reports/{number}/0/{LAST}/download/{form}")
        assert response.status_code == 200
        if form in ("csv", "json"):
            assert "dưới 5" in response.content.decode("utf-8-sig")
        if form == "json":
            assert any("Số phản ánh, kiến nghị gửi đến trong kỳ" in note for note in response.json()["notes"])

    async def test_the_feed_tells_what_was_sent_to_whoever_has_its_token(
        self, office: Office, analyst: StaffMember
    ) -> None:
        await last_month(office, 6)
        number = await defined(office, analyst)
        path = f"/reports/{number}/0/{LAST}"
        async with office.desk(await office.hire("chi", "lead", name="Trần Chi")) as desk:
            await desk.send(f"{path}/sign")
        assert (await self.feed(office)).json() == {"reports": []}
        async with office.desk(await office.hire("binh", "lead")) as desk:
            await desk.send(f"{path}/send")
        (report,) = (await self.feed(office)).json()["reports"]
        assert (report["agency"], report["first_day"], report["signed_by"]) == (
            "Bộ phận một cửa", str(LAST), "Trần Chi"
        )  # fmt: skip
        received, on_time = report["figures"]
        assert (received["indicator"], received["value"], received["hidden"]) == ("received", 6, False)
        assert (on_time["value"], on_time["hidden"]) == (None, False)
        assert "cuối" not in received["how"]
        after = {"since": report["sent_at"]}
        assert (await self.feed(office, params=after)).json() == {"reports": []}

    @pytest.mark.parametrize("token", ["", "wrong"])
    async def test_the_feed_is_closed_to_others_and_without_a_setting(self, office: Office, token: str) -> None:
        assert (await self.feed(office, token)).status_code == 401
        office.app.state.settings.reports_token = None
        assert (await self.feed(office, TOKEN, keep=True)).status_code == 401

    async def feed(
        self, office: Office, token: str = TOKEN, *, keep: bool = False, params: dict[str, str] | None = None
    ) -> httpx.Response:
        if not keep:
            office.app.state.settings.reports_token = SecretStr(TOKEN)
        transport = httpx.ASGITransport(office.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
            headers = {"Authorization": f"Bearer {token}"}
            return await client.get("/api/v1/reports", headers=headers, params=params)


async def test_two_who_sign_at_once_sign_once(office: Office, analyst: StaffMember) -> None:
    number = await defined(office, analyst)
    async with (
        office.desk(await office.hire("chi", "lead")) as one,
        office.desk(await office.hire("an", "lead")) as two,
    ):
        for desk in (one, two):
            await desk.send(f"/reports/{number}/0/{LAST}/sign")
    assert sorted((one.status, two.status)) == [200, 409]
    async with office.database.session() as session:
        assert (await session.execute(select(func.count()).select_from(Report))).scalar_one() == 1
