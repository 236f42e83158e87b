"""Questions of citizens put together by meaning, as pages show them: masked, with how many people asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.alike import alike
from knowledge.search import Knowledge
from records.privacy.masking import is_personal, masked
from records.unanswered import Question

MOST = 400
"""Questions that are put together at once."""
_MOST_GROUPS = 40
_WORDINGS = 6


@dataclass(frozen=True)
class Group:
    """Questions of one meaning: their masked wordings, how many conversations they are of, and how often one gave up.

    ``lesson`` is a wording that others may learn from, empty where all hold personal data; ``asked`` is the first one
    as it was written, for search and for no page.
    """

    wordings: Sequence[str]
    lesson: str
    asked: str
    people: int
    gave_up: int


def grouped(knowledge: Knowledge, questions: Sequence[Question]) -> list[Group]:
    """``questions`` by meaning, those of most people first."""
    found: list[Group] = []
    for places in alike(knowledge, [question.text for question in questions])[:_MOST_GROUPS]:
        own = [questions[place] for place in places]
        wordings = list(dict.fromkeys(masked(text) for text in dict.fromkeys(question.text for question in own)))
        lesson = next((wording for wording in wordings if not is_personal(wording)), "")
        people = len({question.conversation_id for question in own})
        gave_up = sum(question.gave_up for question in own)
        found.append(Group(wordings[:_WORDINGS], lesson, own[0].text, people, gave_up))
    return sorted(found, key=lambda group: -group.people)
