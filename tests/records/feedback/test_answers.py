from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import update

from records import agencies
from records.database import Database
from records.feedback import FeedbackState, answers, steps
from records.feedback.life import CITIZEN, Actor, ReasonNeeded, Role, Step, StepRefused
from records.feedback.views import WorkFilter, count_work
from records.models import Feedback
from tests.records.feedback.conftest import AN, LEAD, Office

S = FeedbackState


async def answered(office: Office) -> str:
    code = await office.file()
    await office.take(steps.accept, code, AN)
    await office.take(answers.answer, code, AN, "Đã thay bóng đèn.")
    return code


async def term_over(office: Office) -> None:
    async with office.database.session() as session:
        await session.execute(update(Feedback).values(reopen_until=dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)))


@pytest.fixture
def strict(database: Database) -> Office:
    """An office in which a lead approves answers."""
    approving = database.settings.model_copy(update={"feedback_approval": True})
    return Office(Database(database.engine, approving))


async def test_an_empty_answer_is_none(office: Office) -> None:
    code = await office.file()
    await office.take(steps.accept, code, AN)
    with pytest.raises(ReasonNeeded):
        await office.take(answers.answer, code, AN, " \n")


async def test_a_lead_approves(strict: Office) -> None:
    code = await answered(strict)
    case = await strict.case(code)
    assert (case.state, case.answer) == (S.ACCEPTED, "")
    assert "Đã thay bóng đèn." not in "".join(await strict.heard(code))
    with pytest.raises(StepRefused):
        await strict.take(answers.approve_answer, code, AN)
    await strict.take(answers.approve_answer, code, LEAD)
    case = await strict.case(code)
    assert (case.state, case.answer, case.proposed_answer) == (S.ANSWERED, "Đã thay bóng đèn.", None)
    assert (await strict.events(code))[-1].details["written_by"] == "Nguyễn An"


async def test_where_the_office_wants_approval_a_lead_of_the_agency_is_not_enough(strict: Office) -> None:
    async with strict.database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99.01"])
        so = (await agencies.listing(session))[0].agency.id
    clerk, head = Actor(Role.AGENCY, "so", "Phạm Sở", so), Actor(Role.AGENCY_LEAD, "truong", "Vũ Trưởng", so)
    code = await strict.file()
    await strict.take(steps.accept, code, AN)
    await strict.take(steps.forward, code, AN, "Sở Mẫu", agency_id=so)
    await strict.take(steps.accept_forward, code, clerk)
    await strict.take(answers.answer, code, clerk, "Đã sửa.")
    with pytest.raises(StepRefused, match="của bộ phận một cửa"):
        await strict.take(answers.approve_answer, code, head)
    await strict.take(answers.approve_answer, code, LEAD)
    assert (await strict.case(code)).state == S.ANSWERED


async def test_a_lead_approves_nothing_while_the_citizen_is_asked(strict: Office) -> None:
    code = await answered(strict)
    await strict.take(steps.ask, code, AN, question="Ở đâu ạ?")
    with pytest.raises(StepRefused, match="Đang chờ người gửi"):
        await strict.take(answers.approve_answer, code, LEAD)
    await strict.take(steps.resume, code, AN)
    await strict.take(answers.approve_answer, code, LEAD)
    assert (await strict.case(code)).state == S.ANSWERED


async def test_only_what_waits_for_approval_is_listed_as_such(strict: Office) -> None:
    code = await answered(strict)
    waiting = WorkFilter(waiting_for_approval=True)
    async with strict.database.session() as session:
        assert await count_work(session, waiting) == 1
    await strict.take(answers.return_answer, code, LEAD, reason="ghi rõ ngày")
    async with strict.database.session() as session:
        assert await count_work(session, waiting) == 0


