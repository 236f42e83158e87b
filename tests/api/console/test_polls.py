from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import update

from records import agencies, audit
from records.models import Poll, StaffMember
from records.staff import polls, presence
from tests.api.console.office import Browser, Office
from tests.api.console.test_cases import filed

POWER, ROADS = "Điện lực Mẫu", "Sở Mẫu Xây dựng"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
QUESTION = "Cơ quan nào thay cột đèn ở ngã ba?"


@pytest.fixture
async def asked_people(office: Office) -> dict[str, StaffMember]:
    """Somebody of each agency."""
    async with office.database.session() as session:
        for name, prefix in ((POWER, "H99.21"), (ROADS, "H99.20")):
            await agencies.add(session, name, [prefix])
    return {
        POWER: await office.hire("dien", "agent", name="Đỗ Điện", agency=POWER),
        ROADS: await office.hire("duong", "agent", name="Lý Đường", agency=ROADS),
    }


async def asked(desk: Browser, code: str, *names: str, **form: Any) -> str:
    """Asks the agencies of ``names`` on the page of the case; the address of the poll."""
    page = await desk.open(f"/cases/{code}")
    boxes = dict(re.findall(r'name="agency_ids" value="(\d+)"><span class="form-check-label">([^<]+)<', page))
    ids = [number for number, name in boxes.items() if name in names]
    given = {"question": QUESTION, "options": "Điện lực thay\nSở thay\n", "days": 3, "agency_ids": ids, **form}
    await desk.send(f"/cases/{code}/polls", **given)
    return f"/polls/{desk.value(r'/console/polls/(\d+)')}" if desk.status == 200 else ""


async def test_agencies_answer_and_the_result_stands_on_the_case(
    office: Office, asked_people: dict[str, StaffMember]
) -> None:
    code = await filed(office, "Cột đèn ngã ba sắp đổ, gọi 0900000001")
    an = await office.hire("an", "agent", name="Nguyễn An")
    async with (
        office.desk(an) as desk,
        office.desk(asked_people[POWER]) as power,
        office.desk(asked_people[ROADS]) as roads,
    ):
        files = [("files", ("sơ đồ.pdf", PDF, "application/pdf"))]
        poll = await asked(desk, code, POWER, ROADS, files=files)
        assert QUESTION in await power.open("/inbox")
        page = await power.open(poll)
        assert ("sơ đồ.pdf" in page, "Cột đèn ngã ba" in page, "0900000001" in page) == (True, True, False)
        link = power.value(r'href="(/files/[^"]+)"')
        assert (await power.client.get(link)).content == PDF
        await power.send(f"{poll}/answer", choice=1, reason="Cột thuộc Sở quản lý.")
        assert power.status == 200
        assert QUESTION not in await power.open("/inbox")
        assert "Cột thuộc Sở" not in await roads.open(poll)
        await roads.send(f"{poll}/answer", choice=1, reason=" ")
        assert roads.status == 409
        page = await roads.send(f"{poll}/answer", choice=1, reason="Đúng, Sở sẽ thay.")
        assert "Cột thuộc Sở quản lý." in page
        story = await desk.open(f"/cases/{code}")
        assert "Điện lực thay: 0; Sở thay: 2" in story
        assert f"lấy ý kiến cơ quan: {ROADS}, {POWER}" in story
        await power.send(f"{poll}/answer", choice=0, reason="Đổi ý")
        assert power.status == 409
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"poll:{poll.rpartition('/')[2]}")
    assert [entry.action for entry in reversed(entries)] == ["poll.ask", "poll.answer", "poll.answer"]


