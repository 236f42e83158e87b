"""Number words as digits: "hai mươi chín" is ``29``, "không trăm linh một" is ``001``, "ba số không" is ``000``."""

from __future__ import annotations

from collections.abc import Sequence

from nlu.text.normalise import fold

_DIGITS = {
    **dict(zip(("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"), "0123456789", strict=True)),
    "bẩy": "7",
}
_UNITS = {**_DIGITS, "mốt": "1", "tư": "4", "lăm": "5", "nhăm": "5"}
"""Digits, and those that only stand behind another number word."""


def _with_folded(table: dict[str, str]) -> dict[str, str]:
    return {fold(word): symbol for word, symbol in table.items()} | table


DIGITS = _with_folded(_DIGITS)
UNITS = _with_folded(_UNITS)
_TEN, _TENS, _TWENTY = {"mười", "muoi"}, {"mươi", "muoi"}, {"hăm", "ham"}
_HUNDRED, _THOUSAND = {"trăm", "tram"}, {"nghìn", "ngàn", "nghin", "ngan"}
_ZERO_TENS = {"linh", "lẻ", "le"}
_COUNTED = {"số", "so", "con"}
_MOST_REPEATED = 6


def number(words: Sequence[str]) -> tuple[str, int]:
    """The digits of the number that ``words`` (lower case) begin with, and how many words it takes, 0 if none.

    Digits are those that are heard, zeros in front included. A single digit is a number too.
    """
    for read in (_repeated, _thousands, _hundreds, _tens):
        digits, length = read(words)
        if digits:
            return digits, length
    first = words[0] if words else ""
    if first in UNITS and words[1:2] and words[1] in _COUNTED:
        return "", 0  # "bốn số cuối": how many, not which
    return (UNITS[first], 1) if first in UNITS else ("", 0)


def is_thousands(words: Sequence[str]) -> bool:
    """Whether the number at the beginning of ``words`` is said with a thousand, as sums of money are."""
    return bool(_thousands(words)[0])


def value(words: Sequence[str]) -> int | None:
    """What all ``words`` together mean as one number below a million; ``None`` when they are no number."""
    if not words:
        return None
    position = next((i for i, word in enumerate(words) if word in _THOUSAND), None)
    if position is None:
        digits, length = number(words)
        return int(digits) if digits and length == len(words) else None
    head, tail = value(words[:position]), words[position + 1 :]
    if head is None:
        return None
    if not tail:
        return head * 1000
    if tail[0] in _ZERO_TENS:
        tail = tail[1:]
    rest = value(tail)
    if rest is None:
        return None
    # "hai nghìn ba" is 2300, "hai nghìn không trăm linh ba" 2003.
    return head * 1000 + (rest * 100 if len(tail) == 1 and words[position + 1] not in _ZERO_TENS else rest)


def _repeated(words: Sequence[str]) -> tuple[str, int]:
    """ "ba số không", "hai con chín"."""
    if len(words) < 3 or words[1] not in _COUNTED or words[2] not in DIGITS:
        return "", 0
    times = int(DIGITS.get(words[0], "0"))
    return (DIGITS[words[2]] * times, 3) if 2 <= times <= _MOST_REPEATED else ("", 0)


def _thousands(words: Sequence[str]) -> tuple[str, int]:
    if len(words) < 2 or words[0] not in DIGITS or words[1] not in _THOUSAND:
        return "", 0
    rest = words[2:]
    for read, zeros in ((_hundreds, ""), (_zero_tens, "0"), (_tens, "0")):
        digits, length = read(rest)
        if digits:
            return DIGITS[words[0]] + zeros + digits, 2 + length
    return DIGITS[words[0]] + "000", 2


def _hundreds(words: Sequence[str]) -> tuple[str, int]:
    if len(words) < 2 or words[0] not in DIGITS or words[1] not in _HUNDRED:
        return "", 0
    rest = words[2:]
    for read in (_zero_tens, _tens, _two_digits):
        digits, length = read(rest)
        if digits:
            return DIGITS[words[0]] + digits, 2 + length
    return DIGITS[words[0]] + "00", 2


def _zero_tens(words: Sequence[str]) -> tuple[str, int]:
    if len(words) < 2 or words[0] not in _ZERO_TENS or words[1] not in UNITS:
        return "", 0
    return "0" + UNITS[words[1]], 2


def _tens(words: Sequence[str]) -> tuple[str, int]:
    """ "mười", "mười hai", "hăm ba", "hai mươi", "hai mươi mốt"; ten is shown without a unit as 10."""
    first, second, third = (*words[:3], "", "", "")[:3]
    if first in _TEN:
        return ("1" + UNITS[second], 2) if UNITS.get(second, "0") != "0" else ("10", 1)
    if first in _TWENTY and second in UNITS:
        return "2" + UNITS[second], 2
    if first in DIGITS and second in _TENS:
        return (DIGITS[first] + UNITS[third], 3) if UNITS.get(third, "0") != "0" else (DIGITS[first] + "0", 2)
    return "", 0


def _two_digits(words: Sequence[str]) -> tuple[str, int]:
    """ "hai ba" behind a hundred; not "không không", which are digits of their own."""
    if len(words) < 2 or DIGITS.get(words[0], "0") == "0" or words[1] not in UNITS:
        return "", 0
    return DIGITS[words[0]] + UNITS[words[1]], 2
