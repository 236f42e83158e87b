"""The starter catalogue's civil status entries as documents, and a restorer for them."""

from __future__ import annotations

import pytest

from knowledge.index.document import Document, document
from knowledge.index.language import train_restorer
from knowledge.starter import read_starter
from nlu.text.restorer import Restorer


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return [document(entry) for entry in read_starter() if entry.field == "Hộ tịch"]


@pytest.fixture(scope="session")
def restorer(documents: list[Document]) -> Restorer:
    return train_restorer(documents)
