"""Sound of any format that PyAV reads, block by block, at the recogniser's rate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from voice.recognition.transcript import SAMPLE_RATE, Samples

_FULL_SCALE = 32768.0


class Unreadable(ValueError):
    """Not a sound file, or a damaged one."""


def seconds(path: Path) -> float | None:
    """How long a file says it is; none when it does not say. Raises ``Unreadable``."""
    try:
        with av.open(str(path)) as container:
            return container.duration / av.time_base if container.duration else None
    except (FFmpegError, OSError) as error:
        raise Unreadable(f"{path.name} cannot be read as sound: {error}") from error


def blocks(path: Path, *, mix: bool = False) -> Iterator[Samples]:
    """The sound in blocks of channels × samples: two channels of a stereo file, else one.

    A file that breaks off is read as far as it goes. Raises ``Unreadable`` when there is no sound at all.
    """
    read = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise Unreadable(f"{path.name} has no sound")
            stream = container.streams.audio[0]
            stereo = stream.codec_context.layout.nb_channels == 2 and not mix
            resampler = AudioResampler("s16p", "stereo" if stereo else "mono", SAMPLE_RATE)
            for frame in container.decode(stream):
                for resampled in resampler.resample(frame):
                    read += resampled.samples
                    yield resampled.to_ndarray().astype(np.float32) / _FULL_SCALE
            for resampled in resampler.resample(None):
                read += resampled.samples
                yield resampled.to_ndarray().astype(np.float32) / _FULL_SCALE
    except (FFmpegError, OSError) as error:
        if not read:
            raise Unreadable(f"{path.name} cannot be read as sound: {error}") from error


def read_mono(path: Path) -> Samples:
    """A whole short file as one channel. Raises ``Unreadable``."""
    return np.concatenate([block[0] for block in blocks(path, mix=True)])
