"""Weights that tell which procedure a follow-up is about: learned, and judged by conversations that were left out."""

from __future__ import annotations

import math

from actions.context import BIAS
from motcua.context_learning import Step, learn, left_out, table


def step(group: str, *, stays: bool, fits: float) -> Step:
    """A message in which ``fits`` speaks for the other candidate."""
    rows = {"here": {"focus": 1.0, "fits": -fits}, "there": {"fits": fits}}
    return Step(group, stays, rows, frozenset({"here" if stays else "there"}))


STEPS = [
    step(group, stays=stays, fits=strength if not stays else -strength)
    for group in ("one", "two")
    for stays in (True, False)
    for strength in (1.0, 1.5, 2.0, 2.5)
]


def test_what_speaks_for_the_right_one_gets_weight() -> None:
    weights = learn(STEPS)
    assert set(weights) == {BIAS, "focus", "fits"}
    assert weights["fits"] > 0
    assert all(map(math.isfinite, weights.values()))


def test_a_group_is_judged_by_what_the_others_taught() -> None:
    odd = [step("odd", stays=True, fits=2.0), step("odd", stays=False, fits=2.0)]
    judged = left_out([*STEPS, *odd])

    assert [right for each, right in judged if each.group != "odd"] == [True] * len(STEPS)
    assert [right for each, right in judged if each.group == "odd"] == [False, True]
    assert "| odd | 0/1 | 1/1 | 1/2 |" in table(judged)
