"""An invented office at work: agencies, staff, cases of the last months, conversations, a report that is due."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from motcua import demo_calls
from records import agencies, conversations, waiting
from records.calendar import TIME_ZONE
from records.conversations import NewMessage
from records.database import database_of
from records.dossier_states import DossierState
from records.feedback.codes import new_tracking_code
from records.figures import reports
from records.figures.periods import Every
from records.models import (
    Agency,
    Conversation,
    Dossier,
    Feedback,
    FeedbackEvent,
    FeedbackRating,
    Handover,
    Message,
    ReportDefinition,
    StaffMember,
)
from records.staff import accounts, polls, replies
from records.staff.polls import NewPoll

_DATA = Path(__file__).with_suffix(".yml")
_TERM = dt.timedelta(days=14)
_BATCH = 5000
_CHANNELS = ("web", "web", "zalo", "zalo", "telegram", "voice", "open311")


@dataclass(frozen=True)
class Size:
    """How much: cases, conversations and dossiers, spread over the last ``days``."""

    cases: int = 600
    talks: int = 400
    dossiers: int = 2500
    days: int = 120


async def fill(session: AsyncSession, size: Size, seed: int = 1) -> dict[str, str]:
    """Fills an empty office; returns the first passwords by login.

    Raises ``ValueError`` in production, and where there are staff already.
    """
    if database_of(session).settings.environment == "production":
        raise ValueError("demonstration data is never loaded in production")
    if (await session.execute(select(StaffMember.id).limit(1))).first():
        raise ValueError("there are accounts of staff already; the invented office is for an empty database")
    data: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    chance = random.Random(seed)  # noqa: S311 - invented data
    for agency in data["agencies"]:
        await agencies.add(session, agency["name"], [agency["prefix"]])
    passwords = {
        each["login"]: await accounts.add(
            session, each["login"], each["name"], each["roles"], agency=each.get("agency")
        )
        for each in data["staff"]
    }
    members = (await session.execute(select(StaffMember).order_by(StaffMember.id))).scalars().all()
    await _cases(session, data, size, chance)
    await _talks(session, data, size, chance)
    await _dossiers(session, data, size, chance)
    for text in data["waiting"]:
        await _waiting(session, text, chance)
    await demo_calls.add(session, data["hotline"])
    for shortcut, text in data["replies"].items():
        await replies.save(session, members[0], shortcut, text)
    await _report(session, members[0], data["report"])
    await _poll(session, members[0], data["poll"])
    return passwords


async def _cases(session: AsyncSession, data: dict[str, Any], size: Size, chance: random.Random) -> None:
    ids = {agency.name: agency.id for agency in (await session.execute(select(Agency))).scalars()}
    made = _made_cases(data, ids, size, chance)
    for start in range(0, size.cases, _BATCH):
        rows = [next(made) for _ in range(min(_BATCH, size.cases - start))]
        stored = await session.execute(insert(Feedback).returning(Feedback.id, sort_by_parameter_order=True), rows)
        keys = list(stored.scalars())
        both = list(zip(keys, rows, strict=True))
        await session.execute(insert(FeedbackEvent), [event for key, row in both for event in _story(key, row)])
        rated = [
            {"feedback_id": key, "score": _score(row, chance), "at": row["answered_at"] + dt.timedelta(hours=20)}
            for key, row in both
            if row["answered_at"] and chance.random() < 0.6
        ]
        if rated:
            await session.execute(insert(FeedbackRating), rated)


def _made_cases(
    data: dict[str, Any], ids: dict[str, int], size: Size, chance: random.Random
) -> Iterator[dict[str, Any]]:
    now = dt.datetime.now(dt.UTC)
    while True:
        category = chance.choice(list(data["cases"]))
        agency = chance.choice([*data["agencies"], None])
        created = now - dt.timedelta(days=size.days * chance.random() ** 1.3, minutes=5)
        in_time = chance.random() < (agency["diligence"] if agency else 0.9)
        took = _TERM * (chance.uniform(0.1, 0.95) if in_time else chance.uniform(1.05, 3))
        answered = created + took if created + took < now else None
        state = "answered" if answered else "with_agency" if agency else chance.choice(["received", "accepted"])
        yield {
            "tracking_code": new_tracking_code(),
            "kind": "report",
            "what": chance.choice(data["cases"][category]).replace("{n}", str(chance.randint(2, 9))),
            "where": f"Thôn {chance.randint(1, 12)}, xã Mẫu",
            "when": "",
            "source": chance.choice(_CHANNELS),
            "category": category,
            "agency": agency["name"] if agency else "",
            "agency_id": ids[agency["name"]] if agency else None,
            "state": state,
            "created_at": created,
            "due_at": created + _TERM,
            "warn_at": created + _TERM * 0.8,
            "answer": data["answer"] if answered else "",
            "answered_at": answered,
            "demonstration": True,
        }


def _story(key: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    steps = [("receive", "received", row["created_at"], "citizen", "Người gửi")]
    if row["state"] != "received":
        steps.append(("accept", "accepted", row["created_at"] + dt.timedelta(minutes=40), "clerk", "Lê Văn Minh"))
    if row["answered_at"]:
        steps.append(("answer", "answered", row["answered_at"], "clerk", "Phạm Thu Hòa"))
    for step, state, at, kind, name in steps:
        yield {
            "feedback_id": key, "step": step, "state": state, "actor_kind": kind, "actor_name": name, "at": at,
            "actor_id": "", "reason": "", "public_note": "", "details": {},
        }  # fmt: skip


def _score(row: dict[str, Any], chance: random.Random) -> int:
    return chance.choice([4, 5, 5] if row["answered_at"] <= row["due_at"] else [1, 2, 3, 4])


async def _talks(session: AsyncSession, data: dict[str, Any], size: Size, chance: random.Random) -> None:
    now = dt.datetime.now(dt.UTC)
    for _ in range(size.talks):
        at = now - dt.timedelta(days=size.days * chance.random() ** 2.5, minutes=2)
        conversation = Conversation(channel=chance.choice(["web", "zalo", "telegram"]), created_at=at)
        session.add(conversation)
        await session.flush()
        text, code, name = chance.choice(data["asked"])
        if missed := chance.random() < 0.15:
            text = chance.choice(data["unanswered"])
        understanding = {"intent": "ask_procedure", "confidence": 0.9, "procedures": [] if missed else [code]}
        said = [
            Message(sender="citizen", text=text, state="answered", understanding=understanding, created_at=at),
            Message(
                sender="bot",
                text="Dạ, em chưa tìm thấy thủ tục nào khớp." if missed else f"Dạ, thủ tục {name} như sau ạ.",
                procedure=None if missed else {"code": code, "name": name},
                created_at=at + dt.timedelta(seconds=1),
            ),
        ]
        for message in said:
            message.conversation_id = conversation.id
            session.add(message)
        if missed and chance.random() < 0.4:
            asked = at + dt.timedelta(minutes=1)
            taken = asked + dt.timedelta(minutes=chance.randint(1, 20))
            ended = taken + dt.timedelta(minutes=10)
            session.add(
                Handover(
                    conversation_id=conversation.id,
                    reason="Công dân đề nghị gặp cán bộ",
                    asked_at=asked,
                    taken_at=taken,
                    ended_at=ended,
                )
            )


async def _dossiers(session: AsyncSession, data: dict[str, Any], size: Size, chance: random.Random) -> None:
    """Dossiers of three invented provinces, each with a diligence of its own."""
    today = dt.datetime.now(TIME_ZONE).date()
    rows: list[dict[str, Any]] = []
    for serial in range(size.dossiers):
        unit, diligence = chance.choice([("H97", 0.97), ("H98", 0.9), ("H99", 0.8)])
        _, procedure, name = chance.choice(data["asked"])
        submitted = today - dt.timedelta(days=int(size.days * chance.random() ** 1.5))
        promised = submitted + dt.timedelta(days=chance.choice([3, 5, 7, 15]))
        finished = promised + dt.timedelta(days=chance.randint(-2, 0) if chance.random() < diligence else 4)
        done = finished <= today
        rows.append(
            {
                "code": f"{unit}.10-{submitted:%y%m%d}-{10_000 + serial}",
                "procedure_code": procedure,
                "procedure_name": name,
                "agency": data["agencies"][0]["name"],
                "state": DossierState.RETURNED if done else DossierState.PROCESSING,
                "submitted_on": submitted,
                "promised_on": promised,
                "finished_on": finished if done else None,
                "demonstration": True,
            }
        )
    await session.execute(insert(Dossier), rows)


async def _waiting(session: AsyncSession, text: str, chance: random.Random) -> None:
    """A conversation that waits for a person now."""
    conversation, _ = await conversations.start_web(session)
    message, _ = await conversations.take(session, conversation.id, NewMessage(text))
    message.state = "answered"
    message.understanding = {"intent": "request_person", "confidence": 0.97, "procedures": []}
    await waiting.ask(session, conversation.id, "Công dân đề nghị gặp cán bộ")
    asked = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=chance.randint(2, 25))
    of_it = Handover.conversation_id == conversation.id
    due = database_of(session).calendar.add_working_time(asked, waiting.ANSWER_WITHIN)
    await session.execute(update(Handover).where(of_it).values(asked_at=asked, due_at=due))


async def _poll(session: AsyncSession, lead: StaffMember, told: dict[str, Any]) -> None:
    """Two agencies are asked about an open case; the one with somebody in the console has answered."""
    ids = (await session.execute(select(Agency.id).where(Agency.name.in_(told["agencies"])))).scalars().all()
    about = Feedback.what == told["about"], Feedback.answered_at.is_(None)
    open_case = select(Feedback.tracking_code).where(*about).order_by(Feedback.due_at.desc()).limit(1)
    if (code := (await session.execute(open_case)).scalar_one_or_none()) is None:
        return
    poll = await polls.ask(session, code, lead, NewPoll(told["question"], told["options"], ids, 3))
    there = select(StaffMember).where(StaffMember.agency_id.in_(ids)).limit(1)
    await polls.answer(session, poll.id, (await session.execute(there)).scalar_one(), 0, told["reason"])


async def _report(session: AsyncSession, lead: StaffMember, name: str) -> None:
    """A monthly report since two months ago: the first one was sent, the next one is due."""
    first = Every.MONTH.start(Every.MONTH.start(dt.datetime.now(TIME_ZONE).date()) - dt.timedelta(days=40))
    owners = [0, *(await session.execute(select(Agency.id).order_by(Agency.id).limit(2))).scalars()]
    indicators = ["received", "answered", "on_time", "days", "late", "satisfaction"]
    await reports.define(session, lead, name, indicators, Every.MONTH, 5, owners)
    await session.execute(update(ReportDefinition).values(since=first))
    definition = (await reports.definitions(session))[0]
    unsigned = await reports.find(session, lead, definition.id, 0, first)
    assert unsigned is not None
    await reports.sign(session, lead, unsigned, "Số liệu đã rà soát.")
    await session.flush()
    signed = await reports.find(session, lead, definition.id, 0, first)
    assert signed is not None
    await reports.send(session, lead, signed)
