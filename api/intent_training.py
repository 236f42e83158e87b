"""What the worker does with examples of editors: a trial run of a new set, and keeping the bot on the set in use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

import structlog

from api.bot import Bot, BotUnavailable, ExampleSet, Trial
from records import unanswered
from records.base import Json
from records.database import Database
from records.models import IntentVersion
from records.privacy.masking import masked
from records.staff import intents
from records.staff.intents import TrialState

_SINCE = dt.timedelta(days=30)
_MOST_ASKED = 200
"""Questions of each kind, answered and not, that a trial run asks."""


async def try_out(database: Database, bot: Bot, number: int) -> None:
    """Trains the bot with a version beside the one in use, and notes on it what is understood otherwise then."""
    since = dt.datetime.now(dt.UTC) - _SINCE
    async with database.session() as session:
        version = await session.get_one(IntentVersion, number)
        if version.state not in (TrialState.WAITING, TrialState.RUNNING):
            return
        version.state = TrialState.RUNNING
        base = await session.get_one(IntentVersion, version.base)
        badly = [question.text for question in await unanswered.unanswered(session, since, _MOST_ASKED)]
        well = await unanswered.understood(session, since, _MOST_ASKED)
    new, now = _pairs(version), _pairs(base)
    meant = dict([*now, *new])
    asked = list(dict.fromkeys([*meant, *badly, *well]))
    try:
        told = await bot.try_examples(new, now, asked)
    except BotUnavailable as error:
        structlog.get_logger().warning("examples not tried out", version=number, reason=str(error))
        told = None
    async with database.session() as session:
        version = await session.get_one(IntentVersion, number)
        version.state = TrialState.DONE if told else TrialState.FAILED
        if told:
            chosen = {intent for _, intent in set(new) - set(now)}
            version.outcome = _outcome(asked, told, meant, chosen, set(badly))


async def settle(database: Database, bot: Bot) -> None:
    """Has the bot use the published set; after an update of the bot, too, for which it is trained anew.

    Trial runs that ended with their worker are queued anew.
    """
    async with database.session() as session:
        await intents.resume(session)
        version = await intents.live(session)
    if version is None:
        return
    try:
        await bot.use_examples(_pairs(version))
    except BotUnavailable as error:
        structlog.get_logger().warning("examples not in use yet", version=version.number, reason=str(error))
        return
    async with database.session() as session:
        now = await intents.live(session)
        if now and now.number == version.number and now.taken_up_at is None:
            now.taken_up_at = dt.datetime.now(dt.UTC)


def _pairs(version: IntentVersion) -> ExampleSet:
    return [(example["text"], example["intent"]) for example in version.examples]


def _outcome(
    asked: list[str], told: Trial, meant: dict[str, str], chosen: Collection[str], badly: Collection[str]
) -> Json:
    """``{"asked", "held_out", "fixed", "broken", "moved", "unlearned"}``.

    The first two are counts of texts; the next three list ``{"text", "before", "after"}``, texts masked; the last lists
    examples that are not understood even so.
    """
    found: dict[str, list[Json]] = {"fixed": [], "broken": [], "moved": []}
    questions = [
        (text, meant.get(text), before, after) for text, (before, after) in zip(asked, told.texts, strict=True)
    ]
    for text, right, before, after in [*questions, *told.held_out]:
        for verdict in _verdicts(before, after, right, after in chosen, text in badly):
            found[verdict].append({"text": masked(text), "before": before, "after": after})
    unlearned = [text for text, right, _, after in questions if right and after != right]
    return {"asked": len(asked), "held_out": len(told.held_out), "unlearned": unlearned, **found}


def _verdicts(before: str | None, after: str | None, right: str | None, chosen: bool, badly: bool) -> Iterator[str]:
    """What a change is: known to be right or wrong, else judged by what the editor wants and how the talk went."""
    if before == after:
        return
    if right:
        if right in (before, after):
            yield "fixed" if after == right else "broken"
    elif chosen and (badly or before is None):
        yield "fixed"
    else:
        yield "broken" if before and not badly else "moved"
