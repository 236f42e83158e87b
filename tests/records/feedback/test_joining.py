from __future__ import annotations

import asyncio

import pytest

from records.feedback import FeedbackState, answers, find_feedback, joining, steps
from records.feedback.life import CITIZEN, ReasonNeeded, Step, StepRefused
from records.feedback.views import staff_view
from tests.records.feedback.conftest import AN, LEAD, Office

S = FeedbackState


async def test_a_merged_citizen_hears_all_that_follows_under_the_own_code(office: Office) -> None:
    main, other = await office.file(), await office.file("Đèn ngõ 5 tắt", channel="web")
    await office.take(joining.merge, other, main, AN, reason="cùng một đèn")
    await office.take(steps.accept, main, AN)
    await office.take(steps.ask, main, AN, question="Số cột đèn?")
    await office.take(steps.resume, main, AN)
    await office.take(answers.answer, main, AN, "Đã thay bóng.")

    heard = await office.heard(other)
    assert [other in text for text in heard] == [True] * 3
    assert main not in "".join(heard)
    assert "cùng nội dung" in heard[0]
    assert "thụ lý" in heard[1]
    assert "Đã thay bóng." in heard[2]
    assert "Số cột đèn?" in "".join(await office.heard(main))
    async with office.database.session() as session:
        view = await find_feedback(session, other)
    assert view is not None
    assert (view.state, view.answer, view.merged) == (S.ANSWERED, "Đã thay bóng.", True)
    assert [entry.step for entry in view.timeline] == [Step.RECEIVE, Step.MERGE, Step.ACCEPT, Step.ANSWER]


async def test_those_who_were_merged_before_come_along(office: Office) -> None:
    first, second, third = [await office.file() for _ in range(3)]
    await office.take(joining.merge, first, second, AN)
    await office.take(joining.merge, second, third, AN)
    async with office.database.session() as session:
        view = await staff_view(session, third)
    assert [case.tracking_code for case in view.followers] == [first, second]
    await office.take(steps.accept, third, AN)
    assert "thụ lý" in (await office.heard(first))[-1]


async def test_who_is_merged_into_an_answered_case_hears_the_answer(office: Office) -> None:
    main, first, other = await office.file(), await office.file(), await office.file()
    await office.take(steps.accept, main, AN)
    await office.take(answers.answer, main, AN, "Đã thay bóng.")
    await office.take(joining.merge, first, other, AN)
    await office.take(joining.merge, other, main, AN)
    for code in (first, other):
        said = (await office.messages(code))[-1]
        assert "Đã thay bóng." in said.text
        assert code in said.text
        assert [code in button["payload"] for button in said.buttons] == [True, True]
        async with office.database.session() as session:
            view = await find_feedback(session, code)
        assert view is not None
        assert [entry.step for entry in view.timeline] == [Step.RECEIVE, Step.MERGE, Step.ANSWER]
        assert view.timeline[-1].note == "Đã thay bóng."
    assert len(await office.heard(main)) == 2


async def test_a_merge_can_be_undone(office: Office) -> None:
    main, other = await office.file(), await office.file()
    await office.take(steps.accept, other, AN)
    await office.take(steps.claim, other, AN)
    await office.take(joining.merge, other, main, AN)
    await office.take(steps.accept, main, AN)
    await office.take(joining.unmerge, other, AN, reason="khác đèn")
    case = await office.case(other)
    assert (case.state, case.merged_into_id) == (S.ASSIGNED, None)
    assert "giải quyết riêng" in (await office.heard(other))[-1]
    await office.take(answers.answer, main, AN, "Đã thay bóng.")
    assert "Đã thay bóng." not in "".join(await office.heard(other))
    async with office.database.session() as session:
        view = await find_feedback(session, other)
    assert view is not None
    assert view.state == S.ASSIGNED


async def test_a_merged_case_takes_no_steps_of_its_own(office: Office) -> None:
    main, other = await office.file(), await office.file()
    await office.take(joining.merge, other, main, AN)
    with pytest.raises(StepRefused, match="Đã gộp"):
        await office.take(steps.accept, other, AN)
    with pytest.raises(StepRefused, match="chính nó"):
        await office.take(joining.merge, main, main, AN)
    third = await office.file()
    with pytest.raises(StepRefused, match="phản ánh chính"):
        await office.take(joining.merge, third, other, AN)


async def test_merging_each_into_the_other_at_once_leaves_one(office: Office) -> None:
    for _ in range(5):
        one, two = await office.file(channel=None), await office.file(channel=None)
        results = await asyncio.gather(
            office.take(joining.merge, one, two, AN), office.take(joining.merge, two, one, LEAD), return_exceptions=True
        )
        assert sum(isinstance(result, StepRefused) for result in results) == 1
        states = sorted([(await office.case(one)).state, (await office.case(two)).state])
        assert states == [S.MERGED, S.RECEIVED]


async def test_a_merged_citizen_rates_and_reopens(office: Office) -> None:
    main, other = await office.file(), await office.file()
    await office.take(joining.merge, other, main, AN)
    with pytest.raises(StepRefused, match="chưa có trả lời"):
        await office.take(answers.rate, other, 5)
    await office.take(steps.accept, main, AN)
    await office.take(answers.answer, main, AN, "Đã thay bóng.")
    await office.take(answers.rate, other, 1, ["not_solved"])
    await office.take(answers.reopen, other, CITIZEN, reason="vẫn tắt")
    assert (await office.case(main)).state == S.ACCEPTED
    assert (await office.case(other)).state == S.MERGED
    for code in (main, other):
        assert "đã được mở lại" in (await office.heard(code))[-1]


async def test_links(office: Office) -> None:
    one, two = await office.file(), await office.file()
    await office.take(joining.link, two, one, AN)
    await office.take(joining.link, one, two, AN)
    for code, other in ((one, two), (two, one)):
        async with office.database.session() as session:
            assert (await staff_view(session, code)).links == [(other, "related")]
        assert await office.steps(code) == [Step.RECEIVE, Step.LINK]
    await office.take(joining.unlink, one, two, AN)
    async with office.database.session() as session:
        assert (await staff_view(session, one)).links == []
    with pytest.raises(StepRefused):
        await office.take(joining.link, one, one, AN)


async def test_a_part_becomes_a_case_of_its_own(office: Office) -> None:
    code = await office.file("Đèn hỏng và rác nhiều", where="Ngõ 5", contact="0900000011")
    with pytest.raises(ReasonNeeded):
        await office.take(joining.split, code, AN, " ")
    part = await office.take(joining.split, code, AN, "Rác nhiều", reason="hai việc")
    case, new = await office.case(code), await office.case(part)
    assert (new.what, new.where, new.conversation_id) == ("Rác nhiều", "Ngõ 5", case.conversation_id)
    assert case.what == "Đèn hỏng và rác nhiều"
    assert new.contact is not None
    assert office.database.vault.decrypt(new.contact) == "0900000011"
    async with office.database.session() as session:
        assert (await staff_view(session, part)).links == [(code, "split")]
    heard = await office.heard(code)
    assert [part in text for text in heard] == [True]
