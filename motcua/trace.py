"""The story of a conversation as Rasa keeps it: what each message was understood as, why, what was done, and said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import psycopg

_EVENTS = "SELECT data FROM events WHERE sender_id = %s ORDER BY id"
_QUIET = frozenset({"action_listen", "action_session_start", "action_extract_slots"})
_LONGEST = 400


def story(database_url: str, conversation_id: str) -> list[str]:
    """One text per turn of the conversation, in order; empty where the bot has none of this id."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute(_EVENTS, [conversation_id]).fetchall()
    return ["\n".join(_told(turn)) for turn in turns(json.loads(data) for (data,) in rows)]


def turns(events: Iterable[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The events of each turn: a message of the citizen and all that follows it."""
    found: list[list[dict[str, Any]]] = []
    for event in events:
        if event["event"] == "user" and event.get("text") is not None:
            found.append([])
        if found:
            found[-1].append(event)
    return found


def _told(events: list[dict[str, Any]]) -> list[str]:
    lines = _understood(events[0])
    for event in events[1:]:
        match event["event"]:
            case "action" if event["name"] not in _QUIET:
                why = f" ({event['policy']})" if event.get("policy") else ""
                lines.append(f"  action      {event['name']}{why}")
            case "slot" if event["name"] != "session_started_metadata":
                lines.append(f"  slot        {event['name']} = {_short(event['value'])}")
            case "active_loop":
                lines.append(f"  form        {event['name'] or 'left'}")
            case "bot":
                lines += _said(event)
            case _:
                pass
    return lines


def _understood(user: dict[str, Any]) -> list[str]:
    parsed: dict[str, Any] = user.get("parse_data") or {}
    intent: dict[str, Any] = parsed.get("intent") or {}
    ranking = [each for each in parsed.get("intent_ranking") or () if each["name"] != intent.get("name")][:3]
    rivals = ", ".join(f"{each['name']} {each['confidence']:.2f}" for each in ranking)
    entities = ", ".join(f"{each['entity']}={each['value']}" for each in parsed.get("entities") or ())
    lines = [f"> {user['text']}", f"  understood  {intent.get('name')} {intent.get('confidence', 0):.2f}"]
    if rivals:
        lines.append(f"  rather than {rivals}")
    if entities:
        lines.append(f"  entities    {entities}")
    return lines


def _said(bot: dict[str, Any]) -> list[str]:
    data: dict[str, Any] = bot.get("data") or {}
    custom: dict[str, Any] = data.get("custom") or {}
    lines: list[str] = []
    if custom.get("trace"):
        lines.append(f"  search      {custom['trace']}")
    if custom.get("intent"):
        lines.append(f"  decided     {custom['intent']}")
    first, *rest = (bot.get("text") or "").splitlines() or [""]
    lines += [f"  reply       {first}", *(f"              {line}" for line in rest if line)]
    buttons = " ".join(f"[{button['title']}]" for button in data.get("buttons") or ())
    return [*lines, f"  buttons     {buttons}"] if buttons else lines


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
