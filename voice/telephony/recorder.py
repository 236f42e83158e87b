"""Both sides of a call side by side, as they are recorded."""

from __future__ import annotations

import numpy as np

from records.recordings import Recording


class Recorder:
    """Joins the caller's sound with what was sent at the same time; does nothing without a recording.

    Silence stands for what was said before ``begin``, so that the times of the call hold.
    """

    def __init__(self, recording: Recording | None) -> None:
        self._recording = recording
        self._begun = False
        self._ours = bytearray()

    @property
    def recording(self) -> bool:
        """Whether the call is recorded as soon as its caller was told so."""
        return self._recording is not None

    @property
    def begun(self) -> bool:
        """Whether that was so."""
        return self._begun

    def begin(self) -> None:
        """The caller was told: what is said from here on is kept."""
        self._begun = True

    def caller(self, samples: bytes) -> None:
        """Sound of the caller, beside our own of the same length."""
        if self._recording is None:
            return
        if not self._begun:
            samples = bytes(len(samples))
        ours = bytes(self._ours[: len(samples)]).ljust(len(samples), b"\0")
        del self._ours[: len(samples)]
        both = np.empty(len(samples), np.int16)
        both[0::2] = np.frombuffer(samples, np.int16)
        both[1::2] = np.frombuffer(ours, np.int16)
        self._recording.add(both.tobytes())

    def assistant(self, samples: bytes) -> None:
        """Sound that was sent to the caller."""
        if self._begun and self._recording is not None:
            self._ours += samples

    def refuse(self) -> None:
        """Stops and deletes what was recorded."""
        if self._recording is not None:
            self._recording.delete()
            self._recording = None
        self._ours.clear()

    def close(self) -> None:
        """Completes the recording; there is none of who was never told."""
        if not self._begun:
            self.refuse()
        if self._recording is not None:
            self._recording.close()
