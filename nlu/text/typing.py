"""What a mistyped syllable may have been meant as: Telex and VNI keys left in, near keys, sounds that people mix up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from nlu.text.normalise import fold, place_tone

_TELEX_TONES = {"f": "\u0300", "s": "\u0301", "x": "\u0303", "r": "\u0309", "j": "\u0323"}
_TELEX_MARKS = (
    ("uow", "ươ"),
    ("dd", "đ"),
    ("aa", "â"),
    ("aw", "ă"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("ow", "ơ"),
    ("uw", "ư"),
    ("w", "ư"),
)
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_VNI_MARKS = {
    "6": str.maketrans("aeo", "âêô"),
    "7": str.maketrans("ou", "ơư"),
    "8": str.maketrans("a", "ă"),
    "9": str.maketrans("d", "đ"),
}

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

_ONSETS = (
    ("s", "x"), ("tr", "ch"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("d", "v"), ("l", "n"), ("k", "c"), ("ng", "ngh"),
    ("g", "gh"), ("qu", "w"), ("ph", "f"), ("d", "z"), ("gi", "z"), ("c", "q"), ("kh", "h"),
)  # fmt: skip
_CODAS = (("n", "ng"), ("t", "c"), ("n", "nh"), ("i", "y"), ("ch", "t"))
_ONSET = re.compile(r"[bcdfghjklmnpqrstvwxz]*")


def telex(word: str) -> str:
    """The syllable that the raw Telex keys ``word`` would give ("ddawng" gives "đăng"); ``word`` itself when none."""
    letters, tone = word, ""
    match = re.fullmatch(r"(.*[aeiouy].*?)([fsrxj])([a-z]*)", letters)
    if match:
        letters, tone = match[1] + match[3], _TELEX_TONES[match[2]]
    # The mark may be typed at the end of the syllable ("dangd" for "đang").
    if re.fullmatch(r"d.+d", letters):
        letters = "đ" + letters[1:-1]
    late = re.fullmatch(r"(.*)([aeo])([a-z]+)\2", letters)
    if late:
        letters = f"{late[1]}{late[2]}{late[2]}{late[3]}"
    late = re.fullmatch(r"(.*?)(uo|[aou])([a-z]*)w", letters)
    if late and late[3]:
        letters = f"{late[1]}{late[2]}w{late[3]}"
    for keys, letter in _TELEX_MARKS:
        letters = letters.replace(keys, letter)
    return _toned(letters, tone) if (letters, tone) != (word, "") else word


def vni(word: str) -> str:
    """The syllable that the raw VNI keys ``word`` would give ("d9a8ng" gives "đăng"); ``word`` itself when none."""
    letters = re.sub(r"\d", "", word)
    tone = ""
    for digit in re.findall(r"\d", word):
        if digit in _VNI_TONES:
            tone = _VNI_TONES[digit]
        elif digit in _VNI_MARKS:
            letters = letters.translate(_VNI_MARKS[digit])
        else:
            return word
    return _toned(letters, tone)


def _toned(letters: str, tone: str) -> str:
    vowel = re.search(r"[aăâeêioôơuưy]", letters)
    if not tone or vowel is None:
        return letters
    return place_tone(unicodedata.normalize("NFC", letters[: vowel.end()] + tone + letters[vowel.end() :]))


def _near_keys() -> dict[str, str]:
    near: dict[str, set[str]] = {}
    for r, row in enumerate(_ROWS):
        for c, key in enumerate(row):
            around = {row[i] for i in (c - 1, c + 1) if 0 <= i < len(row)}
            for other in (r - 1, r + 1):
                if 0 <= other < len(_ROWS):
                    around |= {_ROWS[other][i] for i in (c - 1, c, c + 1) if 0 <= i < len(_ROWS[other])}
            near[key] = around
    return {key: "".join(sorted(keys)) for key, keys in near.items()}


_NEAR = _near_keys()


def slips(folded: str) -> Iterator[str]:
    """Folded syllables one slip of the finger away: a neighbouring key, a doubled, dropped, added or swapped letter."""
    for i, letter in enumerate(folded):
        before, after = folded[:i], folded[i + 1 :]
        yield before + after
        for near in _NEAR.get(letter, ""):
            yield before + near + after
        if after:
            yield before + after[0] + letter + after[1:]
    for i in range(len(folded) + 1):
        for letter in "acdeghimnoprtuy":
            yield folded[:i] + letter + folded[i:]


def sounds_like(syllable: str) -> Iterator[str]:
    """Folded syllables that some regions speak alike: s and x, tr and ch, d, gi and r, l and n, final n and ng …"""
    folded = fold(syllable)
    onset = _ONSET.match(folded)
    start = onset.group() if onset else ""
    rest = folded[len(start) :]
    if start == "g" and rest[:1] == "i" and len(rest) > 1:
        start, rest = "gi", rest[1:]
    for pair in _ONSETS:
        if start in pair:
            other = pair[1 - pair.index(start)]
            yield other + rest
    for pair in _CODAS:
        for ours, theirs in (pair, pair[::-1]):
            if (
                len(rest) > len(ours)
                and rest.endswith(ours)
                and not (ours == "n" and rest.endswith("an") and theirs == "nh")
            ):
                yield start + rest[: -len(ours)] + theirs
    if rest == "y":
        yield start + "i"
    elif rest == "i":
        yield start + "y"
