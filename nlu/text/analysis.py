"""A text on its way to being understood, step by step, so that every change can be shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from nlu.text.abbreviations import expand
from nlu.text.address import without_address
from nlu.text.codes import Code, find_codes
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written
from nlu.text.restorer import Restorer, is_accented
from nlu.text.tokens import tokens

_VOWEL = "aăâeêoôơuưyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
_STRETCHED = re.compile(rf"([{_VOWEL}])\1{{2,}}|(?<=\w)([^\W\d_i])\2{{2,}}(?!\w)", re.IGNORECASE)
"""A letter held down for feeling ("đượccc"); not i, which counts in Roman numerals, and not the letters of "cccd"."""


@dataclass(frozen=True)
class Step:
    """One step: its name, and the text before and after it."""

    name: str
    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the step did anything."""
        return self.before != self.after


@dataclass(frozen=True)
class Analysis:
    """What became of a text. ``codes`` are found before abbreviations and accents, which never touch them.

    ``accented``: whether its writer uses accents, which abbreviations that are written out have.
    """

    text: str
    accented: bool
    steps: tuple[Step, ...]
    codes: tuple[Code, ...]

    @property
    def tokens(self) -> list[str]:
        """The syllables of the final text, in lower case."""
        return tokens(self.text)


def analyse(text: str, restorer: Restorer | None = None) -> Analysis:
    """Normalise, leave out vocatives, write spoken numbers down, find codes, write abbreviations out, restore accents.

    Without a ``restorer`` the last step is left out.
    """
    steps: list[Step] = []

    def take(name: str, after: str) -> str:
        steps.append(Step(name, text, after))
        return after

    text = take("normalise", _STRETCHED.sub(lambda run: run.group()[0], normalise(text)))
    accented = is_accented(text)
    text = take("address", without_address(text))
    text = take("numbers", spoken_to_written(text))
    codes = find_codes(text)
    text = take("abbreviations", _between(text, codes, expand))
    if restorer is not None:
        text = take("accents", _between(text, codes, lambda part: restorer.restore(part, accented)))
    return Analysis(text, accented, tuple(steps), codes)


def _between(text: str, codes: tuple[Code, ...], change: Callable[[str], str]) -> str:
    """``change`` applied to what stands between the codes."""
    pieces: list[str] = []
    done = 0
    for code in codes:
        pieces += change(text[done : code.start]), text[code.start : code.end]
        done = code.end
    return "".join((*pieces, change(text[done:])))
