"""All documents in memory. Immutable, so that threads may read while the next one is made."""

from __future__ import annotations

from collections.abc import Collection as Several
from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.index.document import Document, need
from knowledge.index.facets import Facets, facets_of
from knowledge.localities import provinces_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A document with its facets, the provinces that it is only for (none: for all), and its need (see ``need``).

    ``abolished_level`` as in ``Document``, found once.
    """

    document: Document
    facets: Facets
    provinces: frozenset[str]
    need: str
    abolished_level: bool


class Collection:
    """The documents and their needs."""

    def __init__(self, documents: Mapping[str, Document], before: Collection | None = None) -> None:
        self.documents = documents
        old = before.entries if before else {}
        self.entries: dict[str, Entry] = {}
        self.needs: dict[str, list[Entry]] = {}
        for code, document in documents.items():
            known = old.get(code)
            entry = known if known and known.document.digest == document.digest else _entry(document)
            self.entries[code] = entry
            self.needs.setdefault(entry.need, []).append(entry)

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


def _entry(document: Document) -> Entry:
    provinces = provinces_of(document.code, document.name, document.agency)
    facets = facets_of(" ".join((document.name, document.title)))
    return Entry(document, facets, provinces, need(document), document.abolished_level)
