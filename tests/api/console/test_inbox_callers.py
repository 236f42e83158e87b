"""Call-backs and messages of callers as lines of the inbox, beside cases and conversations."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import update

from api.console.call_backs import LINES
from records.models import CallBack, VoiceMail
from records.staff import call_backs, handovers, inbox, presence
from records.staff.call_backs import CallBackRefused
from tests.api.console.office import Office
from tests.api.console.test_call_backs import promise
from tests.api.console.test_inbox import filed, order, picked, shown, waiting
from tests.api.console.test_voice_mails import left

CALL, MAIL = (f"/console{line}" for line in LINES.values())


async def due(office: Office, work: type[CallBack | VoiceMail], work_id: int, hours: float) -> None:
    column = "latest" if work is CallBack else "due_at"
    at = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
    async with office.database.session() as session:
        await session.execute(update(work).where(work.id == work_id).values({column: at}))


async def test_they_stand_among_the_others_by_due_time_and_late_ones_are_marked(office: Office) -> None:
    call, mail, far = await promise(office), await left(office), await filed(office, "Đèn hỏng", hours=90)
    await due(office, CallBack, call, 3)
    await due(office, VoiceMail, mail, -1)
    async with office.desk(await office.hire("an", "agent")) as desk:
        page = await desk.open("/inbox")
        keys = [MAIL.format(mail), CALL.format(call), far]
        assert order(page, *keys) == keys
        assert page.count("list-group-item d-flex gap-3 align-items-start late") == 1
        assert ("Hỏi hồ sơ đất" in page, "Tôi tên là" in page, "Văn Mẫu" in page) == (True, True, False)
        for view, expected in {
            "late": [keys[0]], "call_backs": [keys[1]], "voice_mails": [keys[0]], "cases": [far], "conversations": [],
        }.items():  # fmt: skip
            assert order(await desk.open(f"/inbox?view={view}"), *keys) == expected, view


async def test_each_view_counts_them_and_only_for_those_who_may_converse(office: Office) -> None:
    call, mail = await promise(office), await left(office)
    an, auditor = await office.hire("an", "agent"), await office.hire("kiem", "auditor")
    async with office.database.session() as session:
        await call_backs.take(session, an, VoiceMail, mail)
        counts = await inbox.counts(session, an)
        nothing = await inbox.counts(session, auditor)
    assert {view: number for view, number in counts.items() if number} == {
        "all": 2,
        "mine": 1,
        "call_backs": 1,
        "voice_mails": 1,
    }
    assert set(nothing.values()) == {0}
    async with office.desk(auditor) as desk:
        assert CALL.format(call) not in await desk.open("/inbox")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "ho so dat"}, "call"),
        ({"q": "hồ sơ"}, "call"),
        ({"q": "toi ten"}, "mail"),
        ({"channel": "voice"}, "call mail"),
        ({"channel": "zalo"}, ""),
        ({"category": "lighting"}, ""),
        ({"unclaimed": "true"}, "mail"),
    ],
)
async def test_search_and_filters_find_them(office: Office, query: dict[str, str], found: str) -> None:
    call, mail = await promise(office), await left(office)
    an = await office.hire("an", "agent")
    async with office.database.session() as session:
        await call_backs.take(session, an, CallBack, call)
    async with office.desk(an) as desk:
        page = (await desk.client.get("/console/inbox/list", params=query)).text
    keys = {"call": CALL.format(call), "mail": MAIL.format(mail)}
    assert order(page, *keys.values()) == [keys[name] for name in found.split()]


async def test_they_are_taken_and_given_back_from_the_inbox_and_who_comes_late_is_told(office: Office) -> None:
    call, mail, asked = await promise(office), await left(office), await waiting(office, "Cho hỏi")
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
    async with office.desk(an) as desk, office.desk(binh) as other:
        await other.open("/inbox")
        seen = picked(other.page)
        assert len(seen) == 3
        await desk.send("/inbox/bulk", step="claim", works=[f"call_back:{call} 0"])
        assert (desk.status, desk.path) == (200, "/inbox")
        page = shown(await other.send("/inbox/bulk", step="claim", works=seen))
        assert "Đã thực hiện với 2 việc." in page
        assert "Hẹn gọi lại: Nguyễn An đã nhận việc này." in page
        page = shown(await other.send("/inbox/bulk", step="release", works=seen))
        assert "Hẹn gọi lại: Việc này không do anh/chị giữ." in page
        page = shown(await other.send("/inbox/bulk", step="assign", colleague="an", works=[f"voice_mail:{mail} 0"]))
        assert "Lời nhắn thoại: Việc này không do anh/chị giữ." in page
        page = shown(await other.send("/inbox/bulk", step="classify", to_category="lighting", works=seen))
        assert page.count("Chỉ phản ánh mới đổi lĩnh vực được.") == 3
        await other.send("/inbox/bulk", step="claim", works=["voice_mail:x 0"])
        assert other.status == 422
    async with office.database.session() as session:
        ((_, _, calling),) = await call_backs.waiting(session)
        ((_, _, hearing),) = await call_backs.messages(session)
        assert await handovers.current(session, asked) is None  # pyright: ignore[reportArgumentType]
    assert (calling.id if calling else None, hearing) == (an.id, None)


async def test_a_lead_hands_them_out_from_the_inbox_and_conversations_stay(office: Office) -> None:
    call, mail, asked = await promise(office), await left(office), await waiting(office, "Cho hỏi")
    an, chi = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("chi", "lead")
    async with office.desk(chi) as desk:
        assert '<option value="an">Nguyễn An</option>' in await desk.open("/inbox")
        works = [f"call_back:{call} 0", f"voice_mail:{mail} 0", f"conversation:{asked} 0"]
        page = shown(await desk.send("/inbox/bulk", step="assign", colleague="an", works=works))
        assert "Đã thực hiện với 2 việc." in page
        assert "Cuộc trò chuyện không phân công được; cán bộ tự tiếp nhận." in page
    async with office.database.session() as session:
        assert (await inbox.counts(session, an))["mine"] == 2


async def test_of_two_at_the_same_time_one_gets_it(office: Office) -> None:
    call = await promise(office)
    members = [await office.hire(login, "agent") for login in ("an", "binh")]

    async def take(number: int) -> bool:
        try:
            async with office.database.session() as session:
                await call_backs.take(session, members[number], CallBack, call)
        except CallBackRefused:
            return False
        return True

    assert sorted(await asyncio.gather(take(0), take(1))) == [False, True]


async def test_others_see_who_looks_at_a_line(office: Office) -> None:
    call, mail = await promise(office), await left(office)
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
    async with office.desk(an) as desk, office.desk(binh) as other:
        for subject in (f"call_back:{call}", f"voice_mail:{mail}"):
            page = await desk.open(f"/call-backs?at={subject}")
            assert f'sse-connect="/console/live?subject={subject}"' in page
            async with office.database.session() as session:
                await presence.look(session, an.id, subject)
            for path in ("/inbox", "/call-backs/list"):
                assert (await other.open(path)).count("Nguyễn An đang xem") == 1, path
                assert "đang xem" not in await desk.open(path)
            async with office.database.session() as session:
                await presence.leave(session, an.id, subject)
        await desk.open("/call-backs?at=case:1")
        assert desk.status == 422


async def test_who_may_not_converse_is_not_seen_there(office: Office) -> None:
    async with office.desk(await office.hire("kiem", "auditor")) as desk:
        for kind in ("call_back", "voice_mail"):
            await desk.open(f"/live?subject={kind}:1")
            assert desk.status == 403
