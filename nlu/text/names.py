"""Names of persons in a text: after words that announce one, or by surname and capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SURNAMES = frozenset({
    "nguyen", "tran", "le", "pham", "hoang", "huynh", "phan", "vu", "vo", "dang", "bui", "do", "ho", "ngo",
    "duong", "ly", "dao", "doan", "vuong", "trinh", "truong", "dinh", "lam", "mai", "to", "phung", "cao", "ha",
    "luong", "luu", "thai", "tang", "quach", "khuc", "kieu", "ta", "chu", "trieu", "nong", "lo", "giang",
    "diep", "nghiem", "tong", "bach", "lu", "la", "mac", "than", "tieu", "cu", "ung", "au", "an",
})  # fmt: skip
_ANNOUNCED = re.compile(
    r"\b(?:ho (?:va )?ten(?: day du)?(?: cua)?(?: toi| em| minh| con| chau| chong| vo| bo| me)?"
    r"|(?:toi|em|minh|chau|con) ten|ten (?:toi|em|minh|chau|con|chong toi|vo toi|bo toi|me toi|day du)"
    r"|nguoi (?:nop|khai|lam don|yeu cau)|chu ho)"
    r"(?: la| :|:)? +"
)
_SELF = re.compile(r"\b(?:toi|em|minh|chau|con) la +")
_TITLE = re.compile(r"\b(?:ong|ba|anh|chi|co|chu|bac) +")
_WORD = re.compile(r"[a-z]+")
_NOT_A_PERSON = re.compile(
    r"\b(?:duong|pho|truong|phuong|xa|cho|cau|quan|tp|thanh pho|benh vien|cong vien|tinh|luat|dai lo) +$"
)
_ENDS = frozenset({
    "sinh", "nam", "la", "o", "so", "va", "co", "dang", "muon", "can", "xin", "nop", "cho", "da", "thi", "roi",
    "a", "voi", "tai", "cccd", "cmnd", "sdt", "dien", "nha", "gui", "hoi", "bi", "duoc",
})  # fmt: skip


def names_in(text: str, shadow: str) -> Iterator[tuple[int, int]]:
    """Where names stand in ``text``; ``shadow`` is the same text in plain lower-case letters, as long as it."""
    for pattern in (_ANNOUNCED, _SELF, _TITLE):
        for match in pattern.finditer(shadow):
            words = _words(shadow, match.end())
            capitals = _capitals(text, words)
            if len(capitals) >= (1 if pattern is _ANNOUNCED else 2):
                yield capitals[0][0], capitals[-1][1]
            elif pattern is _ANNOUNCED and words and shadow[slice(*words[0])] in _SURNAMES:
                name = _until_other_words(shadow, words[:4])
                yield name[0][0], name[-1][1]
    yield from _by_surname(text, shadow)


def _by_surname(text: str, shadow: str) -> Iterator[tuple[int, int]]:
    for match in _WORD.finditer(shadow):
        if match.group() not in _SURNAMES or not text[match.start()].isupper():
            continue
        name = _capitals(text, _words(shadow, match.start()))
        if 3 <= len(name) <= 5 and not _NOT_A_PERSON.search(shadow[: match.start()]):
            yield name[0][0], name[-1][1]


def _words(shadow: str, start: int) -> list[tuple[int, int]]:
    """Up to five words from ``start`` with a single space between them."""
    words: list[tuple[int, int]] = []
    while len(words) < 5 and (match := _WORD.match(shadow, start)):
        words.append(match.span())
        start = match.end() + 1
        if shadow[match.end() : start] != " ":
            break
    return words


def _capitals(text: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    capitals: list[tuple[int, int]] = []
    for start, end in words:
        if not text[start].isupper():
            break
        capitals.append((start, end))
    return capitals


def _until_other_words(shadow: str, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept = words[:1]
    for start, end in words[1:]:
        if shadow[start:end] in _ENDS:
            break
        kept.append((start, end))
    return kept
