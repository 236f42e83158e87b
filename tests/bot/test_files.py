"""Rasa's own check of domain, data and rules finds nothing, and both rooms agree on what outlives a session."""

from __future__ import annotations

import ast
import os
import subprocess

from actions.small_talk import KEPT
from motcua.programs import BOT_PYTHON, ROOT


def test_rasa_validates_the_files_without_a_warning() -> None:
    data = ["--domain", "bot/domain", "--data", "nlu/data", "bot/rules.yml"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [BOT_PYTHON, "-W", "ignore", "-m", "rasa", "data", "validate", "--fail-on-warnings", *data],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr

    assert done.returncode == 0, said[-3000:]
    assert [line for line in said.splitlines() if " WARNING " in line] == []


def test_actions_and_bot_keep_the_same_slots_beyond_a_session() -> None:
    tree = ast.parse((ROOT / "bot" / "turn.py").read_text(encoding="utf-8"))
    (kept,) = (
        ast.literal_eval(node.value.args[0])
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and node.targets[0].id == "OUTLIVES_SESSION"  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    )

    assert kept == KEPT
