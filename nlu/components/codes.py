"""Entities that rules can find: dossier, tracking and procedure codes, phone and identity numbers, typed or spoken."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.text.codes import find_codes
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written

ENTITY_OF_KIND = {
    "dossier": "dossier_code",
    "feedback": "tracking_code",
    "procedure": "procedure",
    "phone": "phone",
    "identity": "identity_number",
    "old_identity": "identity_number",
}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class CodeExtractor(GraphComponent, EntityExtractorMixin):
    """Adds one entity per code of ``nlu.text.codes``, its official spelling as the value.

    ``start`` and ``end`` count in the normalised text, spoken codes written out.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],  # noqa: ARG003
        model_storage: ModelStorage,  # noqa: ARG003
        resource: Resource,  # noqa: ARG003
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> CodeExtractor:
        """The extractor has neither settings nor anything to learn."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Extends the entities of every message."""
        for message in messages:
            found = find_codes(spoken_to_written(normalise(message.get(TEXT) or "")))
            entities = [
                {"entity": ENTITY_OF_KIND[code.kind], "start": code.start, "end": code.end, "value": code.value}
                for code in found
            ]
            entities = self.add_extractor_name(entities)
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages
