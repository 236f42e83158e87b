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

from nlu.text.emails import emails_in
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
    folded = fold(unicodedata.normalize("NFKC", character))
    return folded if len(folded) == 1 else character


_SHADOWS = {chr(code): chr(code).lower() for code in range(33, 127)}

_CODE = re.compile(
    r"(?<![a-z0-9.])(?:\d{2,3} ?[. ] ?){0,4}[a-z] ?\d{2}(?: ?[. -] ?\d{2,3}){0,4} ?[-. ] ?"
    r"(?:20)?\d{6} ?[-. ] ?\d{2,8}(?![a-z0-9])"
)
"""A dossier code, more widely than ``nlu.text.codes`` reads one: what looks like one is not shown either."""
_LETTERED_ACCOUNT = re.compile(r"(?<![a-z0-9])711a ?\d{8}(?!\d)")
_PASSPORT = re.compile(
    r"(?<![a-z0-9.-])(?:[bcnk] ?\d{7}|p ?\d{8}|[a-z]{1,2}\d{7}|[a-z]\d{3,4}[a-z]\d{3,4})(?![\d.-]*\d)"
)


def _emails(shadow: str) -> Iterator[Personal]:
    return (Personal(start, end, "email") for start, end in emails_in(shadow))


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
_TOKEN = re.compile(rf"(?:(?<![a-z])o{{1,3}})?\d+(?:o+\d+)*|(?<![a-z])(?:{'|'.join(_DIGIT_WORDS)}|{_TEN})(?![a-z])")
_BETWEEN = re.compile(r" {0,3}[.\-/_()]? {0,3}|,|,? (?:cham|gach|gach ngang|gach noi|tru|phay) ")
_BETWEEN_WORDS = re.compile(r"[ ,.]{1,3}")
_MOST_TOKENS = 24
_LETTER_BEFORE = re.compile(r"(?:\b[a-z]|\b(?:hat|gie|ka|ca|be|xe|de|em mo|en no|vo|to)) ?$")

_LETTERS_BEFORE = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,2}-?|(?:[a-z]|be|xe|en|ca|pe)[ -]{1,3})$")


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
            before = shadow[max(0, tokens[first].start - _CONTEXT) : tokens[first].start]
            cue = _nearest_cue(before)
            for length in range(min(len(tokens) - first, _MOST_TOKENS), 0, -1):
                run = _joined(tokens[first : first + length])
                if length > 1 and _called(*tokens[first : first + 2]):
                    continue
                if kind := _kind(run, cue, before, shadow):
                    yield Personal(_start(run, kind, shadow), run.end, kind)
                    first += length
                    break
            else:
                first += 1


def _runs(shadow: str) -> Iterator[list[_Run]]:
    """Groups of digits with nothing but separators between them; a group is figures or a digit word."""
    tokens: list[_Run] = []
    for match in _TOKEN.finditer(shadow):
        word = match.group()
        digits = _DIGIT_WORDS.get(word, word if word == _TEN else word.replace("o", "0"))
        token = _Run(match.start(), match.end(), digits, word.isalpha())
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


def _called(word: _Run, figures: _Run) -> bool:
    """Whether a digit word is rather the name of whom the number belongs to: "anh Ba 09…"."""
    return word.words and not figures.words and len(figures.digits) > 2 and figures.digits.startswith("0")


def _start(run: _Run, kind: PersonalKind, shadow: str) -> int:
    """Where the number begins: with the letters of a passport, or of a permit to stay."""
    letters = _LETTERS_BEFORE.search(shadow, 0, run.start) if kind == "identity" and len(run.digits) < 9 else None
    return letters.start() if letters else run.start


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


