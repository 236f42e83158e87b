"""The intent classifier of the pipeline: ``intent_model`` as a Rasa component."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.intent_model import IntentModel
from nlu.components.reviewed import Shelf
from nlu.text.places import nothing_else

_FILE = "intents.joblib"
_RANKING = "intent_ranking"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class VietnameseIntentClassifier(GraphComponent, IntentClassifier):
    """Sets intent, confidence and ranking of a message from its text alone; the text itself stays as it was typed."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``strictness``, ``scope_bias``, ``meaning``: see ``IntentModel``; ``ranking``: how many intents it lists."""
        return {"strictness": 0.5, "scope_bias": 0.0, "meaning": 0.0, "ranking": 5}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self.model = model
        self._shelf = shelf
        self._reviewed = ("", model)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> VietnameseIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,  # noqa: ARG003
    ) -> VietnameseIntentClassifier:
        """The classifier that was trained into the model, behind the ones with examples that editors reviewed."""
        shelf = Shelf.of_environment(execution_context.model_id if execution_context else None)
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE), shelf)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the examples and stores the model; ``MOTCUA_SENTENCES`` is the model folder of the encoder."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        sentences = Path(os.environ["MOTCUA_SENTENCES"]) if os.environ.get("MOTCUA_SENTENCES") else None
        untrained = IntentModel(
            self._config["strictness"], self._config["scope_bias"], self._config["meaning"], sentences
        )
        self.model = untrained.train(
            [message.get(TEXT) for message in examples], [message.get(INTENT) for message in examples]
        )
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self.model, folder / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the predictions on the examples, for components that learn from them."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking; a message without a single word, or of a place alone, has no intent."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            first = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, first, add_to_output=True)
            message.set(_RANKING, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        model = self._in_use()
        if model is None or not any(character.isalnum() for character in text) or nothing_else(text):
            return []
        chances = model.chances(text)
        best = np.argsort(-chances)[: self._config["ranking"]]
        return [{INTENT_NAME_KEY: model.intents[i], PREDICTED_CONFIDENCE_KEY: float(chances[i])} for i in best]

    def _in_use(self) -> IntentModel | None:
        """The model with the examples that are live now, else the one of Rasa's model."""
        live = self._shelf.live() if self._shelf else ""
        if not self._shelf or not live:
            return self.model
        if live != self._reviewed[0]:
            self._reviewed = (live, self._shelf.load(live))
        return self._reviewed[1]
