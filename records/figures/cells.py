"""Cells of a table of figures. What stands on fewer than five people is hidden, and cannot be found by subtraction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

FEWEST = 5
"""People behind a figure that may be shown to those who may not read the cases themselves."""


@dataclass(frozen=True)
class Cell:
    """One figure and how many people it is about; no ``value`` where it is hidden or there is nothing to count."""

    value: float | None
    people: int
    hidden: bool = False


@dataclass(frozen=True)
class Row:
    """A line of a table: the cells by indicator. ``key`` leads to what is behind it."""

    key: str
    name: str
    cells: dict[str, Cell]


def guard(rows: Sequence[Row]) -> list[Row]:
    """``rows`` with small cells hidden, indicator by indicator.

    Where the hidden cells of an indicator are about fewer than five people together, the next smallest one is hidden
    too: otherwise a total would tell them.
    """
    hidden: dict[str, set[int]] = {}
    for name in dict.fromkeys(name for row in rows for name in row.cells):
        counted = sorted((row.cells[name].people, place) for place, row in enumerate(rows) if row.cells[name].people)
        small = [place for people, place in counted if people < FEWEST]
        together = sum(people for people, _ in counted if people < FEWEST)
        if small and together < FEWEST and len(small) < len(counted):
            small.append(counted[len(small)][1])
        hidden[name] = set(small)
    return [
        replace(
            row,
            cells={
                name: Cell(None, 0, hidden=True) if place in hidden[name] else cell for name, cell in row.cells.items()
            },
        )
        for place, row in enumerate(rows)
    ]
