"""How long it takes to set up on a clean checkout with warm and cold model caches, and to start again."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.report import publish
from motcua.programs import ROOT
from tests.stack import Stack

STARTS = 3


def main() -> None:
    """Clones the checkout, sets it up, and starts the whole stack several times."""
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="motcua-") as folder:
        clone, cache = Path(folder) / "clone", Path(folder) / "cache"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        packages = subprocess.run(["uv", "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip()
        for name, keep in (("set-up, own caches empty, packages cached", False), ("set-up again", True)):
            started = time.perf_counter()
            subprocess.run(
                [clone / "script" / "setup"],
                env={**os.environ, "UV_CACHE_DIR": packages, "XDG_CACHE_HOME": str(cache)},
                check=True,
                capture_output=True,
            )
            rows.append({"what": name, "seconds": time.perf_counter() - started})
            if not keep:
                shutil.rmtree(clone / "var")
    for number in range(STARTS):
        started = time.perf_counter()
        with Stack.running():
            rows.append({"what": f"start {number + 1}, fresh data folder", "seconds": time.perf_counter() - started})
    publish("start", "Set-up and start", rows, [])


if __name__ == "__main__":
    main()
