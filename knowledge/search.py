"""The public face of this room: find the procedure that a question is about.

``Knowledge`` is safe to use from several threads, and notices when another process imported something.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock

from knowledge.aliases import read_aliases
from knowledge.catching_up import CatchingUp
from knowledge.english import english_document, read_english, words_of
from knowledge.excerpts import nearest_lines
from knowledge.filters import only, province_named
from knowledge.index import query as queries
from knowledge.index.collection import Collection
from knowledge.index.dense import DenseIndex, DenseModel, Projection, Similarities, open_model
from knowledge.index.document import Document, digest, document
from knowledge.index.embedded import EmbeddedIndex, index_path
from knowledge.index.evidence import KINDS, Comparer, Hidden, Table
from knowledge.index.language import restorer_path, train_restorer
from knowledge.index.proposals import MEANING, EngineDownError, Rankings
from knowledge.index.query import Query, read
from knowledge.index.ranking import (
    ENGLISH,
    VIETNAMESE,
    Candidate,
    Fitted,
    Group,
    Verdict,
    Weights,
    candidates,
    grouped,
    verdict,
)
from knowledge.model import Level, Procedure
from knowledge.settings import Settings
from knowledge.store import Catalogue, catalogue_path
from nlu.text import collector, english, places
from nlu.text.analysis import analyse
from nlu.text.restorer import Restorer

if TYPE_CHECKING:
    from knowledge.index.elasticsearch import ElasticsearchIndex

__all__ = ["Explanation", "Found", "Hit", "Knowledge", "Verdict"]

_log = logging.getLogger(__name__)

_DEPTH = 50
"""Candidates taken from each ranking."""
_FILTERED_DEPTH = 400
_FIELDS = 4
_KEPT = 512
"""Procedures kept in memory after they were shown, each as of one generation of the catalogue."""
_RETRY_SECONDS = 5.0
_PATIENCE_SECONDS = 1.0
"""How long a question waits for an import to be indexed, before it is answered from what there was before it."""
_RETRAIN_SHARE = 0.1
"""The restorer learns anew when this share of the catalogue changed at once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One procedure that fits, how surely (0 to 1), and the codes of the same need at other levels."""

    procedure: Procedure
    score: float
    also: tuple[str, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the need, its own first."""
        return (self.procedure.code, *self.also)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. ``fields`` are the nearest fields of activity, when nothing fits."""

    hits: tuple[Hit, ...]
    verdict: Verdict
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a search came to its result.

    ``engine`` answered for the words; ``rankings`` are what each engine proposed; ``groups`` the
    result with evidence, weighed by ``weights``; ``seconds`` the time that each part took; ``province`` the one that
    counted, empty for none.
    """

    query: Query
    engine: str
    rankings: Rankings
    groups: tuple[Group, ...]
    verdict: Verdict
    weights: Weights
    seconds: dict[str, float]
    province: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """A question with what the engines proposed, before it is weighed; fields as in ``Explanation``.

    ``side`` is what it was compared with; ``words`` is what its words say (see ``Comparer.words``); ``similar`` are its
    cosines, where there is a dense model.
    """

    query: Query
    side: Side
    engine: str
    rankings: Rankings
    words: Table
    similar: Similarities | None
    seconds: dict[str, float]

    @property
    def proposed(self) -> list[str]:
        """The codes that any engine proposed."""
        return list(dict.fromkeys(ranked.code for ranking in self.rankings.values() for ranked in ranking))


