"""Personal data in a text: phone, identity and bank numbers, e-mail addresses, dossier codes, names, home addresses.

Understands what people write and say: without accents, spaced, dotted, digits as words. Pure standard library, for
Python 3.10 and later: the log filter of Rasa's process uses it too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from nlu.text.names import names_in
from nlu.text.normalise import fold

PersonalKind = Literal["phone", "identity", "email", "bank", "dossier", "registration", "name", "address"]


@dataclass(frozen=True)
class Personal:
    """Personal data in a text: offsets into the text itself, and what it is."""

    start: int
    end: int
    kind: PersonalKind


def find_personal(text: str) -> tuple[Personal, ...]:
    """All personal data of ``text`` (in NFC) from left to right, without overlaps."""
    shadow = _shadow(text)
    found: list[Personal] = []
    for candidates in (_emails(shadow), _codes(shadow), _lettered(shadow), _numbers(shadow), _homes(shadow)):
        _add(found, candidates)
    _add(found, (Personal(start, end, "name") for start, end in names_in(text, shadow)))
    return tuple(sorted(found, key=lambda each: each.start))


def _add(found: list[Personal], candidates: Iterator[Personal]) -> None:
    for new in candidates:
        if all(new.end <= other.start or new.start >= other.end for other in found):
            found.append(new)


def _shadow(text: str) -> str:
    """``text`` in plain lower-case letters, dashes and spaces, character for character."""
    return "".join(_SHADOWS.get(c) or _shadow_of(c) for c in text)


def _shadow_of(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Pd":
        return "-"
    folded = fold(character)
    return folded if len(folded) == 1 else character


_SHADOWS = {chr(code): chr(code).lower() for code in range(33, 127)}

_SPOKEN_AT = r"(?: a cong | acong )"
_AT = r"(?: ?@ ?| ?[(\[] ?(?:at|a cong) ?[)\]] ?| a cong | acong )"
_DOT = r"(?: ?\. ?| cham )"
_LOCAL = rf"(?:(?<=la )[a-z0-9]+(?: [a-z0-9]+){{0,5}}{_SPOKEN_AT}|[a-z0-9_%+-]+(?:(?:\.| cham )[a-z0-9_%+-]+)*{_AT})"
_TOP = r"(?:com|vn|net|org|edu|gov|info|biz|io|me|asia|[a-z]{2,6}(?![a-z]))(?:(?:\.| cham )vn)?"
_EMAIL = re.compile(rf"(?<![a-z0-9]){_LOCAL}[a-z0-9-]+(?:{_DOT}[a-z0-9-]+)*?{_DOT}{_TOP}(?![a-z0-9])")
_CODE = re.compile(
    r"(?<![a-z0-9.])(?:\d{2,3} ?[. ] ?){0,4}[a-z] ?\d{2}(?: ?[. -] ?\d{2,3}){0,4} ?[-. ] ?"
    r"(?:20)?\d{6} ?[-. ] ?\d{2,8}(?![a-z0-9])"
)
"""A dossier code, more widely than ``nlu.text.codes`` reads one: what looks like one is not shown either."""
_LETTERED_ACCOUNT = re.compile(r"(?<![a-z0-9])711a ?\d{8}(?!\d)")
_PASSPORT = re.compile(r"(?<![a-z0-9.-])(?:[bcnk] ?\d{7}|p ?\d{8}|[a-z]{1,2}\d{7})(?![\d.-]*\d)")


def _emails(shadow: str) -> Iterator[Personal]:
    return (Personal(*match.span(), "email") for match in _EMAIL.finditer(shadow))


def _lettered(shadow: str) -> Iterator[Personal]:
    """Numbers that begin with letters: Vietinbank accounts and passports."""
    yield from (Personal(*match.span(), "bank") for match in _LETTERED_ACCOUNT.finditer(shadow))
    yield from (Personal(*match.span(), "identity") for match in _PASSPORT.finditer(shadow))


def _codes(shadow: str) -> Iterator[Personal]:
    return (Personal(*match.span(), "dossier") for match in _CODE.finditer(shadow))


_DIGIT_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5", "nham": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9",
}  # fmt: skip
_TEN = "muoi"
_TOKEN = re.compile(rf"\d+|(?<![a-z])(?:{'|'.join(_DIGIT_WORDS)}|{_TEN})(?![a-z])")
_BETWEEN = re.compile(r" {0,3}[.\-/_()]? {0,3}|,|,? (?:cham|gach|gach ngang|gach noi|tru|phay) ")
_BETWEEN_WORDS = re.compile(r"[ ,.]{1,3}")
_MOST_TOKENS = 24
_LETTER_BEFORE = re.compile(r"(?:\b[a-z]|\b(?:hat|gie|ka|ca|be|xe|de|em mo|en no|vo|to)) ?$")


@dataclass(frozen=True)
class _Run:
    """Digits that stand together: which ones, and where."""

    start: int
    end: int
    digits: str
    words: bool


def _numbers(shadow: str) -> Iterator[Personal]:
    """Longest readings first within a run of digits, so that a house number before a phone number stays out."""
    for tokens in _runs(shadow):
        first = 0
        while first < len(tokens):
            for length in range(min(len(tokens) - first, _MOST_TOKENS), 0, -1):
                run = _joined(tokens[first : first + length])
                if kind := _kind(run, shadow):
                    yield Personal(run.start, run.end, kind)
                    first += length
                    break
            else:
                first += 1


def _runs(shadow: str) -> Iterator[list[_Run]]:
    """Groups of digits with nothing but separators between them; a group is figures or a digit word."""
    tokens: list[_Run] = []
    for match in _TOKEN.finditer(shadow):
        word = match.group()
        token = _Run(match.start(), match.end(), _DIGIT_WORDS.get(word, word), not word.isdigit())
        if tokens and not _stand_together(tokens[-1], token, shadow):
            yield tokens
            tokens = []
        tokens.append(token)
    if tokens:
        yield tokens


def _stand_together(left: _Run, right: _Run, shadow: str) -> bool:
    if left.words and right.words and _BETWEEN_WORDS.fullmatch(shadow, left.end, right.start):
        return True
    return _BETWEEN.fullmatch(shadow, left.end, right.start) is not None


def _joined(tokens: list[_Run]) -> _Run:
    """One run of several groups; "chín mươi hai" is 92, "mười hai" 12."""
    digits: list[str] = []
    for index, token in enumerate(tokens):
        if token.digits != _TEN:
            digits.append(token.digits)
        elif index + 1 == len(tokens) or not tokens[index + 1].words:
            digits.append("10" if not digits else "0")
        elif not digits or not tokens[index - 1].words:
            digits.append("1")
    return _Run(tokens[0].start, tokens[-1].end, "".join(digits), all(token.words for token in tokens))


_CUES: dict[PersonalKind, re.Pattern[str]] = {
    "phone": re.compile(
        r"\b(?:s?d[ti]|so (?:may|di dong|dt)|(?:dien )?thoai|phone|tel|mobile|hotline|zalo|viber|lien (?:he|lac)"
        r"|goi(?: (?:lai|vao|cho))?|alo|sim|nhan tin)\b"
    ),
    "identity": re.compile(
        r"\b(?:cccd|cmnd|cmt(?:nd)?|cm|cc|can cuoc|chung minh|dinh danh|ho chieu|passport|giay to tuy than"
        r"|giay thong hanh)\b"
    ),
    "bank": re.compile(
        r"\b(?:s?tk|(?:so )?tai khoan|ngan hang|so the|the (?:atm|visa|tin dung|ngan hang)|chuyen khoan|ck|napas"
        r"|vietcombank|vcb|bidv|agribank|vietinbank|ctg|techcom(?:bank)?|tcb|mb ?bank|mbb?|acb|sacombank|stb|tpbank"
        r"|vpbank|shb|hdbank|ocb|lpbank|msb|vib|eximbank|seabank)\b"
    ),
    "registration": re.compile(
        r"\b(?:mst|ma so thue|thue ca nhan|bhxh|bhyt|bao hiem|so so|gplx|bang lai|giay phep lai)\b"
    ),
    "dossier": re.compile(r"\b(?:ho so|hs|bien nhan|phieu hen|giay hen|tiep nhan)\b"),
}
"""Words that say what number follows."""
_CONTEXT = 48
_MONEY_AFTER = re.compile(r" ?(?:d|vnd|dong|trieu|nghin|ngan|ty|k|usd|m2|%)\b")
_OLD_IDENTITY = re.compile(r"\d{9}|\d{3}([ .-])\d{3}\1\d{3}")
_SERVICE = re.compile(r"1[89]00\d{4,6}")
_FORMS: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"(?:0|84|0084)(?:[35789]\d{8}|2\d{9}|1[2689]\d{8})")),
    ("identity", re.compile(r"0(?:[0-8]\d|9[0-6])[0-9]\d{8}")),
)
_DOSSIER = re.compile(r"\d{2,12}(?:20)?[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3,8}")
_WITH_CUE: dict[PersonalKind, re.Pattern[str]] = {
    "phone": re.compile(r"0\d{7,10}|84\d{8,10}|[35789]\d{8}|2\d{9}|[2-8]\d{6,7}"),
    "identity": re.compile(r"\d{9}|\d{12}"),
    "bank": re.compile(r"\d{6,19}"),
    "registration": re.compile(r"\d{10}(?:\d{3})?|\d{12}"),
}


def _kind(run: _Run, shadow: str) -> PersonalKind | None:
    """What a number is: by the nearest word before it that says so, else by its own form."""
    if len(run.digits) < 7 or _SERVICE.fullmatch(run.digits):
        return None
    before = shadow[max(0, run.start - _CONTEXT) : run.start]
    cue = _nearest_cue(before)
    form: PersonalKind | None = next((kind for kind, pattern in _FORMS if pattern.fullmatch(run.digits)), None)
    if form and cue not in ("identity", "bank"):
        return form
    if _MONEY_AFTER.match(shadow, run.end) or run.digits.endswith("00000"):
        return form
    if cue in _WITH_CUE and _WITH_CUE[cue].fullmatch(run.digits):
        return cue
    if form:
        return form
    if (cue == "dossier" or _LETTER_BEFORE.search(before)) and _DOSSIER.fullmatch(run.digits):
        return "dossier"
    return "identity" if _OLD_IDENTITY.fullmatch(shadow, run.start, run.end) else None


def _nearest_cue(before: str) -> PersonalKind | None:
    ends: dict[PersonalKind, int] = {
        cue: match.end() for cue, pattern in _CUES.items() for match in pattern.finditer(before)
    }
    return max(ends, key=lambda cue: ends[cue]) if ends else None


_HOME = re.compile(
    r"\b(?:dia chi(?: (?:cua )?(?:toi|em|minh|nha|thuong tru|tam tru|nha toi|nha em|hien tai|lien he))?(?: la|:| o)"
    r"|nha (?:toi|em|minh|chau|con) (?:o|tai)"
    r"|(?:toi|em|minh|chau|con) (?:dang )?(?:o|song|ngu|tru) (?:tai )?(?=so|nha|ngo|hem|\d)"
    r"|(?:thuong tru|tam tru|ho khau|cu tru)(?: tai| o|:)|tru tai) *(?P<place>[^.;!?]{6,90})"
)


def _homes(shadow: str) -> Iterator[Personal]:
    """Where somebody lives, from the words that say so to the end of the sentence."""
    for match in _HOME.finditer(shadow):
        yield Personal(match.start("place"), match.end("place"), "address")
