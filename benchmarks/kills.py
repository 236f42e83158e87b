"""``script/benchmark kills [ROUNDS] [SEED]``: random ``kill -9`` under load, and what became of what was promised."""

from __future__ import annotations

import sys
import time
from functools import partial

from benchmarks.report import publish
from tests.failures.account import Account
from tests.failures.kills import ROUND, kill_under_load
from tests.stack import Stack


def main() -> None:
    """Runs once, and fails when anything was lost, taken twice, out of order, or sent twice without a death."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 17
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started = time.monotonic()
    with Stack.running() as stack:
        account = kill_under_load(stack, rounds, seed=seed, tell=partial(print, flush=True))
    publish("kills", f"{rounds * ROUND} kills under load", _rows(account), _notes(account, time.monotonic() - started))
    for fault in account.faults:
        print(fault)
    raise SystemExit(1 if account.faults else 0)


def _rows(account: Account) -> list[dict[str, object]]:
    counts = {
        "kills": account.kills.total(),
        **{f"acknowledged: {kind}": count for kind, count in account.acknowledged.items()},
        "acknowledged and lost": len(account.lost),
        "taken twice": len(account.taken_twice),
        "out of order": len(account.out_of_order),
        "never answered": len(account.unanswered),
        "delivered to Telegram": account.delivered,
        "sent twice without a death": len(account.sent_twice),
        "sent twice by a death between answer and noting": account.sent_twice_by_death,
    }
    return [{"what": what, "how many": count} for what, count in counts.items()]


def _notes(account: Account, seconds: float) -> list[str]:
    killed = ", ".join(f"{name} {count}" for name, count in account.kills.most_common())
    return [
        f"killed: {killed}; {account.repeated} requests repeated; {seconds / 60:.0f} minutes with the coming to rest"
    ]


if __name__ == "__main__":
    main()
