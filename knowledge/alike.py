"""Questions put together by meaning, so that what many people miss is seen as one thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from sklearn.cluster import AgglomerativeClustering  # pyright: ignore[reportMissingTypeStubs]

from knowledge.index.query import read
from knowledge.search import Knowledge

_ALIKE = 0.6
"""Largest mean distance (1 − cosine of the projected vectors) between the questions of one group."""


def alike(knowledge: Knowledge, questions: Sequence[str]) -> list[list[int]]:
    """The places of ``questions`` in groups, the largest first; where there is no dense model, by equal wording."""
    state = knowledge.snapshot
    read_once = {question: read(question, state.restorer).meaning for question in dict.fromkeys(questions)}
    meanings = [read_once[question] for question in questions]
    labels: Sequence[int | str] = meanings
    if knowledge.model is not None and state.dense is not None and len(questions) > 1:
        model, dense = knowledge.model, state.dense
        placed = {meaning: dense.projected(model.query(meaning)) for meaning in dict.fromkeys(meanings)}
        vectors = np.stack([placed[meaning] for meaning in meanings])
        clusters = AgglomerativeClustering(
            n_clusters=None,  # pyright: ignore[reportArgumentType]
            metric="cosine",
            linkage="average",
            distance_threshold=_ALIKE,
        )
        labels = cast("list[int]", clusters.fit_predict(vectors).tolist())  # pyright: ignore[reportUnknownMemberType]
    groups: dict[int | str, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(label, []).append(place)
    return sorted(groups.values(), key=lambda group: (-len(group), group))
