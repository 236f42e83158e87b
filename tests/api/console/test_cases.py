from __future__ import annotations

import pytest

from records import agencies, audit
from records.feedback import NewFeedback, file_feedback, steps
from records.feedback.journal import by_code
from records.feedback.life import SYSTEM
from records.models import Feedback
from tests.api.console.office import Office


async def filed(office: Office, what: str = "Đèn đường hỏng", **more: object) -> str:
    async with office.database.session() as session:
        new = NewFeedback("report", what, **more)  # pyright: ignore[reportArgumentType]
        return (await file_feedback(session, new)).tracking_code


async def case_of(office: Office, code: str) -> Feedback:
    async with office.database.session() as session:
        found = await by_code(session, code)
    assert found is not None
    return found


async def version(office: Office, code: str) -> int:
    return (await case_of(office, code)).version


class TestLife:
    async def test_from_the_first_look_to_the_answer_and_the_story_tells_it(self, office: Office) -> None:
        code = await filed(office)
        async with office.desk(await office.hire("an", "agent", name="Nguyễn An")) as desk:
            for step, form in (
                ("claim", {}),
                ("accept", {"note": "Cảm ơn anh/chị đã báo."}),
                ("ask", {"text": "Đèn số mấy ạ?"}),
                ("resume", {"text": "Đèn số 7"}),
                ("note", {"text": "Đã gọi đội điện"}),
                ("answer", {"text": "Đèn đã được thay."}),
                ("close", {}),
            ):
                await desk.send(f"/cases/{code}/steps/{step}", version=await version(office, code), **form)
                assert desk.status == 200, (step, desk.page)
            story = desk.page
        for part in (
            "nhận xử lý", "thụ lý", "Cảm ơn anh/chị đã báo.", "Đèn số mấy ạ?", "Đèn số 7", "Đã gọi đội điện",
            "Đèn đã được thay.", "kết thúc", "Nguyễn An", "Người gửi",
        ):  # fmt: skip
            assert part in story
        assert (await case_of(office, code)).state == "closed"

    async def test_who_decided_on_an_old_page_is_told_and_keeps_the_text(self, office: Office) -> None:
        code = await filed(office)
        seen = await version(office, code)
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
        async with office.desk(an) as first, office.desk(binh) as second:
            await first.send(f"/cases/{code}/steps/accept", version=seen)
            page = await second.send(f"/cases/{code}/steps/decline", version=seen, text="Không thuộc thẩm quyền")
        assert second.status == 409
        assert "Nguyễn An vừa thực hiện" in page
        assert (await case_of(office, code)).state == "accepted"

    async def test_only_one_claims_it(self, office: Office) -> None:
        code = await filed(office)
        an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
        async with office.desk(an) as first, office.desk(binh) as second:
            await first.send(f"/cases/{code}/steps/claim", version=1)
            page = await second.send(f"/cases/{code}/steps/claim", version=1)
        assert (second.status, "Nguyễn An đã nhận xử lý" in page) == (409, True)

    async def test_where_the_office_wants_it_a_lead_approves(self, office: Office) -> None:
        office.database.settings.feedback_approval = True
        code = await filed(office)
        try:
            async with (
                office.desk(await office.hire("an", "agent")) as desk,
                office.desk(await office.hire("chi", "lead")) as lead,
            ):
                await desk.send(f"/cases/{code}/steps/accept", version=await version(office, code))
                await desk.send(f"/cases/{code}/steps/answer", version=await version(office, code), text="Đã sửa xong.")
                assert (await case_of(office, code)).answer == ""
                assert "Duyệt và gửi" not in desk.page
                assert code in await lead.open("/inbox?view=approval")
                assert "Duyệt và gửi" in await lead.open(f"/cases/{code}")
                await desk.send(f"/cases/{code}/steps/approve", version=await version(office, code), text="Tôi duyệt")
                assert desk.status == 409
                await lead.send(
                    f"/cases/{code}/steps/approve", version=await version(office, code), text="Đã sửa xong ạ."
                )
            assert (await case_of(office, code)).answer == "Đã sửa xong ạ."
        finally:
            office.database.settings.feedback_approval = False

    async def test_assigning_merging_splitting_linking(self, office: Office) -> None:
        first, second = await filed(office), await filed(office, "Đèn hỏng cùng chỗ")
        async with office.desk(await office.hire("chi", "lead")) as lead:
            await office.hire("an", "agent", name="Nguyễn An")
            await lead.send(f"/cases/{first}/steps/assign", version=await version(office, first), target="an")
            assert "cho Nguyễn An" in lead.page
            await lead.send(f"/cases/{first}/steps/assign", version=await version(office, first), target="khongco")
            assert lead.status == 409
            await lead.send(f"/cases/{second}/steps/merge", version=await version(office, second), target=first)
            assert first in lead.page
            await lead.send(f"/cases/{second}/steps/unmerge", version=await version(office, second), text="Khác chỗ")
            assert lead.status == 200
            await lead.send(f"/cases/{first}/steps/split", version=await version(office, first), text="Cột nghiêng")
            assert "tách ra" in lead.page
            await lead.send(f"/cases/{first}/steps/link", version=0, target=second)
            assert second in lead.page
            await lead.send(f"/cases/{first}/steps/unlink", version=0, target=second)
            assert lead.status == 200

    async def test_a_case_that_may_be_the_same_is_suggested_and_leads_to_merging(self, office: Office) -> None:
        where = "ngõ 5 thôn Mẫu"
        first = await filed(office, "Đèn đường hỏng, gọi tôi 0900000099", where=where)
        second = await filed(office, "Đèn đường hỏng tuần nay", where=where)
        async with office.desk(await office.hire("chi", "lead")) as lead:
            page = await lead.open(f"/cases/{second}")
            assert "Có thể trùng với" in page
            assert "0900000099" not in page
            form = f"/cases/{second}?merge_into={first}"
            assert f'href="/console{form}#step-merge"' in page
            assert f'value="{first}"' in await lead.open(form)
            await lead.send(f"/cases/{second}/steps/merge", version=await version(office, second), target=first)
            assert "Có thể trùng với" not in await lead.open(f"/cases/{first}")

    async def test_a_step_that_does_not_exist_is_not_found(self, office: Office) -> None:
        code = await filed(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/cases/{code}/steps/destroy", version=1)
            assert desk.status == 404


class TestReach:
    @pytest.fixture
    async def so(self, office: Office) -> int:
        async with office.database.session() as session:
            await agencies.add(session, "Sở Mẫu", ["H99.01"])
            return (await agencies.listing(session))[0].agency.id

    async def test_an_agency_works_on_what_was_forwarded_to_it_and_on_nothing_else(
        self, office: Office, so: int
    ) -> None:
        ours, theirs = await filed(office), await filed(office, "Ngập nước")
        async with office.database.session() as session:
            await steps.accept(session, theirs, SYSTEM)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/cases/{theirs}/steps/forward", version=await version(office, theirs), target="Sở Mẫu")
        async with office.desk(await office.hire("so", "agent", agency="Sở Mẫu")) as desk:
            page = await desk.open("/inbox")
            assert theirs in page
            assert ours not in page
            for path in (f"/cases/{ours}", f"/cases/{ours}/live"):
                await desk.open(path)
                assert desk.status == 404
            for path in (f"/cases/{ours}/steps/note", f"/cases/{ours}/open"):
                await desk.send(path, version=1, text="x", reason="cần xem")
                assert desk.status == 404
            await desk.send(f"/cases/{theirs}/steps/accept_forward", version=await version(office, theirs))
            await desk.send(
                f"/cases/{theirs}/steps/answer", version=await version(office, theirs), text="Đã khơi cống."
            )
            assert desk.status == 200
        assert (await case_of(office, theirs)).state == "answered"

    async def test_who_declines_what_was_forwarded_is_told_that_it_is_done(self, office: Office, so: int) -> None:
        code = await filed(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/cases/{code}/steps/accept", version=await version(office, code))
            await desk.send(f"/cases/{code}/steps/forward", version=await version(office, code), target="Sở Mẫu")
        async with office.desk(await office.hire("so", "agent", agency="Sở Mẫu")) as desk:
            page = await desk.send(
                f"/cases/{code}/steps/decline_forward", version=await version(office, code), text="Việc của Sở Khác"
            )
        assert (desk.status, desk.path) == (200, "/inbox")
        assert f"Phản ánh {code} không còn thuộc phần việc của anh/chị" in page
        assert (await case_of(office, code)).agency_id is None

    async def test_where_an_agency_wants_it_its_own_lead_approves(self, office: Office, so: int) -> None:
        async with office.database.session() as session:
            await agencies.approve_answers(session, "Sở Mẫu", wanted=True)
        code = await filed(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/cases/{code}/steps/accept", version=await version(office, code))
            await desk.send(f"/cases/{code}/steps/forward", version=await version(office, code), target="Sở Mẫu")
        clerk = await office.hire("so", "agent", agency="Sở Mẫu", name="Phạm Sở")
        lead = await office.hire("truong", "lead", agency="Sở Mẫu")
        async with office.desk(clerk) as desk, office.desk(lead) as head:
            await desk.send(f"/cases/{code}/steps/accept_forward", version=await version(office, code))
            await desk.send(f"/cases/{code}/steps/answer", version=await version(office, code), text="Đã sửa.")
            assert ("Phạm Sở trình duyệt" in desk.page, "Duyệt và gửi" in desk.page) == (True, False)
            assert code in await head.open("/inbox?view=approval")
            assert "Duyệt và gửi" in await head.open(f"/cases/{code}")
            await head.send(f"/cases/{code}/steps/approve", version=await version(office, code), text="Đã sửa ạ.")
            assert head.status == 200
        assert (await case_of(office, code)).answer == "Đã sửa ạ."

    async def test_somebody_limited_to_categories_sees_those(self, office: Office) -> None:
        inside = await filed(office, category="lighting")
        outside = await filed(office, category="traffic")
        member = await office.hire("an", "agent", fields=["lighting"])
        async with office.desk(member) as desk:
            page = await desk.open("/inbox?view=cases")
            assert inside in page
            assert outside not in page
            await desk.open(f"/cases/{outside}")
            assert desk.status == 404
            await desk.send(f"/cases/{inside}/steps/merge", version=await version(office, inside), target=outside)
            assert desk.status == 404
            seen = f"case:{outside} {await version(office, outside)}"
            page = await desk.send("/inbox/bulk", step="claim", works=[seen])
            assert f"Không có phản ánh nào mang mã {outside}" in page
        assert (await case_of(office, outside)).handler_id is None


class TestContact:
    async def test_it_is_shown_for_a_reason_and_only_to_who_gave_it(self, office: Office) -> None:
        code = await filed(office, contact="0900 000 000")
        an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent")
        async with office.desk(an) as desk, office.desk(binh) as other:
            assert "0900" not in await desk.open(f"/cases/{code}")
            await desk.send(f"/cases/{code}/open", reason="")
            assert desk.status in (409, 422)
            assert "0900000000" in await desk.send(f"/cases/{code}/open", reason="Gọi hỏi địa điểm")
            assert "0900" not in await other.open(f"/cases/{code}")
        async with office.database.session() as session:
            entries = await audit.entries_of(session, f"feedback:{code}")
        assert [(entry.action, entry.reason) for entry in entries] == [("personal_data.read", "Gọi hỏi địa điểm")]

    async def test_what_is_personal_in_the_text_is_masked_until_it_is_ones_own_or_opened(self, office: Office) -> None:
        code = await filed(office, "Đèn hỏng, gọi tôi số 0900 000 000", contact="dan@example.vn")
        async with office.desk(await office.hire("an", "agent")) as desk:
            for path in ("/inbox", f"/cases/{code}", f"/cases/{code}/live"):
                page = await desk.open(path)
                assert ("0900 000 000" in page, "‹số điện thoại›" in page) == (False, True), path
            await desk.send(f"/cases/{code}/steps/claim", version=await version(office, code))
            page = await desk.open(f"/cases/{code}")
            assert ("0900 000 000" in page, "dan@example.vn" in page) == (True, False)

    async def test_an_auditor_does_not_get_it(self, office: Office) -> None:
        code = await filed(office, contact="0900 000 000")
        async with office.desk(await office.hire("kt", "auditor")) as desk:
            page = await desk.open(f"/cases/{code}")
            assert "Bước tiếp theo" not in page
            await desk.send(f"/cases/{code}/open", reason="Muốn xem thử")
            assert desk.status == 403


async def test_category_and_agency_are_suggested_with_the_reason(office: Office) -> None:
    code = await filed(office, "Mặt đường đầy ổ gà, xe máy té hoài", where="ấp 2, xã Mẫu Một")
    async with office.desk(await office.hire("an", "agent")) as desk:
        await desk.open(f"/cases/{code}")
        assert "Chưa phân loại" in desk.page
        assert '<option value="roads" selected>' in desk.page
        await desk.send(f"/cases/{code}/steps/accept", version=await version(office, code))
        assert "<li>Đường, vỉa hè, cầu cống (vì có: " in desk.page
        assert "Ủy ban nhân dân xã Mẫu Một (Đường, vỉa hè, cầu cống: thường do" in desk.page
