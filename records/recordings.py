"""Recordings of calls: encrypted as they are written, a few seconds at a time, so that nothing lies open on a disk.

A recording is a row of blocks, each its length (4 bytes, big-endian) and a Fernet token of 16-bit samples: caller left,
assistant right, 8 kHz.
"""

from __future__ import annotations

import io
import uuid
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from records.settings import Settings
from records.vault import Vault

RATE = 8000
_BLOCK_SECONDS = 5
_BLOCK_BYTES = RATE * 4 * _BLOCK_SECONDS


def recording_path(settings: Settings, call_id: uuid.UUID) -> Path:
    """Where the recording of a call lies."""
    return settings.recordings / call_id.hex[:2] / f"{call_id.hex}.rec"


def voice_mail_path(settings: Settings, call_id: uuid.UUID) -> Path:
    """Where the message that was left in a call lies, in the form of a recording."""
    path = recording_path(settings, call_id)
    return path.with_stem(f"{path.stem}-message")


class Recording:
    """A recording in the making."""

    def __init__(self, path: Path, vault: Vault) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._vault = vault
        self._samples = bytearray()
        self._file = path.open("wb")

    def add(self, stereo: bytes) -> None:
        """Adds interleaved samples of both sides."""
        self._samples += stereo
        if len(self._samples) >= _BLOCK_BYTES:
            self._flush()

    def close(self) -> None:
        """Writes what is left."""
        if not self._file.closed:
            self._flush()
            self._file.close()

    def delete(self) -> None:
        """Takes back all that was recorded."""
        self._samples.clear()
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._samples:
            _write(self._file, self._vault.seal(bytes(self._samples)))
            self._file.flush()
            self._samples.clear()


def blocks(path: Path, vault: Vault) -> Iterator[bytes]:
    """The samples of a recording, block by block; a block that was cut off by a crash is left out.

    Raises ``ValueError`` when none of the keys opens it.
    """
    for token in _tokens(path):
        yield vault.unseal(token)


def key_of(path: Path, vault: Vault) -> bytes | None:
    """Id of the key that a recording was begun with; none for an empty one, or when it is not known."""
    token = next(_tokens(path), None)
    return vault.key_of(token) if token is not None else None


def reseal(path: Path, vault: Vault) -> bool:
    """Encrypts a finished recording with the newest key; whether that was needed."""
    if all(vault.key_of(token) == vault.newest for token in _tokens(path)):
        return False
    partial = path.with_suffix(".part")
    with partial.open("wb") as file:
        for block in blocks(path, vault):
            _write(file, vault.seal(block))
    partial.rename(path)
    return True


def _tokens(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while head := file.read(4):
            token = file.read(int.from_bytes(head, "big"))
            if len(head) < 4 or len(token) < int.from_bytes(head, "big"):
                return
            yield token


def _write(file: BinaryIO, token: bytes) -> None:
    file.write(len(token).to_bytes(4, "big") + token)


def as_wave(path: Path, vault: Vault) -> bytes:
    """A recording as a WAV file, for listening to."""
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for block in blocks(path, vault):
            file.writeframes(block)
    return target.getvalue()
