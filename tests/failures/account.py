"""What became of everything that was acknowledged: from the database, and from what Telegram delivered."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import psycopg

from tests.failures.load import Promised
from tests.stack import Stack

_BEFORE, _AFTER = 1.0, 2.0
"""Seconds around a delivery in which a death can keep it from being noted: from the reading of what is to be sent until
the commit."""


class Moment(NamedTuple):
    """When (Unix time) which part was killed."""

    at: float
    part: str


@dataclass
class Account:
    """What was acknowledged, by kind, and what became of it."""

    kills: Counter[str]
    acknowledged: Counter[str]
    repeated: int
    delivered: int = 0
    lost: list[str] = field(default_factory=list[str])
    taken_twice: list[str] = field(default_factory=list[str])
    out_of_order: list[str] = field(default_factory=list[str])
    unanswered: list[str] = field(default_factory=list[str])
    sent_twice: list[str] = field(default_factory=list[str])
    """Twice although no process died in between."""
    sent_twice_by_death: int = 0
    """Twice because the worker or PostgreSQL died between the channel's answer and its noting."""
    broken: list[str] = field(default_factory=list[str])
    """What kept the run from going as planned."""

    @property
    def faults(self) -> list[str]:
        """Everything that may not happen."""
        kinds = (self.lost, self.taken_twice, self.out_of_order, self.unanswered, self.sent_twice, self.broken)
        return [fault for kind in kinds for fault in kind]


def account_for(connection: psycopg.Connection, stack: Stack, promised: Promised, moments: list[Moment]) -> Account:
    """Compares what was promised with what is stored and what was delivered."""
    account = Account(Counter(moment.part for moment in moments), promised.acknowledged, promised.repeated)
    for name, sent in promised.messages.items():
        _messages(connection, account, name, sent)
    _states(connection, account, promised)
    _feedback(connection, account, promised)
    deaths = [moment.at for moment in moments if moment.part in ("worker", "postgres")]
    for name in promised.messages:
        if name.startswith("telegram:"):
            _deliveries(connection, account, stack, int(name.removeprefix("telegram:")), deaths)
    return account


def _messages(connection: psycopg.Connection, account: Account, name: str, sent: list[str]) -> None:
    """Each message once, in the order of sending, answered once and in that order."""
    channel, _, key = name.partition(":")
    column = "id::text" if channel == "web" else "channel_user"
    rows = connection.execute(
        f"""SELECT channel_message_id, state, array(SELECT id FROM messages WHERE in_reply_to = message.id ORDER BY id),
                   array(SELECT text FROM messages WHERE in_reply_to = message.id)
            FROM messages AS message WHERE sender = 'citizen'
            AND conversation_id = (SELECT id FROM conversations WHERE {column} = %s) ORDER BY id""",  # pyright: ignore[reportArgumentType]
        [key],
    ).fetchall()
    stored = [row[0][1:] for row in rows]  # "w" or "m" says where the id is from
    account.lost += [f"{name} message {one}" for one in sent if one not in stored]
    account.taken_twice += [f"{name} message {one}" for one, times in Counter(stored).items() if times > 1]
    account.taken_twice += [f"{name} answer to {row[0]}" for row in rows if len(row[3]) > len(set(row[3]))]
    if [one for one in stored if one in sent] != sent:
        account.out_of_order.append(f"{name}: messages")
    due = [row for row in rows if row[1] != "skipped"]  # one of a flood that was answered together
    account.unanswered += [f"{name} message {row[0]}: {row[1]}" for row in due if row[1] != "answered" or not row[2]]
    replies = [reply for row in rows for reply in row[2]]
    if replies != sorted(replies):
        account.out_of_order.append(f"{name}: replies")


def _states(connection: psycopg.Connection, account: Account, promised: Promised) -> None:
    """Each report once; each dossier in the state reported last."""
    query = "SELECT dossier_code, state, at FROM dossier_events WHERE dossier_code LIKE 'H99.77-%'"
    stored = Counter((code, state, at.timestamp()) for code, state, at in connection.execute(query))
    account.lost += [f"state {one}" for one in promised.states if (one[0], one[1], one[2].timestamp()) not in stored]
    account.taken_twice += [f"state {one}" for one, times in stored.items() if times > 1]
    newest = {code: state for code, state, at in sorted(stored, key=lambda one: one[2])}
    query = "SELECT code, state FROM dossiers WHERE code LIKE 'H99.77-%'"
    shown = {row[0]: row[1] for row in connection.execute(query)}
    account.out_of_order += [f"dossier {code}: {shown[code]}" for code in newest if shown[code] != newest[code]]


def _feedback(connection: psycopg.Connection, account: Account, promised: Promised) -> None:
    """Each case once, under the code that was told."""
    query = "SELECT message_id, tracking_code FROM feedback WHERE message_id LIKE 'key:%'"
    rows = [(row[0].split(":")[1], row[1]) for row in connection.execute(query)]
    account.lost += [f"feedback {one}" for one in promised.feedback.items() if one not in rows]
    times = Counter(key for key, _ in rows)
    account.taken_twice += [f"feedback {key}" for key in promised.feedback if times[key] > 1]


def _deliveries(connection: psycopg.Connection, account: Account, stack: Stack, chat: int, deaths: list[float]) -> None:
    """Each reply sent, in order, and once; a delivery that a death kept from being noted is made again."""
    query = """SELECT state, channel_message_id FROM outbox JOIN conversations ON conversations.id = conversation_id
               WHERE channel_user = %s ORDER BY outbox.id"""
    rows = connection.execute(query, [str(chat)]).fetchall()
    account.lost += [f"telegram:{chat}: reply {state}" for state, _ in rows if state != "sent"]
    noted = [int(message) for _, message in rows if message]
    account.delivered += len(noted)
    if any(left >= right for left, right in pairwise(noted)):
        account.out_of_order.append(f"telegram:{chat}: deliveries")
    for at, to, message in stack.telegram.delivered:
        if to != chat or message in noted:
            continue
        if any(at - _BEFORE <= death <= at + _AFTER for death in deaths):
            account.sent_twice_by_death += 1
        else:
            account.sent_twice.append(f"telegram:{chat}: message {message}")
