"""Whole conversations (``tests/journeys``) held with a running assistant: what was as expected, turn by turn."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from knowledge.evaluation import Share

FROZEN = "frozen"
"""The group of journeys that nobody looks into."""

type Turn = dict[str, Any]
"""One turn of a journey: what the citizen does (``user``, ``press``, ``payload``, ``picture``) and what is expected.

The reply ``says`` some things, ``any`` one of some, ``never`` others, and has ``buttons``; ``intent`` and one
``procedure``, or one of several, were understood; a form ``expects`` a slot next, or null.
"""


@dataclass(frozen=True)
class Journey:
    """One conversation; ``group`` is the folder below that it is in, empty for the project's own ones.

    Those in ``frozen`` are only ever measured, never tuned on.
    """

    name: str
    turns: Sequence[Turn]
    group: str


@dataclass
class Played:
    """How a journey went: per turn, what was not as expected; empty for a turn that went well."""

    journey: Journey
    faults: list[list[str]] = field(default_factory=list[list[str]])


def read_journeys(folder: Path) -> Iterator[Journey]:
    """The conversations of ``folder``, then those of the folders below it."""
    for file in (*sorted(folder.glob("*.yml")), *sorted(folder.glob("*/**/*.yml"))):
        written = yaml.safe_load(file.read_text(encoding="utf-8"))
        group = file.parent.relative_to(folder).as_posix()
        yield Journey(file.stem, written["turns"], "" if group == "." else group)


def play(url: str, journey: Journey, picture: bytes) -> Played:
    """Holds the conversation over the public API at ``url``; raises ``httpx.HTTPError`` when it does not answer.

    A button that is not there ends the conversation: the turns left count as failed.
    """
    started = httpx.post(f"{url}/api/v1/conversations", json={"channel": "web"}).raise_for_status().json()
    played = Played(journey)
    with httpx.Client(
        base_url=f"{url}/api/v1/conversations/{started['id']}",
        headers={"Authorization": f"Bearer {started['token']}"},
        timeout=60,
    ) as client:
        answer: dict[str, Any] = {"messages": []}
        for turn in journey.turns:
            message = _message(client, turn, answer, picture)
            if message is None:
                left = len(journey.turns) - len(played.faults)
                played.faults += [[f"no button {turn['press']!r}"]] * left
                break
            answer = client.post("/messages", json=message).raise_for_status().json()
            played.faults.append(faults(turn, answer))
    return played


def _message(client: httpx.Client, turn: Turn, answer: dict[str, Any], picture: bytes) -> dict[str, Any] | None:
    message: dict[str, Any] = {"text": str(turn.get("user", "")), "client_id": uuid.uuid4().hex}
    if turn.get("picture"):
        stored = client.post("/attachments", files={"file": ("anh.png", picture)}).raise_for_status().json()
        message["attachments"] = [stored["id"]]
    if "press" in turn:
        buttons = [button for said in answer["messages"] for button in said["buttons"]]
        named = [button["payload"] for button in buttons if turn["press"].lower() in button["title"].lower()]
        if not named:
            return None
        message["payload"] = named[0]
    return message | ({"payload": turn["payload"]} if "payload" in turn else {})


def faults(turn: Turn, answer: dict[str, Any]) -> list[str]:
    """What the answer to a turn lacks, or has too much; empty when it is as expected."""
    text = "\n".join(message["text"] for message in answer["messages"]).lower()
    titles = [button["title"] for message in answer["messages"] for button in message["buttons"]]
    found = [f"{said!r} is missing in {text!r}" for said in turn.get("says", []) if said.lower() not in text]
    if turn.get("any") and not any(str(said).lower() in text for said in turn["any"]):
        found.append(f"none of {turn['any']} is in {text!r}")
    found += [f"{said!r} must not be in {text!r}" for said in turn.get("never", []) if said.lower() in text]
    for title in turn.get("buttons", []):
        if not any(title.lower() in each.lower() for each in titles):
            found.append(f"no button {title!r} among {titles}")
    understood: dict[str, Any] = answer["understanding"] or {}
    if turn.get("intent", understood.get("intent")) != understood.get("intent"):
        found.append(f"understood as {understood.get('intent')}, not {turn['intent']}")
    if "expects" in turn and turn["expects"] != understood.get("expects"):
        found.append(f"waits for {understood.get('expects')}, not {turn['expects']}")
    meant = [turn["procedure"]] if isinstance(turn.get("procedure"), str) else turn.get("procedure", [])
    if meant and not any(code in understood.get("procedures", ()) for code in meant):
        found.append(f"about {understood.get('procedures')}, not {turn['procedure']}")
    return found if answer["messages"] else ["no reply", *found]


def table(played: Sequence[Played]) -> str:
    """Turns and whole conversations that went well, by group, with Wilson 95 % intervals, as Markdown."""
    lines = ["| | conversations | 95 % | turns | 95 % |", "|---|---|---|---|---|"]
    for group in dict.fromkeys(each.journey.group for each in played):
        some = [each for each in played if each.journey.group == group]
        turns = [not fault for each in some for fault in each.faults]
        whole = [not any(each.faults) for each in some]
        shares = (Share(sum(whole), len(whole)), Share(sum(turns), len(turns)))
        lines.append(f"| {group or 'own'} | " + " | ".join(_shown(share) for share in shares) + " |")
    return "\n".join(lines)


def _shown(share: Share) -> str:
    low, high = share.interval
    return f"{share.hits}/{share.total} = {share.value:.3f} | {low:.3f}–{high:.3f}"
