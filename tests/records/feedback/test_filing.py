from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select

from records.attachments import upload
from records.conversations import start_web
from records.database import Database
from records.feedback import (
    TIME_ZONE,
    FeedbackState,
    NewFeedback,
    canonical_tracking_code,
    file_feedback,
    find_feedback,
    steps,
)
from records.feedback.life import SYSTEM, Step
from records.models import Attachment, Feedback
from tests.pictures import png


async def test_a_case_can_be_followed_by_its_code(database: Database) -> None:
    async with database.session() as session:
        filed = await file_feedback(session, NewFeedback("report", "Đèn đường hỏng", where="Ngõ 5", when="hôm qua"))
    assert re.fullmatch(r"PA-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", filed.tracking_code)
    async with database.session() as session:
        view = await find_feedback(session, filed.tracking_code.lower().replace("-", " "))
    assert view is not None
    assert (view.state, view.due_on) == (FeedbackState.RECEIVED, filed.due_on)
    assert [entry.step for entry in view.timeline] == [Step.RECEIVE]


async def test_the_terms_of_the_deployment_count(database: Database) -> None:
    now = dt.datetime.now(dt.UTC)
    async with database.session() as session:
        filed = await file_feedback(session, NewFeedback("report", "Đèn đường hỏng"))
    async with database.session() as session:
        case = await session.get_one(Feedback, (await session.execute(select(Feedback.id))).scalar_one())
    calendar = database.calendar
    assert case.due_at == calendar.add_working_days(now, 15)
    assert filed.due_on == case.due_at.astimezone(TIME_ZONE).date()
    assert case.triage_due_at == calendar.add_working_days(now, 2)
    assert case.warn_at is not None
    assert calendar.working_time(case.warn_at, case.due_at) == dt.timedelta(hours=8)


async def test_the_same_message_files_once(database: Database) -> None:
    async with database.session() as session:
        conversation = str((await start_web(session))[0].id)
    receipts = []
    for _ in range(3):
        async with database.session() as session:
            new = NewFeedback("report", "Rác thải", conversation_id=conversation, message_id="12")
            receipts.append(await file_feedback(session, new))
    assert len(set(receipts)) == 1


async def test_a_key_without_a_conversation_files_once_too(database: Database) -> None:
    receipts = []
    for _ in range(2):
        async with database.session() as session:
            receipts.append(await file_feedback(session, NewFeedback("report", "Rác thải", message_id="key:1")))
    assert receipts[0] == receipts[1]


async def test_the_contact_is_not_readable_in_the_table(database: Database) -> None:
    async with database.session() as session:
        await file_feedback(session, NewFeedback("report", "Rác thải", contact="0900000077"))
    async with database.session() as session:
        stored = (await session.execute(select(Feedback.contact))).scalar_one()
    assert stored is not None
    assert b"0900000077" not in stored
    assert database.vault.decrypt(stored) == "0900000077"


async def test_only_own_attachments_join_the_case(database: Database) -> None:
    async def picture():
        yield png()

    async with database.session() as session:
        mine, other = (await start_web(session))[0], (await start_web(session))[0]
        own = await upload(session, mine.id, "anh.png", picture())
        foreign = await upload(session, other.id, "anh.png", picture())
        ids = [str(own.id), str(foreign.id)]
        new = NewFeedback("report", "Rác", attachment_ids=ids, conversation_id=str(mine.id), message_id="1")
        await file_feedback(session, new)
    async with database.session() as session:
        joined = (await session.execute(select(Attachment.id).where(Attachment.feedback_id.is_not(None)))).scalars()
        assert list(joined) == [own.id]


async def test_unknown_codes(database: Database) -> None:
    async with database.session() as session:
        assert await find_feedback(session, "PA-ZZZZ-ZZZZ") is None
        with pytest.raises(LookupError, match="PA-ZZZZ-ZZZZ"):
            await steps.accept(session, "PA-ZZZZ-ZZZZ", SYSTEM)


async def test_an_empty_case_is_refused(database: Database) -> None:
    async with database.session() as session:
        with pytest.raises(ValueError, match="needs a text"):
            await file_feedback(session, NewFeedback("report", "  "))


@pytest.mark.parametrize("typed", ["pa-7k2m-9xq4", "PA7K2M9XQ4", " pa 7k2m 9xq4 ", "7K2M9XQ4"])
def test_codes_as_people_type_them(typed: str) -> None:
    assert canonical_tracking_code(typed) == "PA-7K2M-9XQ4"


def test_letters_that_look_like_digits() -> None:
    assert canonical_tracking_code("PA-O123-IL45") == "PA-0123-1145"