async def test_a_lead_sends_an_answer_back_or_changes_it(strict: Office) -> None:
    code = await answered(strict)
    await strict.take(answers.return_answer, code, LEAD, reason="ghi rõ ngày")
    with pytest.raises(StepRefused, match="Chưa có trả lời nào chờ duyệt"):
        await strict.take(answers.approve_answer, code, LEAD)
    await strict.take(answers.answer, code, AN, "Đã thay.")
    await strict.take(answers.approve_answer, code, LEAD, text="Đã thay ngày 25/11.")
    assert (await strict.case(code)).answer == "Đã thay ngày 25/11."


async def test_a_lead_needs_nobody_else(strict: Office) -> None:
    code = await strict.file()
    await strict.take(steps.accept, code, AN)
    await strict.take(answers.answer, code, LEAD, "Đã xong.")
    assert (await strict.case(code)).state == S.ANSWERED


async def test_not_solved_reopens_within_the_term(office: Office) -> None:
    code = await answered(office)
    await office.take(answers.reopen, code, CITIZEN, reason="đèn vẫn tắt")
    case = await office.case(code)
    now = dt.datetime.now(dt.UTC)
    assert (case.state, case.answer, case.answered_at, case.reopen_until) == (S.ACCEPTED, "", None, None)
    assert case.due_at == office.database.calendar.add_working_days(now, 7)
    assert "đã được mở lại" in (await office.heard(code))[-1]


@pytest.mark.parametrize("state", ["answered", "closed", "declined"])
async def test_after_the_term_only_a_lead_reopens(office: Office, state: str) -> None:
    if state == "declined":
        code = await office.file()
        await office.take(steps.decline, code, AN, reason="trùng")
    else:
        code = await answered(office)
    if state == "closed":
        await office.take(answers.close, code, AN)
    await term_over(office)
    for somebody in (CITIZEN, AN):
        with pytest.raises(StepRefused, match="hết thời hạn"):
            await office.take(answers.reopen, code, somebody, reason="chưa xong")
    await office.take(answers.reopen, code, LEAD, reason="kiểm tra lại")
    assert (await office.case(code)).state == S.ACCEPTED


async def test_what_nobody_reopened_is_closed_once(office: Office) -> None:
    code, other = await answered(office), await answered(office)
    assert await office.take(answers.close_answered) == 0
    await term_over(office)
    await office.take(answers.reopen, other, LEAD, reason="kiểm tra lại")
    assert await office.take(answers.close_answered) == 1
    assert await office.take(answers.close_answered) == 0
    assert (await office.case(code)).state == S.CLOSED
    assert "đã kết thúc" in (await office.heard(code))[-1]


class TestRating:
    async def test_the_last_one_counts_and_all_stay_in_the_history(self, office: Office) -> None:
        code = await answered(office)
        await office.take(answers.rate, code, 2, ["slow", "unclear"])
        await office.take(answers.rate, code, 4)
        rating = await office.take(answers.rating_of, code)
        assert (rating.score, rating.reasons) == (4, [])
        assert (await office.steps(code))[-2:] == [Step.RATE, Step.RATE]

    @pytest.mark.parametrize(("score", "reasons"), [(0, []), (6, []), (3, ["weather"])])
    async def test_ratings_that_do_not_exist(self, office: Office, score: int, reasons: list[str]) -> None:
        code = await answered(office)
        with pytest.raises(ValueError, match="no such rating"):
            await office.take(answers.rate, code, score, reasons)

    async def test_before_an_answer_there_is_nothing_to_rate(self, office: Office) -> None:
        code = await office.file()
        with pytest.raises(StepRefused):
            await office.take(answers.rate, code, 5)
        assert await office.take(answers.rating_of, code) is None


async def test_consent_can_be_given_and_taken_back(office: Office) -> None:
    code = await answered(office)
    assert (await office.case(code)).public_consent is None
    await office.take(answers.consent, code, agrees=True)
    assert (await office.case(code)).public_consent is True
    await office.take(answers.consent, code, agrees=False)
    assert (await office.case(code)).public_consent is False
