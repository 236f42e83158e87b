"""Fees as authorities write them: an amount with a currency, and words that limit it or take its place.

Amounts in words are believed only where exactly one sum stands there and nothing else bears on it. The portal shows
``Miễn phí`` for every amount of 0, also where 0 is a placeholder and the words beside it name the sums; such a fee is
free only if the words say so too.
"""

from __future__ import annotations

import re

from knowledge.model import Fee, FeeKind

SMALLEST_AMOUNT = 1_000
"""No charge in đồng is smaller; records with less mean thousands, or something else."""
_SUM = re.compile(
    r"(?<![\d.,/])(\d{1,3}(?:[.,]\d{3})+|\d{4,})\s*(?:đồng|đ|vnđ|vnd|việt nam đồng)(?![\wà-ỹ])", re.IGNORECASE
)
_BEARS_ON_A_SUM = re.compile(
    r"%|\b(?:tỷ|triệu|nghìn|ngàn|miễn|giảm|bằng|tối đa|tối thiểu|nhân với|từ|đến|dưới|trên|quá)\b|"
    r"(?<![\d.,/])\d{1,3}(?:[.,]\d{3})++(?!\s*(?:đồng|đ\b|vnđ|vnd|việt nam đồng))",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"[\s(\-–+*•]*(?:không(?: có| thu| mất| phải| phí| lệ phí|$)|miễn|chưa thu)",
    re.IGNORECASE,
)
_FREE_FOR_SOME_ONLY = re.compile(
    r"không (?:có )?quy định|\bmức\b|\bngười\b|hộ (?:nghèo|cận nghèo|gia đình)|trường hợp sau|\d đồng", re.IGNORECASE
)
_KIND = re.compile(r"\W*(lệ phí|phí)(?!\s*(?:,|và)\s*lệ phí)\b", re.IGNORECASE)


def fee(amount: int, currency: str, words: str, kind: FeeKind | None = None) -> Fee:
    """A fee from an amount of 0 or more and the words beside it (may be empty)."""
    condition = " ".join(words.split())
    kind = kind or _kind(condition)
    if amount == 0:
        if not condition or (_FREE.match(condition) and not _FREE_FOR_SOME_ONLY.search(condition)):
            return Fee(kind=kind, amount=0, condition="" if _is_plain_no(condition) else condition)
        return Fee(kind=kind, amount=single_sum(condition), condition=condition)
    if currency == "VND" and amount < SMALLEST_AMOUNT:
        if single_sum(condition) == amount * 1_000:
            return Fee(kind=kind, amount=amount * 1_000, condition=condition)
        doubt = f"nguồn ghi {amount} đồng, chưa rõ đơn vị"
        return Fee(kind=kind, condition=f"{doubt}; {condition}" if condition else doubt)
    return Fee(kind=kind, amount=amount, currency=currency, condition=condition)


def fee_in_words(words: str, kind: FeeKind | None = None) -> Fee:
    """A fee of which only words are known."""
    condition = " ".join(words.split())
    return Fee(kind=kind or _kind(condition), amount=single_sum(condition), condition=condition)


def single_sum(words: str) -> int | None:
    """The sum in đồng that the words name, if there is exactly one and nothing limits it."""
    sums = {int(re.sub(r"[.,]", "", found)) for found in _SUM.findall(words)}
    return sums.pop() if len(sums) == 1 and not _BEARS_ON_A_SUM.search(words) else None


def _kind(condition: str) -> FeeKind:
    found = _KIND.match(condition)
    if found is None:
        return FeeKind.OTHER
    return FeeKind.FEE if found[1].casefold() == "lệ phí" else FeeKind.CHARGE


def _is_plain_no(condition: str) -> bool:
    return condition.strip(" .()-").casefold() in {"không", "không có", "miễn phí", "không thu", "không thu phí"}