_BANKS = (
    "napas|vietcom(?: ?bank)?|vcb|bidv|agri(?: ?bank)?|vietin(?: ?bank)?|ctg|techcom(?: ?bank)?|tcb|mb ?bank|mbb?|acb"
    "|sacom ?bank|stb|tp ?bank|vp ?bank|shb|hd ?bank|ocb|lp ?bank|lienviet(?:post ?bank)?|msb|vib|exim ?bank|sea ?bank"
    "|ab ?bank|scb|(?:nam|bac|viet) a(?: bank)?|pvcom ?bank|kien ?long(?: ?bank)?|bv ?bank|viet ?bank|ncb|pg ?bank"
    "|saigon ?bank|dong a bank|vdb|vbsp|hsbc|shinhan|woori|uob|cake|timo"
)
_CUES: dict[PersonalKind, re.Pattern[str]] = {
    "phone": re.compile(
        r"\b(?:s?d[ti]|so (?:may|di dong|dt|ban)|may ban|co dinh|(?:dien )?thoai|phone|tel|mobile|hotline|zalo|viber"
        r"|lien (?:he|lac)|goi(?: (?:lai|vao|cho))?|alo|sim|nhan tin)\b"
    ),
    "identity": re.compile(
        r"\b(?:c\.?c\.?c\.?d|c\.?m\.?n\.?d|cmt(?:nd)?|cm|cc|can cuoc|chung minh|dinh danh|[sd]dcn|msdd|ho chieu"
        r"|passport|pp|hc|so giay to|giay to(?: tuy than| so)|giay thong hanh|quan nhan|si quan"
        r"|the (?:tam|thuong) tru)\b"
    ),
    "bank": re.compile(
        r"\b(?:s?tk|s\.t\.k|(?:so )?tai khoan|acc(?:ount)?|ngan hang|so the|the (?:atm|visa|tin dung|ngan hang)"
        rf"|chuyen khoan|ck|(?:vi )?(?:momo|zalopay)|vi dien tu|{_BANKS})\b"
    ),
    "registration": re.compile(
        r"\b(?:mst|ma so thue|thue ca nhan|bhxh|bhyt|bao hiem|so so|gplx|bang lai|giay phep lai)\b"
    ),
    "dossier": re.compile(r"\b(?:ho so|hs|bien nhan|phieu hen|giay hen|tiep nhan)\b"),
}
"""Words that say what number follows."""
_CONTEXT = 80
_BANK_AFTER = re.compile(rf"[ ,(-]{{1,3}}(?:(?:ngan hang|nh|o|ben|cua|tai) )*(?:{_BANKS})\b")
_PAID_INTO = re.compile(
    r"\b(?:(?:chuyen|hoan|tra|gui|nhan|nop)(?: lai)?(?: tien)?|tro cap|luong(?: huu)?)(?: \w+){0,3}? (?:vao|ve|qua)"
    r"(?: so)? ?:? ?$"
)
_MONEY_AFTER = re.compile(r" ?(?:d|vnd|dong|trieu|nghin|ngan|ty|usd|m2|%)\b")
_PUBLIC = re.compile(
    r"(?:tu )?(?:\d{1,2}[ ./-]{1,3}\d{1,2}[ ./-]{1,3}(?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})|\d\.\d{6}"
)
"""Dates and codes of procedures."""
_OLD_IDENTITY = re.compile(r"\d{9}|\d{3}([ .-])\d{3}\1\d{3}")
_SERVICE = re.compile(r"1[89]00\d{4,6}")
_FORMS: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("phone", re.compile(r"(?:0|84|0084)(?:[35789]\d{8}|2\d{9}|1[2689]\d{8})")),
    ("identity", re.compile(r"0\d{11}")),
    ("bank", re.compile(r"9704\d{12}(?:\d{3})?")),
)
_DOSSIER = re.compile(r"\d{2,12}(?:20)?[12]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3,8}")
_WITH_CUE: dict[PersonalKind, re.Pattern[str]] = {
    "phone": re.compile(r"0\d{7,10}|84\d{8,10}|[35789]\d{8}|2\d{9}|[2-8]\d{6,7}"),
    "identity": re.compile(r"\d{7,9}|\d{12}"),
    "bank": re.compile(r"\d{6,19}"),
    "registration": re.compile(r"\d{10}(?:\d{3})?|\d{12}"),
}


def _kind(run: _Run, cue: PersonalKind | None, before: str, shadow: str) -> PersonalKind | None:
    """What a number is: by the nearest word before it that says so, else by its own form."""
    if len(run.digits) < 7:
        return None
    if _SERVICE.fullmatch(run.digits) and cue not in ("identity", "bank"):
        return None
    form: PersonalKind | None = next((kind for kind, pattern in _FORMS if pattern.fullmatch(run.digits)), None)
    if form and cue not in ("identity", "bank"):
        return form
    if _MONEY_AFTER.match(shadow, run.end) or run.digits.endswith("00000"):
        return form
    if _PUBLIC.fullmatch(shadow, run.start, run.end):
        return None
    if cue in _WITH_CUE and _WITH_CUE[cue].fullmatch(run.digits):
        return cue
    if form:
        return form
    if len(run.digits) >= 9 and (_BANK_AFTER.match(shadow, run.end) or _PAID_INTO.search(before)):
        return "bank"
    if (cue == "dossier" or _LETTER_BEFORE.search(before)) and _DOSSIER.fullmatch(run.digits):
        return "dossier"
    return "identity" if _OLD_IDENTITY.fullmatch(shadow, run.start, run.end) else None


def _nearest_cue(before: str) -> PersonalKind | None:
    """What the last such word says, if no sentence ended in between."""
    before = re.split(r"[?!;] ", before)[-1]
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
