from __future__ import annotations

import datetime as dt
import itertools
import random
import statistics
from typing import Any

import pytest
from sqlalchemy import true

from records.database import Database
from records.figures import cases
from records.figures.cases import By
from records.figures.cells import Cell
from records.figures.indicators import INDICATORS
from records.figures.periods import Period
from records.models import Feedback, FeedbackRating

MAY = Period(dt.date(2026, 5, 1), dt.date(2026, 6, 1))
FAR = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
_numbers = itertools.count(1)


def day(number: int, hour: int = 3) -> dt.datetime:
    return dt.datetime(2026, 5, number, hour, tzinfo=dt.UTC)


async def file(database: Database, score: int | None = None, **fields: Any) -> str:
    """A case filed on 4 May 2026 and due on the 10th, unless said otherwise."""
    code = f"PA-0000-{next(_numbers):04}"
    state = "answered" if "answered_at" in fields else "accepted"
    fields = {"created_at": day(4), "due_at": day(10), "state": state} | fields
    async with database.session() as session:
        case = Feedback(tracking_code=code, kind="report", what="Đèn hỏng", **fields)
        session.add(case)
        await session.flush()
        if score is not None:
            session.add(FeedbackRating(feedback_id=case.id, score=score, at=day(20)))
    return code


async def figures(database: Database, by: By = By.AGENCY) -> dict[str, dict[str, float | None]]:
    async with database.session() as session:
        rows = await cases.league(session, true(), MAY, by, {"zalo": "Zalo"})
    return {row.name: {key: cell.value for key, cell in row.cells.items()} for row in rows}


class TestLeague:
    async def test_every_indicator_counts_what_it_says(self, database: Database) -> None:
        await file(database, agency="Sở Mẫu", answered_at=day(6), score=5)
        await file(database, agency="Sở Mẫu", answered_at=day(12), score=2)
        await file(database, agency="Sở Mẫu", created_at=day(1) - dt.timedelta(days=40), answered_at=day(8))
        await file(database, agency="Sở Mẫu")
        await file(database, agency="Sở Mẫu", paused_at=day(7))
        await file(database)
        found = await figures(database)
        assert found["Sở Mẫu"] == {
            "received": 4, "answered": 3, "on_time": pytest.approx(200 / 3), "days": 8, "late": 1, "satisfaction": 3.5
        }  # fmt: skip
        assert (found[cases.OWN]["received"], found[cases.OWN]["on_time"]) == (1, None)

    async def test_what_was_open_and_overdue_at_the_end_of_a_period_counts_though_it_was_answered_later(
        self, database: Database
    ) -> None:
        await file(database, answered_at=dt.datetime(2026, 6, 20, tzinfo=dt.UTC))
        await file(database, answered_at=day(28))
        assert (await figures(database))[cases.OWN]["late"] == 1

    async def test_days_begin_at_midnight_in_vietnam(self, database: Database) -> None:
        for created in (dt.datetime(2026, 4, 30, 16, 59, tzinfo=dt.UTC), dt.datetime(2026, 4, 30, 17, tzinfo=dt.UTC)):
            await file(database, created_at=created)
        assert (await figures(database))[cases.OWN]["received"] == 1

    async def test_by_category_and_channel(self, database: Database) -> None:
        await file(database, category="lighting", source="zalo")
        await file(database)
        assert set(await figures(database, By.CATEGORY)) == {"Chiếu sáng công cộng", "Chưa phân loại"}
        assert set(await figures(database, By.CHANNEL)) == {"Zalo", "Không rõ"}

    async def test_people_are_conversations_and_not_cases(self, database: Database) -> None:
        async with database.session() as session:
            from records import conversations

            conversation = await conversations.of_channel_user(session, "zalo", "42")
        for _ in range(7):
            await file(database, conversation_id=conversation.id)
        await file(database)
        async with database.session() as session:
            (row,) = await cases.league(session, true(), MAY, By.AGENCY, {})
        assert (row.cells["received"].value, row.cells["received"].people) == (8, 2)

    async def test_cases_of_one_contact_are_of_one_person_and_anonymous_ones_of_one_each(
        self, database: Database
    ) -> None:
        for contact in (b"a" * 32, b"a" * 32, b"b" * 32, None, None):
            await file(database, contact_hash=contact)
        async with database.session() as session:
            assert (await cases.total(session, true(), MAY))["received"] == Cell(5, 4)

    async def test_nothing_filed_is_zero_cases_and_no_share(self, database: Database) -> None:
        async with database.session() as session:
            found = await cases.total(session, true(), MAY, ["received", "on_time"])
        assert found == {"received": Cell(0, 0), "on_time": Cell(None, 0)}


