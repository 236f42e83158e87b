"""The buttons under an answer: rating, reasons, consent, "not solved"."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select, update

from records.database import Database
from records.feedback import FeedbackState, NewFeedback, answers, file_feedback, steps
from records.feedback.life import SYSTEM, Actor, Role
from records.models import Feedback, FeedbackRating
from tests.actions.conftest import Talk

LEAD = Actor(Role.LEAD, "chi", "Lê Chi")


@pytest.fixture
async def code(talk: Talk, database: Database) -> str:
    """An answered case of the conversation."""
    async with database.session() as session:
        filed = await file_feedback(session, NewFeedback("report", "Đèn hỏng", conversation_id=talk.id))
    async with database.session() as session:
        await steps.accept(session, filed.tracking_code, SYSTEM)
        await answers.answer(session, filed.tracking_code, SYSTEM, "Đã thay bóng.")
    return filed.tracking_code


async def press(talk: Talk, action: str, intent: str, **values: str):
    return await talk.run(action, f"/{intent}{{}}", intent, 1.0, values)


async def rated(database: Database) -> tuple[int, list[str]] | None:
    async with database.session() as session:
        rating = (await session.execute(select(FeedbackRating))).scalar_one_or_none()
    return (rating.score, rating.reasons) if rating else None


async def the_case(database: Database) -> Feedback:
    async with database.session() as session:
        return (await session.execute(select(Feedback))).scalar_one()


async def test_content_citizens_are_asked_for_consent(talk: Talk, database: Database, code: str) -> None:
    asked = await press(talk, "action_rate_feedback", "rate_feedback", tracking_code=code)
    assert asked.payloads[0] == f'/rate_feedback{{"tracking_code": "{code}", "score": "5"}}'
    assert len(asked.payloads) == 5
    said = await press(talk, "action_rate_feedback", "rate_feedback", tracking_code=code, score="5")
    assert await rated(database) == (5, [])
    assert "trang công khai" in said.text
    await press(talk, "action_publish_feedback", "publish_feedback", tracking_code=code, agree="yes")
    assert (await the_case(database)).public_consent is True
    again = await press(talk, "action_rate_feedback", "rate_feedback", tracking_code=code, score="4")
    assert "công khai" not in again.text


async def test_others_are_asked_why(talk: Talk, database: Database, code: str) -> None:
    said = await press(talk, "action_rate_feedback", "rate_feedback", tracking_code=code, score="2")
    assert await rated(database) == (2, [])
    assert "lý do" in said.text
    said = await press(
        talk, "action_rate_feedback", "rate_feedback", tracking_code=code, score="2", reason="not_solved"
    )
    assert await rated(database) == (2, ["not_solved"])
    assert said.payloads == [f'/not_solved{{"tracking_code": "{code}"}}']


async def test_no_consent_is_kept_too(talk: Talk, database: Database, code: str) -> None:
    await press(talk, "action_publish_feedback", "publish_feedback", tracking_code=code, agree="no")
    assert (await the_case(database)).public_consent is False


async def test_not_solved_reopens_once(talk: Talk, database: Database, code: str) -> None:
    asked = await press(talk, "action_not_solved", "not_solved", tracking_code=code)
    assert len(asked.payloads) == 4
    assert (await the_case(database)).state == FeedbackState.ANSWERED
    await press(talk, "action_not_solved", "not_solved", tracking_code=code, reason="same")
    assert (await the_case(database)).state == FeedbackState.ACCEPTED
    said = await press(talk, "action_not_solved", "not_solved", tracking_code=code, reason="same")
    assert "đang được giải quyết lại" in said.text


async def test_whoever_has_the_code_rates_and_reopens_where_it_was_not_filed(
    talk: Talk, database: Database, code: str
) -> None:
    async with database.session() as session:
        await session.execute(update(Feedback).values(conversation_id=None))
    talk.slots["tracking_code"] = code
    asked = await talk.run("action_feedback_status")
    assert asked.payloads == [
        f'/rate_feedback{{"tracking_code": "{code}"}}',
        f'/not_solved{{"tracking_code": "{code}"}}',
    ]
    said = await press(talk, "action_rate_feedback", "rate_feedback", tracking_code=code, score="5")
    assert "công khai" not in said.text, "consent is a matter of who filed it"
    await press(talk, "action_not_solved", "not_solved", tracking_code=code, reason="same")
    assert (await the_case(database)).state == FeedbackState.ACCEPTED
    talk.slots["tracking_code"] = code
    assert (await talk.run("action_feedback_status")).payloads == []


async def test_a_declined_case_is_looked_at_again(talk: Talk, database: Database, code: str) -> None:
    async with database.session() as session:
        await answers.reopen(session, code, LEAD, reason="x")
        await steps.decline(session, code, LEAD, reason="không thuộc thẩm quyền")
    talk.slots["tracking_code"] = code
    asked = await talk.run("action_feedback_status")
    assert asked.payloads == [f'/not_solved{{"tracking_code": "{code}", "reason": "disagree"}}']
    await press(talk, "action_not_solved", "not_solved", tracking_code=code, reason="disagree")
    assert (await the_case(database)).state == FeedbackState.ACCEPTED


async def test_after_the_term_it_says_so(talk: Talk, database: Database, code: str) -> None:
    async with database.session() as session:
        await session.execute(update(Feedback).values(reopen_until=dt.datetime.now(dt.UTC) - dt.timedelta(days=1)))
    said = await press(talk, "action_not_solved", "not_solved", tracking_code=code, reason="same")
    assert "hết thời hạn" in said.text
    assert (await the_case(database)).state == FeedbackState.ANSWERED


@pytest.mark.parametrize("action", ["action_rate_feedback", "action_not_solved", "action_publish_feedback"])
async def test_words_alone_do_nothing(talk: Talk, database: Database, code: str, action: str) -> None:
    await talk.run(action, f"chưa giải quyết {code}", "not_solved", 1.0, {"tracking_code": code, "reason": "same"})
    case = await the_case(database)
    assert (case.state, case.public_consent, await rated(database)) == (FeedbackState.ANSWERED, None, None)


async def test_a_button_inside_a_form_does_not_disturb_it(talk: Talk, database: Database, code: str) -> None:
    await talk.run("validate_feedback_form", "/give_feedback", "give_feedback", 1.0)
    talk.slots["requested_slot"] = "feedback_what"
    values = {"tracking_code": code, "score": "5"}
    said = await talk.run("validate_feedback_form", "/rate_feedback{}", "rate_feedback", 1.0, values)
    assert await rated(database) == (5, [])
    assert talk.slots["feedback_what"] is None
    assert "kể giúp em sự việc" in said.text
