"""Whisper through faster-whisper, with what it makes up for silence and noise taken out."""

# faster-whisper and CTranslate2 are typed in part.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ctranslate2 import get_cuda_device_count
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations
from faster_whisper.vad import get_speech_timestamps
from rapidfuzz.distance.Levenshtein import normalized_similarity

from nlu.text.normalise import fold
from voice.recognition.transcript import SAMPLE_RATE, Samples, Transcript, Word
from voice.settings import Settings

_NO_SPEECH = 0.58
_UNSURE = 0.5
_GUESS = 0.25
_COMPRESSION = 2.4
"""Text is made up when the sound is likely no speech and the words are unsure, when the words are guesses, or when it
goes round in circles. In short windows, "no speech" alone would also refuse one of three telephone sentences."""
_DOUBTED = 0.66
_NOISE = 0.1
_ALIKE = 0.5
"""Words of less confidence are heard a second time, with a tenth of the sound's level as noise on it: what was said is
understood alike again, what is made of babble comes out as something else (docs/speech.md)."""
_CLOSING = re.compile(r"(?:cam on (?:cac ban|quy vi|moi nguoi)(?: a)?\W*)+")
"""What babble gives alike both times, on folded text."""
_CIRCLES = re.compile(r"(\b\w.{3,}?)(?:[\s?!.,…]*\1)+[\s?!.,…]*", re.IGNORECASE)
_CHANT = re.compile(r"\b(\w+(?: \w+){0,3})(?: \1){2,}\b")
_SHORT_CHANT = 6
"""A few words three times or more that are half of a text of six words or more: what Whisper makes of babble. "Không,
không, không" alone is something people say."""
_INVENTED = re.compile(
    r"\b(?:subscribe|ghien mi go|(?:hay )?dang ky (?:cho )?kenh|(?:theo doi|ung ho) kenh|cam on (?:cac ban|quy vi) da"
    r" (?:theo doi|xem|lang nghe|dong hanh)|hen gap lai (?:cac ban|quy vi)|phu de (?:boi|duoc|cua)|like va share)\b"
)
"""Closing phrases of the videos that Whisper was trained on, on folded text."""
_TAIL = 2.0
"""Seconds of silence after the sound in a short encoder window; with less, Whisper repeats itself."""
_LONGEST = 30
_BEAMS = 5
_TOKENS_PER_SECOND = 12
_TOKENS_MORE = 24
"""Nobody says more; a text that reaches the limit goes round in circles."""
_LANGUAGE = "vi"


