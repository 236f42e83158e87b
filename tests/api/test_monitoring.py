from __future__ import annotations

import httpx

from tests.stack import Stack


def test_health_names_every_part(stack: Stack) -> None:
    health = stack.health()
    assert health["status"] == "ok"
    assert {"database", "search", "bot", "actions", "worker"} <= set(health["parts"])


def test_metrics_are_readable_by_prometheus(stack: Stack) -> None:
    metrics = httpx.get(f"{stack.url}/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "motcua_turns_total" in metrics.text
