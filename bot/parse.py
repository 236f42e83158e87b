"""What the trained model makes of a text, without server and conversation: lines in, JSON lines out.

``python -m bot.parse MODEL`` reads texts from standard input and prints ``{"text", "intent", "confidence", "entities",
"ranking"}`` for each, as Rasa would understand it.
"""

from __future__ import annotations

import asyncio
import json
import sys

from rasa.core.agent import Agent


async def main(model: str) -> None:
    """Parses every line of standard input with ``model``."""
    agent = Agent.load(model)
    for line in sys.stdin:
        parsed = await agent.parse_message(line.rstrip("\n"))
        ranking = [each for each in parsed.get("intent_ranking", []) if each["name"] != "nlu_fallback"]
        result = {
            "text": parsed["text"],
            "intent": parsed["intent"]["name"],
            "confidence": parsed["intent"]["confidence"],
            "entities": [{"entity": each["entity"], "value": each["value"]} for each in parsed["entities"]],
            "ranking": ranking,
        }
        print(json.dumps(result, ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
