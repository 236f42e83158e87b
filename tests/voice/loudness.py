"""Voice activity by loudness."""

from __future__ import annotations

import numpy as np
from pipecat.audio.vad.vad_analyzer import VADAnalyzer


class Loudness(VADAnalyzer):
    """Voice is what is loud, where the real model would take most of the time and is not what a test is about."""

    def num_frames_required(self) -> int:
        return 256

    def voice_confidence(self, buffer: bytes) -> float:
        return float(np.abs(np.frombuffer(buffer, np.int16).astype(int)).max() > 500)

    def _get_smoothed_volume(self, audio: bytes) -> float:
        return 1.0
