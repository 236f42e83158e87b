"""Personal data in texts, made unreadable for whoever has no need of it: Presidio with Vietnamese recognisers.

The recognisers are ``nlu.text.personal``; no language model takes part, so nothing is downloaded. Bank cards are
Presidio's own.
"""

# Presidio is typed in part.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, get_args

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer
from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig
from presidio_anonymizer.entities import RecognizerResult as Found
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlu.text.personal import PersonalKind, find_personal

LABELS = {
    "phone": "số điện thoại",
    "identity": "số giấy tờ",
    "email": "thư điện tử",
    "bank": "số tài khoản",
    "dossier": "mã hồ sơ",
    "registration": "mã số cá nhân",
    "name": "tên người",
    "address": "địa chỉ",
    "credit_card": "số thẻ",
}
_LANGUAGE = "vi"


def masked(text: str) -> str:
    """``text`` (NFC) with its personal data replaced by what it is: "gọi ‹số điện thoại› giúp tôi"."""
    text = unicodedata.normalize("NFC", text)
    found = [Found(one.entity_type, one.start, one.end, one.score) for one in _analyse(text)]
    return _anonymizer().anonymize(text, found, _OPERATORS).text


def kinds_in(text: str) -> list[tuple[int, int, str]]:
    """Where personal data stands in ``text`` (NFC), and of which kind."""
    return [(one.start, one.end, one.entity_type.lower()) for one in _analyse(text)]


def is_personal(text: str) -> bool:
    """Whether personal data stands in ``text``, or stood where ``masked`` put what it was."""
    return "‹" in text or bool(kinds_in(unicodedata.normalize("NFC", text)))


_OPERATORS = {kind.upper(): OperatorConfig("replace", {"new_value": f"‹{label}›"}) for kind, label in LABELS.items()}


class VietnameseRecognizer(EntityRecognizer):
    """What people in Vietnam write of themselves, as ``nlu.text.personal`` finds it."""

    def __init__(self) -> None:
        kinds = [kind.upper() for kind in get_args(PersonalKind)]
        super().__init__(supported_entities=kinds, supported_language=_LANGUAGE)

    def load(self) -> None:
        """Nothing to load: the recogniser has no model."""

    def analyze(
        self,
        text: str,
        entities: list[str],
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """The findings of the wanted kinds; each is certain, because a form and its context decided."""
        found = find_personal(text)
        return [
            RecognizerResult(one.kind.upper(), one.start, one.end, 1.0) for one in found if one.kind.upper() in entities
        ]


class NoLanguageModel(NlpEngine):
    """Presidio's place for a language model, left empty."""

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        """Always: there is nothing to load."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
        """No tokens, no lemmas."""
        return NlpArtifacts([], Doc(Vocab()), [], [], self, language)

    def process_batch(self, texts: Iterable[Any], language: str, *_: Any, **__: Any) -> Any:
        """The same for many texts."""
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Unknown without a model."""
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        """Unknown without a model."""
        return False

    def get_supported_entities(self) -> list[str]:
        """None of its own."""
        return []

    def get_supported_languages(self) -> list[str]:
        """Vietnamese."""
        return [_LANGUAGE]


def _analyse(text: str) -> list[RecognizerResult]:
    return _analyzer().analyze(text, _LANGUAGE)


@cache
def _analyzer() -> AnalyzerEngine:
    recognizers = [VietnameseRecognizer(), CreditCardRecognizer(supported_language=_LANGUAGE)]
    registry = RecognizerRegistry(recognizers, supported_languages=[_LANGUAGE])
    return AnalyzerEngine(registry, NoLanguageModel(), supported_languages=[_LANGUAGE])


@cache
def _anonymizer() -> AnonymizerEngine:
    return AnonymizerEngine()
