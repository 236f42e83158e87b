"""``kill -9`` at random moments under load, and the account of what became of everything that was acknowledged."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import httpx
import psutil
import psycopg

from records.settings import Settings
from tests.failures.account import Account, Moment, account_for
from tests.failures.load import Load
from tests.stack import Stack

_MARKS = {"bot": "rasa", "worker": "api.worker", "api": "api.app", "actions": "actions.server", "postgres": "postgres"}
_FIRST = ("bot", "worker", "worker", "worker")
"""What a dead worker had begun is taken up again after half a minute: so these come first, and the end is short."""
_THEN = ("api", "api", "api", "actions", "actions", "actions", "postgres", "postgres")
ROUND = len(_FIRST) + len(_THEN)
"""Kills in a round."""
_BACK_SECONDS = 240
_DRAIN_SECONDS = 300


def kill_under_load(
    stack: Stack, rounds: int, *, seed: int, web: int = 4, telegrams: int = 4, tell: Callable[[str], None] = print
) -> Account:
    """Kills ``ROUND`` processes in each round of use, lets the stack come to rest, and accounts for everything.

    After each it waits until the process that died answers again and something of every kind was acknowledged. What
    goes wrong is a fault in the account, so that there always is one. ``tell`` hears of every kill.
    """
    stack.telegram.answer_seconds = 0.1  # as long as the real one takes; a death in it makes a second sending
    dice, load, moments, faults = random.Random(seed), Load(stack, seed), list[Moment](), list[str]()
    with load.running(web, telegrams):
        in_use = _back(stack, load, None)
        for part in _plan(dice, rounds):
            if not in_use:
                break
            time.sleep(dice.uniform(0, 1.5))
            moments.append(_kill(stack, part))
            tell(f"{len(moments)}/{rounds * ROUND} {part} killed after {load.promised.acknowledged.total()} promises")
            in_use = _back(stack, load, moments[-1])
        if not in_use:
            faults.append(f"not in use again {_BACK_SECONDS} s after {moments[-1] if moments else 'the start'}")
    faults += load.errors
    with psycopg.connect(_database(stack), autocommit=True) as connection:
        _drain(connection)
        account = account_for(connection, stack, load.promised, moments)
    account.broken += faults
    return account


def _plan(dice: random.Random, rounds: int) -> Iterator[str]:
    for _ in range(rounds):
        for parts in (_FIRST, _THEN):
            yield from dice.sample(parts, len(parts))


def _kill(stack: Stack, part: str) -> Moment:
    while (process := _process(stack, part)) is None:
        time.sleep(0.05)
    process.kill()
    return Moment(time.time(), part)


def _process(stack: Stack, part: str) -> psutil.Process | None:
    """The process of one part, as a child of the supervisor; none while it is being started again."""
    for child in psutil.Process(stack.process.pid).children():
        try:
            if any(_MARKS[part] in word for word in child.cmdline()):
                return child
        except psutil.NoSuchProcess:
            continue
    return None


def _back(stack: Stack, load: Load, moment: Moment | None) -> bool:
    """Waits until what was killed answers and citizens and agencies got acknowledgements since."""
    before, deadline = load.promised.acknowledged.copy(), time.monotonic() + _BACK_SECONDS
    while time.monotonic() < deadline and not load.errors:
        gained = load.promised.acknowledged - before
        if len(gained) == len(load.kinds) and (moment is None or _answers(stack, moment)):
            return True
        time.sleep(0.1)
    return False


def _answers(stack: Stack, moment: Moment) -> bool:
    if moment.part == "worker":
        with psycopg.connect(_database(stack)) as connection:
            query = "SELECT max(last_heartbeat) FROM procrastinate_workers"
            heartbeat = connection.execute(query).fetchall()[0][0]
            return heartbeat is not None and heartbeat.timestamp() > moment.at
    try:
        parts = stack.health()["parts"]
    except httpx.HTTPError:
        return False
    return moment.part == "api" or parts["database" if moment.part == "postgres" else moment.part] == "ok"


def _database(stack: Stack) -> str:
    return Settings(data=stack.data, DATABASE_URL=None).url()  # pyright: ignore[reportCallIssue]


def _drain(connection: psycopg.Connection) -> None:
    """Waits until every message is answered and every reply is sent or given up, within bounds."""
    deadline = time.monotonic() + _DRAIN_SECONDS
    waiting = """SELECT (SELECT count(*) FROM messages WHERE state = 'received')
                      + (SELECT count(*) FROM outbox WHERE state = 'pending')"""
    while connection.execute(waiting).fetchall()[0][0] and time.monotonic() < deadline:
        time.sleep(0.2)
