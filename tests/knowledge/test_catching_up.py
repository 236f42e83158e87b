"""Work beside those who ask for it: they wait for short work, and never long for long work."""

from __future__ import annotations

import threading
import time

import pytest

from knowledge.catching_up import CatchingUp


def test_short_work_is_waited_for() -> None:
    done: list[int] = []

    def work() -> None:
        time.sleep(0.05)
        done.append(1)

    CatchingUp(work, 10).ask()
    assert done == [1]


def test_long_work_goes_on_alone_and_once() -> None:
    begun: list[int] = []
    may_end, ended = threading.Event(), threading.Event()

    def work() -> None:
        begun.append(1)
        may_end.wait(10)
        ended.set()

    catching_up = CatchingUp(work, 0.05)
    for _ in range(3):
        catching_up.ask()
    assert (len(begun), ended.is_set()) == (1, False)
    may_end.set()
    assert ended.wait(10)


def test_patience_counts_from_the_start_of_the_work() -> None:
    may_end = threading.Event()

    def work() -> None:
        may_end.wait(10)

    catching_up = CatchingUp(work, 0.3)
    catching_up.ask()
    start = time.perf_counter()
    catching_up.ask()
    assert time.perf_counter() - start < 0.2
    may_end.set()


def test_who_waits_hears_what_went_wrong_and_the_next_one_tries_again() -> None:
    tried: list[int] = []

    def work() -> None:
        tried.append(1)
        raise ValueError("damaged")

    catching_up = CatchingUp(work, 10)
    for _ in range(2):
        with pytest.raises(ValueError, match="damaged"):
            catching_up.ask()
    assert len(tried) == 2
