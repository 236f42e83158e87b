"""Examples of intents that editors add: trained beside the running bot, tried out, put in use without a restart."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from rasa.core.agent import Agent

from nlu.components.reviewed import Shelf, name_of

TRAINING_SECONDS = 1200
"""How long a request to train may take, with those before it."""
_ERROR_SHOWN = 1000
_one_at_a_time = asyncio.Semaphore(1)


class TrialFailed(Exception):
    """The training process failed; the end of what it said."""


def read_examples(body: Any) -> dict[str, Any]:
    """``examples``, ``live`` (lists of ``[text, intent]``) and ``texts`` of a request; what is missing is empty.

    Raises ``AttributeError``, ``TypeError`` or ``ValueError`` for anything else.
    """
    examples, live, texts = (body.get(key) or [] for key in ("examples", "live", "texts"))
    pairs = [(text, intent) for text, intent in [*examples, *live]]
    if not all(isinstance(value, str) for value in (*texts, *(each for pair in pairs for each in pair))):
        raise TypeError("texts and intents are strings")
    return {"examples": examples, "live": live, "texts": texts}


async def put_live(agent: Agent, wanted: dict[str, Any]) -> dict[str, Any]:
    """Puts ``examples`` in use, trained first where they are not. Raises ``TrialFailed``."""
    shelf = _shelf(agent)
    name = name_of((text, intent) for text, intent in wanted["examples"])
    if name and not shelf.has(name):
        await _run(agent, {**wanted, "texts": None})
    if name != shelf.live():
        shelf.put_live(name)
    return {"live": name}


async def try_out(agent: Agent, wanted: dict[str, Any]) -> dict[str, Any]:
    """What ``examples`` would change against ``live``, as ``bot.trial`` tells it. Raises ``TrialFailed``."""
    return await _run(agent, wanted)


def _shelf(agent: Agent) -> Shelf:
    shelf = Shelf.of_environment(agent.model_id)
    if shelf is None:
        raise TrialFailed("MOTCUA_DATA is not set")
    return shelf


async def _run(agent: Agent, wanted: dict[str, Any]) -> dict[str, Any]:
    """One training process at a time; it ends with the request that wanted it."""
    place = {"folder": str(_shelf(agent).folder), "model_id": agent.model_id, "archive": _archive(agent)}
    async with _one_at_a_time:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "bot.trial"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            told, error = await process.communicate(json.dumps({**wanted, **place}).encode())
        finally:
            if process.returncode is None:
                process.kill()
    if process.returncode:
        raise TrialFailed(error.decode(errors="replace")[-_ERROR_SHOWN:])
    return json.loads(told.splitlines()[-1])


def _archive(agent: Agent) -> str:
    if agent.processor is None:
        raise TrialFailed("the bot is still starting")
    return str(agent.processor.model_path)
