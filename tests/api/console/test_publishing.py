"""Staff put an answered case on the public board, in wording of their own."""

from __future__ import annotations

from records.feedback import answers, steps
from records.feedback.life import SYSTEM
from records.feedback.public import BoardFilter, PublicCase, board
from tests.api.console.office import Office
from tests.api.console.test_cases import case_of, filed, version

WORDING = {"title": "Đèn đường hỏng", "what": "Đèn đường tắt nhiều ngày.", "answer": "Đã thay bóng."}


async def answered(office: Office, *, consent: bool | None = True) -> str:
    code = await filed(office, "Đèn hỏng, gọi tôi 0900 000 011", public_consent=consent)
    async with office.database.session() as session:
        await steps.accept(session, code, SYSTEM)
        await answers.answer(session, code, SYSTEM, "Đã thay bóng đèn.")
    return code


async def shown(office: Office) -> list[PublicCase]:
    async with office.database.session() as session:
        return list((await board(session, BoardFilter())).cases)


async def test_what_staff_wrote_stands_on_the_board_until_they_take_it_down(office: Office) -> None:
    code = await answered(office)
    async with office.desk(await office.hire("an", "agent")) as desk:
        assert f"/console/cases/{code}/public" in await desk.open(f"/cases/{code}")
        draft = await desk.open(f"/cases/{code}/public")
        assert ("‹số điện thoại›" in draft, "0900" in draft) == (True, False)
        await desk.send(f"/cases/{code}/public", version=await version(office, code), **WORDING)
        assert (desk.status, "Đang có trên" in desk.page) == (200, True)
        [case] = await shown(office)
        assert (case.title, case.what, case.answer) == tuple(WORDING.values())
        await desk.send(f"/cases/{code}/public/withdraw", version=await version(office, code), reason="nhầm")
    assert (desk.status, await shown(office)) == (200, [])


async def test_what_looks_personal_is_published_only_when_it_was_checked(office: Office) -> None:
    code = await answered(office)
    wording = WORDING | {"answer": "Đã thay. Cần thêm, gọi 0900 000 022."}
    async with office.desk(await office.hire("an", "agent")) as desk:
        page = await desk.send(f"/cases/{code}/public", version=await version(office, code), **wording)
        assert (desk.status, "số điện thoại" in page, wording["answer"] in page) == (409, True, True)
        assert await shown(office) == []
        await desk.send(f"/cases/{code}/public", version=await version(office, code), checked="true", **wording)
    assert len(await shown(office)) == 1


async def test_nothing_is_published_without_consent_or_on_an_old_page(office: Office) -> None:
    asked, refused = await answered(office), await answered(office, consent=False)
    async with office.desk(await office.hire("an", "agent")) as desk:
        assert "không đồng ý" in await desk.open(f"/cases/{refused}/public")
        page = await desk.send(f"/cases/{refused}/public", version=await version(office, refused), **WORDING)
        assert (desk.status, "chưa đồng ý" in page) == (409, True)
        await desk.send(f"/cases/{asked}/public", version=1, **WORDING)
        assert desk.status == 409
    assert await shown(office) == []
    assert (await case_of(office, asked)).published_at is None
