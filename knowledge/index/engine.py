"""What a lexical engine must do. Two do: the embedded one (SQLite) and Elasticsearch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from knowledge.index.document import Document
from knowledge.index.query import Query

LABELS = "labels"
"""Ranking by names, titles, aliases and field of activity."""

TEXT = "text"
"""Ranking by everything else in the record."""

MEANING = "meaning"
"""Ranking by the dense model."""

LABEL_WEIGHTS: Mapping[str, float] = {"name": 3.0, "title": 3.0, "aliases": 2.5, "field": 0.7, "agency": 0.3}
"""Field weights of the ranking by labels."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One entry of a ranking, best first; scores of different engines cannot be compared."""

    code: str
    score: float


Rankings = Mapping[str, Sequence[Ranked]]


class EngineDownError(Exception):
    """The engine cannot answer at the moment."""


class Engine(Protocol):
    """A lexical index over documents. Safe for calls from several threads."""

    def rank(self, query: Query, depth: int) -> Rankings:
        """The best ``depth`` procedures by ``LABELS`` and by ``TEXT``. Raises ``EngineDownError``."""
        ...

    def digests(self) -> dict[str, str]:
        """Code and digest of every indexed document. Raises ``EngineDownError``."""
        ...

    def update(self, changed: Collection[Document], removed: Collection[str]) -> None:
        """Put ``changed`` in, new or in place of the old, and take ``removed`` out. Raises ``EngineDownError``."""
        ...