class Whisper:
    """One model, shared by all calls; CTranslate2 works on one utterance after the other."""

    def __init__(self, settings: Settings) -> None:
        """Loads the model. Raises ``ValueError`` when there is none or when it cannot be read."""
        model = settings.model()
        if model is None:
            raise ValueError("no speech weights: run script/setup --with-speech, or set MOTCUA_SPEECH_MODEL")
        compute = compute_type(settings, get_cuda_device_count())
        try:
            self._model = WhisperModel(
                model, device=settings.speech_device, compute_type=compute, cpu_threads=settings.speech_threads
            )
        except (RuntimeError, OSError) as error:
            raise ValueError(f"the speech model {model} cannot be loaded: {error}") from error
        self._tokenizer = Tokenizer(
            self._model.hf_tokenizer, self._model.model.is_multilingual, task="transcribe", language=_LANGUAGE
        )
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, (-1,)) or ())

    def transcribe(self, samples: Samples) -> Transcript:
        """What at most 30 s of sound say.

        The encoder sees the sound and two seconds more instead of the 30 of Whisper, which takes a quarter of the time;
        where the text repeats itself then, all 30 are given.
        """
        if not get_speech_timestamps(samples):
            return Transcript()
        heard = self._decode(samples, len(samples) / SAMPLE_RATE + _TAIL)
        if heard.repeats:
            heard = self._decode(samples, _LONGEST)
        if heard.repeats or not _says_something(heard.text):
            return Transcript()
        aligned: Any = self._model.find_alignment(self._tokenizer, [heard.tokens], heard.encoded, heard.frames)  # pyright: ignore[reportArgumentType]
        merge_punctuations(aligned[0], "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、")
        transcript = Transcript(tuple(_word(each) for each in aligned[0] if each["word"].strip()))
        needed = _UNSURE if heard.no_speech > _NO_SPEECH else _GUESS
        made_up = transcript.confidence < needed or (
            transcript.confidence < _DOUBTED and not self._heard_again(samples, heard.text)
        )
        return Transcript() if made_up else transcript

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """How likely each candidate is as the transcript, as mean log probability of a token."""
        encoded, frames = self._encode(samples, len(samples) / SAMPLE_RATE + _TAIL)
        return [self._likelihood(encoded, frames, candidate) for candidate in candidates]

    def _encode(self, samples: Samples, window: float) -> tuple[Any, int]:
        features = self._model.feature_extractor(samples[: _LONGEST * SAMPLE_RATE])
        rate = self._model.frames_per_second
        length = min(math.ceil(window * 2) * rate // 2, _LONGEST * rate)
        return self._model.encode(pad_or_trim(features, length)), min(features.shape[-1], length)

    def _decode(self, samples: Samples, window: float) -> _Heard:
        encoded, frames = self._encode(samples, window)
        limit = int(len(samples) / SAMPLE_RATE * _TOKENS_PER_SECOND) + _TOKENS_MORE
        result = self._model.model.generate(
            encoded,
            [[*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]],
            beam_size=_BEAMS,
            max_length=min(limit + len(self._tokenizer.sot_sequence) + 1, 448),
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed,
        )[0]
        tokens = [token for token in result.sequences_ids[0] if token < self._tokenizer.eot]
        text = self._tokenizer.decode(tokens).strip()
        repeats = (
            len(tokens) >= limit
            or get_compression_ratio(text) > _COMPRESSION
            or _CIRCLES.fullmatch(text) is not None
            or chants(text)
        )
        return _Heard(text, tokens, result.no_speech_prob, repeats, encoded, frames)

    def _heard_again(self, samples: Samples, text: str) -> bool:
        """Whether much the same is understood with a little noise on the sound."""
        if _CLOSING.fullmatch(fold(text)):
            return False
        noise = np.random.default_rng(0).normal(scale=_NOISE * np.sqrt(np.mean(samples**2)), size=len(samples))
        again = self._decode(samples + noise.astype(np.float32), len(samples) / SAMPLE_RATE + _TAIL)
        return normalized_similarity(_spoken(text), _spoken(again.text)) >= _ALIKE

    def _likelihood(self, encoded: Any, frames: int, candidate: str) -> float:
        tokens = self._tokenizer.encode(f" {candidate}")
        aligned = self._model.model.align(encoded, self._tokenizer.sot_sequence, [tokens], frames)
        return float(np.mean(np.log(np.maximum(aligned[0].text_token_probs, 1e-9))))


@dataclass(frozen=True)
class _Heard:
    """One decoding; ``frames`` of the sound within the window, for the alignment."""

    text: str
    tokens: list[int]
    no_speech: float
    repeats: bool
    encoded: Any
    frames: int


def compute_type(settings: Settings, gpus: int) -> str:
    """The numbers to compute with: what the settings say, else 16-bit floats on a GPU and 8-bit integers without."""
    on_gpu = settings.speech_device == "cuda" or (settings.speech_device == "auto" and gpus > 0)
    return {True: "float16", False: "int8"}[on_gpu] if settings.speech_compute == "default" else settings.speech_compute


def chants(text: str) -> bool:
    """Whether half of a text or more is a few words again and again."""
    words = re.findall(r"\w+", text.lower())
    longest = max((len(match[0].split()) for match in _CHANT.finditer(" ".join(words))), default=0)
    return len(words) >= _SHORT_CHANT and 2 * longest >= len(words)


def _spoken(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _says_something(text: str) -> bool:
    return any(c.isalnum() for c in text) and not _INVENTED.search(fold(text))


def _word(aligned: dict[str, Any]) -> Word:
    return Word(aligned["word"].strip(), float(aligned["start"]), float(aligned["end"]), float(aligned["probability"]))
