"""The accent restorer, trained on the catalogue's own words and on our everyday sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import nlu
from knowledge.index.document import Document
from nlu.text.restorer import Restorer, everyday_texts

_INTENTS = Path(nlu.__file__ or "").parent / "data"
_NAME_COUNTS = 5
_EVERYDAY_COUNTS = 20
_EXAMPLE = re.compile(r"^\s*-\s+(?!intent:|lookup:|synonym:|regex:)(?P<text>\S.*)$", re.MULTILINE)
_MARKUP = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})?")


def restorer_path(data: Path) -> Path:
    """Where the trained restorer lies in the data folder; Rasa's process reads it too."""
    return data / "knowledge" / "restorer.json.gz"


def train_restorer(documents: Iterable[Document]) -> Restorer:
    """A restorer for ``documents``: takes some seconds for three thousand of them."""
    return Restorer.train(_texts(documents))


def _texts(documents: Iterable[Document]) -> Iterator[tuple[str, int]]:
    for document in documents:
        for label in document.labels:
            yield label, _NAME_COUNTS
        yield document.field, 1
        yield document.text, 1
    for text in (*everyday_texts(), *_examples()):
        yield text, _EVERYDAY_COUNTS


def _examples() -> Iterator[str]:
    """The example sentences of the intents, without their markup."""
    for path in sorted(_INTENTS.rglob("*.yml")):
        for match in _EXAMPLE.finditer(path.read_text(encoding="utf-8")):
            yield _MARKUP.sub(r"\1", match["text"])
