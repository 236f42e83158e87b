"""An explanation of a search as text for the terminal."""

from __future__ import annotations

from knowledge.search import Explanation

_SHOWN = 5
_TOLD = 0.05
"""Points from which a piece of evidence is shown."""


def render(explanation: Explanation) -> str:
    """What each step did to the question, where each engine put the best procedures, and what spoke for them."""
    query = explanation.query
    lines = [
        f"{step.name:<14}{step.after}" for step in query.analysis.steps if step.changed or step.name == "normalise"
    ]
    lines += [f"{code.kind:<14}{code.value}" for code in query.analysis.codes]
    lines += [
        f"{'content':<14}{' '.join(query.words)}",
        f"{'meaning':<14}{query.meaning}",
        f"{'engine':<14}{explanation.engine}",
    ]
    lines.append(
        "time          " + ", ".join(f"{part} {1000 * spent:.1f} ms" for part, spent in explanation.seconds.items())
    )
    if explanation.province:
        lines.append(f"{'province':<14}{explanation.province}: what is only for others is left out")
    lines.append(f"{'verdict':<14}{explanation.verdict}")
    for place, group in enumerate(explanation.groups[:_SHOWN], 1):
        told = group.best.entry.document
        lines += ["", f"{place}. {told.code}  {told.name}  ({group.best.probability:.2f})"]
        if group.also:
            lines.append(f"   also {', '.join(group.also)}")
        ranks = (
            f"{name} {next((i for i, ranked in enumerate(ranking, 1) if ranked.code == told.code), '–')}"
            for name, ranking in explanation.rankings.items()
        )
        lines.append(f"   rank by {', '.join(ranks)}")
        points = explanation.weights.points(group.best.evidence)
        ordered = sorted(points.items(), key=lambda part: -abs(part[1]))
        lines.append("   " + ", ".join(f"{name} {value:+.1f}" for name, value in ordered if abs(value) >= _TOLD))
    return "\n".join(lines)
