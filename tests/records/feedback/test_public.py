from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from records.feedback import TIME_ZONE, answers, public, steps
from records.feedback.life import CITIZEN, ReasonNeeded, StepRefused
from records.feedback.public import Board, BoardFilter
from records.models import Feedback
from tests.records.feedback.conftest import AN, Office

WORDING = {"title": "Đèn đường ngõ 5", "what": "Đèn hỏng hai tuần.", "answer": "Đã thay bóng."}


async def published(office: Office, *, category: str = "lighting", agency: str = "", days_ago: int = 0) -> str:
    code = await office.file("Đèn trước nhà bà Bí Mật hỏng, gọi 0900000011", contact="0900000011", public_consent=True)
    await office.take(steps.classify, code, AN, category)
    await office.take(steps.accept, code, AN)
    if agency:
        await office.take(steps.forward, code, AN, agency)
        await office.take(steps.accept_forward, code, AN)
    await office.take(answers.answer, code, AN, "Đã thay bóng cho bà Bí Mật.")
    await office.take(public.publish, code, AN, **WORDING)
    if days_ago:
        async with office.database.session() as session:
            moved = update(Feedback).where(Feedback.tracking_code == code)
            await session.execute(moved.values(answered_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=days_ago)))
    return code


async def board_of(office: Office, *arguments: object, **more: int) -> Board:
    return await office.take(public.board, BoardFilter(*arguments), **more)  # pyright: ignore[reportArgumentType]


async def test_only_the_approved_wording_is_shown(office: Office) -> None:
    code = await published(office)
    shown = (await board_of(office)).cases
    assert [(case.title, case.what, case.answer) for case in shown] == [tuple(WORDING.values())]
    for secret in ("Bí Mật", "0900000011", code):
        assert secret not in str(shown)


@pytest.mark.parametrize("consent", [None, False])
async def test_without_consent_nothing_is_shown(office: Office, consent: bool | None) -> None:
    code = await office.file(public_consent=consent)
    await office.take(steps.accept, code, AN)
    await office.take(answers.answer, code, AN, "Xong.")
    with pytest.raises(StepRefused, match="chưa đồng ý"):
        await office.take(public.publish, code, AN, **WORDING)


async def test_an_open_case_and_an_empty_wording_are_not_shown(office: Office) -> None:
    code = await office.file(public_consent=True)
    with pytest.raises(StepRefused):
        await office.take(public.publish, code, AN, **WORDING)
    await office.take(steps.accept, code, AN)
    await office.take(answers.answer, code, AN, "Xong.")
    with pytest.raises(ReasonNeeded):
        await office.take(public.publish, code, AN, **{**WORDING, "answer": " "})
    assert (await board_of(office)).total == 0


async def test_it_goes_when_staff_or_the_citizen_want_or_when_it_is_reopened(office: Office) -> None:
    first, second, third = [await published(office) for _ in range(3)]
    number = (await board_of(office)).cases[-1].number
    assert await office.take(public.public_case, number) is not None
    await office.take(public.withdraw, first, AN, reason="nhầm")
    assert await office.take(public.public_case, number) is None
    await office.take(answers.consent, second, agrees=False)
    await office.take(answers.reopen, third, CITIZEN, reason="vẫn hỏng")
    assert (await board_of(office)).total == 0
    with pytest.raises(StepRefused):
        await office.take(public.withdraw, first, AN)


async def test_filters_and_what_each_choice_would_leave(office: Office) -> None:
    await published(office, agency="Công ty Mẫu")
    await published(office, category="waste", agency="Công ty Mẫu", days_ago=70)
    await published(office, category="waste")
    now = dt.datetime.now(TIME_ZONE).date().replace(day=1)
    then = (dt.datetime.now(TIME_ZONE) - dt.timedelta(days=70)).date().replace(day=1)

    everything = await board_of(office)
    assert (everything.total, everything.categories) == (3, {"waste": 2, "lighting": 1})
    assert everything.agencies == {"Công ty Mẫu": 2}
    assert everything.months == {now: 2, then: 1}
    waste = await board_of(office, "waste")
    assert (waste.total, waste.categories, waste.agencies) == (2, {"waste": 2, "lighting": 1}, {"Công ty Mẫu": 1})
    assert (await board_of(office, "waste", "Công ty Mẫu", then)).total == 1
    assert (await board_of(office, "waste", "Công ty Mẫu", now)).total == 0


async def test_page_after_page(office: Office) -> None:
    for _ in range(5):
        await published(office)
    numbers = [case.number for page in (1, 2, 3) for case in (await board_of(office, page=page, size=2)).cases]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 5
