"""Learns from conversations which procedure a message in the middle of a talk is about (``actions.context``)."""

# scikit-learn has no stubs.
# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from actions.context import BIAS, WEIGHTS, signs
from actions.searching import Searching
from actions.turn import Turn
from knowledge.evaluation import Share
from knowledge.search import Knowledge
from motcua.dialogue_evaluation import FROZEN, Journey
from motcua.nlu_evaluation import likeliest, run_in_bot

_FREEDOM = 0.3
"""``C`` of the regression, chosen by leaving each group of conversations out in turn."""


@dataclass(frozen=True)
class Step:
    """A message after a procedure was told: what speaks for each candidate, and which ones its reader meant."""

    group: str
    stays: bool
    signs: dict[str, dict[str, float]]
    meant: frozenset[str]


async def gather(knowledge: Knowledge, model: Path, journeys: Iterable[Journey]) -> list[Step]:
    """Every message of a citizen that is about a procedure and follows one that was; none of a frozen conversation."""
    searching = Searching(knowledge)
    asked = [each for journey in journeys if journey.group != FROZEN for each in _follow_ups(journey)]
    parsed = run_in_bot("bot.parse", model, [text for _, text, _, _ in asked])
    steps: list[Step] = []
    for (group, text, meant, told), understood in zip(asked, parsed, strict=True):
        focus = knowledge.procedure(told[0])
        if focus is not None:
            turn = Turn("", "", text, *likeliest(understood), slots={"told": told})
            weighed = signs(turn, focus, await searching.readings(turn, focus))
            steps.append(Step(group, focus.code in meant, weighed, meant))
    return steps


def learn(steps: Sequence[Step]) -> dict[str, float]:
    """The weight of every sign, and the bias."""
    names = sorted({name for step in steps for row in step.signs.values() for name in row})
    table = np.array([[row.get(name, 0.0) for name in names] for step in steps for row in step.signs.values()])
    truth = [code in step.meant for step in steps for code in step.signs]
    scale = table.std(axis=0) + 1e-9
    regression: Any = LogisticRegression(C=_FREEDOM, max_iter=3000)
    regression.fit(table / scale, truth)
    weights: dict[str, float] = dict(zip(names, (regression.coef_[0] / scale).tolist(), strict=True))
    return {name: round(weight, 4) for name, weight in (weights | {BIAS: float(regression.intercept_[0])}).items()}


def left_out(steps: Sequence[Step]) -> list[tuple[Step, bool]]:
    """Whether the likeliest candidate is one that was meant, by weights learned without the step's group."""
    judged: list[tuple[Step, bool]] = []
    for group in dict.fromkeys(step.group for step in steps):
        weights = learn([step for step in steps if step.group != group])
        for step in (each for each in steps if each.group == group):
            points = {code: sum(weights[name] * row[name] for name in row) for code, row in step.signs.items()}
            judged.append((step, max(points, key=points.__getitem__) in step.meant))
    return judged


def table(judged: Sequence[tuple[Step, bool]]) -> str:
    """Shares that were right by group, where the talk stays with its procedure and where it leaves it, as Markdown."""
    lines = ["| | stays | leaves | both | 95 % |", "|---|---|---|---|---|"]
    for group in (*dict.fromkeys(step.group for step, _ in judged), None):
        some = [(step.stays, right) for step, right in judged if group in (None, step.group)]
        shares = [_share(right for stays, right in some if stays in wanted) for wanted in ((True,), (False,))]
        both = _share(right for _, right in some)
        low, high = both.interval
        shown = " | ".join(f"{each.hits}/{each.total}" for each in (*shares, both))
        lines.append(f"| {'all' if group is None else group or 'own'} | {shown} | {low:.2f}–{high:.2f} |")
    return "\n".join(lines)


def write(weights: dict[str, float]) -> None:
    """Puts the weights in use."""
    WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")


def _share(right: Iterable[bool]) -> Share:
    all_of_them = list(right)
    return Share(sum(all_of_them), len(all_of_them))


def _follow_ups(journey: Journey) -> Iterable[tuple[str, str, frozenset[str], list[str]]]:
    """Group, text, codes that are meant, and codes told before, the latest first."""
    told: list[str] = []
    for turn in journey.turns:
        meant = _codes(turn)
        if meant and told and "user" in turn:
            yield journey.group, str(turn["user"]), frozenset(meant), told
        if meant:
            told = [*dict.fromkeys((meant[0], *told))]


def _codes(turn: dict[str, Any]) -> list[str]:
    named: str | list[str] = turn.get("procedure", [])
    return [named] if isinstance(named, str) else named
