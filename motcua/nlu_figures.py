"""Pictures of how messages are understood: reliability of the confidence, and which intents are confused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

from motcua.nlu_evaluation import Judged, calibration_error, reliability

mpl.use("Agg")
from matplotlib import pyplot as plt

_DPI = 110


def draw_reliability(parts: Mapping[str, Sequence[Judged]], path: Path) -> None:
    """Confidence against the share of right ones, a line per part; the dots grow with the number of messages."""
    figure, axes = _new(6, 5)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1, label="perfect")
    for name, judged in parts.items():
        bins = reliability(judged)
        x, y = [part.confidence for part in bins], [part.right.value for part in bins]
        lines = axes.plot(x, y, linewidth=1, label=f"{name}, n = {len(judged)}, ECE {calibration_error(judged):.3f}")
        axes.scatter(x, y, [6 + part.right.total / 3 for part in bins], color=lines[0].get_color())
    axes.set(xlabel="confidence", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1.02))
    axes.legend(loc="upper left", frameon=False)
    _save(figure, path)


def draw_confusions(judged: Sequence[Judged], path: Path) -> None:
    """How often each intent (row) was understood as each intent (column), shaded by the share of the row."""
    intents = sorted({one.message.intent for one in judged} | {one.found for one in judged if one.found})
    counts = [[0] * len(intents) for _ in intents]
    for one in judged:
        if one.found:
            counts[intents.index(one.message.intent)][intents.index(one.found)] += 1
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    figure, axes = _new(12, 11)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            if count:
                axes.text(
                    j, i, str(count), ha="center", va="center", fontsize=6, color="w" if shares[i][j] > 0.5 else "0.2"
                )
    axes.set_xticks(range(len(intents)), intents, rotation=90, fontsize=7)
    axes.set_yticks(range(len(intents)), intents, fontsize=7)
    axes.set(xlabel="understood as", ylabel="meant")
    _save(figure, path)


def _new(width: float, height: float) -> tuple[Any, Any]:
    return plt.subplots(figsize=(width, height), layout="constrained")


def _save(figure: Any, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
    plt.close(figure)
