"""Danger to life comes before everything else, whatever the trained classifier makes of the message."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.text.emergencies import kind_of_emergency

_ENTITY = "emergency"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EmergencyDetector(GraphComponent, EntityExtractorMixin):
    """Adds the entity ``emergency`` with the kind, and sets the intent ``emergency`` where the wording is certain.

    Stands after the intent classifier in the pipeline.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> EmergencyDetector:
        """The detector has neither settings nor anything to learn."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Marks every message that speaks of an emergency."""
        for message in messages:
            text = message.get(TEXT) or ""
            kind, certain = kind_of_emergency(text)
            if kind is None:
                continue
            entity = {"entity": _ENTITY, "start": 0, "end": len(text), "value": kind}
            entities = [*message.get(ENTITIES, []), *self.add_extractor_name([entity])]
            message.set(ENTITIES, entities, add_to_output=True)
            if certain:
                message.set(INTENT, {INTENT_NAME_KEY: _ENTITY, PREDICTED_CONFIDENCE_KEY: 1.0}, add_to_output=True)
        return messages
