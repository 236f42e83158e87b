"""A finished call and a message of the invented office: spoken by espeak-ng, recorded and written down as real ones."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from records import calls, conversations, voice_mails, waiting
from records.conversations import NewMessage
from records.database import database_of
from records.models import Message, VoiceMail
from records.recordings import RATE, Recording, recording_path
from voice.journal import Journal
from voice.recognition.transcript import Transcript, Word
from voice.synthesis.voices import EspeakVoice

_PAUSE = 0.7
_SURE, _UNSURE = 0.86, 0.41
"""Confidence of words; every ninth is shown as heard with little of it."""


async def add(session: AsyncSession, told: dict[str, Any]) -> None:
    """A call that waits for a clerk, with its recording; a message that was left; a caller who is to be called."""
    caller, assistant = EspeakVoice("vi-vn-x-south"), EspeakVoice("vi")
    journal, at, sides = Journal(), 0.0, list[NDArray[np.int16]]()
    for speaker, text in told["call"]:
        sound = np.frombuffer((caller if speaker == "caller" else assistant).speak(text, 1.0), np.int16)
        seconds = len(sound) / RATE
        if speaker == "caller":
            journal.caller(at, _heard(text, seconds))
        else:
            journal.assistant(at, text)
        both = np.zeros((len(sound) + int(_PAUSE * RATE), 2), np.int16)
        both[: len(sound), 0 if speaker == "caller" else 1] = sound
        sides.append(both)
        at += len(both) / RATE
    call_id = await _call(session, told["call"], journal, at)
    database = database_of(session)
    recording = Recording(recording_path(database.settings, call_id), database.vault)
    recording.add(np.concatenate(sides).tobytes())
    recording.close()
    await _message(session, told["message"], caller)
    await _promise(session, **told["call_back"])


async def _call(session: AsyncSession, lines: list[tuple[str, str]], journal: Journal, seconds: float) -> uuid.UUID:
    call_id, began = uuid.uuid4(), dt.datetime.now(dt.UTC) - dt.timedelta(minutes=12)
    conversation, _ = await conversations.start_web(session, channel="voice")
    for speaker, text in lines:
        if speaker == "caller":
            message, _ = await conversations.take(session, conversation.id, NewMessage(text))
            message.state = "answered"
            message.understanding = {"intent": "ask_procedure", "confidence": 0.9, "procedures": []}
        else:
            session.add(Message(conversation_id=conversation.id, sender="bot", text=text))
            await session.flush()
    await calls.begin(session, call_id, None)
    await session.flush()
    ended = {"started_at": began, "ended_at": began + dt.timedelta(seconds=seconds), "ending": "queue"}
    shown = {"summary": "đề nghị gặp cán bộ", "transcript": journal.lines, "recorded": True}
    await calls.change(session, call_id, conversation_id=conversation.id, **ended, **shown)
    await waiting.ask(session, conversation.id, "Người gọi đề nghị gặp cán bộ")
    return call_id


async def _message(session: AsyncSession, text: str, voice: EspeakVoice) -> None:
    call_id, journal = uuid.uuid4(), Journal()
    sound = np.frombuffer(voice.speak(text, 1.0), np.int16)
    await calls.begin(session, call_id, None)
    await session.flush()
    await voice_mails.keep(session, call_id, np.repeat(sound, 2).tobytes())
    await session.flush()
    journal.caller(0.0, _heard(text, len(sound) / RATE))
    await session.execute(update(VoiceMail).where(VoiceMail.call_id == call_id).values(transcript=journal.lines))


async def _promise(session: AsyncSession, phone: str, reason: str) -> None:
    call_id, now = uuid.uuid4(), dt.datetime.now(dt.UTC)
    await calls.begin(session, call_id, phone)
    await session.flush()
    await calls.promise(session, call_id, reason, calls.next_hours(database_of(session).calendar, now))


def _heard(text: str, seconds: float) -> Transcript:
    """The words of ``text``, each in its share of the time."""
    letters = np.cumsum([0, *(len(word) + 1 for word in text.split())])
    times = letters / letters[-1] * seconds
    words = enumerate(text.split())
    return Transcript(tuple(Word(word, times[n], times[n + 1], _UNSURE if n % 9 == 8 else _SURE) for n, word in words))
