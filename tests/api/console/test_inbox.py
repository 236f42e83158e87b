from __future__ import annotations

import asyncio
import datetime as dt
import html
import re
import uuid

import httpx
import pytest
from sqlalchemy import select, update

from records import conversations
from records.conversations import NewMessage
from records.feedback import NewFeedback, file_feedback
from records.feedback.life import FeedbackState
from records.models import Agency, Feedback, Handover, Presence
from records.signals import Signals
from records.staff import inbox, presence
from records.staff.inbox import words
from records.waiting import ANSWER_WITHIN, ask
from tests.api.console.office import Office
from tests.api.console.test_cases import case_of
from tests.stack import free_port


async def waiting(office: Office, text: str, minutes: float = 0, channel: str = "zalo") -> str:
    async with office.database.session() as session:
        conversation = await conversations.of_channel_user(session, channel, uuid.uuid4().hex)
        await conversations.take(session, conversation.id, NewMessage(text))
        await ask(session, conversation.id, "gặp cán bộ")
        asked = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes)
        of_it = Handover.conversation_id == conversation.id
        await session.execute(update(Handover).where(of_it).values(asked_at=asked, due_at=asked + ANSWER_WITHIN))
    return str(conversation.id)


async def filed(office: Office, what: str, hours: float = 24, **more: object) -> str:
    """A case that is due in ``hours``."""
    async with office.database.session() as session:
        new = NewFeedback("report", what, **more)  # pyright: ignore[reportArgumentType]
        code = (await file_feedback(session, new)).tracking_code
        due = dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)
        await session.execute(update(Feedback).where(Feedback.tracking_code == code).values(due_at=due))
    return code


async def change(office: Office, code: str, **values: object) -> None:
    async with office.database.session() as session:
        await session.execute(update(Feedback).where(Feedback.tracking_code == code).values(**values))


def picked(page: str) -> list[str]:
    """Everything in the list that a step can be taken on, as the form sends it."""
    return re.findall(r'name="works" value="([^"]+)"', page)


