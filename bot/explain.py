"""Why the trained model understands a text as it does: lines in, JSON lines out.

``python -m bot.explain MODEL`` reads texts from standard input and prints, beside what ``bot.parse`` prints,
``"steps"`` (``name``, ``before``, ``after`` of every change to the text) and, for the three likeliest intents,
``"reasons"`` (``intent``, and ``for`` it the n-grams that spoke most: ``view``, ``words``, ``weight``).
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource

from bot.parse import parse
from nlu.components.intent_model import IntentModel
from nlu.components.intents import VietnameseIntentClassifier

_INTENTS = 3
_REASONS = 8


def intent_model(archive: str) -> IntentModel:
    """The classifier's model out of a trained model of Rasa. Raises ``ValueError`` where it has none."""
    with tempfile.TemporaryDirectory() as folder:
        storage, metadata = LocalModelStorage.from_model_archive(Path(folder), archive)
        for node in metadata.predict_schema.nodes.values():
            if node.uses is VietnameseIntentClassifier and isinstance(node.resource, Resource):
                model = VietnameseIntentClassifier.load(node.config, storage, node.resource, None).model  # type: ignore[arg-type]
                if model is not None:
                    return model
    raise ValueError(f"{archive} has no intent classifier of ours")


def explain(model: IntentModel, text: str, intents: list[str]) -> dict[str, Any]:
    """The steps of the text and the reasons for each of ``intents``."""
    steps = [{"name": step.name, "before": step.before, "after": step.after} for step in model.steps(text)]
    reasons = [
        {"intent": intent, "for": [vars(reason) for reason in model.reasons(text, intent, _REASONS)]}
        for intent in intents
    ]
    return {"steps": steps, "reasons": reasons}


async def main(archive: str) -> None:
    """Explains every line of standard input."""
    agent, model = Agent.load(archive), intent_model(archive)
    for line in sys.stdin:
        parsed = await parse(agent, line.rstrip("\n"))
        intents = [each["name"] for each in parsed["ranking"][:_INTENTS]]
        print(json.dumps(parsed | explain(model, parsed["text"], intents), ensure_ascii=False), flush=True)  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
