from __future__ import annotations

import asyncio
import datetime as dt
import random

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from records import agencies, audit
from records.feedback import FeedbackState, answers, find_feedback, steps
from records.feedback.journal import Overtaken
from records.feedback.life import SYSTEM, Actor, ReasonNeeded, Role, Step, StepRefused
from records.feedback.steps import AlreadyClaimed
from records.models import Agency, Feedback, FeedbackEvent
from tests.records.feedback.conftest import AN, BINH, LEAD, Office

S = FeedbackState


async def test_a_whole_life(office: Office) -> None:
    code = await office.file()
    await office.take(steps.claim, code, AN)
    await office.take(steps.accept, code, AN)
    await office.take(steps.forward, code, AN, "Công ty Chiếu sáng Mẫu", reason="thuộc thẩm quyền")
    await office.take(steps.accept_forward, code, AN, note="Đang cử thợ.")
    await office.take(answers.answer, code, AN, "Đã thay bóng đèn.")
    await office.take(answers.close, code, AN)

    assert (await office.case(code)).state == S.CLOSED
    told = [
        (event.step, event.state, event.actor_id, event.reason, event.public_note)
        for event in await office.events(code)
    ]
    assert told == [
        ("receive", "received", "", "", ""),
        ("claim", "received", "an", "", ""),
        ("accept", "assigned", "an", "", ""),
        ("forward", "forwarded", "an", "thuộc thẩm quyền", ""),
        ("accept_forward", "with_agency", "an", "", "Đang cử thợ."),
        ("answer", "answered", "an", "", "Đã thay bóng đèn."),
        ("close", "closed", "an", "", ""),
    ]


async def test_a_declined_case_tells_why(office: Office) -> None:
    code = await office.file()
    with pytest.raises(ReasonNeeded):
        await office.take(steps.decline, code, AN, reason=" ")
    assert (await office.case(code)).state == S.RECEIVED
    await office.take(steps.decline, code, AN, reason="Không thuộc phạm vi.")
    assert "Không thuộc phạm vi." in (await office.heard(code))[-1]


async def test_two_clerks_cannot_overwrite_each_other(office: Office) -> None:
    code = await office.file()
    seen = (await office.case(code)).version
    await office.take(steps.accept, code, AN, version=seen)
    with pytest.raises(Overtaken, match="Nguyễn An vừa thực hiện bước “Thụ lý”") as overtaken:
        await office.take(steps.decline, code, BINH, version=seen, reason="trùng")
    assert overtaken.value.version == seen + 1
    assert (await office.case(code)).state == S.ACCEPTED


async def test_of_many_who_claim_at_once_one_wins_and_the_others_hear_who(office: Office) -> None:
    for _ in range(5):
        code = await office.file(channel=None)
        clerks = [Actor(Role.CLERK, f"c{number}", f"Cán bộ {number}") for number in range(8)]
        random.shuffle(clerks)
        results = await asyncio.gather(
            *(office.take(steps.claim, code, clerk) for clerk in clerks), return_exceptions=True
        )
        winner = (await office.case(code)).handler_name
        losers = [result for result in results if isinstance(result, AlreadyClaimed)]
        assert len(losers) == 7
        assert {loser.by for loser in losers} == {winner}
        assert await office.steps(code) == [Step.RECEIVE, Step.CLAIM]


async def test_claiming_again_what_one_has_changes_nothing(office: Office) -> None:
    code = await office.file()
    await office.take(steps.claim, code, AN)
    await office.take(steps.claim, code, AN)
    assert await office.steps(code) == [Step.RECEIVE, Step.CLAIM]


async def test_giving_back_and_assigning(office: Office) -> None:
    code = await office.file()
    await office.take(steps.accept, code, AN)
    await office.take(steps.assign, code, LEAD, AN)
    assert (await office.case(code)).state == S.ASSIGNED
    with pytest.raises(StepRefused, match="Nguyễn An"):
        await office.take(steps.release, code, BINH)
    await office.take(steps.release, code, AN, reason="nghỉ phép")
    case = await office.case(code)
    assert (case.state, case.handler_id) == (S.ACCEPTED, None)
    with pytest.raises(StepRefused, match="Chưa ai nhận"):
        await office.take(steps.release, code, LEAD)


async def test_an_agency_decides_on_what_was_sent_to_it_and_on_nothing_else(office: Office) -> None:
    async with office.database.session() as session:
        for name in ("Sở Mẫu", "Sở Khác"):
            await agencies.add(session, name, ["H99"])
        ids = dict((await session.execute(select(Agency.name, Agency.id))).tuples().all())
    own = Actor(Role.AGENCY, "so", "Sở Mẫu", ids["Sở Mẫu"])
    other = Actor(Role.AGENCY, "khac", "Sở Khác", ids["Sở Khác"])
    code = await office.file()
    await office.take(steps.accept, code, AN)
    await office.take(steps.forward, code, AN, "Sở Mẫu", agency_id=ids["Sở Mẫu"])
    for stranger in (other, Actor(Role.AGENCY, "x", "Không rõ")):
        with pytest.raises(StepRefused, match="không được chuyển đến cơ quan"):
            await office.take(steps.accept_forward, code, stranger)
    await office.take(steps.decline_forward, code, own, reason="không quản lý đường này")
    case = await office.case(code)
    assert (case.state, case.agency, case.agency_id) == (S.ACCEPTED, "", None)
    await office.take(steps.forward, code, AN, "Sở Khác", agency_id=ids["Sở Khác"])
    await office.take(steps.accept_forward, code, other)
    await office.take(answers.answer, code, other, "Đã sửa.")
    assert (await office.case(code)).state == S.ANSWERED


