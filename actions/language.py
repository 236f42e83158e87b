"""Which language a message asks for."""

from __future__ import annotations

import re

from nlu.text.normalise import fold

_LANGUAGE = re.compile(
    r"(?P<not>\b(?:khong|ko|chua|kem|not|no|cannot|(?:don|can|won)'?t) (?:\w+ ){0,2}?)?\b(?:"
    r"(?P<en>(?:tieng anh|english)(?! (?:teacher|test|certificate|degree|course|class|school|name)))"
    r"|tieng viet|(?:(?:in|speak|use|to|into) |(?<!\w ))vietnamese(?! (?!please|pls|now|again|from|instead|version)\w)"
    r")\b"
)
"""On folded text: a language that is named as one, not as where somebody or something comes from."""


def named_language(text: str) -> str | None:
    """The language that is asked for: the last one that is named; where that is one not spoken, the other one."""
    named = None
    for found in _LANGUAGE.finditer(fold(text)):
        named = "en" if (found["en"] is None) == (found["not"] is not None) else "vi"
    return named