def shown(page: str) -> str:
    """The page without its markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def order(page: str, *keys: str) -> list[str]:
    return sorted((key for key in keys if key in page), key=page.index)


class TestList:
    async def test_conversations_and_cases_stand_in_one_list_by_due_time(self, office: Office) -> None:
        late = await filed(office, "Đèn hỏng", hours=-5)
        asked = await waiting(office, "Cho tôi hỏi", minutes=20)
        soon, fresh = await filed(office, "Ngập nước", hours=0.1), await waiting(office, "Xin chào", minutes=1)
        far = await filed(office, "Cây đổ", hours=90)
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open("/inbox")
        assert order(page, late, asked, soon, fresh, far) == [late, asked, soon, fresh, far]

    async def test_each_view_holds_what_it_says_and_counts_it(self, office: Office) -> None:
        an = await office.hire("an", "agent")
        late, far = await filed(office, "Đèn hỏng", hours=-5), await filed(office, "Cây đổ", hours=90)
        asked, fresh = await waiting(office, "Cho hỏi", minutes=20), await waiting(office, "Xin chào")
        expected = {
            "all": {late, far, asked, fresh},
            "mine": {far, fresh},
            "conversations": {asked, fresh},
            "cases": {late, far},
            "call_backs": set[str](),
            "voice_mails": set[str](),
            "late": {late, asked},
            "approval": set[str](),
            "mentions": set[str](),
            "polls": set[str](),
        }
        async with office.desk(an) as desk:
            await desk.send(f"/cases/{far}/steps/claim", version=1)
            await desk.send(f"/conversations/{fresh}/take")
            for view, keys in expected.items():
                page = await desk.open(f"/inbox?view={view}")
                assert {key for key in (late, far, asked, fresh) if f"/{key}" in page} == keys, view
        async with office.database.session() as session:
            counts = await inbox.counts(session, an)
        assert counts == {view: len(keys) for view, keys in expected.items()}

    async def test_page_after_page_nothing_is_missing_or_twice(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "PAGE", 3)
        codes = [await filed(office, f"Việc {number}", hours=number // 2) for number in range(8)]
        seen: list[str] = []
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open("/inbox")
            while True:
                seen += [code for code in codes if f"/cases/{code}" in page]
                if "Xem tiếp" not in page:
                    break
                page = await desk.open(desk.value(r'href="/console(/inbox\?[^"]*after=[^"]*)"').replace("&amp;", "&"))
        assert sorted(seen) == sorted(codes)


class TestSearch:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("đèn đường", "Đ"), ("den duong", "Đ"), ("ĐÈN", "Đ"), ("den", "Đd"), ("đen", "d"), ("đèn hỏng ngõ", "Đ"),
            ("ngo 5 thon mau", "Đ"), ("đè", "Đ"), ("hong xe", ""), ("' | :*", ""), ("NGÕ", "Đ"),
        ],
    )  # fmt: skip
    async def test_with_accents_exactly_without_accents_all(self, office: Office, query: str, found: str) -> None:
        codes = {
            "Đ": await filed(office, "Đèn Đường hỏng", where="NGÕ 5 thôn Mẫu"),
            "d": await filed(office, "Nước đen chảy ra"),
        }
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = (await desk.client.get("/console/inbox/list", params={"q": query})).text
        assert "".join(name for name, code in codes.items() if code in page) == found

    async def test_a_conversation_by_what_was_said_and_a_case_by_its_code(self, office: Office) -> None:
        asked = await waiting(office, "Con tôi sinh ở nước ngoài, đăng ký khai sinh thế nào")
        code = await filed(office, "Đèn hỏng")
        async with office.desk(await office.hire("an", "agent")) as desk:
            assert asked in await desk.open("/inbox?q=khai%20sinh%20nuoc%20ngoai")
            page = await desk.open(f"/inbox?q={code.lower()}")
            assert (code in page, asked in page) == (True, False)

    async def test_a_closed_case_is_found_by_its_code_alone_and_is_not_late(self, office: Office) -> None:
        code = await filed(office, "Đèn hỏng", hours=-5)
        await change(office, code, state="closed")
        async with office.desk(await office.hire("an", "agent")) as desk:
            assert code not in await desk.open("/inbox?q=den%20hong")
            page = await desk.open(f"/inbox?q={code.lower()}")
            assert (f"/console/cases/{code}" in page, FeedbackState.CLOSED.label in page) == (True, True)
            assert "trễ" not in page

    def test_every_word_has_to_occur_and_the_last_may_be_unfinished(self) -> None:
        assert words("Đèn  đường!") == "'đèn':* & 'đường':*"
        assert words("… '") == ""

    async def test_filters_narrow_it_and_can_be_kept(self, office: Office) -> None:
        zalo = await waiting(office, "a", channel="zalo")
        telegram = await waiting(office, "b", channel="telegram")
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open("/inbox?channel=zalo")
            assert (zalo in page, telegram in page) == (True, False)
            page = await desk.send("/inbox/views?channel=zalo&view=conversations", name="Zalo thôi")
            assert "Zalo thôi" in page
            address = desk.value(r'<a href="/console(/inbox\?[^"]*)">Zalo thôi')
            page = await desk.open(address.replace("&amp;", "&"))
            assert (zalo in page, telegram in page) == (True, False)
            view = desk.value(r"/console/inbox/views/(\d+)/remove")
            async with office.desk(await office.hire("binh", "agent")) as other:
                assert "Zalo thôi" not in await other.open("/inbox")
                await other.send(f"/inbox/views/{view}/remove")
            assert "Zalo thôi" in await desk.open("/inbox")
            assert "Zalo thôi" not in await desk.send(f"/inbox/views/{view}/remove")


class TestBulk:
    async def test_what_is_free_is_taken_and_of_the_rest_is_said_who_has_it(self, office: Office) -> None:
        first, second = await filed(office, "Một"), await filed(office, "Hai")
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
        async with office.desk(an) as desk, office.desk(binh) as other:
            await other.open("/inbox")
            seen = picked(other.page)
            await desk.send(f"/cases/{first}/steps/claim", version=1)
            page = shown(await other.send("/inbox/bulk", step="claim", works=seen))
            assert other.status == 409
            assert "Đã thực hiện với 1 việc." in page
            assert f"{first}: Nguyễn An đã nhận" in page
            assert f"{second}:" not in page
        assert (await case_of(office, second)).handler_id == str(binh.id)

    @pytest.mark.parametrize(
        ("step", "more", "expected"),
        [
            ("assign", {"colleague": "binh"}, ("Trần Bình", None)),
            ("classify", {"to_category": "lighting"}, ("Nguyễn An", "lighting")),
            ("release", {}, (None, None)),
        ],
    )
    async def test_a_step_on_several_cases(
        self, office: Office, step: str, more: dict[str, str], expected: tuple[str | None, str | None]
    ) -> None:
        codes = [await filed(office, "Một"), await filed(office, "Hai")]
        an = await office.hire("an", "agent", name="Nguyễn An")
        await office.hire("binh", "agent", name="Trần Bình")
        async with office.desk(an) as desk:
            await desk.open("/inbox")
            await desk.send("/inbox/bulk", step="claim", works=picked(desk.page))
            await desk.send("/inbox/bulk?view=mine", step=step, works=picked(desk.page), **more)
            assert (desk.status, desk.path) == (200, "/inbox")
        found = [await case_of(office, code) for code in codes]
        assert [(case.handler_name, case.category) for case in found] == [expected] * 2

    async def test_a_case_that_changed_since_it_was_seen_stays_as_it_is_and_stays_picked(self, office: Office) -> None:
        changed, same = await filed(office, "Một"), await filed(office, "Hai")
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "lead")
        async with office.desk(an) as desk, office.desk(binh) as other:
            await other.open("/inbox")
            seen = picked(other.page)
            await desk.send(f"/cases/{changed}/steps/claim", version=1)
            page = await other.send("/inbox/bulk", step="assign", colleague="binh", works=seen)
            assert f"{changed}: Nguyễn An vừa thực hiện bước “Nhận xử lý”" in shown(page)
            assert re.findall(r'id="pick-case-(\S+)"[^>]* checked', page) == [changed]
        assert (await case_of(office, changed)).handler_id == str(an.id)
        assert (await case_of(office, same)).handler_id == str(binh.id)

    async def test_each_refusal_says_why(self, office: Office) -> None:
        free, taken = await filed(office, "Một"), await filed(office, "Hai")
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
        async with office.desk(an) as desk, office.desk(binh) as other:
            await desk.send(f"/cases/{taken}/steps/claim", version=1)
            await other.open("/inbox")
            page = shown(await other.send("/inbox/bulk", step="release", works=picked(other.page)))
            assert f"{free}: Chưa ai nhận xử lý phản ánh này" in page
            assert f"{taken}: Phản ánh do Nguyễn An nhận xử lý" in page
            assert "Đã thực hiện" not in page
            await other.send("/inbox/bulk", step="assign", colleague="nobody", works=[f"case:{free} 1"])
            assert "Không có cán bộ xử lý" in other.page
            assert "chọn ít nhất một việc" in await other.send("/inbox/bulk", step="claim")
            for step, told in (("assign", "chọn cán bộ"), ("classify", "chọn lĩnh vực")):
                page = await other.send("/inbox/bulk", step=step, works=picked(other.page))
                assert (other.status, told in page) == (422, True)
            await other.send("/inbox/bulk", step="close", works=[f"case:{free} 1"])
            assert other.status == 422

    async def test_it_is_handed_only_to_those_who_may_see_it(self, office: Office) -> None:
        async with office.database.session() as session:
            session.add(Agency(name="Điện lực", prefixes=[]))
        code = await filed(office, "Một", category="lighting")
        await office.hire("cay", "agent", name="Lê Cây", fields=["waste"])
        await office.hire("dien", "agent", name="Trần Điện", agency="Điện lực")
        await office.hire("den", "agent", name="Vũ Đèn", fields=["lighting"])
        async with office.desk(await office.hire("an", "lead", name="Nguyễn An")) as desk:
            for path in ("/inbox", f"/cases/{code}"):
                await desk.open(path)
                offered = [login for login in ("cay", "dien", "den", "an") if f'<option value="{login}">' in desk.page]
                assert offered == ["den", "an"], path
            for login, name in (("cay", "Lê Cây"), ("dien", "Trần Điện")):
                refused = f"nằm ngoài cơ quan hoặc lĩnh vực mà {name} phụ trách"
                page = await desk.send("/inbox/bulk", step="assign", colleague=login, works=[f"case:{code} 1"])
                assert f"{code}: Phản ánh này {refused}" in shown(page)
                page = await desk.send(f"/cases/{code}/steps/assign", version=1, target=login)
                assert (desk.status, refused in page) == (409, True)
            await desk.send("/inbox/bulk", step="assign", colleague="den", works=[f"case:{code} 1"])
        assert (await case_of(office, code)).handler_name == "Vũ Đèn"

    async def test_an_agency_that_cannot_take_these_steps_is_offered_none(self, office: Office) -> None:
        async with office.database.session() as session:
            session.add(Agency(name="Điện lực", prefixes=[]))
        code = await filed(office, "Một")
        await change(office, code, agency="Điện lực", agency_id=select(Agency.id).scalar_subquery())
        async with office.desk(await office.hire("an", "agent", agency="Điện lực")) as desk:
            page = await desk.open("/inbox")
            assert code in page
            assert picked(page) == []
            assert "/inbox/bulk" not in page


class TestLive:
    async def test_a_page_hears_of_changes_and_others_see_who_looks(self, office: Office) -> None:
        asked = await waiting(office, "Xin chào")
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
        async with (
            Signals.open(office.database.settings) as signals,
            office.desk(an) as desk,
            office.desk(binh) as other,
        ):
            office.app.state.signals = signals
            seen = asyncio.Event()
            heard = asyncio.create_task(_heard_after(seen, office, desk.client, f"conversation:{asked}"))
            for _ in range(100):
                if "Nguyễn An đang xem" in await other.open("/inbox"):
                    break
                await asyncio.sleep(0.1)
            assert "Nguyễn An đang xem" in other.page
            seen.set()
            await other.send(f"/conversations/{asked}/take")
            await asyncio.wait_for(heard, 30)

    async def test_presence_ends_by_itself(self, office: Office) -> None:
        an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent")
        async with office.database.session() as session:
            await presence.look(session, an.id, "feedback:X")
            assert await presence.watchers(session, ["feedback:X"], but=binh.id) == {"feedback:X": [an.name]}
            assert await presence.watchers(session, ["feedback:X"], but=an.id) == {}
            old = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
            await session.execute(update(Presence).values(seen_at=old))
            assert await presence.watchers(session, ["feedback:X"], but=binh.id) == {}
            await presence.leave(session, an.id, "feedback:X")
            assert (await session.execute(select(Presence))).all() == []


async def _heard_after(seen: asyncio.Event, office: Office, signed_in: httpx.AsyncClient, subject: str) -> None:
    """Listens over a real connection until it hears of a change after ``seen``; changes before are its own coming."""
    async with office.served(free_port()) as url, httpx.AsyncClient(base_url=url, timeout=30) as client:
        client.cookies = httpx.Cookies({cookie.name: cookie.value or "" for cookie in signed_in.cookies.jar})
        async with client.stream("GET", "/console/live", params={"subject": subject}) as stream:
            async for line in stream.aiter_lines():
                if line == "event: changed" and seen.is_set():
                    return
    raise AssertionError("the stream ended")
