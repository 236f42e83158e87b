"""Search over a catalogue many times the country's. ``script/benchmark search_large FOLDER [ENTRIES]``.

FOLDER is a data folder with real procedures; ENTRIES, 100,000 unless told, are made of them: name and aliases of one,
with a word of another, record of a third. They stay in ``var/benchmark-search-ENTRIES``, so that a second run starts at
once. Search goes by words alone: vectors of half a million labels would take an hour to compute. With
``ELASTICSEARCH_URL``, the server is measured with 1 to 32 clients, beside a plain match query.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from benchmarks.report import publish
from benchmarks.search import server_rows, timed
from knowledge.evaluation import read_questions
from knowledge.layers import Layer
from knowledge.model import Procedure
from knowledge.search import Knowledge
from knowledge.settings import Settings
from knowledge.store import Catalogue, catalogue_path
from motcua.evaluate_commands import QUESTIONS
from motcua.programs import ROOT

_QUESTIONS = 200


def generated(real: Sequence[Procedure], number: int) -> Iterator[Procedure]:
    """``number`` procedures with codes that nobody uses; the same every time."""
    dice = random.Random(number)  # noqa: S311
    official = [procedure for procedure in real if procedure.source.kind == "crawl"]
    for i in range(number):
        named, worded, recorded = dice.choices(official, k=3)
        word = dice.choice(worded.name.split())
        renamed = {
            "code": f"{7 + i // 1_000_000}.{i % 1_000_000:06}",
            "name": f"{named.name} {word}",
            "aliases": tuple(f"{alias} {word}" for alias in named.aliases),
            "field": named.field,
        }
        yield recorded.model_copy(update=renamed)


def main() -> None:
    """Generates what is missing, some ten minutes, then measures for about two."""
    real = Settings(data=Path(sys.argv[1]))
    entries = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    settings = Settings(data=ROOT / "var" / f"benchmark-search-{entries}")
    catalogue_path(settings.data).parent.mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(catalogue_path(settings.data))
    if not catalogue.generation():
        wordings = Knowledge(real.model_copy(update={"elasticsearch_url": None}), None, None)
        procedures = [one for code in wordings.snapshot.collection.entries if (one := wordings.procedure(code))]
        catalogue.import_entries(generated(procedures, entries), Layer.OFFICIAL)
    embedded = settings.model_copy(update={"elasticsearch_url": None})
    started = time.perf_counter()
    knowledge = Knowledge(embedded, None, None)
    notes = [f"opening: {time.perf_counter() - started:.1f} s"]
    questions = random.Random(1).sample([one.question for one in read_questions(QUESTIONS)], _QUESTIONS)  # noqa: S311
    rows = [timed("ours, words alone", knowledge.search, questions)]
    notes.append(f"memory of a process that searches: {psutil.Process().memory_full_info().uss / 2**20:.0f} MiB")
    if settings.elasticsearch_url:
        del knowledge
        more, said = server_rows(settings, questions, dense=False)
        rows += more
        notes += said
    publish("search_large", f"{_QUESTIONS} questions, {entries} generated procedures", rows, notes)


if __name__ == "__main__":
    main()
