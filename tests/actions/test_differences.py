"""What tells procedures apart: the first of age, subject, action, kind and level that differs."""

from __future__ import annotations

import pytest

from actions.differences import difference
from knowledge.model import Procedure
from knowledge.starter import read_starter

BY_CODE = {entry.code: entry for entry in read_starter()}


def of(*codes: str) -> list[Procedure]:
    return [BY_CODE[code] for code in codes]


CARDS = ("1.014062", "1.014061")
KINDS = {
    "age": CARDS,
    "subject": ("1.000894", "2.000806"),
    "action": ("1.014063", "1.014064"),
    "detail": ("1.013080", "1.013082"),
}


@pytest.mark.parametrize(("kind", "codes"), KINDS.items())
def test_the_first_difference_that_tells_all_apart(kind: str, codes: tuple[str, ...]) -> None:
    found = difference(of(*codes))

    assert found is not None
    assert found.kind == kind
    assert len(set(found.labels)) == len(codes)


def test_none_where_nothing_tells_all_apart() -> None:
    assert difference(of("1.001193")) is None
    assert difference([*of("1.001193"), *of("1.001193")]) is None


APART = {
    "an action on different things": ("1.012786", "1.013082"),
    "levels of different things": ("1.000894", "2.000829"),
}


@pytest.mark.parametrize("codes", APART.values(), ids=APART)
def test_procedures_about_different_things_are_told_apart_by_their_names(codes: tuple[str, ...]) -> None:
    assert difference(of(*codes)) is None


@pytest.mark.parametrize(
    ("answer", "position"),
    [("dưới 14 tuổi", 0), ("cháu 5 tuổi", 0), ("em 20t", 1), ("16", 1), ("từ 14 tuổi", 1), ("không biết", None)],
)
def test_an_age_in_years_is_enough(answer: str, position: int | None) -> None:
    found = difference(of(*CARDS))

    assert found is not None
    assert found.pick(answer) == position
