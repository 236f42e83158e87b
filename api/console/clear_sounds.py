"""The last recordings that somebody listened to, in clear in memory for some minutes: seeking is instant then.

Nothing in clear reaches a disk, and who may listen is checked before each request, kept or not.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

from records.recordings import as_wave
from records.vault import Vault


class ClearSounds:
    """Recordings as WAV; of many the one that was longest not asked for goes first."""

    def __init__(self, most_bytes: int = 64_000_000, seconds: float = 300.0) -> None:
        """``most_bytes`` hold about half an hour of calls; ``seconds`` count from when one was decrypted."""
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._kept = OrderedDict[tuple[Path, int, int], bytes]()

    async def wave(self, path: Path, vault: Vault) -> bytes:
        """A recording as a WAV file, for as long as it lies in the store. Raises ``FileNotFoundError``."""
        found = await asyncio.to_thread(path.stat)
        key = path, found.st_mtime_ns, found.st_size
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        sound = await asyncio.to_thread(as_wave, path, vault)
        self._kept[key] = sound
        while sum(map(len, self._kept.values())) > self._most_bytes:
            self._kept.popitem(last=False)
        asyncio.get_running_loop().call_later(self._seconds, self._kept.pop, key, None)
        return sound


async def _sounds(request: Request) -> ClearSounds:
    return request.app.state.sounds


SoundsDependency = Annotated[ClearSounds, Depends(_sounds)]
