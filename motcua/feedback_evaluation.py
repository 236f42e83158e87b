"""How well categories of feedback are suggested, on labelled reports that the suggestion was not learned from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console

from knowledge.evaluation import Share
from motcua.programs import ROOT

REPORTS = ROOT / "tests" / "records" / "feedback"
PARTS = ("reports_short.yml", "reports_long.yml")
"""Reports as short as the examples and by the same hand; and longer ones that come to their matter by and by."""
_AMONG = (1, 3)


def ranks(path: Path) -> list[int]:
    """For each report of a file, how many categories are suggested before the right one."""
    reports: dict[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_rank(text, category) for category, texts in reports.items() for text in texts]


def _rank(text: str, category: str) -> int:
    from records.feedback.suggestions import suggest_categories  # scikit-learn takes a second

    suggested = [each.category.code for each in suggest_categories(text)]
    return suggested.index(category) if category in suggested else len(suggested)


def table(parts: dict[str, Sequence[int]]) -> str:
    """Share of the reports whose category is the first, or among the first three, as Markdown."""
    rows = ["| | first | among the first three |", "|---|---|---|"]
    for name, found in parts.items():
        shares = [Share(sum(rank < among for rank in found), len(found)) for among in _AMONG]
        rows.append(f"| {name} | {' | '.join(map(_shown, shares))} |")
    return "\n".join(rows)


def _shown(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.2f} ({low:.2f}–{high:.2f}), {share.hits} of {share.total}"


def evaluate_feedback(
    reports: Annotated[
        list[Path] | None,
        typer.Argument(exists=True, dir_okay=False, help="YAML: reports by category; default: the frozen ones."),
    ] = None,
) -> None:
    """How often the right category of feedback is suggested, with Wilson 95 % intervals. No report is printed."""
    paths = reports or [REPORTS / name for name in PARTS]
    Console(highlight=False, soft_wrap=True).print(table({path.stem: ranks(path) for path in paths}), markup=False)
