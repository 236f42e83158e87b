"""Recordings in memory: decrypted once, few of them, for a while, and never for who may not listen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from api.console import clear_sounds
from api.console.clear_sounds import ClearSounds
from records.recordings import Recording, as_wave
from records.vault import Vault
from tests.api.console.office import Office
from tests.api.console.test_recordings import called

VAULT = Vault(["k" * 40])
SECOND = 32_000


@pytest.fixture
def decrypted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were decrypted, in order."""
    names: list[str] = []

    def counted(path: Path, vault: Vault) -> bytes:
        names.append(path.stem)
        return as_wave(path, vault)

    monkeypatch.setattr(clear_sounds, "as_wave", counted)
    return names


def recorded(folder: Path, names: str) -> Sequence[Path]:
    """Recordings of a second each."""
    paths = [folder / f"{name}.rec" for name in names]
    for path in paths:
        recording = Recording(path, VAULT)
        recording.add(path.stem.encode() * SECOND)
        recording.close()
    return paths


async def test_a_recording_is_decrypted_once_and_the_one_longest_not_asked_for_makes_room(
    tmp_path: Path, decrypted: list[str]
) -> None:
    sounds = ClearSounds(most_bytes=70_000)
    a, b, c = recorded(tmp_path, "abc")
    for path in (a, b, a, c, a, b):
        assert (await sounds.wave(path, VAULT))[44:] == path.stem.encode() * SECOND
    assert decrypted == ["a", "b", "c", "b"]


async def test_it_leaves_memory_by_itself_and_is_gone_with_its_file(tmp_path: Path, decrypted: list[str]) -> None:
    sounds = ClearSounds(seconds=0.01)
    (path,) = recorded(tmp_path, "a")
    await sounds.wave(path, VAULT)
    await asyncio.sleep(0.05)
    await sounds.wave(path, VAULT)
    assert decrypted == ["a", "a"]
    path.unlink()
    with pytest.raises(FileNotFoundError):
        await sounds.wave(path, VAULT)


async def test_seeking_decrypts_nothing_and_a_colleague_still_hears_nothing(
    office: Office, decrypted: list[str]
) -> None:
    conversation = await called(office)
    path = f"/console/conversations/{conversation}/recording"
    async with (
        office.desk(await office.hire("an", "agent")) as desk,
        office.desk(await office.hire("binh", "agent")) as other,
    ):
        await desk.send(f"/conversations/{conversation}/take")
        for first in (0, 1000, 50_000):
            part = await desk.client.get(path, headers={"Range": f"bytes={first}-{first + 99}"})
            assert (part.status_code, len(part.content)) == (206, 100)
        assert (await other.client.get(path)).status_code == 404
    assert len(decrypted) == 1