async def test_waiting_for_the_citizen_does_not_count(office: Office) -> None:
    code = await office.file()
    before = await office.case(code)
    await office.take(steps.ask, code, AN, question="Số nhà bao nhiêu ạ?")
    with pytest.raises(StepRefused, match="Đang chờ"):
        await office.take(steps.ask, code, AN, question="Còn gì nữa?")
    week = dt.timedelta(days=7)
    async with office.database.session() as session:
        await session.execute(
            update(Feedback).values(
                paused_at=Feedback.paused_at - week,
                due_at=Feedback.due_at - week,
                triage_due_at=Feedback.triage_due_at - week,
            )
        )
        paused = (await session.execute(select(Feedback.paused_at))).scalar_one()
    assert paused is not None
    await office.take(steps.resume, code, AN)
    case = await office.case(code)
    calendar, now = office.database.calendar, dt.datetime.now(dt.UTC)
    assert case.paused_at is None
    for due_before, due in ((before.due_at, case.due_at), (before.triage_due_at, case.triage_due_at)):
        assert due_before is not None
        assert due is not None
        left = calendar.working_time(paused, due_before - week)
        assert abs(calendar.working_time(now, due) - left) < dt.timedelta(minutes=1)
    with pytest.raises(StepRefused):
        await office.take(steps.resume, code, AN)


async def test_a_pause_does_not_save_what_was_late_before(office: Office) -> None:
    code = await office.file()
    async with office.database.session() as session:
        late = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
        await session.execute(update(Feedback).values(due_at=late))
    await office.take(steps.ask, code, AN, question="Ở đâu ạ?")
    await office.take(steps.resume, code, AN)
    assert (await office.case(code)).due_at == late


async def test_a_question_ends_with_the_case(office: Office) -> None:
    code = await office.file()
    await office.take(steps.ask, code, AN, question="Ở đâu ạ?")
    await office.take(steps.decline, code, AN, reason="không liên lạc được")
    async with office.database.session() as session:
        view = await find_feedback(session, code)
    assert view is not None
    assert not view.waiting_for_citizen
    await office.take(answers.reopen, code, LEAD, reason="đã gọi được")
    assert (await office.case(code)).paused_at is None


async def test_what_staff_do_stands_on_the_audit_trail_without_their_words(office: Office) -> None:
    code = await office.file()
    await office.take(steps.claim, code, AN)
    await office.take(steps.note, code, AN, "gọi 0900000011 chiều nay")
    await office.take(answers.consent, code, agrees=True)
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"feedback:{code}")
        assert isinstance(await audit.verify(session), audit.Verified)
    assert [(entry.action, entry.actor_kind, entry.actor_id) for entry in entries] == [
        ("feedback.note", "staff", "an"),
        ("feedback.claim", "staff", "an"),
    ]
    assert "0900000011" not in str([(entry.reason, entry.details) for entry in entries])


async def test_notes_are_for_staff(office: Office) -> None:
    code = await office.file()
    await office.take(steps.note, code, AN, "gọi lại chiều nay")
    assert await office.heard(code) == []
    async with office.database.session() as session:
        view = await find_feedback(session, code)
    assert "gọi lại" not in str(view)
    assert [event.reason for event in await office.events(code)][-1] == "gọi lại chiều nay"


async def test_categories(office: Office) -> None:
    code = await office.file()
    await office.take(steps.classify, code, AN, "lighting")
    with pytest.raises(StepRefused, match="Không có lĩnh vực"):
        await office.take(steps.classify, code, AN, "weather")
    assert (await office.case(code)).category == "lighting"


async def test_the_history_only_grows(office: Office) -> None:
    await office.file()
    for statement in ("UPDATE feedback_events SET reason = 'x'", "DELETE FROM feedback_events"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with office.database.session() as session:
                await session.execute(text(statement))
    async with office.database.session() as session:
        await session.execute(text("SELECT set_config('motcua.erasing', 'on', true)"))
        await session.execute(text("DELETE FROM feedback_events"))
        assert (await session.execute(select(FeedbackEvent))).first() is None


async def test_every_step_grows_the_version(office: Office) -> None:
    code = await office.file()
    versions = [(await office.case(code)).version]
    for step in (steps.accept, steps.claim):
        await office.take(step, code, AN)
        versions.append((await office.case(code)).version)
    assert versions == [1, 2, 3]


async def test_a_refused_step_leaves_nothing_behind(office: Office) -> None:
    code = await office.file()
    with pytest.raises(StepRefused):
        await office.take(steps.forward, code, AN, "Sở Mẫu")
    case = await office.case(code)
    assert (case.agency, case.version, await office.heard(code)) == ("", 1, [])


async def test_the_system_may_take_steps_too(office: Office) -> None:
    code = await office.file()
    await office.take(steps.accept, code, SYSTEM)
    assert (await office.events(code))[-1].actor_kind == "system"
