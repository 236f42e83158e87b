"""What a process holds for good is left out of the collector's rounds."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Generator

import pytest

from nlu.text.collector import settle


class Node:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def thawed() -> Generator[None]:
    yield
    gc.unfreeze()


def test_what_is_in_use_is_left_out_and_what_is_not_is_gone() -> None:
    kept, dropped = Node(), weakref.ref(Node())
    settle()

    assert dropped() is None
    assert gc.get_freeze_count() > 1_000
    assert not any(each is kept for each in gc.get_objects())


def test_what_is_dropped_later_goes_at_the_next_time() -> None:
    once = Node()
    seen = weakref.ref(once)
    settle()
    del once

    settle()
    assert seen() is None
