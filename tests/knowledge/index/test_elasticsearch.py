"""Against a real server, started once by ``script/elasticsearch``; skipped with its reason where none can be had."""

import threading
import time

import pytest
from elasticsearch import Elasticsearch

from knowledge.index.collection import Collection
from knowledge.index.document import DOCUMENT_FORMAT, Document
from knowledge.index.elasticsearch import ElasticsearchIndex
from knowledge.index.evidence import Comparer
from knowledge.index.proposals import LABELS, TEXT, EngineDownError
from knowledge.index.query import read
from nlu.text.restorer import Restorer

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def index(elasticsearch: str, request: pytest.FixtureRequest, documents: list[Document]) -> ElasticsearchIndex:
    index = ElasticsearchIndex(elasticsearch, f"t-{abs(hash(request.node.name))}")
    index.update(documents, ())
    return index


def test_proposes_what_the_embedded_engine_proposes(
    index: ElasticsearchIndex, documents: list[Document], restorer: Restorer
) -> None:
    embedded = Comparer.over(Collection({one.code: one for one in documents}), None)
    for question in ("đăng ký kết hôn", "bao tu cho ong noi", "sửa tên trong giấy khai sinh", "xin giấy độc thân"):
        query = read(question, restorer)
        ours, theirs = embedded.rank(embedded.words(query), 5), index.rank(query, 5)
        assert len({r.code for r in ours[LABELS]} & {r.code for r in theirs[LABELS]}) >= 3
        assert len(theirs[TEXT]) > 0


def test_keeps_digests_and_takes_changes(
    index: ElasticsearchIndex, documents: list[Document], restorer: Restorer
) -> None:
    assert index.digests() == {entry.code: entry.digest for entry in documents}
    index.update([entry for entry in documents if entry.code != "1.000894"][:3], ["1.000894", "9.999999"])
    assert "1.000894" not in {ranked.code for ranked in index.rank(read("đăng ký kết hôn", restorer), 50)[LABELS]}


def test_a_new_format_is_swapped_in_without_a_failed_search(
    index: ElasticsearchIndex,
    elasticsearch: str,
    documents: list[Document],
    restorer: Restorer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    query, answers, stop = read("đăng ký kết hôn", restorer), list[int](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(len(index.rank(query, 5)[LABELS]))

    asking = threading.Thread(target=ask)
    asking.start()
    monkeypatch.setattr("knowledge.index.elasticsearch.DOCUMENT_FORMAT", DOCUMENT_FORMAT + 1)
    assert index.digests() == {}
    index.update(documents, ())
    time.sleep(0.2)
    stop.set()
    asking.join()
    assert len(answers) > 5
    assert set(answers) == {5}
    name = index.name
    (behind,) = Elasticsearch(elasticsearch).indices.get_alias(name=name)
    assert behind.startswith(f"{name}-{DOCUMENT_FORMAT + 1}-")


def test_a_server_that_is_away_is_reported_as_down(restorer: Restorer) -> None:
    index = ElasticsearchIndex("http://127.0.0.1:9", "nothing")
    with pytest.raises(EngineDownError):
        index.rank(read("khai sinh", restorer), 5)
    with pytest.raises(EngineDownError):
        index.check()
