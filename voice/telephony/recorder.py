"""Both sides of a call side by side, as they are recorded."""

from __future__ import annotations

import numpy as np

from records.recordings import Recording


class Recorder:
    """Joins the caller's sound with what was sent at the same time; does nothing without a recording."""

    def __init__(self, recording: Recording | None) -> None:
        self._recording = recording
        self._ours = bytearray()

    @property
    def recording(self) -> bool:
        """Whether the call is being recorded."""
        return self._recording is not None

    def caller(self, samples: bytes) -> None:
        """Sound of the caller, beside our own of the same length."""
        if self._recording is None:
            return
        ours = bytes(self._ours[: len(samples)]).ljust(len(samples), b"\0")
        del self._ours[: len(samples)]
        both = np.empty(len(samples), np.int16)
        both[0::2] = np.frombuffer(samples, np.int16)
        both[1::2] = np.frombuffer(ours, np.int16)
        self._recording.add(both.tobytes())

    def assistant(self, samples: bytes) -> None:
        """Sound that was sent to the caller."""
        if self._recording is not None:
            self._ours += samples

    def refuse(self) -> None:
        """Stops and deletes what was recorded."""
        if self._recording is not None:
            self._recording.delete()
            self._recording = None
        self._ours.clear()

    def close(self) -> None:
        """Completes the recording."""
        if self._recording is not None:
            self._recording.close()
