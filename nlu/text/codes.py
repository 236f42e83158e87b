"""Codes that people write or say: dossiers, procedures, our own tracking codes, phone and identity numbers.

Forms as the public service portals issue them: a dossier is ``{unit}-{yymmdd}-{nnnn}`` (or with an eight-digit date and
longer serial numbers), a procedure ``1.004222``, with a locality behind it in provincial catalogues. Spaces, missing or
odd dashes and lower case are understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from nlu.text.normalise import normalise

Kind = Literal["dossier", "feedback", "procedure", "identity", "phone", "old_identity"]

_GAP = r"\s*[-. /_,]\s*"
_END = r"(?![A-Za-z0-9])"
_DOSSIER = re.compile(
    rf"(?<![\w.])(?P<before>(?:\d{{2,3}}\s*[. ]\s*){{0,4}})(?P<letter>[A-Z])\s?(?P<number>\d{{2}})"
    rf"(?P<after>(?:\s*[-. ,]?\s*\d{{2}}(?!\d)(?=[\s./_,-])|(?<=[A-Z]\d\d)\d{{2}}(?=[\s./_,-])){{0,4}})"
    rf"{_GAP}(?P<date>\d{{8}}|\d{{6}}){_GAP}(?P<serial>\d{{3,8}}){_END}",
    re.IGNORECASE,
)
_COMPACT_DOSSIER = re.compile(
    r"(?<![\w.])(?P<before>)(?P<letter>[A-Z])(?P<number>\d\d)(?P<after>(?:\d\d)?)"
    r"(?:(?P<date>\d{6})(?P<serial>\d{4})|(?P<long_date>20\d{6})(?P<long_serial>\d{7}))(?!\w)",
    re.IGNORECASE,
)
"""Read out without separators: unit of one or two numbers, date, and a serial number of its usual length."""
_SYMBOL = "0-9A-TV-Z"
_FEEDBACK = re.compile(
    rf"(?<!\w)PA\s*[-._]?\s*(?P<left>[{_SYMBOL}]{{4}})\s*[-._]?\s*(?P<right>[{_SYMBOL}]{{4}}){_END}", re.IGNORECASE
)
_PROCEDURE = re.compile(
    r"(?<![\w.])(?P<head>\d)\s?[.,]\s?(?P<number>\d{6})(?P<place>(?:\.\d{2,3}){2,4}\.[A-Z]\d{2})?(?!\w)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.+-])\(?(?:\+?84|0)[\s.-]?(?P<rest>[235789](?:[\s.)-]{0,2}\d){8,9})(?![\w])")
_IDENTITY = re.compile(r"(?<![\w.-])0\d{2}(?:[\s.-]?\d{3}){3}(?![\w])")
_OLD_IDENTITY = re.compile(r"(?<![\w.-])\d{3}(?:[\s.-]?\d{3}){2}(?![\w])")

# Crockford's base 32 has no I, L, O (read as 1, 1, 0) and no U.
_CROCKFORD = str.maketrans("ILO", "110")


@dataclass(frozen=True)
class Code:
    """A code found in a text: where (offsets into the normalised text), what it is, and its official spelling."""

    start: int
    end: int
    kind: Kind
    value: str


def find_codes(text: str) -> tuple[Code, ...]:
    """Every code of ``text`` from left to right; where two readings overlap, the more specific one stands.

    Offsets count in ``normalise(text)``.
    """
    text = normalise(text)
    found: list[Code] = []
    for kind, pattern, read in _READERS:
        for match in pattern.finditer(text):
            value = read(match)
            if value and all(match.end() <= other.start or match.start() >= other.end for other in found):
                found.append(Code(match.start(), match.end(), kind, value))
    return tuple(sorted(found, key=lambda code: code.start))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _pairs(text: str) -> Iterator[str]:
    digits = _digits(text)
    return (digits[i : i + 2] for i in range(0, len(digits), 2))


def _dossier(match: re.Match[str]) -> str:
    parts = match.groupdict()
    date = parts["date"] or parts["long_date"]
    serial = parts["serial"] or parts["long_serial"]
    month, day = int(date[-4:-2]), int(date[-2:])
    if not (1 <= month <= 12 and 1 <= day <= 31) or (len(date) == 8 and not date.startswith("20")):
        return ""
    before = re.findall(r"\d+", match["before"])
    unit = ".".join([*before, match["letter"].upper() + match["number"], *_pairs(match["after"])])
    return f"{unit}-{date}-{serial}"


def _feedback(match: re.Match[str]) -> str:
    symbols = (match["left"] + match["right"]).upper().translate(_CROCKFORD)
    code = f"PA-{symbols[:4]}-{symbols[4:]}"
    if any(symbol.isdigit() for symbol in match["left"] + match["right"]) or match.group().upper() == code:
        return code
    return ""


def _procedure(match: re.Match[str]) -> str:
    return f"{match['head']}.{match['number']}{(match['place'] or '').upper()}"


def _phone(match: re.Match[str]) -> str:
    number = "0" + _digits(match["rest"])
    # Mobile numbers have ten digits; fixed lines (02…) eleven.
    return number if len(number) == (11 if number[1] == "2" else 10) else ""


def _number(match: re.Match[str]) -> str:
    return _digits(match.group())


_READERS: tuple[tuple[Kind, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    ("dossier", _DOSSIER, _dossier),
    ("dossier", _COMPACT_DOSSIER, _dossier),
    ("feedback", _FEEDBACK, _feedback),
    ("procedure", _PROCEDURE, _procedure),
    ("identity", _IDENTITY, _number),
    ("phone", _PHONE, _phone),
    ("old_identity", _OLD_IDENTITY, _number),
)
