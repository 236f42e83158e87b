"""What a citizen says of the answer to a report: a rating with reasons, "not solved", whether it may be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable

from actions.payloads import Button, button, person
from actions.turn import Outcome, Reply, Turn, TurnAction
from actions.wordings import WORDINGS, say
from records.database import Database
from records.feedback import FeedbackState, FeedbackView, answers, find_feedback
from records.feedback.answers import RATING_REASONS
from records.feedback.life import CITIZEN, OPEN, CaseError
from records.models import Feedback
from records.privacy import consents
from records.privacy.consents import Purpose

_SCORES = (5, 4, 3, 2, 1)
_CONTENT = 4
"""The score from which no reason is asked for."""
_NOT_SOLVED = ("same", "partly", "other_matter", "again")
_DISAGREE = "disagree"
"""Why a case is taken up again that was declined."""


def offers(seen: FeedbackView) -> tuple[Button, ...]:
    """The buttons under the state of a case: for whoever has its code, on whatever channel it was filed."""
    buttons: list[Button] = []
    if seen.answer:
        buttons.append(button(say("ratings.rate"), "rate_feedback", tracking_code=seen.tracking_code))
    if seen.reopen_until is not None and seen.reopen_until > dt.datetime.now(dt.UTC):
        declined = {"reason": _DISAGREE} if seen.state is FeedbackState.DECLINED else {}
        title = say("ratings.look_again" if declined else "ratings.not_solved")
        buttons.append(button(title, "not_solved", tracking_code=seen.tracking_code, **declined))
    return tuple(buttons)


class _Rating(TurnAction):
    """A button under an answer; what it stands for comes with it, so that words alone never rate or reopen a case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """What the button asks for."""
        code = turn.entity("tracking_code") if turn.pressed else None
        return Outcome((await self._answer(turn, code) if code else Reply(say("ratings.expired"), (person(),)),))

    async def _answer(self, turn: Turn, code: str) -> Reply:
        raise NotImplementedError

    async def _do(self, step: Callable[..., Awaitable[Feedback]], *arguments: object, **more: object) -> Feedback:
        async with self._database.session() as session:
            return await step(session, *arguments, **more)


class RateFeedback(_Rating):
    """The rating: the score first, then why, where it is a low one."""

    label = "action_rate_feedback"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        score = turn.entity("score")
        if score is None or int(score) not in _SCORES:
            buttons = [
                button(say(f"ratings.score_{n}"), "rate_feedback", tracking_code=code, score=str(n)) for n in _SCORES
            ]
            return Reply(say("ratings.how_satisfied"), tuple(buttons))
        reason = turn.entity("reason")
        reasons = [reason] if reason in RATING_REASONS else []
        try:
            case = await self._do(answers.rate, code, int(score), reasons)
        except CaseError as error:
            return Reply(say("ratings.not_rated", reason=error))
        if int(score) < _CONTENT and not reasons:
            why = [
                button(title, "rate_feedback", tracking_code=code, score=score, reason=name)
                for name, title in RATING_REASONS.items()
            ]
            return Reply(say("ratings.why"), tuple(why))
        if reason == "not_solved":
            again = button(say("ratings.take_up_again"), "not_solved", tracking_code=code)
            return Reply(say("ratings.rated_not_solved"), (again,))
        thanks = say("ratings.thanks")
        if case.public_consent is not None or str(case.conversation_id) != turn.conversation_id:
            return Reply(thanks)
        return Reply(
            f"{thanks}\n{say('ratings.may_publish', asked=consents.wording(Purpose.PUBLICATION).text)}",
            (
                button(say("ratings.agree"), "publish_feedback", tracking_code=code, agree="yes"),
                button(say("ratings.disagree"), "publish_feedback", tracking_code=code, agree="no"),
            ),
        )


class NotSolved(_Rating):
    """Takes the case up again; the reason is asked for first."""

    label = "action_not_solved"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        reason = turn.entity("reason")
        if reason not in (*_NOT_SOLVED, _DISAGREE):
            buttons = [
                button(say(f"ratings.{name}"), "not_solved", tracking_code=code, reason=name) for name in _NOT_SOLVED
            ]
            return Reply(say("ratings.how_is_it"), tuple(buttons))
        try:
            await self._do(answers.reopen, code, CITIZEN, reason=WORDINGS[f"ratings.{reason}"]["vi"])
        except CaseError as error:
            return Reply(await self._refused(code, error), (person(),))
        return Reply(say("ratings.reopened"))

    async def _refused(self, code: str, error: CaseError) -> str:
        async with self._database.session() as session:
            seen = await find_feedback(session, code)
        if seen is not None and FeedbackState(seen.state) in OPEN:
            return say("ratings.open_already")
        return say("ratings.not_reopened", reason=error)


class PublishFeedback(_Rating):
    """Keeps whether the case may stand on the public board."""

    label = "action_publish_feedback"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        agrees = turn.entity("agree") == "yes"
        async with self._database.session() as session:
            case = await answers.consent(session, code, agrees=agrees)
            if case.conversation_id is not None:
                change = consents.give if agrees else consents.withdraw
                await change(session, case.conversation_id, Purpose.PUBLICATION)
        if agrees:
            return Reply(say("ratings.published"))
        return Reply(say("ratings.not_published"))
