from __future__ import annotations

import datetime as dt
import uuid

import pytest

from records import audit, calls
from records.calls import Hours
from records.staff import call_backs
from tests.api.console.office import Office

NUMBER = "0900000031"


async def promise(office: Office) -> int:
    """A caller who was promised to be called within two hours."""
    now = dt.datetime.now(dt.UTC)
    call = uuid.uuid4()
    async with office.database.session() as session:
        await calls.begin(session, call, NUMBER)
        await session.flush()
        await calls.promise(session, call, "Hỏi hồ sơ đất", Hours(now, now + dt.timedelta(hours=2)))
        await session.flush()
        ((call_back, _, _),) = await call_backs.waiting(session)
    return call_back.id


@pytest.fixture
async def promised(office: Office) -> int:
    return await promise(office)


async def test_one_takes_it_sees_the_number_and_says_how_it_went(office: Office, promised: int) -> None:
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
    async with office.desk(an) as desk, office.desk(binh) as other:
        page = await desk.open("/call-backs")
        assert ("Hỏi hồ sơ đất" in page, NUMBER in page) == (True, False)
        await other.open("/call-backs")
        assert NUMBER in await desk.send(f"/call-backs/{promised}/take")
        page = await other.send(f"/call-backs/{promised}/take")
        assert other.status == 409
        assert "Nguyễn An đã nhận việc này." in page
        assert NUMBER not in page
        assert "Nguyễn An đang gọi" in page
        await other.send(f"/call-backs/{promised}/finish", result="Xong")
        assert other.status == 409
        await desk.send(f"/call-backs/{promised}/finish", result=" ")
        assert desk.status == 409
        page = await desk.send(f"/call-backs/{promised}/finish", result="Đã hướng dẫn bổ sung giấy tờ.")
        assert "Không có ai chờ gọi lại" in page
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"call_back:{promised}")
    assert [entry.action for entry in reversed(entries)] == ["call_back.number.read", "call_back.finish"]


async def test_a_lead_gives_back_what_an_absent_colleague_took_and_an_agent_does_not(
    office: Office, promised: int
) -> None:
    an, binh, chi = [await office.hire(*who) for who in (("an", "agent"), ("binh", "agent"), ("chi", "lead"))]
    async with office.desk(an) as desk, office.desk(binh) as other, office.desk(chi) as lead:
        await desk.send(f"/call-backs/{promised}/take")
        assert f"/call-backs/{promised}/leave" not in await other.open("/call-backs")
        await other.send(f"/call-backs/{promised}/leave")
        assert other.status == 409
        page = await lead.open("/call-backs")
        assert (f"/call-backs/{promised}/leave" in page, NUMBER in page) == (True, False)
        assert f"/call-backs/{promised}/take" in await lead.send(f"/call-backs/{promised}/leave")
        await lead.send(f"/call-backs/{promised}/leave")
        assert lead.status == 409
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"call_back:{promised}")
    assert (entries[0].action, entries[0].actor_id) == ("call_back.leave", str(chi.id))


async def test_whoever_cannot_call_gives_it_back(office: Office, promised: int) -> None:
    async with office.desk(await office.hire("an", "agent")) as desk:
        await desk.open("/call-backs")
        await desk.send(f"/call-backs/{promised}/take")
        page = await desk.send(f"/call-backs/{promised}/leave")
        assert "Nhận gọi" in page
        assert NUMBER not in page


async def test_whoever_calls_or_a_lead_hands_it_to_a_colleague_who_may_converse(office: Office, promised: int) -> None:
    an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent", name="Lê Bình")
    chi, _ = await office.hire("chi", "lead"), await office.hire("so", "analyst")
    hand = f"/call-backs/{promised}/hand"
    async with office.desk(an) as desk, office.desk(binh) as other, office.desk(chi) as lead:
        assert hand not in await desk.open("/call-backs")
        await desk.send(hand, colleague="an")
        assert desk.status == 409
        assert hand in await lead.open("/call-backs")
        await lead.send(hand, colleague="an")
        assert NUMBER in await desk.open("/call-backs")
        for nobody in ("so", "khong-co"):
            page = await desk.send(hand, colleague=nobody)
            assert (desk.status, f"Không có cán bộ tiếp người dân “{nobody}”." in page) == (409, True)
        page = await desk.send(hand, colleague="binh")
        assert (desk.status, NUMBER in page, "Lê Bình đang gọi" in page) == (200, False, True)
        await desk.send(f"/call-backs/{promised}/finish", result="Xong")
        assert desk.status == 409
        assert NUMBER in await other.open("/call-backs")
        await other.send(f"/call-backs/{promised}/finish", result="Đã hướng dẫn.")
        await lead.send(hand, colleague="an")
        assert (lead.status, "Việc này đã xong hoặc không còn." in lead.page) == (409, True)
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"call_back:{promised}")
    assert [(entry.action, entry.details) for entry in reversed(entries)] == [
        ("call_back.assign", {"to": "an"}),
        ("call_back.assign", {"to": "binh"}),
        ("call_back.finish", {}),
    ]