class TestOverview:
    async def test_it_agrees_with_a_plain_count_over_random_cases(self, database: Database) -> None:
        chance = random.Random(8)
        contacts = [bytes([number]) * 32 for number in range(12)]
        filed: list[dict[str, Any]] = []
        for _ in range(60):
            created = day(1) + dt.timedelta(hours=chance.randrange(-24 * 35, 24 * 30))
            case = {"created_at": created, "due_at": created + dt.timedelta(days=5), "agency": chance.choice("AB")}
            case |= {"contact_hash": chance.choice(contacts)}
            if chance.random() < 0.7:
                case["answered_at"] = created + dt.timedelta(hours=chance.randrange(1, 240))
                case |= {"state": "accepted"} if chance.random() < 0.2 else {}  # opened again
            elif chance.random() < 0.3:
                case["paused_at"] = created + dt.timedelta(days=1)
            case["score"] = chance.choice([None, None, 2, 5])
            filed.append(case)
            await file(database, **case)
        found = await cases.overview(database, true(), MAY, By.AGENCY, {})

        def plain(period: Period, agencies: str) -> dict[str, Cell]:
            start, end = period.moments
            own = [case for case in filed if case["agency"] in agencies]
            due = [case for case in own if max(case["created_at"], case["due_at"]) < end and "paused_at" not in case]
            late = [case for case in due if "state" in case or case.get("answered_at", FAR) >= end]
            rated = [case for case in own if case["score"] and start <= day(20) < end]
            received = [case for case in own if start <= case["created_at"] < end]
            answered = [case for case in own if start <= case.get("answered_at", FAR) < end]
            took = [(case["answered_at"] - case["created_at"]) / dt.timedelta(days=1) for case in answered]
            on_time = [100 * (case["answered_at"] <= case["due_at"]) for case in answered]

            def cell(counted: list[dict[str, Any]], value: Any) -> Cell:
                return Cell(value, len({case["contact_hash"] for case in counted}))

            return {
                "received": cell(received, len(received)),
                "answered": cell(answered, len(answered)),
                "on_time": cell(answered, pytest.approx(statistics.mean(on_time)) if answered else None),
                "days": cell(answered, pytest.approx(statistics.median(took)) if answered else None),
                "late": cell(late, len(late)),
                "satisfaction": cell(rated, statistics.mean(case["score"] for case in rated) if rated else None),
            }

        assert found.whole == plain(MAY, "AB")
        assert {row.key: row.cells for row in found.rows} == {key: plain(MAY, key) for key in "AB"}
        assert {row.key: row.cells for row in found.before} == {key: plain(MAY.before, key) for key in "AB"}
        assert [row.cells for row in found.course] == [plain(part, "AB") for part in MAY.parts()]


class TestWayDown:
    async def test_the_cases_behind_a_figure_are_those_it_counts_the_worst_first(self, database: Database) -> None:
        late = await file(database, answered_at=day(12), score=4)
        early = await file(database, answered_at=day(6), score=1)
        still = await file(database)
        expected = {
            "received": {late, early, still},
            "answered": {late, early},
            "on_time": [late, early],
            "days": [late, early],
            "late": [still],
            "satisfaction": [early, late],
        }
        async with database.session() as session:
            for key, indicator in INDICATORS.items():
                found = [case.tracking_code for case in await cases.behind(session, true(), MAY, indicator, 10)]
                wanted = expected[key]
                assert (set(found) if isinstance(wanted, set) else found) == wanted, key

    async def test_the_course_adds_up(self, database: Database) -> None:
        for number in (1, 4, 9, 30, 31):
            await file(database, created_at=day(number))
        course = (await cases.overview(database, true(), MAY, By.AGENCY, {})).course
        assert sum(row.cells["received"].value or 0 for row in course) == 5
        assert [row.name for row in course][:2] == ["01/05–07/05", "08/05–14/05"]

    async def test_a_case_is_late_in_each_part_at_whose_end_it_was_unanswered(self, database: Database) -> None:
        await file(database, answered_at=day(20))
        course = (await cases.overview(database, true(), MAY, By.AGENCY, {})).course
        assert [row.cells["late"].value for row in course] == [0, 1, 0, 0, 0]
