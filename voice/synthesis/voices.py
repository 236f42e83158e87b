"""Text to sound: espeak-ng, which is always there, and piper where a voice of it is installed."""

# The C library and piper have no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false
from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import espeakng_loader
import numpy as np
import soxr

from voice.settings import Settings
from voice.telephony.line import SAMPLE_RATE

_SYNCHRONOUS = 2
_UTF8 = 1
_RATE = 1
_PITCH = 3
_WORDS_PER_MINUTE = 155
_ONE_AT_A_TIME = threading.Lock()
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Voice(Protocol):
    """A voice. ``speak`` takes as long as it takes and is called from one thread at a time."""

    def speak(self, text: str, pace: float) -> bytes:
        """``text`` as 16-bit samples at telephone rate; ``pace`` 1 is usual, .8 slower."""
        ...


class EspeakVoice:
    """espeak-ng as a library in this process; it has one state, which the voices of a process take in turn."""

    def __init__(self, name: str) -> None:
        """``name`` as espeak-ng calls it: ``vi``, ``vi-vn-x-central``, ``vi-vn-x-south``. Raises ``ValueError``."""
        with _ONE_AT_A_TIME:
            self._library, self._rate = _espeak()
            if self._rate <= 0 or self._library.espeak_SetVoiceByName(name.encode()) != 0:
                raise ValueError(f"espeak-ng has no voice {name!r}")
        self._name = name.encode()
        self._chunks: list[bytes] = []
        self._callback: Callable[..., Any] = _CALLBACK(self._take)

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    def speak(self, text: str, pace: float) -> bytes:
        """``text`` as sound."""
        written = text.encode()
        with _ONE_AT_A_TIME:
            self._chunks.clear()
            self._library.espeak_SetVoiceByName(self._name)
            self._library.espeak_SetParameter(_PITCH, 55, 0)
            self._library.espeak_SetParameter(_RATE, int(_WORDS_PER_MINUTE * pace), 0)
            self._library.espeak_SetSynthCallback(self._callback)
            self._library.espeak_Synth(written, len(written) + 1, 0, 0, 0, _UTF8, None, None)
            return _at_telephone_rate(b"".join(self._chunks), self._rate)


@lru_cache(maxsize=1)
def _espeak() -> tuple[ctypes.CDLL, int]:
    """The library and its sample rate. A second initialisation while a voice speaks would end the process."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    return library, library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)


class PiperVoice:
    """A neural voice of piper, such as ``vi_VN-vais1000-medium``."""

    def __init__(self, model: Path) -> None:
        """``model`` is the ``.onnx`` file; its ``.onnx.json`` lies beside it."""
        from piper import PiperVoice as Model

        self._model = Model.load(model)

    def speak(self, text: str, pace: float) -> bytes:
        """``text`` as sound."""
        from piper import SynthesisConfig

        chunks = list(self._model.synthesize(text, SynthesisConfig(length_scale=1 / pace)))
        sound = b"".join(chunk.audio_int16_bytes for chunk in chunks)
        return _at_telephone_rate(sound, chunks[0].sample_rate) if chunks else b""


def open_voice(settings: Settings) -> Voice:
    """The voice that the settings name."""
    return PiperVoice(settings.voice_piper) if settings.voice_piper else EspeakVoice(settings.voice_espeak)


def _at_telephone_rate(sound: bytes, rate: int) -> bytes:
    if not sound:
        return b""
    return soxr.resample(np.frombuffer(sound, np.int16), rate, SAMPLE_RATE).astype(np.int16).tobytes()
