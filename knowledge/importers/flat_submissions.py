"""The submission table of the crawled catalogue, whose cells were run together into one string.

    table       = header row*
    row         = method time fee* description
    time        = number unit | number | "Không có thông tin" | words     (words only when a fee follows directly)
    fee         = ("Miễn phí" | amount currency) ["(" words ")"] | "Không có thông tin"

A number without a unit is the portal's placeholder for "other" and tells nothing; run together with the amount
(``1`` and ``40,000`` as ``140,000``) it is told apart by the way that amounts are written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.importers.cells import METHODS, UNIT_PATTERN, duration, said
from knowledge.importers.money import SMALLEST_AMOUNT, fee, fee_in_words
from knowledge.model import Duration, Fee, FeeKind, Submission

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
NOTHING = "Không có thông tin"
_CURRENCIES = {"Việt Nam Đồng": "VND", "VNĐ": "VND", "VND": "VND", "USD": "USD", "EUR": "EUR"}
_AMOUNT = r"\d[\d,]*(?:\.\d+)? (?:" + "|".join(_CURRENCIES) + ")"
_FEE = rf"(?:Miễn phí|{NOTHING}|{_AMOUNT})"
_METHOD = r"(?P<method>Trực tuyến|Trực tiếp|Dịch vụ bưu chính)"
_ROW = re.compile(
    rf"{_METHOD}(?:(?P<number>\d+(?:\.\d+)?) (?P<unit>{UNIT_PATTERN})(?={_FEE})"
    rf"|(?:{NOTHING})(?={_FEE})"
    rf"|(?P<bare>\d+)(?=Miễn phí|{NOTHING})"
    rf"|(?=\d[\d,]* (?:{'|'.join(_CURRENCIES)}))"
    rf"|(?P<words>(?=[A-ZĐ])(?:(?!Trực tuyến|Trực tiếp|Dịch vụ bưu chính)[^()]){{1,200}}?)(?={_FEE}))"
)
_MONEY = re.compile(
    rf"(?P<free>Miễn phí)|(?P<none>{NOTHING})|(?P<amount>\d[\d,]*) (?P<currency>{'|'.join(_CURRENCIES)})"
)
_WELL_FORMED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})*")
_NUMBERED_TEXT = re.compile(r"\((?:[ivx]+|[a-zđ]|\d{1,2})\)\s")
_LIST_MARK = re.compile(r"(?:^|[\s(;,.])[a-zđ\d]$")


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that were understood, and the text before the first row, which is empty when all was."""

    submissions: tuple[Submission, ...]
    rest: str = ""


def read_submissions(text: str) -> Table:
    """Take the table apart, row by row in the order of the text."""
    body = text.removeprefix(HEADER)
    starts = list(_ROW.finditer(body))
    if not starts:
        return Table((), said(body))
    ends = [start.start() for start in starts[1:]] + [len(body)]
    rows = tuple(_row(start, body[start.end() : end]) for start, end in zip(starts, ends, strict=True))
    return Table(tuple(dict.fromkeys(rows)), said(body[: starts[0].start()]))


def _row(start: re.Match[str], rest: str) -> Submission:
    time: Duration | None = duration(start["number"], start["unit"]) if start["number"] else None
    glued = start["number"] is None and start["bare"] is None and start["words"] is None
    fees, description = _fees(rest, glued_to_time=glued and start[0] == start["method"])
    words = (start["words"] or "").strip()
    if words and words.casefold() != "không":
        description = f"{words}. {description}" if description else words
    return Submission(method=METHODS[start["method"].casefold()], time=time, fees=fees, description=said(description))


def _fees(rest: str, *, glued_to_time: bool) -> tuple[tuple[Fee, ...], str]:
    found: list[Fee] = []
    while (money := _MONEY.match(rest)) and not (found and money["none"]):
        rest = rest[money.end() :]
        words = ""
        if rest.startswith("(") and not _NUMBERED_TEXT.match(rest):
            end = _closing(rest)
            words, rest = _without_outer_parentheses(rest[1:end]), rest[end + 1 :].removeprefix(")")
        if money["free"]:
            found.append(fee(0, "VND", words))
        elif money["amount"]:
            amounts = _amounts(money["amount"], glued_to_time=glued_to_time and not found)
            if len(amounts) == 1:
                found.append(fee(amounts[0], _CURRENCIES[money["currency"]], words))
            else:
                found.append(Fee(kind=FeeKind.OTHER, condition=f"nguồn ghi “{money[0]}”; {words}".rstrip("; ")))
        elif words:
            found.append(fee_in_words(words))
    return tuple(dict.fromkeys(found)), rest.strip()


def _amounts(digits: str, *, glued_to_time: bool) -> list[int]:
    """What the digits may mean; glued to a time without unit, the amount is what can be one after at least a digit."""
    if not glued_to_time:
        return [int(digits.replace(",", ""))]
    tails = [digits[cut:] for cut in range(1, len(digits)) if digits[:cut].isdigit()]
    amounts = [int(tail.replace(",", "")) for tail in tails if _WELL_FORMED.fullmatch(tail)]
    large = [amount for amount in amounts if amount >= SMALLEST_AMOUNT]
    return large or amounts[:1]


def _closing(text: str) -> int:
    """Where the parenthesis that opens the text closes; there may be ``a)`` marks in it, and a closing one missing."""
    depth = 0
    glued: list[int] = []
    for at, letter in enumerate(text):
        if letter == "(":
            depth += 1
        elif letter == ")":
            if not (depth == 1 and _LIST_MARK.search(text[:at]) and text[at + 1 : at + 2] == " "):
                depth -= 1
            if depth == 0:
                return at
            if not text[at + 1 : at + 2].strip(" .,;:)"):
                continue
            glued.append(at)
    return glued[0] if glued else max(text.rfind(")"), 0) or len(text)


def _without_outer_parentheses(words: str) -> str:
    return words[1:-1] if words.startswith("(") and words.endswith(")") and words.count("(") == 1 else words
