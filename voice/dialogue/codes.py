"""Codes that were said or typed, to be read back before anything is done with them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.text.codes import find_codes
from nlu.text.normalise import normalise
from nlu.text.numbers import spoken_to_written
from voice.dialogue.events import Expect

_READ_BACK = frozenset({"dossier", "feedback", "phone", "identity", "old_identity"})
_LAST_DIGITS = 4
_TYPED_DOSSIER = re.compile(r"(\d{2})(\d{2})?(\d{6})(\d{4,7})")
"""Without letter and separators: unit, office, date, serial number, as in H56.14-240823-0001."""


@dataclass(frozen=True)
class Given:
    """A code as it will be handed on, and whether it is a telephone number."""

    value: str
    telephone: bool = False


def spoken(text: str, expect: Expect) -> Given | None:
    """The code in what was said, or the four digits where a number was asked for."""
    written = spoken_to_written(normalise(text))
    for code in find_codes(written):
        if code.kind in _READ_BACK:
            return Given(code.value, code.kind == "phone")
    if expect is Expect.NUMBER:
        digits = re.sub(r"\D", "", written)
        return Given(digits) if len(digits) == _LAST_DIGITS else None
    return None


def typed(keys: str, expect: Expect) -> Given | None:
    """The code that keys stand for. Province units have the letter H, which has no key of its own."""
    digits = re.sub(r"\D", "", keys)
    if expect is Expect.NUMBER:
        return Given(digits) if len(digits) == _LAST_DIGITS else None
    if found := find_codes(digits):
        return Given(found[0].value, found[0].kind == "phone")
    if match := _TYPED_DOSSIER.fullmatch(digits):
        unit = f"H{match[1]}.{match[2]}" if match[2] else f"H{match[1]}"
        code = find_codes(f"{unit}-{match[3]}-{match[4]}")
        return Given(code[0].value) if code else None
    return None
