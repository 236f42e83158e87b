"""All documents in memory, taken apart for ranking. Immutable, so that threads may read while the next one is made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.index.document import Document, need, terms
from knowledge.index.facets import Facets, facets_of
from nlu.text.abbreviations import expand
from nlu.text.normalise import normalise
from nlu.text.tokens import bigrams, tokens


@dataclass(frozen=True, slots=True)
class Label:
    """One name of a procedure: its index terms (syllables and pairs), their weight together, its words with accents."""

    terms: frozenset[str]
    words: frozenset[str]
    weight: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its labels and its need (see ``knowledge.index.document.need``)."""

    document: Document
    labels: tuple[Label, ...]
    field: frozenset[str]
    """The terms of the field of activity."""
    facets: Facets
    need: str


class Collection:
    """The documents, their needs, and how much each term tells."""

    def __init__(self, documents: Mapping[str, Document], before: Collection | None = None) -> None:
        self.documents = documents
        frequency: Counter[str] = Counter()
        for document in documents.values():
            frequency.update({term for label in (*document.labels, document.field) for term in terms(label)})
        self._weights = {term: _weight(len(documents), count) for term, count in frequency.items()}
        self._unseen = _weight(len(documents), 0)
        old = before.entries if before else {}
        self.entries: dict[str, Entry] = {}
        self.needs: dict[str, list[Entry]] = {}
        for code, document in documents.items():
            known = old.get(code)
            entry = known if known and known.document.digest == document.digest else self._entry(document)
            self.entries[code] = entry
            self.needs.setdefault(entry.need, []).append(entry)

    def weight(self, term: str) -> float:
        """How much a term tells: its inverse document frequency among the labels; a pair counts half its rarer part."""
        left, _, right = term.partition("_")
        if right:
            return 0.5 * max(self._weights.get(left, self._unseen), self._weights.get(right, self._unseen))
        return self._weights.get(term, self._unseen)

    def successor(self, entry: Entry) -> Entry:
        """The entry that took the place of a superseded one, as far as we have it; else the entry itself."""
        seen: set[str] = set()
        while not entry.document.usable and entry.document.superseded_by in self.entries:
            if entry.document.code in seen:
                break
            seen.add(entry.document.code)
            entry = self.entries[entry.document.superseded_by]
        return entry

    def updated(self, changed: Several[Document], removed: Several[str]) -> Collection:
        """This collection with ``changed`` documents put in and ``removed`` codes taken out."""
        gone = set(removed)
        documents = {code: document for code, document in self.documents.items() if code not in gone}
        documents.update((document.code, document) for document in changed)
        return Collection(documents, self)

    def _entry(self, document: Document) -> Entry:
        labels = tuple(self._label(label) for label in document.labels)
        facets = facets_of(" ".join((document.name, document.title)))
        return Entry(document, labels, frozenset(terms(document.field)), facets, need(document))

    def _label(self, label: str) -> Label:
        items = list(terms(label))
        together = frozenset([*items, *bigrams(items)])
        words = frozenset(tokens(expand(normalise(label))))
        return Label(together, words, sum(map(self.weight, together)) or 1.0)


def _weight(documents: int, containing: int) -> float:
    return math.log(1 + (documents - containing + 0.5) / (containing + 0.5))
