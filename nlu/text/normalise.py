"""One spelling for one text: Unicode form, white space, place of the tone mark; and folding to plain letters.

Pure standard library, for Python 3.10 and later: Rasa's process imports it too.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_QUOTES = {ord("\u2018"): "'", ord("\u2019"): "'", ord("\u201c"): '"', ord("\u201d"): '"'}
# Eth and African d look like đ and come from other keyboards and from OCR.
_LOOKALIKES = {ord("ð"): "đ", ord("Ð"): "Đ", ord("ɖ"): "đ", ord("Ɖ"): "Đ"}
_TRANSLATION = {**_DASHES, **_QUOTES, **_LOOKALIKES}

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_WORD = re.compile(r"[^\W\d_]+")
_SYLLABLE = re.compile(
    r"(?P<onset>ngh|gh|gi(?=[aăâeêoôơuưy])|kh|ng|nh|ph|qu(?=[aăâeêioôơuy])|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?P<vowels>[aăâeêioôơuưy]{1,3})(?P<coda>ch|ng|nh|[cmnpt])?"
)
_MODIFIED = "ăâêôơư"


def normalise(text: str) -> str:
    """``text`` in NFC, without control characters, with single spaces and the tone mark where tradition has it.

    Both "hoà" and "hòa" become "hòa", "qúy" becomes "quý"; letter case stays.
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(" " if c.isspace() or unicodedata.category(c) == "Cc" else c for c in text if not _ignored(c))
    text = re.sub(r" {2,}", " ", text.translate(_TRANSLATION)).strip()
    return _WORD.sub(lambda word: place_tone(word.group()), text)


def _ignored(character: str) -> bool:
    """Zero-width joiners, direction marks, surrogates, private use: nothing that a reader sees."""
    return unicodedata.category(character) in ("Cf", "Cs", "Co", "Cn")


@lru_cache(maxsize=16384)
def place_tone(syllable: str) -> str:
    """``syllable`` with its tone mark on the vowel that carries it by the traditional rule; other words unchanged."""
    if syllable.isascii():
        return syllable
    bare, tone = split_tone(syllable)
    if not tone:
        return syllable
    parts = _SYLLABLE.fullmatch(bare.lower())
    if parts is None:
        return syllable
    vowels = parts["vowels"]
    marked = [i for i, vowel in enumerate(vowels) if vowel in _MODIFIED]
    if marked:
        place = marked[-1]
    elif parts["coda"]:
        place = len(vowels) - 1
    else:
        place = 1 if len(vowels) == 3 else 0
    place += parts.start("vowels")
    return unicodedata.normalize("NFC", bare[: place + 1] + tone + bare[place + 1 :])


def is_syllable(word: str) -> bool:
    """Whether ``word`` (lower case) is built like a Vietnamese syllable."""
    return _SYLLABLE.fullmatch(split_tone(word)[0]) is not None


def split_tone(syllable: str) -> tuple[str, str]:
    """The syllable without tone (vowel marks kept), and its tone as a combining character, empty for the level tone."""
    letters = unicodedata.normalize("NFD", syllable)
    tone = next((c for c in letters if c in _TONES), "")
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES)), tone


def _fold_table() -> dict[int, str]:
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        if bare != chr(code):
            table[code] = bare
    for code in range(0x300, 0x370):
        table[code] = ""
    return table


_FOLDS = _fold_table()


def fold(text: str) -> str:
    """``text`` in lower case without any accent: "Đăng ký" becomes "dang ky"."""
    return text.translate(_FOLDS).lower()