@dataclass(frozen=True, slots=True)
class Side:
    """What questions in one language are compared with."""

    comparer: Comparer
    dense: DenseIndex | None
    fitted: Fitted = VIETNAMESE


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that changes with the catalogue, swapped at once. ``english`` has the English wordings alone."""

    generation: int
    collection: Collection
    comparer: Comparer
    dense: DenseIndex | None
    english: Side
    restorer: Restorer | None


class Knowledge:
    """The procedures and the indexes over them. Make it with ``Knowledge.open``."""

    def __init__(self, settings: Settings, model: DenseModel | None, server: ElasticsearchIndex | None) -> None:
        self._settings = settings
        self._wordings = read_aliases()
        self._catalogue = Catalogue(catalogue_path(settings.data), self._wordings)
        self._index = EmbeddedIndex(index_path(settings.data))
        self._model = model
        self._server = server
        self._shown = lru_cache(maxsize=_KEPT)(self._read)
        self._server_down_until = 0.0
        self._refreshing = threading.Lock()
        self._indexing = FileLock(index_path(settings.data).with_suffix(".lock"))
        self._catching_up = CatchingUp(self.refresh, _PATIENCE_SECONDS)
        self._restorer_written = 0
        dense = DenseIndex(Projection.load(), {}) if model else None
        self._state = Snapshot(
            -1, Collection({}), Comparer.over(Collection({}), dense), dense, self._english(Collection({})), None
        )
        self.refresh()

    @classmethod
    def open(cls, settings: Settings) -> Knowledge:
        """The knowledge in ``settings.data``; what is missing of its indexes is built first."""
        server: ElasticsearchIndex | None = None
        if settings.elasticsearch_url:
            from knowledge.index.elasticsearch import ElasticsearchIndex

            server = ElasticsearchIndex(settings.elasticsearch_url, settings.elasticsearch_index)
        return cls(settings, open_model(settings.cache), server)

    def search(
        self,
        text: str,
        *,
        limit: int = 5,
        agency: str | None = None,
        level: str | None = None,
        province: str | None = None,
    ) -> Found:
        """The procedures that ``text`` asks for, at most ``limit``.

        ``agency`` keeps those whose announcing or executing agency contains it (case and accents do not matter);
        ``level`` keeps those of a level (a value of ``knowledge.model.Level``, else ``ValueError``). ``province``, old
        or new name (else ``ValueError``), drops what is only for other provinces; without it the province that ``text``
        names does, if it names one.
        """
        explanation = self.explain(text, agency=agency, level=level, province=province)
        generation = self._state.generation
        hits: list[Hit] = []
        for group in explanation.groups[:limit]:
            procedure = self._shown(generation, group.best.code)
            if procedure is not None:
                hits.append(Hit(procedure, group.best.probability, group.also))
        fields = _nearest_fields(explanation) if explanation.verdict is Verdict.NOTHING else ()
        return Found(tuple(hits), explanation.verdict if hits else Verdict.NOTHING, fields)

    def documents(self) -> list[Document]:
        """Every indexed document with its record text, for measuring and for learning."""
        return list(self._index.documents(self._state.collection.documents, with_text=True))

    @property
    def snapshot(self) -> Snapshot:
        """The present state of the indexes, for learning."""
        return self._state

    @property
    def model(self) -> DenseModel | None:
        """The dense model, where it can run."""
        return self._model

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue that is searched, with everyday wordings over its entries."""
        return self._catalogue

    def procedure(self, code: str) -> Procedure | None:
        """The procedure with this code, with or without a locality suffix."""
        return self._shown(self._catalogue.generation(), code)

    def nearest_lines(self, procedure: Procedure, text: str) -> tuple[str, ...]:
        """The lines of its record that may answer ``text``, nearest first; none without the dense model."""
        asked = text if english.is_english(text) else analyse(text, self._state.restorer).text
        return nearest_lines(procedure, asked, self._model) if self._model else ()

    def explain(
        self, text: str, *, agency: str | None = None, level: str | None = None, province: str | None = None
    ) -> Explanation:
        """The search for ``text`` with everything that led to its result; filters as in ``search``.

        What an English text says in Vietnamese is meant where its English says nothing and that is clear.
        """
        told = self._explain(text, agency, level, province)
        spoken = english.vietnamese_words(text) if told.verdict is Verdict.NOTHING and english.is_english(text) else ""
        other = self._explain(spoken, agency, level, province) if spoken else told
        return other if other.verdict is Verdict.CLEAR else told

    def _explain(self, text: str, agency: str | None, level: str | None, province: str | None) -> Explanation:
        wanted_level = Level(level) if level else None
        wanted_province = province_named(province) if province else ""
        self._follow()
        state = self._state
        looked = self.look_up(text, _FILTERED_DEPTH if agency or wanted_level else _DEPTH, state=state)
        start = time.perf_counter()
        query = looked.query
        evidence = looked.side.comparer.evidence(query, looked.proposed, looked.words, looked.similar)
        ranked = candidates(evidence, state.collection, looked.side.fitted)
        said = places.named_province(query.analysis.text)
        here = wanted_province or (said.name if said else "")
        allowed = only(agency, wanted_level, here)
        groups = _named(query, state.collection) or grouped(ranked, state.collection, allowed, here)
        seconds = looked.seconds | {"ranking": time.perf_counter() - start}
        weights = looked.side.fitted.of(evidence)
        told = looked.engine, looked.rankings, tuple(groups), verdict(groups), weights, seconds, here
        return Explanation(query, *told)

    def look_up(
        self,
        text: str,
        depth: int = _DEPTH,
        hidden: Hidden | None = None,
        state: Snapshot | None = None,
        in_english: bool | None = None,
    ) -> LookUp:
        """What the engines propose for ``text``, ``depth`` procedures each, as if ``hidden`` were not there.

        ``state`` is what to look into; the default is the present state. ``in_english`` where the language is known.
        """
        state = state or self._state
        in_english = english.is_english(text) if in_english is None else in_english
        side = state.english if in_english else Side(state.comparer, state.dense)
        seconds: dict[str, float] = {}
        clock = time.perf_counter()

        def lap(part: str) -> None:
            nonlocal clock
            now = time.perf_counter()
            seconds[part] = now - clock
            clock = now

        query = queries.read_english(text) if in_english else read(text, state.restorer)
        lap("reading")
        words = side.comparer.words(query, hidden)
        proposed = None if in_english else self._server_rank(query, depth)
        rankings = dict(proposed or side.comparer.rank(words, depth))
        lap("words")
        similar = None
        if self._model and side.dense and query.terms:
            similar = side.dense.similarities(self._model.query(query.meaning))
            rankings[MEANING] = side.dense.rank(similar.nearest, depth)
        lap("meaning")
        return LookUp(query, side, "elasticsearch" if proposed else "embedded", rankings, words, similar, seconds)

    def status(self) -> dict[str, str]:
        """The parts of search and how they are, for ``/health``: ``ok``, or what is wrong and what that means."""
        parts = {"search": "ok" if self._state.collection.documents else "empty: no procedure was imported yet"}
        if self._model is None:
            parts["meaning"] = "missing: search goes by words alone"
        if self._server is not None:
            try:
                self._server.check()
                parts["elasticsearch"] = "ok"
            except EngineDownError:
                parts["elasticsearch"] = "down, embedded index answers"
        return parts

    def refresh(self) -> None:
        """Bring every index to the catalogue's present state; returns at once when it is there already.

        One process does so at a time: the others then find the work done.
        """
        with self._refreshing:
            before = self._state.generation
            if self._catalogue.generation() == before:
                return
            with self._indexing:
                generation = self._catalogue.generation()
                indexed = self._index.stamp()
                if indexed != self._stamp(generation):
                    self._index_catalogue(generation, before if indexed == self._stamp(before) else -1)
                self._load(generation)
                if self._server is not None:
                    self._update_server(self._server)

    def _read(self, generation: int, code: str) -> Procedure | None:  # noqa: ARG002 - the key of a cache
        return self._catalogue.get(code)

    def _follow(self) -> None:
        if self._catalogue.generation() != self._state.generation:
            self._catching_up.ask()

    def _stamp(self, generation: int) -> str:
        return f"{generation} {self._wordings.digest}"

    def _index_catalogue(self, generation: int, before: int) -> None:
        """Write what changed in the catalogue after the generation ``before`` (-1 for ever) into the index."""
        known = self._index.digests()
        changed: list[Document] = []
        present = set(known) if before >= 0 else set[str]()  # as nothing leaves the catalogue
        for procedure in self._catalogue.all(before):
            present.add(procedure.code)
            if known.get(procedure.code) != digest(procedure):
                changed.append(document(procedure))
        self._index.advance(self._stamp(generation), changed, known.keys() - present)
        if len(changed) > _RETRAIN_SHARE * len(present) or not restorer_path(self._settings.data).exists():
            train_restorer(self._index.documents(present, with_text=True)).save(restorer_path(self._settings.data))
        _log.info("search index: %d procedures, %d of them new or changed", len(present), len(changed))

    def _load(self, generation: int) -> None:
        """Take what the embedded index holds into memory."""
        state = self._state
        digests = self._index.digests()
        known = state.collection.documents
        changed = list(
            self._index.documents(
                [code for code, now in digests.items() if code not in known or known[code].digest != now]
            )
        )
        removed = known.keys() - digests.keys()
        dense = state.dense.updated(self._model, changed, removed) if self._model and state.dense else None
        collection = state.collection.updated(changed, removed)
        comparer = Comparer.over(collection, dense)
        same = state.collection.documents.keys() == collection.documents.keys()
        in_english = state.english if same else self._english(collection)
        self._state = Snapshot(generation, collection, comparer, dense, in_english, self._restorer_now())
        collector.settle()

    def _english(self, collection: Collection) -> Side:
        """The English wordings of the procedures in ``collection``."""
        told = {
            code: english_document(code, wordings)
            for code, wordings in read_english().items()
            if code in collection.documents
        }
        dense = None
        if self._model:
            dense = DenseIndex(Projection.none(self._model.dimensions), {})
            dense = dense.updated(self._model, tuple(told.values()), ())
        return Side(Comparer.over(Collection(told), dense, words_of), dense, ENGLISH)

    def _restorer_now(self) -> Restorer | None:
        """The trained restorer, read again only when its file is another one."""
        path = restorer_path(self._settings.data)
        try:
            written = path.stat().st_mtime_ns
            if written != self._restorer_written:
                restorer = Restorer.load(path)
                self._restorer_written = written
                return restorer
        except (OSError, ValueError) as error:
            _log.warning("accents are not restored: %s", error)
            return None
        return self._state.restorer

    def _server_rank(self, query: Query, depth: int) -> Rankings | None:
        """The server's rankings; ``None`` without a server, and while it does not answer."""
        if self._server is None or time.monotonic() < self._server_down_until:
            return None
        try:
            return self._server.rank(query, depth)
        except EngineDownError as error:
            self._server_down_until = time.monotonic() + _RETRY_SECONDS
            _log.warning("elasticsearch does not answer, the embedded index does: %s", error)
            return None

    def _update_server(self, server: ElasticsearchIndex) -> None:
        documents = self._state.collection.documents
        try:
            known = server.digests()
            changed = [code for code, entry in documents.items() if known.get(code) != entry.digest]
            server.update(self._index.documents(changed, with_text=True), known.keys() - documents.keys())
        except EngineDownError as error:
            self._server_down_until = time.monotonic() + _RETRY_SECONDS
            _log.warning("elasticsearch was not brought up to date: %s", error)


def _named(query: Query, collection: Collection) -> list[Group]:
    """The procedures whose official code stands in the question, as certain as can be."""
    groups: list[Group] = []
    for code in query.analysis.codes:
        entry = collection.entries.get(code.value) or collection.entries.get(code.value[: len("1.004222")])
        if code.kind == "procedure" and entry is not None:
            groups.append(Group(Candidate(entry, np.zeros(len(KINDS), np.float32), 1.0), ()))
    return groups


def _nearest_fields(explanation: Explanation) -> tuple[str, ...]:
    fields: dict[str, float] = {}
    for place, group in enumerate(explanation.groups[:20]):
        field = group.best.entry.document.field
        if field:
            fields[field] = fields.get(field, 0.0) + 1 / (1 + place)
    return tuple(sorted(fields, key=lambda field: -fields[field])[:_FIELDS])
