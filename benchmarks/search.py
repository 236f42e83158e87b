"""Time of one search, beside plain BM25 of the same engine in the same run; memory, first index, one changed procedure.

``script/benchmark search [FOLDER]``: FOLDER is a data folder with the procedures to search, else that of MOTCUA_DATA.
The questions are those of the evaluation that are not blind. With ``ELASTICSEARCH_URL``, the server is measured too,
with 1 to 32 clients.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

from benchmarks.report import percentile, publish
from knowledge.evaluation import plain_bm25, read_questions
from knowledge.index.dense import open_model
from knowledge.index.elasticsearch import ElasticsearchIndex
from knowledge.layers import Layer
from knowledge.search import Knowledge
from knowledge.settings import Settings
from knowledge.store import Catalogue, catalogue_path
from motcua.evaluate_commands import QUESTIONS

_ALONE = """
import sys
from pathlib import Path
import psutil
from knowledge.search import Knowledge
from knowledge.settings import Settings
knowledge = Knowledge.open(Settings(data=Path(sys.argv[1]), elasticsearch_url=None))
for line in sys.stdin:
    knowledge.search(line)
print(psutil.Process().memory_full_info().uss)
"""
CLIENTS = (1, 2, 4, 8, 16, 32)
_INDEX = "motcua-benchmark"


def timed(name: str, search: Callable[[str], Any], questions: Sequence[str]) -> dict[str, Any]:
    """Every question once, one after the other: wall time, and processor time of this thread."""
    search("khai sinh")
    wall: list[float] = []
    processor: list[float] = []
    for question in questions:
        started, busy = time.perf_counter(), time.thread_time()
        search(question)
        wall.append(time.perf_counter() - started)
        processor.append(time.thread_time() - busy)
    return _row(name, 1, wall, processor, sum(wall))


def crowded(name: str, search: Callable[[str], Any], questions: Sequence[str], clients: int) -> dict[str, Any]:
    """``clients`` threads ask all questions together."""

    def ask(question: str) -> float:
        started = time.perf_counter()
        search(question)
        return time.perf_counter() - started

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        wall = list(pool.map(ask, questions))
    return _row(name, clients, wall, [], time.perf_counter() - started)


def _row(name: str, clients: int, wall: list[float], processor: list[float], together: float) -> dict[str, Any]:
    cpu = [f"{1000 * percentile(processor, share):.1f}" if processor else "–" for share in (0.5, 0.95)]
    return {
        "engine": name,
        "clients": clients,
        "p50 ms": 1000 * percentile(wall, 0.5),
        "p95 ms": 1000 * percentile(wall, 0.95),
        "p50 CPU ms": cpu[0],
        "p95 CPU ms": cpu[1],
        "searches/s": len(wall) / together,
    }


def indexing(settings: Settings) -> list[str]:
    """The first index in a new folder, without and with cached vectors, and one changed procedure, as lines of text."""
    with tempfile.TemporaryDirectory() as folder:
        cold = settings.model_copy(update={"data": Path(folder, "cold"), "cache": Path(folder, "cache")})
        without, _ = _opened(settings, cold)
        fresh = settings.model_copy(update={"data": Path(folder, "fresh")})
        cached, knowledge = _opened(settings, fresh)
        catalogue = Catalogue(catalogue_path(fresh.data))
        chosen = next(entry for entry in catalogue.all() if entry.source.kind != "starter")
        renamed = chosen.model_copy(update={"name": f"{chosen.name} {time.time_ns()}"})
        catalogue.import_entries([renamed], Layer.OFFICIAL)
        started = time.perf_counter()
        knowledge.refresh()
        changed = time.perf_counter() - started
    return [
        f"first index, nothing cached: {without:.1f} s",
        f"first index, vectors cached: {cached:.1f} s",
        f"one changed procedure: {changed:.2f} s",
    ]


def _opened(settings: Settings, fresh: Settings) -> tuple[float, Knowledge]:
    """Seconds that indexing the catalogue of ``settings`` in the folder of ``fresh`` takes, and its search."""
    catalogue_path(fresh.data).parent.mkdir(parents=True)
    shutil.copy(catalogue_path(settings.data), catalogue_path(fresh.data))
    started = time.perf_counter()
    knowledge = Knowledge.open(fresh)
    return time.perf_counter() - started, knowledge


def memory(settings: Settings, questions: Sequence[str]) -> float:
    """MiB that a process of its own holds after all questions, which imported nothing but the search."""
    command = [sys.executable, "-c", _ALONE, str(settings.data)]
    answer = subprocess.run(command, input="\n".join(questions), capture_output=True, text=True, check=True)
    return int(answer.stdout) / 2**20


def server_rows(
    settings: Settings, questions: Sequence[str], *, dense: bool = True
) -> tuple[list[dict[str, Any]], list[str]]:
    """Search with Elasticsearch and a plain match query on the same server, for each number of clients.

    Without ``dense``, search goes by words alone.
    """
    assert settings.elasticsearch_url
    model = open_model(settings.cache) if dense else None
    server = ElasticsearchIndex(settings.elasticsearch_url, f"{_INDEX}-{'dense' if dense else 'words'}")
    knowledge = Knowledge(settings, model, server)
    if knowledge.status()["elasticsearch"] != "ok":
        return [], ["Elasticsearch did not answer and was not measured"]
    client = Elasticsearch(settings.elasticsearch_url)

    def plain(text: str) -> object:
        query = {"multi_match": {"query": text, "fields": ["name", "field", "text"]}}
        return client.search(index=server.name, query=query, size=10, source=False)

    rows: list[dict[str, Any]] = []
    for clients in CLIENTS:
        _forget(knowledge)
        rows.append(
            crowded(f"ours{'' if dense else ', words alone'}, Elasticsearch", knowledge.search, questions, clients)
        )
        rows.append(crowded("plain BM25, Elasticsearch", plain, questions, clients))
    return rows, []


def _forget(knowledge: Knowledge) -> None:
    """Empty the cache of question vectors."""
    if knowledge.model is not None:
        knowledge.model.query.cache_clear()


def main() -> None:
    """Runs the benchmark: about four minutes, some more with Elasticsearch."""
    settings = Settings(data=Path(sys.argv[1])) if len(sys.argv) > 1 else Settings()
    embedded = settings.model_copy(update={"elasticsearch_url": None})
    questions = [question.question for question in read_questions(QUESTIONS)]
    started = time.perf_counter()
    knowledge = Knowledge.open(embedded)
    notes = [f"opening a ready index: {time.perf_counter() - started:.2f} s"]
    documents = len(knowledge.snapshot.collection.documents)
    rows = [timed("ours", knowledge.search, questions)]
    notes.append(f"memory of a process that searches: {memory(embedded, questions):.0f} MiB")
    rows.append(timed("ours, words alone", Knowledge(embedded, None, None).search, questions))
    rows.append(timed("plain BM25, SQLite", plain_bm25(knowledge.documents()), questions))
    notes += indexing(embedded)
    if settings.elasticsearch_url:
        more, said = server_rows(settings, questions)
        rows += more
        notes += said
    publish("search", f"{len(questions)} questions, {documents} procedures", rows, notes)


if __name__ == "__main__":
    main()
