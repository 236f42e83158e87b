"""How well rules find entities: labelled messages, and codes that were read out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.evaluation import Share
from motcua.nlu_evaluation import HELD_OUT, is_frozen
from nlu.text.codes import find_codes
from nlu.text.entities import find_entities
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written

MESSAGES = HELD_OUT / "entities" / "messages.yml"
SPOKEN = HELD_OUT / "entities" / "spoken.yml"
CODES = ("dossier_code", "tracking_code", "procedure", "phone", "identity_number")


@dataclass(frozen=True)
class Counted:
    """Entities found that were meant, found that were not, and missed."""

    right: int
    false: int
    missed: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 1 where nothing was meant and nothing found."""
        total = 2 * self.right + self.false + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True)
class Marked:
    """A message with what a reader marks in it and what the rules found, as (kind, value) with their number."""

    text: str
    meant: Counter[tuple[str, str]]
    found: Counter[tuple[str, str]]


def read_messages(path: Path = MESSAGES) -> list[Marked]:
    """The labelled messages, read on the day that the file names."""
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    today: dt.date = data["today"]
    return [
        Marked(
            entry["text"],
            Counter((kind, str(value)) for kind, values in entry.items() if kind != "text" for value in values),
            Counter((one.kind, one.value) for one in find_entities(entry["text"], today)),
        )
        for entry in data["messages"]
    ]


def count(messages: Iterable[Marked], kinds: Iterable[str] = ()) -> Counted:
    """What was right, false and missed over ``messages``; only entities of ``kinds``, if any are named."""
    wanted = set(kinds)
    right = false = missed = 0
    for message in messages:
        meant, found = (
            Counter({key: number for key, number in part.items() if not wanted or key[0] in wanted})
            for part in (message.meant, message.found)
        )
        right += (meant & found).total()
        false += (found - meant).total()
        missed += (meant - found).total()
    return Counted(right, false, missed)


def spoken_codes(*, frozen: bool, path: Path = SPOKEN) -> tuple[Share, Share, list[str]]:
    """Texts whose codes were all found and no other; texts without codes where none was found; the remaining texts."""
    right: list[bool] = []
    silent: list[bool] = []
    wrong: list[str] = []
    for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
        if is_frozen(entry["text"]) != frozen:
            continue
        found = [code.value for code in find_codes(spoken_to_written(normalise(entry["text"])))]
        fits = found == [str(code) for code in entry["codes"]]
        (right if entry["codes"] else silent).append(fits)
        if not fits:
            wrong.append(f"{entry['text']}: {', '.join(found) or 'nothing'}")
    return Share(sum(right), len(right)), Share(sum(silent), len(silent)), wrong
