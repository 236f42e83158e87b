"""``motcua evaluate speech``: error rates, text made up from sounds without words, what callers get done."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import jiwer
import numpy as np
import typer
from rich.console import Console
from rich.progress import track

from knowledge.evaluation import Share
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from motcua.noises import noises
from motcua.speech_tasks import by_voices, of_people, succeeded, voices
from nlu.text.normalise import normalise
from voice.recognition.transcript import Recogniser
from voice.recognition.whisper import Whisper
from voice.settings import Settings
from voice.transcripts.reading import read_mono

LISTING = "transcripts.json"
QUALITIES = {"file": "as recorded", "telephone": "telephone"}
_TASKS = {
    "code": "codes read aloud",
    "answer": "yes or no",
    "wrong answer": "taken for the opposite",
    "procedure": "procedure among the first three",
}
_RESAMPLES = 5000
_console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Pair:
    """What was said and what was heard, without punctuation and capitals."""

    said: str
    heard: str


@dataclass(frozen=True)
class Rate:
    """An error rate over recordings together, with the 95 % interval of a bootstrap over recordings."""

    value: float
    low: float
    high: float


def plain(text: str) -> str:
    """Words in small letters, composed, without punctuation."""
    return " ".join("".join(c if c.isalnum() else " " for c in normalise(text).lower()).split())


def word_errors(pair: Pair) -> tuple[int, int]:
    """Wrong words, and words said."""
    found = jiwer.process_words(pair.said, pair.heard)
    return found.substitutions + found.deletions + found.insertions, len(pair.said.split())


def character_errors(pair: Pair) -> tuple[int, int]:
    """Wrong characters, and characters said."""
    found = jiwer.process_characters(pair.said, pair.heard)
    return found.substitutions + found.deletions + found.insertions, len(pair.said)


def rate(pairs: Sequence[Pair], errors: Callable[[Pair], tuple[int, int]]) -> Rate:
    """The rate over all pairs together."""
    counts = np.array([errors(pair) for pair in pairs])
    draws = counts[np.random.default_rng(0).integers(len(counts), size=(_RESAMPLES, len(counts)))].sum(axis=1)
    low, high = np.quantile(draws[:, 0] / draws[:, 1], (0.025, 0.975))
    return Rate(float(counts[:, 0].sum() / counts[:, 1].sum()), float(low), float(high))


def hear(recogniser: Recogniser, folder: Path, key: str) -> list[Pair]:
    """Every recording of a folder in one quality."""
    listed = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    return [
        Pair(plain(each["text"]), plain(recogniser.transcribe(read_mono(folder / each[key])).text))
        for each in track([each for each in listed if key in each], QUALITIES[key], transient=True)
    ]


def invented(recogniser: Recogniser, folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Clips without words by kind, and those of them for which there was a text."""
    listed = json.loads((folder / LISTING).read_text(encoding="utf-8"))
    clips = list(noises([read_mono(folder / each["file"]) for each in listed]))
    texts = [(kind, recogniser.transcribe(clip).text) for kind, clip in track(clips, "noise", transient=True)]
    return Counter(kind for kind, _ in texts), Counter(kind for kind, text in texts if text)


def evaluate_speech(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help=f"Recordings with {LISTING}.")],
    shown: Annotated[int, typer.Option("--worst", help="How many of the worst recordings to print.")] = 0,
) -> None:
    """Word and character error rates by quality, invented text on 50 clips without words, and what callers get done.

    transcripts.json is a list of {"file", "telephone" (may be missing), "text"}; "code", "answer" (yes or no) or
    "procedure" say what should come of a recording. Without any, the voices of this installation speak such tasks.
    """
    if not (folder / LISTING).exists():
        raise typer.BadParameter(f"{folder} has no {LISTING}: a list of file and text for each recording")
    try:
        recogniser = Whisper(Settings())
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    lines = ["| | recordings | WER | CER |", "|---|---|---|---|"]
    worst: list[tuple[float, str, Pair]] = []
    for key, name in QUALITIES.items():
        pairs = hear(recogniser, folder, key)
        if pairs:
            rates = [rate(pairs, errors) for errors in (word_errors, character_errors)]
            lines.append(f"| {name} | {len(pairs)} | {' | '.join(map(_shown, rates))} |")
            worst += [(rate([pair], character_errors).value, name, pair) for pair in pairs]
    clips, texts = invented(recogniser, folder)
    made_up = Share(texts.total(), clips.total())
    low, high = made_up.interval
    kinds = ", ".join(f"{kind} {texts[kind]}/{of}" for kind, of in clips.items())
    _console.print("\n".join(lines), markup=False)
    _console.print(
        f"\ninvented text: {made_up.hits} of {made_up.total}, {made_up.value:.2f} ({low:.2f}–{high:.2f}): {kinds}"
    )
    _console.print("\n".join(_tasks(recogniser, folder)), markup=False)
    for value, name, pair in sorted(worst, key=lambda each: -each[0])[:shown]:
        _console.print(f"{value:.2f} {name}: {pair.said} → {pair.heard}", markup=False)


def _tasks(recogniser: Recogniser, folder: Path) -> list[str]:
    knowledge = Knowledge.open(KnowledgeSettings())
    if people := list(of_people(folder, LISTING)):
        spoken = {"people": people}
    else:
        spoken = {name: list(by_voices([voice], knowledge)) for name, voice in voices(Settings().voice_piper).items()}
    lines = ["", "| spoken by | " + " | ".join(_TASKS.values()) + " |", "|---" * (len(_TASKS) + 1) + "|"]
    for name, tasks in spoken.items():
        done = succeeded(recogniser, knowledge, track(tasks, name, transient=True))
        lines.append(f"| {name} | {' | '.join(_share(done.get(kind)) for kind in _TASKS)} |")
    return lines


def _share(share: Share | None) -> str:
    if share is None:
        return ""
    low, high = share.interval
    return f"{share.hits}/{share.total} = {share.value:.2f} ({low:.2f}–{high:.2f})"


def _shown(found: Rate) -> str:
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"