async def test_nobody_else_sees_or_answers_it(office: Office, asked_people: dict[str, StaffMember]) -> None:
    code = await filed(office)
    an = await office.hire("an", "agent")
    async with office.desk(an) as desk, office.desk(asked_people[ROADS]) as roads:
        poll = await asked(desk, code, POWER)
        await roads.open(poll)
        assert roads.status == 404
        await roads.send(f"{poll}/answer", choice=0, reason="Không được hỏi")
        assert roads.status == 404
        assert QUESTION not in await roads.open("/inbox")
        await desk.send(f"{poll}/answer", choice=0, reason="Tự trả lời")
        assert desk.status == 409
    async with office.desk(asked_people[POWER]) as power:
        await power.open(poll)
        for step in ("remind", "end"):
            await power.send(f"{poll}/{step}")
            assert power.status == 409
        await power.open(f"/cases/{code}")
        assert power.status == 404
        await power.send(f"/cases/{code}/polls", question="?", options="a\nb", days=1, agency_ids=["1"])
        assert power.status == 404


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"question": " "}, "nội dung cần lấy ý kiến"),
        ({"options": "Đồng ý\nĐồng ý"}, "Cần từ 2 đến"),
        ({"days": 0}, "từ 1 đến 30 ngày"),
        ({"agency_ids": ["999"]}, "chọn ít nhất một cơ quan"),
    ],
)
async def test_a_poll_that_cannot_be_answered_is_not_asked(
    office: Office, asked_people: dict[str, StaffMember], form: dict[str, Any], why: str
) -> None:
    code = await filed(office)
    async with office.desk(await office.hire("an", "agent")) as desk:
        await asked(desk, code, POWER, **form)
        assert (desk.status, why in desk.page) == (409, True)
        assert "(<a href" not in await desk.open(f"/cases/{code}")


async def test_the_silent_are_reminded_and_the_deadline_ends_it(
    office: Office, asked_people: dict[str, StaffMember]
) -> None:
    code = await filed(office)
    now = dt.datetime.now(dt.UTC)

    async def watched(**times: dt.datetime) -> str:
        async with office.database.session() as session:
            if times:
                await session.execute(update(Poll).values(**times))
            await polls.watch(session)
        return await desk.open(poll)

    async with office.desk(await office.hire("an", "agent")) as desk:
        poll = await asked(desk, code, POWER, ROADS)
        async with office.desk(asked_people[POWER]) as power:
            await power.open(poll)
            await power.send(f"{poll}/answer", choice=0, reason="Điện lực nhận.")
        assert "đã nhắc" not in await watched()
        hour = dt.timedelta(hours=1)
        assert (await watched(remind_at=now - hour)).count("đã nhắc") == 1
        async with office.desk(asked_people[ROADS]) as roads:
            assert "nhắc trả lời lúc" in await roads.open(poll)
            assert "Đã kết thúc" in await watched(due_at=now - hour)
            await roads.open(poll)
            await roads.send(f"{poll}/answer", choice=0, reason="Muộn")
            assert roads.status == 409
        story = await desk.open(f"/cases/{code}")
    assert f"Điện lực thay: 1; Sở thay: 0; chưa trả lời: {ROADS}" in story


async def test_the_office_ends_it_early_and_lists_what_runs(
    office: Office, asked_people: dict[str, StaffMember]
) -> None:
    code = await filed(office)
    async with office.desk(await office.hire("an", "agent")) as desk:
        poll = await asked(desk, code, POWER)
        assert QUESTION in await desk.open("/inbox?view=polls")
        assert QUESTION not in await desk.open("/inbox?view=all")
        assert "đã nhắc" in await desk.send(f"{poll}/remind")
        assert "Đã kết thúc" in await desk.send(f"{poll}/end")
        assert QUESTION not in await desk.open("/inbox?view=polls")


async def test_the_office_sees_who_looks_at_a_poll(office: Office, asked_people: dict[str, StaffMember]) -> None:
    code = await filed(office, "Cột đèn sắp đổ")
    async with office.desk(await office.hire("an", "agent")) as desk:
        poll = await asked(desk, code, POWER)
        async with office.database.session() as session:
            await presence.look(session, asked_people[POWER].id, f"poll:{poll.rpartition('/')[2]}")
        assert "Đỗ Điện đang xem" in await desk.open(poll)
        assert "Đỗ Điện đang xem" in await desk.open(f"{poll}/live")
