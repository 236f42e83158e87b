"""The lexical index on an Elasticsearch 8 server.

Text is folded and paired before it is sent, so the server needs no plugin. Searches
go through an alias; every new format of documents gets an index of its own (``NAME-FORMAT-NUMBER``), which is filled
first and then swapped in, so that no search fails meanwhile.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import ApiError, ConflictError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import BulkIndexError, scan, streaming_bulk

from knowledge.index.document import DOCUMENT_FORMAT, Document, split
from knowledge.index.proposals import LABELS, TEXT, EngineDownError, Ranked, Rankings
from knowledge.index.query import Query
from nlu.text.tokens import bigrams

TEMPLATE = Path(__file__).with_name("elasticsearch.json")

_LABEL_WEIGHTS: Mapping[str, float] = {"name": 3.0, "title": 3.0, "aliases": 2.5, "field": 0.7, "agency": 0.3}
"""Field weights of the ranking by labels."""
_SEARCH_SECONDS = 2.0
_WRITE_SECONDS = 60.0
_BULK_ACTIONS = 200
_BULK_BYTES = 5_000_000
_RETRIES = 6
"""Of a bulk request that the server refuses with 429, waiting 0.5 s at first, then twice as long each time."""


class ElasticsearchIndex:
    """The index behind the alias ``name``; made when missing. The client is safe for several threads."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._client = Elasticsearch(url, request_timeout=_SEARCH_SECONDS, max_retries=0, retry_on_timeout=False)
        self._writer = self._client.options(request_timeout=_WRITE_SECONDS)

    def check(self) -> None:
        """Raises ``EngineDownError`` unless the server answers and has the index."""
        with _down():
            self._client.count(index=self.name)

    def rank(self, query: Query, depth: int) -> Rankings:
        """The best ``depth`` procedures by ``LABELS`` and by ``TEXT``. Raises ``EngineDownError``."""
        wanted = " ".join(query.all_terms)
        labels = {
            "bool": {
                "should": [
                    {"match": {field: {"query": wanted, "boost": weight}}} for field, weight in _LABEL_WEIGHTS.items()
                ]
            }
        }
        searches: list[Mapping[str, Any]] = []
        for body in (labels, {"match": {"text": " ".join(query.telling_terms)}}):
            searches += {}, {"query": body, "size": depth, "_source": False, "track_total_hits": False}
        with _down():
            answers = self._client.msearch(index=self.name, searches=searches)["responses"]
        for answer in answers:
            if "error" in answer:
                raise EngineDownError(answer["error"].get("type", "search failed"))
        return {
            name: [Ranked(hit["_id"], hit["_score"]) for hit in answer["hits"]["hits"]]
            for name, answer in zip((LABELS, TEXT), answers, strict=True)
        }

    def digests(self) -> dict[str, str]:
        """Code and digest of every indexed document; empty when there is no index of the present format.

        Raises ``EngineDownError``.
        """
        with _down():
            current = self._current()
            if current is None:
                return {}
            hits = scan(
                self._writer, index=current, query={"query": {"match_all": {}}, "_source": ["digest"]}, size=2000
            )
            return {hit["_id"]: hit["_source"]["digest"] for hit in hits}

    def update(self, changed: Iterable[Document], removed: Collection[str]) -> None:
        """Put ``changed`` in, new or in place of the old, and take ``removed`` out. Raises ``EngineDownError``.

        Without an index of the present format, ``changed`` fills a new one, then swapped in.
        """
        with _down():
            current = self._current()
            if current is not None:
                self._write(current, changed, removed)
                self._writer.indices.refresh(index=current)
                return
            fresh = f"{self.name}-{DOCUMENT_FORMAT}-{time.time_ns()}"
            template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
            self._writer.indices.create(index=fresh, settings=template["settings"], mappings=template["mappings"])
            try:
                self._write(fresh, changed, ())
                self._writer.indices.refresh(index=fresh)
                self._swap(fresh)
            except BaseException:
                self._writer.options(ignore_status=404).indices.delete(index=fresh)
                raise

    def _current(self) -> str | None:
        """The index of the present format behind the alias."""
        try:
            behind = self._client.indices.get_alias(name=self.name)
        except NotFoundError:
            return None
        return next((index for index in behind if index.startswith(f"{self.name}-{DOCUMENT_FORMAT}-")), None)

    def _swap(self, fresh: str) -> None:
        """Point the alias at ``fresh`` in one step, and delete what it pointed at before."""
        try:
            old = list(self._client.indices.get_alias(name=self.name))
        except NotFoundError:
            old = []
        actions: list[Mapping[str, Any]] = [{"remove": {"index": index, "alias": self.name}} for index in old]
        self._writer.indices.update_aliases(actions=[*actions, {"add": {"index": fresh, "alias": self.name}}])
        for index in old:
            self._writer.options(ignore_status=404).indices.delete(index=index)

    def _write(self, index: str, changed: Iterable[Document], removed: Iterable[str]) -> None:
        for _ in streaming_bulk(
            self._writer,
            _actions(index, changed, removed),
            chunk_size=_BULK_ACTIONS,
            max_chunk_bytes=_BULK_BYTES,
            max_retries=_RETRIES,
            initial_backoff=0.5,
            ignore_status=404,
        ):
            pass


def _actions(index: str, changed: Iterable[Document], removed: Iterable[str]) -> Iterable[dict[str, Any]]:
    for code in removed:
        yield {"_op_type": "delete", "_index": index, "_id": code}
    for entry in changed:
        yield {"_index": index, "_id": entry.code, "code": entry.code, "digest": entry.digest, **_columns(entry)}


def _columns(entry: Document) -> dict[str, str]:
    """The words of a document for each searchable field, ready to be split at spaces: folded, with pairs."""
    return {
        "name": _words(entry.name),
        "title": _words(entry.title),
        "aliases": " ".join(map(_words, entry.aliases)),
        "field": _words(entry.field),
        "agency": _words(" . ".join((entry.agency, *entry.executing))),
        "text": _words(entry.text),
    }


def _words(text: str) -> str:
    items = split(text) if text else []
    return " ".join([*items, *bigrams(items)])


@contextmanager
def _down() -> Generator[None]:
    """Turns what the client raises when the server is away or refuses into ``EngineDownError``."""
    try:
        yield
    except BulkIndexError as error:
        raise EngineDownError(f"{len(error.errors)} documents were refused") from error
    except (TransportError, ApiError, ConflictError) as error:
        raise EngineDownError(str(error)) from error
