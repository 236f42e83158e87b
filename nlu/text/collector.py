"""The garbage collector, kept from walking through what a process holds for good.

A round through a loaded catalogue or a loaded model, some 400,000 objects each, stops the process for a quarter of a
second.
"""

from __future__ import annotations

import gc


def settle() -> None:
    """Leaves all that is in use now out of later rounds, after a last one; called when something large was loaded."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
