"""Sentences that Asterisk plays itself, to callers for whom the hotline has no line."""

from __future__ import annotations

import io
import wave

from voice.dialogue import phrases
from voice.synthesis.service import SpeechService
from voice.telephony.line import SAMPLE_RATE

OFFER, BUSY = "offer", "busy"
SENTENCES = {
    OFFER: phrases.FULL,
    BUSY: phrases.FULL_WITHOUT_NUMBER,
    "failed": phrases.FULL_NOT_NOTED,
    "goodbye": phrases.THANKS,
}
"""By the names that the dial plan has for them."""


async def as_wave(speech: SpeechService, name: str) -> bytes:
    """A sentence as a WAV file: 16-bit samples, one channel, telephone rate. Raises ``KeyError``, ``Overloaded``."""
    samples = await speech.speak(SENTENCES[name], 1.0)
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(SAMPLE_RATE)
        written.writeframes(samples)
    return file.getvalue()
