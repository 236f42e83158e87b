"""How well questions find their procedure: recall, rank, refusals by style, with intervals and plain baselines."""

from __future__ import annotations

import math
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge.index.dense import DenseIndex, DenseModel, Projection
from knowledge.index.document import Document
from knowledge.index.ranking import Verdict
from knowledge.search import Found
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import bigrams, tokens

_DEPTH = 10
_CONFIDENCE_Z = 1.96
"""Of the normal distribution, for 95 % intervals."""

OUTSIDE = "outside"
"""Style of the questions that no procedure answers."""

BLIND = "blind"
"""How the names of files begin that are kept for the very end: a folder is read without them."""

_OTHER_FIELDS = "other fields"
_SMALLEST_FIELD = 5
"""Fields with fewer questions are counted together."""


class Question(BaseModel):
    """One question with every acceptable procedure; none for a question that has no answer here.

    ``frozen`` questions are run, but their text and result are never looked at while tuning.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    codes: tuple[str, ...] = ()
    frozen: bool = False
    style: str = ""


class Part(StrEnum):
    """Which of the questions are asked."""

    TUNED = "tuned"
    FROZEN = "frozen"
    ALL = "all"

    def of(self, questions: Iterable[Question]) -> list[Question]:
        """The questions of this part."""
        return [one for one in questions if self is Part.ALL or one.frozen == (self is Part.FROZEN)]


class Searcher(Protocol):
    """What is evaluated: ``knowledge.search.Knowledge`` has this shape."""

    def search(self, text: str, *, limit: int = 5) -> Found:
        """See ``knowledge.search.Knowledge.search``."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, the codes found for it (best first, each with its equals at other levels), and the verdict."""

    question: Question
    found: tuple[frozenset[str], ...]
    verdict: Verdict | None
    """``None`` for engines that always answer."""

    @property
    def rank(self) -> int:
        """Place of the first acceptable procedure from 1; 0 when there is none among the first ten."""
        wanted = set(self.question.codes)
        return next((place for place, codes in enumerate(self.found, 1) if codes & wanted), 0)


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` out of ``total``, with the Wilson 95 % interval."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share itself, 0 where nothing was counted."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound (Wilson score interval)."""
        if not self.total:
            return 0.0, 1.0
        n, p, z = self.total, self.value, _CONFIDENCE_Z
        centre = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, (centre - spread) / (1 + z * z / n)), min(1.0, (centre + spread) / (1 + z * z / n))


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one style (or ``all``). ``refused``: verdict nothing; for outside questions not clear counts."""

    style: str
    first: Share
    five: Share
    reciprocal: float
    refused: Share


@dataclass(frozen=True, slots=True)
class Report:
    """The rows of one engine, and its answers."""

    engine: str
    rows: tuple[Row, ...]
    answers: tuple[Answer, ...] = field(repr=False)

    def by_field(self, fields: Mapping[str, str]) -> Report:
        """The same answers in a row for each field of activity; ``fields`` has the field of each code."""
        counts = Counter(_field(answer, fields) for answer in self.answers)
        moved: list[Answer] = []
        for answer in self.answers:
            if answer.question.codes:
                name = _field(answer, fields)
                name = name if counts[name] >= _SMALLEST_FIELD else _OTHER_FIELDS
                moved.append(replace(answer, question=answer.question.model_copy(update={"style": name})))
        return report(self.engine, moved)


def _field(answer: Answer, fields: Mapping[str, str]) -> str:
    return next((fields[code] for code in answer.question.codes if fields.get(code)), _OTHER_FIELDS)


def read_questions(*paths: Path) -> list[Question]:
    """Every question of ``paths``, which are files or folders of ``*.yml``; files named ``BLIND…`` only if named.

    A question that does not say its style has that of its file's name (``catalogue-formal.yml``: formal). Raises
    ``ValueError`` naming the file.
    """
    read = TypeAdapter(list[Question])
    questions: list[Question] = []
    for path in paths:
        within = sorted(file for file in path.glob("*.yml") if not file.name.startswith(BLIND))
        for file in within if path.is_dir() else [path]:
            try:
                entries = read.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
            except ValueError as error:
                raise ValueError(f"{file.name}: {error}") from error
            questions += (
                entry.model_copy(update={"style": entry.style or file.stem.rpartition("-")[2]}) for entry in entries
            )
    return questions


def evaluate(knowledge: Searcher, questions: Iterable[Question], engine: str = "ours") -> Report:
    """Ask everything and count."""
    answers: list[Answer] = []
    for question in questions:
        found = knowledge.search(question.question, limit=_DEPTH)
        codes = tuple(frozenset(hit.codes) for hit in found.hits)
        answers.append(Answer(question, codes, found.verdict))
    return report(engine, answers)


def report(engine: str, answers: Sequence[Answer]) -> Report:
    """The figures of ``answers`` by style, questions with an answer together as ``all``."""
    styles = sorted({answer.question.style for answer in answers})
    rows = [_row(style, [a for a in answers if a.question.style == style]) for style in styles]
    rows.append(_row("all", [a for a in answers if a.question.codes]))
    return Report(engine, tuple(rows), tuple(answers))


def _row(style: str, answers: Sequence[Answer]) -> Row:
    good = [answer for answer in answers if answer.question.codes]
    if style == OUTSIDE:
        refused = sum(answer.verdict is not None and answer.verdict is not Verdict.CLEAR for answer in answers)
    else:
        refused = sum(answer.verdict is Verdict.NOTHING for answer in answers)
    return Row(
        style,
        Share(sum(answer.rank == 1 for answer in good), len(good)),
        Share(sum(1 <= answer.rank <= 5 for answer in good), len(good)),
        sum(1 / answer.rank for answer in good if answer.rank) / len(good) if good else 0.0,
        Share(refused, len(answers)),
    )


def table(reports: Iterable[Report]) -> str:
    """The reports as a Markdown table: recall@1 and @5 with intervals, mean reciprocal rank, share refused."""
    lines = ["| engine | style | n | recall@1 | recall@5 | MRR | refused |", "|---|---|---|---|---|---|---|"]
    lines += [
        f"| {one.engine} | {row.style} | {row.refused.total} | {_shown(row.first)} | {_shown(row.five)} "
        f"| {row.reciprocal:.2f} | {_shown(row.refused)} |"
        for one in reports
        for row in one.rows
    ]
    return "\n".join(lines)


def _shown(share: Share) -> str:
    if not share.total:
        return "–"
    low, high = share.interval
    return f"{share.value:.2f} ({low:.2f}–{high:.2f})"


def baselines(
    documents: Sequence[Document], model: DenseModel | None, questions: Sequence[Question], part: str = ""
) -> list[Report]:
    """What plain engines make of the same questions: two kinds of BM25 and, with a model, raw dense ranking.

    ``part`` is added to the engines' names.
    """
    engines: dict[str, Callable[[str], list[str]]] = {
        "BM25, all text, accents kept": plain_bm25(documents),
        "BM25, name and field, folded, pairs": _bm25(
            [(d.code, f"{d.name} {d.field}") for d in documents],
            lambda text: _with_pairs(tokens(fold(normalise(text)))),
        ),
    }
    if model is not None:
        dense = DenseIndex(Projection.none(model.dimensions), {}).updated(model, documents, ())
        engines["dense, raw question"] = lambda text: [
            r.code for r in dense.rank(dense.similarities(model.query(text)).nearest, _DEPTH)
        ]
    return [
        report(
            f"{name}, {part}" if part else name,
            [Answer(q, tuple(frozenset((code,)) for code in rank(q.question)), None) for q in questions],
        )
        for name, rank in engines.items()
    ]


def plain_bm25(documents: Iterable[Document]) -> Callable[[str], list[str]]:
    """A ranking by BM25 over all text, accents kept, as a default index would do it: the codes of the first ten."""
    return _bm25(
        [(d.code, " ".join((*d.labels, d.field, d.text)).lower()) for d in documents],
        lambda text: tokens(normalise(text)),
    )


def _with_pairs(items: list[str]) -> list[str]:
    return [*items, *bigrams(items)]


def _bm25(texts: Iterable[tuple[str, str]], split: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """A ranking by BM25 over one column, in memory."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE VIRTUAL TABLE plain USING fts5(code UNINDEXED, text,"
        " tokenize = \"unicode61 remove_diacritics 0 tokenchars '_'\")"
    )
    connection.executemany("INSERT INTO plain VALUES (?, ?)", ((code, " ".join(split(text))) for code, text in texts))

    def rank(text: str) -> list[str]:
        wanted = " OR ".join(f'"{term}"' for term in dict.fromkeys(split(text)))
        if not wanted:
            return []
        found = connection.execute(
            "SELECT code FROM plain WHERE plain MATCH ? ORDER BY bm25(plain) LIMIT ?", (wanted, _DEPTH)
        )
        return [code for (code,) in found]

    return rank
