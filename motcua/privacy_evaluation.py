"""How well personal data is found: recall per kind on labelled sentences, and how much of what is masked had to be.

A sentence marks personal data as ``[kind:…]``. In it ``#`` stands for any digit, ``~`` for a spoken one with accents
and ``^`` for one without; digits are drawn at run time, so that no number of a person stands in a file.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from knowledge.evaluation import Share
from nlu.text.normalise import fold
from records.privacy.masking import kinds_in

DRAWS = 5
"""How many times each sentence is filled with other digits."""
REQUIRED = ("phone", "identity", "email", "bank", "dossier")
_MARK = re.compile(r"\[(?P<kind>[a-z]+):(?P<inside>(?:[^\[\]]|\[[^\[\]:]*\])*)\]")
_SPOKEN = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


@dataclass(frozen=True)
class Labelled:
    """A sentence with what is personal in it: start, end and kind."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


@dataclass
class Score:
    """Counts of one set. ``missed`` and ``needless`` hold the texts in question."""

    sentences: int = 0
    found: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    labelled: dict[str, int] = field(default_factory=lambda: defaultdict[str, int](int))
    masked: int = 0
    rightly: int = 0
    missed: list[str] = field(default_factory=list[str])
    needless: list[str] = field(default_factory=list[str])

    def recall(self, *kinds: str) -> Share:
        """Share of the labelled spans of these kinds that are masked from end to end."""
        return Share(sum(self.found[kind] for kind in kinds), sum(self.labelled[kind] for kind in kinds))

    @property
    def precision(self) -> Share:
        """Share of the masked spans that touch personal data."""
        return Share(self.rightly, self.masked)


def read_sentences(path: Path) -> Iterable[list[Labelled]]:
    """The sentences of a file, each in ``DRAWS`` draws of digits; the same file gives the same draws."""
    for number, sentence in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))):
        draws = DRAWS if _MARK.search(sentence) else 1
        yield [_labelled(sentence, random.Random(number * 1000 + draw)) for draw in range(draws)]  # noqa: S311


def _labelled(sentence: str, dice: random.Random) -> Labelled:
    text, spans, done = "", list[tuple[int, int, str]](), 0
    for mark in _MARK.finditer(sentence):
        text += sentence[done : mark.start()]
        inside = re.sub(r"[#~^]", lambda match: _digit(match.group(), dice), mark["inside"])
        spans.append((len(text), len(text) + len(inside), mark["kind"]))
        text, done = text + inside, mark.end()
    rest = sentence[done:]
    if re.search(r"\[[a-z]+:", rest):
        raise ValueError(f"no end of a mark; in YAML, ' #' begins a comment unless it is quoted: {sentence}")
    return Labelled(text + rest, tuple(spans))


def _digit(mark: str, dice: random.Random) -> str:
    digit = dice.randrange(10)
    return str(digit) if mark == "#" else _SPOKEN[digit] if mark == "~" else fold(_SPOKEN[digit])


def evaluate(sentences: Iterable[list[Labelled]]) -> Score:
    """Masks every draw of every sentence. What one draw misses, or masks needlessly, counts against all its draws."""
    score = Score()
    for draws in sentences:
        score.sentences += 1
        masked = [kinds_in(draw.text) for draw in draws]
        for mark, (_, _, kind) in enumerate(draws[0].spans):
            missed = [draw for draw, spans in zip(draws, masked, strict=True) if not _covered(draw, mark, spans)]
            score.labelled[kind] += 1
            score.found[kind] += not missed
            score.missed += [f"{kind}: {draw.text}" for draw in missed[:1]]
        worst, spans = max(zip(draws, masked, strict=True), key=lambda each: len(_needless(*each)))
        needless = _needless(worst, spans)
        score.masked += len(spans)
        score.rightly += len(spans) - len(needless)
        score.needless += [f"{kind}: {worst.text[start:end]} in {worst.text}" for start, end, kind in needless]
    return score


def _covered(sentence: Labelled, mark: int, masked: list[tuple[int, int, str]]) -> bool:
    """Whether every letter and digit of a marked span is masked."""
    start, end, _ = sentence.spans[mark]
    covered = {place for left, right, _ in masked for place in range(left, right)}
    return all(place in covered for place in range(start, end) if sentence.text[place].isalnum())


def _needless(sentence: Labelled, masked: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """What is masked and touches no marked span."""
    return [one for one in masked if not any(one[0] < end and start < one[1] for start, end, _ in sentence.spans)]


def table(scores: Mapping[str, Score]) -> str:
    """Recall of each kind, of the required ones together, and precision, a column per set, as Markdown."""
    kinds = dict.fromkeys(kind for score in scores.values() for kind in score.labelled)
    rows: dict[str, list[Share]] = {f"recall, {kind}": [s.recall(kind) for s in scores.values()] for kind in kinds}
    rows["recall, the five required"] = [score.recall(*REQUIRED) for score in scores.values()]
    rows["precision"] = [score.precision for score in scores.values()]
    head = ["| | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]
    return "\n".join([*head, *(f"| {name} | {' | '.join(map(_shown, row))} |" for name, row in rows.items())])


def _shown(share: Share) -> str:
    if not share.total:
        return "none"
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f}–{high:.3f}), {share.hits} of {share.total}"
