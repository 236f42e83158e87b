"""What the trained model makes of a text, without server and conversation: lines in, JSON lines out.

``python -m bot.parse MODEL`` reads texts from standard input and prints ``{"text", "intent", "confidence", "entities",
"ranking"}`` for each, as Rasa would understand it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from rasa.core.agent import Agent


async def parse(agent: Agent, text: str) -> dict[str, Any]:
    """What ``agent`` understands ``text`` as, the fallback left out of the ranking."""
    parsed = await agent.parse_message(text)
    return {
        "text": parsed["text"],
        "intent": parsed["intent"]["name"],
        "confidence": parsed["intent"]["confidence"],
        "entities": [{"entity": each["entity"], "value": each["value"]} for each in parsed["entities"]],
        "ranking": [each for each in parsed.get("intent_ranking", []) if each["name"] != "nlu_fallback"],
    }


async def main(model: str) -> None:
    """Parses every line of standard input with ``model``."""
    agent = Agent.load(model)
    for line in sys.stdin:
        print(json.dumps(await parse(agent, line.rstrip("\n")), ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
