"""Nothing that was acknowledged is lost, taken twice or out of order when processes are killed under load."""

from __future__ import annotations

import pytest

from tests.failures.kills import ROUND, kill_under_load
from tests.stack import Stack


@pytest.mark.timeout(900)
def test_kills_under_load() -> None:
    with Stack.running() as stack:  # of its own: what other tests left on the way would be counted
        account = kill_under_load(stack, 1, seed=20261125, web=2, telegrams=2)
    assert account.faults == [], account
    assert account.kills.total() == ROUND
    assert account.acknowledged.total() > 100
    assert account.delivered > 10
