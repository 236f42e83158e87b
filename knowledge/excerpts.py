"""The lines of a procedure's record that are nearest to a question about one thing in it.

Such as "cháu nội tôi làm chứng được không" about a will: no part of a record answers it, one of its conditions does.
"""

from __future__ import annotations

import re

import numpy as np

from knowledge.index.dense import DenseModel
from knowledge.model import NO_CONDITIONS, Procedure
from knowledge.wording import fee, shorten, tidy

_SENTENCE_END = re.compile(r"\n+|(?<=[.!?])\s+")
_MOST_LINES = 48
"""Lines of one record that are compared; what a record mentions first says most about it."""
_LONGEST = 200
"""Characters of a line that are compared."""
_MOST_TOLD = 2
_NEAR = 0.866
"""Cosine from which a line is worth quoting. On the 125 questions that it was chosen with, three quarters of those that
the record answers reach it, and half of the others."""


def record_lines(procedure: Procedure) -> tuple[str, ...]:
    """Every statement of the record once: conditions, papers, steps, summary, fees, ways and results."""
    conditions = () if procedure.conditions == (NO_CONDITIONS,) else procedure.conditions
    papers = [paper.name for case in procedure.cases for paper in case.documents]
    charges = [fee(charge) for way in procedure.submissions for charge in way.fees if charge.condition]
    texts = [
        *conditions,
        *papers,
        *(step.description for step in procedure.steps),
        procedure.summary,
        *charges,
        *(way.description for way in procedure.submissions),
        *procedure.results,
    ]
    lines = [tidy(line) for text in texts for line in _SENTENCE_END.split(text)]
    return tuple(dict.fromkeys(line for line in lines if any(map(str.isalpha, line))))


def nearest_lines(procedure: Procedure, asked: str, model: DenseModel) -> tuple[str, ...]:
    """At most two lines that may answer ``asked``, the nearest first; none where no line is near.

    Which lines are nearest is judged with the procedure's name before line and question, which both leave out; whether
    they are near at all without it.
    """
    lines = record_lines(procedure)[:_MOST_LINES]
    if not lines:
        return ()
    name, compared = procedure.plain_name, [shorten(line, _LONGEST) for line in lines]
    order = np.argsort(-(model.passages([f"{name}: {line}" for line in compared]) @ model.query(f"{name}: {asked}")))
    first: list[int] = order[:_MOST_TOLD].tolist()
    near = model.passages([compared[place] for place in first]) @ model.query(asked)
    return tuple(lines[place] for place in first) if near.max() >= _NEAR else ()
