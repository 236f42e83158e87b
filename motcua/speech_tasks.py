"""What a caller gets done by voice: a code read aloud, a yes or no, a procedure asked for; how often each succeeds.

Recordings of people say in ``transcripts.json`` what should come of them: ``"code"``, ``"answer"`` (``yes`` or
``no``) or ``"procedure"`` (its code). Where none does, the project's own voices speak, over a telephone line with
noise; espeak-ng is understood far worse than people are, so that such figures are a floor.
"""

# numpy and soxr are typed in part.
# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from knowledge.evaluation import Share
from knowledge.search import Knowledge
from voice.dialogue import codes
from voice.dialogue.events import Expect, Heard
from voice.dialogue.yes_no import yes_or_no
from voice.recognition.transcript import SAMPLE_RATE, Recogniser, Samples
from voice.speaking.numbers import spell
from voice.speaking.reading import read_aloud
from voice.synthesis.voices import EspeakVoice, PiperVoice, Voice
from voice.telephony.line import SAMPLE_RATE as TELEPHONE_RATE
from voice.transcripts.reading import read_mono

CODE, ANSWER, PROCEDURE = KINDS = ("code", "answer", "procedure")
_CODES = 8
_ANSWERS = {
    "yes": ("Có", "Đúng rồi", "Dạ có", "Vâng", "Dạ đúng", "Được"),
    "no": ("Không", "Không phải", "Dạ không", "Thôi", "Sai rồi", "Chưa đúng"),
}
_PROCEDURES = 16
_SHOWN = 3
"""Results of a search among which the procedure has to be: so many a caller is offered to choose from."""
_PACE = 0.85
_NOISE_DB = 20


@dataclass(frozen=True)
class Task:
    """One utterance, and what should come of it: a code, ``yes`` or ``no``, or the code of a procedure."""

    kind: str
    wanted: str
    samples: Samples


class Chooser:
    """The recogniser's forced choice, as the dialogue asks for it."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    async def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        """How likely each candidate is."""
        return await asyncio.to_thread(self._recogniser.choose, samples, candidates)


def of_people(folder: Path, listing: str) -> Iterator[Task]:
    """The recordings that say what should come of them, over the telephone where there is such a recording."""
    for each in json.loads((folder / listing).read_text(encoding="utf-8")):
        for kind in KINDS:
            if kind in each:
                yield Task(kind, each[kind], read_mono(folder / each.get("telephone", each["file"])))


def voices(piper: Path | None) -> dict[str, Voice]:
    """The voices of this installation by name."""
    regions = {"north": "vi", "central": "vi-vn-x-central", "south": "vi-vn-x-south"}
    spoken: dict[str, Voice] = {f"espeak-ng {region}": EspeakVoice(name) for region, name in regions.items()}
    return {f"piper {piper.stem}": PiperVoice(piper)} if piper else spoken


def by_voices(speakers: Iterable[Voice], knowledge: Knowledge) -> Iterator[Task]:
    """The same tasks for each voice: invented codes sign by sign, answers, everyday names of procedures."""
    dice = np.random.default_rng(11)
    invented = [f"H99.{dice.integers(10, 60)}-2611{n + 10}-{dice.integers(1, 9999):04}" for n in range(_CODES)]
    named = [document for document in knowledge.documents() if len(document.labels) > 1]
    step = max(1, len(named) // _PROCEDURES)
    for voice in speakers:
        for code in invented:
            yield Task(CODE, code, _by_telephone(voice, spell(code), dice))
        for answer, words in _ANSWERS.items():
            for word in words:
                yield Task(ANSWER, answer, _by_telephone(voice, word, dice))
        for document in named[::step][:_PROCEDURES]:
            yield Task(PROCEDURE, document.code, _by_telephone(voice, read_aloud(document.labels[1]), dice))


def succeeded(recogniser: Recogniser, knowledge: Knowledge, tasks: Iterable[Task]) -> dict[str, Share]:
    """How many of each kind came out as wanted; ``wrong`` counts answers taken for their opposite."""
    outcomes: dict[str, list[bool]] = {}
    for task in tasks:
        heard = recogniser.transcribe(task.samples)
        match task.kind:
            case "code":
                given = codes.spoken(heard.text, Expect.CODE)
                right = given is not None and given.value == task.wanted
            case "answer":
                answer = asyncio.run(yes_or_no(Heard(heard, task.samples), Chooser(recogniser)))
                right = answer is (task.wanted == "yes")
                outcomes.setdefault("wrong answer", []).append(answer is not None and not right)
            case _:
                hits = knowledge.search(heard.text, limit=_SHOWN).hits if heard.text else ()
                right = any(task.wanted in hit.codes for hit in hits)
        outcomes.setdefault(task.kind, []).append(right)
    return {kind: Share(sum(each), len(each)) for kind, each in outcomes.items()}


def _by_telephone(voice: Voice, text: str, dice: np.random.Generator) -> Samples:
    """``text`` at 8 kHz in 256 steps of loudness (µ-law, ITU-T G.711), with noise 20 dB below it and pauses around."""
    sound = np.frombuffer(voice.speak(text, _PACE), np.int16).astype(np.float32) / 32768
    sound = np.pad(sound, (TELEPHONE_RATE // 4, TELEPHONE_RATE // 2))
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-_NOISE_DB / 20)
    noisy = np.clip(sound + dice.normal(scale=level, size=sound.size), -1, 1)
    pressed: Samples = np.round(np.sign(noisy) * np.log1p(255 * np.abs(noisy)) / np.log(256) * 127) / 127
    line = np.sign(pressed) * (256 ** np.abs(pressed) - 1) / 255
    return soxr.resample(line.astype(np.float32), TELEPHONE_RATE, SAMPLE_RATE)
