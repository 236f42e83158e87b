"""Aliases proposed from what citizens asked: wordings that search was unsure of, and the procedure then chosen.

Nothing is taken over by itself: what comes out is YAML in the form of ``knowledge/aliases/*.yml``, to be reviewed.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from knowledge.model import Procedure
from nlu.text.normalise import fold, normalise

_NUMBER = re.compile(r"\d[\d\s.,/-]*\d{2}|\d{3,}")
_LONGEST = 25
_SHORTEST = 3
_HEAD = """\
# To review: take out whatever names a person or a place, mend the wording, leave out what is not said of this procedure
# alone; then move it to knowledge/aliases/<field>.yml, or to the entry in knowledge/catalogue for a code that is there.
"""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation, oldest first.

    ``told`` is the code of the procedure that the bot's message tells about; ``pressed`` says that a citizen pressed a
    button instead of writing.
    """

    citizen: bool
    text: str = ""
    told: str = ""
    pressed: bool = False


def unsure(conversation: Iterable[Message]) -> list[tuple[str, str]]:
    """What was written without an answer about a procedure, with the code of the procedure then chosen by a button."""
    found: list[tuple[str, str]] = []
    waiting, pressed = "", False
    for message in conversation:
        if message.citizen:
            pressed = message.pressed
            if not pressed:
                waiting = message.text
        elif message.told:
            if pressed and waiting:
                found.append((waiting, message.told))
            waiting = ""
    return found


def propose(asked: Iterable[tuple[str, str]], known: Callable[[str], Procedure | None]) -> str:
    """YAML of the wordings ``asked``, by code, those asked most often first, numbers masked.

    Left out: what is too short or too long for an alias, what the procedure is called already, and unknown codes.
    """
    by_code: dict[str, Counter[str]] = {}
    for text, code in asked:
        wording = _masked(text)
        if _SHORTEST <= len(wording.split()) <= _LONGEST:
            by_code.setdefault(code, Counter())[wording] += 1
    parts = [_HEAD]
    for code in sorted(by_code, key=lambda code: (-by_code[code].total(), code)):
        procedure = known(code)
        if procedure is None:
            continue
        names = {fold(name) for name in (procedure.name, procedure.title, *procedure.aliases)}
        new = [(wording, times) for wording, times in by_code[code].most_common() if fold(wording) not in names]
        if new:
            parts.append(_entry(procedure, new))
    return "".join(parts)


def _entry(procedure: Procedure, wordings: Sequence[tuple[str, int]]) -> str:
    lines = [f'"{procedure.code}": # {procedure.plain_name}']
    lines += [f"  - {json.dumps(wording, ensure_ascii=False)} # {times}" for wording, times in wordings]
    return "\n".join([*lines, ""])


def _masked(text: str) -> str:
    return _NUMBER.sub("…", normalise(text).lower()).strip(" .?!,;")
