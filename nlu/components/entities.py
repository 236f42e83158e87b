"""Entities that rules can find, typed or spoken: codes and numbers, dates, sums of money, provinces and communes."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.text.entities import find_entities

_HERE = ZoneInfo("Asia/Ho_Chi_Minh")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RuleEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Adds what ``nlu.text.entities`` finds: kind, official value, the words as they were written (``text``).

    ``start`` and ``end`` count in the normalised text. Dates are read against today in Vietnam.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> RuleEntityExtractor:
        """The extractor has neither settings nor anything to learn."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Extends the entities of every message."""
        today = dt.datetime.now(_HERE).date()
        for message in messages:
            found = [
                {"entity": one.kind, "start": one.start, "end": one.end, "value": one.value, "text": one.text}
                for one in find_entities(message.get(TEXT) or "", today)
            ]
            entities = message.get(ENTITIES, []) + self.add_extractor_name(found)
            message.set(ENTITIES, entities, add_to_output=True)
        return messages
