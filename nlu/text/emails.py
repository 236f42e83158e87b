"""E-mail addresses as people write and say them: "thu (at) example.com", "lan thu a còng gmail chấm com".

Works on a text in plain lower-case letters (``nlu.text.personal``) and returns offsets into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SAID_AT = r"(?:a[ -]{0,2}(?:cong|vong|moc)|at)"
_WRITTEN_AT = rf" {{0,2}}@+ {{0,2}}| ?[(\[{{] ?(?:{_SAID_AT}|a|@) ?[)\]}}] ?"
_AT = rf"(?:(?P<written>{_WRITTEN_AT})|(?P<said> {_SAID_AT} ))"
_DOT = r"(?: ?[.,]+ ?| ?[(\[{] ?(?:\.|cham|dot) ?[)\]}] ?| cham | dot )"
_VN = r"(?:vn|v n|ve (?:no|en|n))"
_TOP = rf"(?:com|{_VN}|net|org|edu|gov|info|biz|io|me|asia|[a-z]{{2,12}}(?![a-z]))(?:{_DOT}{_VN})?"
_PROVIDER = r"(?:gmail|(?:go|g|gi|ji|ge)[ -]?(?:meo|meu|mail)|yahoo|[yd]a hu|hot ?(?:mail|meo)|outlook|icloud)"
_NAMED = rf"[a-z0-9-]+(?:(?: [a-z0-9-]+){{1,2}}?(?= cham | dot ))?(?:{_DOT}[a-z0-9-]+)*?{_DOT}{_TOP}"
_HOST = rf"(?:{_NAMED}|{_PROVIDER}(?:(?:{_DOT}| ){_TOP})?)"
_WITH_AT = re.compile(rf"(?<=[^\s@,;:<>()]){_AT}{_HOST}(?!\.?[a-z0-9])")
_LOCAL = re.compile(r"(?:[a-z0-9_]+ (?=\d{1,4}$))?(?:[^\s@,;:<>()\[\]\"“”]+(?: cham | \. ))*[^\s@,;:<>()\[\]\"“”]+$")
_WITHOUT_AT = re.compile(
    rf"(?<![a-z0-9._-])(?:(?=[a-z._-]*\d)[a-z0-9._-]+ |(?!www\.|mail\.)[a-z0-9_-]+\.){_PROVIDER}[ .,]com(?![a-z0-9])"
)
_ANNOUNCED = re.compile(
    r"(?:^|[:,]|\b(?:la|e?-?mail|gmail|thu dien tu|hom thu|hop thu|qua|ve|vao|toi|cua \w+)\b) ?(?=\S)"
)
_MOST_WORDS, _SURE_WORDS = 14, 4


def emails_in(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand. Of one that is said, the words from those that announce it on; at most four without."""
    for match in _WITH_AT.finditer(text):
        before = text[: match.start()]
        start = _said_start(before) if match["said"] else _written_start(before)
        if start is not None:
            yield start, match.end()
    yield from (match.span() for match in _WITHOUT_AT.finditer(text))


def _written_start(before: str) -> int | None:
    local = _LOCAL.search(before)
    return local.start() if local else None


def _said_start(before: str) -> int:
    words = [match.start() for match in re.finditer(r"\S+", before)]
    earliest = words[-_MOST_WORDS:][0]
    announced = [match.end() for match in _ANNOUNCED.finditer(before, earliest)]
    return max(announced, default=words[-_SURE_WORDS:][0])
