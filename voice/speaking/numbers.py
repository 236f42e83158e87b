"""Numbers and codes in words, as they are read aloud on the telephone."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu")
_LETTERS = {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "Đ": "đê", "E": "e", "F": "ép", "G": "giê", "H": "hát", "I": "i",
    "J": "gi", "K": "ca", "L": "lờ", "M": "mờ", "N": "nờ", "O": "o", "P": "pê", "Q": "quy", "R": "rờ", "S": "sờ",
    "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích", "Y": "y dài", "Z": "dét",
    ".": "chấm", "-": "gạch", "/": "trên",
}  # fmt: skip


def number(value: int) -> str:
    """A whole number in words: 21 is "hai mươi mốt", 1005 "một nghìn không trăm linh năm"."""
    if value < 0:
        return f"âm {number(-value)}"
    if value >= 10**9:
        billions, rest = divmod(value, 10**9)
        return f"{number(billions)} tỷ" + (f" {_below_a_billion(rest, full=True)}" if rest else "")
    return _below_a_billion(value, full=False)


def decimal(whole: int, fraction: str) -> str:
    """A number with a decimal part, ``fraction`` as its digits: 2,5 is "hai phẩy năm"."""
    return f"{number(whole)} phẩy {number(int(fraction)) if fraction[0] != '0' else spell(fraction)}"


def spell(code: str) -> str:
    """A code sign by sign, with commas where the ear needs a pause: after four digits, and around separators."""
    groups: list[list[str]] = [[]]
    digits = 0
    for sign in code.upper():
        digits = digits + 1 if sign.isdigit() else 0
        if groups[-1] and (sign in ".-/" or digits == 5):
            groups.append([])
            digits = min(digits, 1)
        spoken = _DIGITS[int(sign)] if sign.isdecimal() and sign.isascii() else _LETTERS.get(sign)
        if spoken:
            groups[-1].append(spoken)
    return ", ".join(" ".join(group) for group in groups if group)


def _below_a_billion(value: int, *, full: bool) -> str:
    if value == 0:
        return _DIGITS[0]
    groups = (value // 10**6, value // 1000 % 1000, value % 1000)
    words: list[str] = []
    for group, scale in zip(groups, reversed(_SCALES), strict=True):
        if group:
            words.append(_hundreds(group, full=full or bool(words)) + scale)
    return " ".join(words)


def _hundreds(value: int, *, full: bool) -> str:
    """Up to 999; ``full`` names the missing hundreds and tens, as within a longer number."""
    hundreds, rest = divmod(value, 100)
    words = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    tens, units = divmod(rest, 10)
    if tens == 0 and units:
        words += [*(["linh"] if words else []), _DIGITS[units]]
    elif tens:
        words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
        if units:
            words.append({1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(units, _DIGITS[units]))
    return " ".join(words)
