"""Long stories: which part says the need, and how often that part is answered with the right procedure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.stories import need
from knowledge.search import Found, Hit, Knowledge, Verdict
from records.database import Database
from tests.actions.conftest import begin_talk
from tests.knowledge.procedures import procedure

STORIES = Path(__file__).parent / "stories"
STORY = "nhà em ở sát mé sông, tết nào tụi nhỏ cũng tụ lại, năm nay em muốn thả đèn trời, mà mẹ em la quá trời"
UNKNOWN = Found((), Verdict.NOTHING)
LANTERN, KITE = procedure("9.000001"), procedure("9.000201", name="Thả diều")


def surely(score: float, *codes: str) -> Found:
    found = [Hit(each, score, ()) for each in (LANTERN, KITE) if each.code in codes]
    return Found(tuple(found), Verdict.CLEAR)


def test_the_part_that_says_the_need_answers_for_the_story() -> None:
    searched: list[str] = []

    def search(part: str) -> Found:
        searched.append(part)
        return surely(0.9, LANTERN.code) if "thả đèn" in part else UNKNOWN

    assert need(STORY, UNKNOWN, search) == surely(0.9, LANTERN.code)
    assert "năm nay em muốn thả đèn trời" in searched
    assert "tết nào tụi nhỏ cũng tụ lại" not in searched


def test_a_short_message_is_no_story() -> None:
    assert need("em muốn thả đèn trời", UNKNOWN, lambda _: surely(1.0, LANTERN.code)) is None


def test_a_part_has_to_be_sure_or_near_what_the_whole_may_mean() -> None:
    assert need(STORY, UNKNOWN, lambda _: surely(0.6, LANTERN.code)) is None
    several = Found(surely(0.2, LANTERN.code, KITE.code).hits, Verdict.SEVERAL)
    assert need(STORY, several, lambda _: surely(0.6, LANTERN.code)) == surely(0.6, LANTERN.code)


@pytest.mark.parametrize(("name", "right", "wrong"), [("chosen_on.yml", 0.5, 0.1), ("blind.yml", 0.5, 0.1)])
async def test_stories_are_understood(
    starter: Knowledge, database: Database, name: str, right: float, wrong: float
) -> None:
    """70 stories each of people who did not know how they would be read; ``blind.yml`` was never looked at."""
    told: list[dict[str, Any]] = yaml.safe_load((STORIES / name).read_text(encoding="utf-8"))
    answers: list[tuple[str | None, list[str]]] = []
    for one in told:
        talk = await begin_talk(starter, database)
        await talk.run("action_answer", one["text"], "ask_procedure")
        answers.append((talk.slots.get("procedure"), one["procedures"]))
    assert len([1 for found, meant in answers if found in meant]) >= right * len(told)
    assert len([1 for found, meant in answers if found and found not in meant]) <= wrong * len(told)
