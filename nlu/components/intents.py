"""The intent classifier: logistic regression on TF-IDF of words and of character n-grams, with and without accents.

Every training example is learned twice, as written and with its accents stripped, because plain features do not
survive missing accents (``docs/decisions/0003-nlu-pipeline.md``).
"""

from __future__ import annotations

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
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union

from nlu.text.abbreviations import expand
from nlu.text.codes import find_codes
from nlu.text.normalise import fold, normalise

_FILE = "intents.joblib"
_WORD = r"\w+"
_RANKING = "intent_ranking"
_LONGEST = 600
"""Characters of a message that are looked at; a longer text says what it wants before that."""


def readable(text: str) -> str:
    """The text as the features see it: one spelling, abbreviations written out, every code as its kind."""
    text = normalise(text[:_LONGEST])
    for code in reversed(find_codes(text)):
        text = f"{text[: code.start]}_{code.kind}_{text[code.end :]}"
    return expand(text).lower()


def new_model(strictness: float) -> Pipeline:
    """An untrained model; ``strictness`` is the inverse regularisation of the regression (``C``)."""
    features: FeatureUnion = make_union(
        TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 2), sublinear_tf=True, lowercase=False),
        TfidfVectorizer(token_pattern=_WORD, ngram_range=(1, 3), sublinear_tf=True, preprocessor=fold),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, preprocessor=fold, min_df=2),
    )
    return make_pipeline(features, LogisticRegression(C=strictness, max_iter=500))


def with_stripped(texts: list[str], labels: list[str]) -> tuple[list[str], list[str]]:
    """The examples, followed by those that look different without their accents."""
    stripped = [(fold(text), label) for text, label in zip(texts, labels, strict=True) if fold(text) != text.lower()]
    return [*texts, *(text for text, _ in stripped)], [*labels, *(label for _, label in stripped)]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class FoldedIntentClassifier(GraphComponent, IntentClassifier):
    """Sets intent, confidence and ranking of a message from its text alone."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """``strictness``: see ``new_model``; ``ranking``: how many intents the ranking lists."""
        return {"strictness": 20.0, "ranking": 5}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Pipeline | None = None,
    ) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
    ) -> FoldedIntentClassifier:
        """An untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003
        **kwargs: Any,  # noqa: ARG003
    ) -> FoldedIntentClassifier:
        """The classifier that was trained into the model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the examples and stores the model."""
        examples = [message for message in training_data.intent_examples if message.get(TEXT)]
        texts, labels = with_stripped(
            [readable(message.get(TEXT)) for message in examples], [message.get(INTENT) for message in examples]
        )
        self._model = new_model(self._config["strictness"]).fit(texts, labels)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / _FILE)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the predictions on the examples, for components that learn from them."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets intent and ranking; a message without a single word has no intent."""
        for message in messages:
            ranking = self._ranking(message.get(TEXT) or "")
            first = ranking[0] if ranking else {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}
            message.set(INTENT, first, add_to_output=True)
            message.set(_RANKING, ranking, add_to_output=True)
        return messages

    def _ranking(self, text: str) -> list[dict[str, Any]]:
        text = readable(text)
        if self._model is None or not any(character.isalnum() for character in text):
            return []
        chances = self._model.predict_proba([text])[0]
        best = np.argsort(-chances)[: self._config["ranking"]]
        return [
            {INTENT_NAME_KEY: str(self._model.classes_[i]), PREDICTED_CONFIDENCE_KEY: float(chances[i])} for i in best
        ]
