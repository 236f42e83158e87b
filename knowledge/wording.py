"""Sums, durations, counts and lists in the words of a courteous clerk; official text made fit to read in a chat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.model import Document, Duration, Fee, FeeKind, SubmissionMethod, TimeUnit
from nlu.text.money import grouped

LIST_BUDGET = 900
"""Characters that a list may take in a chat message; with the closing lines the message stays near 1,200."""
ITEM_BUDGET = 320

METHODS = {
    SubmissionMethod.ONLINE: "trực tuyến",
    SubmissionMethod.DIRECT: "trực tiếp",
    SubmissionMethod.POSTAL: "qua bưu chính",
}
_UNITS = {
    TimeUnit.HOUR: "giờ",
    TimeUnit.WORKING_HOUR: "giờ làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.MONTH: "tháng",
    TimeUnit.YEAR: "năm",
}
_FORM_FILE = re.compile(r"\.(docx?|pdf|xlsx?|rtf|odt|zip|rar|jpe?g|png|html?)$", re.IGNORECASE)
_SHORT = 60
_SPEAKS_OF_TIME = re.compile(r"\d+ (?:giờ|ngày|tháng|năm)\b|thời hạn|thời gian|\bngay\b", re.IGNORECASE)
_LIST_MARK = re.compile(r"^[-–—+*•●▪.]+\s*")
_ENUMERATOR = re.compile(r"^(?:\((?:[ivx]+|[a-zđ]|\d{1,2})\)|[a-zđ]\)|\d{1,2}[.)](?=\s))\s*")
_NOT_LAID_DOWN = re.compile(r"(?:chưa|không)(?: có)? quy định")
_MOSTLY_UPPER = 0.7
_UPPER_FROM = 12
_ACRONYM = re.compile(r"[A-ZĐ]*\d[\w/.-]*|[BCDĐGHKLMNPQRSTVXBƯ]+|UBND|HĐND|CCCD|VNEID|[IVX]+", re.UNICODE)


def money(amount: int, currency: str = "VND") -> str:
    """``10.000 đồng``, ``30 USD``; nothing to pay is ``miễn phí``."""
    if amount == 0:
        return "miễn phí"
    return grouped(amount) + (" đồng" if currency == "VND" else f" {currency}")


def duration(time: Duration) -> str:
    """``7 ngày làm việc``; the unit is kept as the record has it."""
    value = f"{time.value:g}".replace(".", ",")
    return f"{value} {_UNITS[time.unit]}"


def fee(charge: Fee, *, budget: int = ITEM_BUDGET) -> str:
    """One sum with its condition, such as ``lệ phí 10.000 đồng (mỗi bản)``; the condition takes ``budget`` at most."""
    condition = lower_first(shorten(tidy(charge.condition).rstrip("."), budget))
    kind = "mức thu" if charge.kind is FeeKind.OTHER else charge.kind.value
    if charge.amount is None:
        if _NOT_LAID_DOWN.fullmatch(condition):
            return f"nguồn ghi “{condition}” mức thu"
        return _introduced(kind, condition) if condition else f"{kind} chưa ghi số tiền"
    told = money(charge.amount, charge.currency)
    if charge.amount and re.search(rf"(?<![\d.,]){charge.amount:,}(?!\d)".replace(",", "[.,]"), condition):
        return _introduced(kind, condition)
    told = told if charge.amount == 0 else f"{kind} {told}"
    if condition.startswith("/"):
        return told + condition
    return f"{told} ({condition})" if condition else told


def _introduced(kind: str, words: str) -> str:
    return words if re.match(r"(?:mức )?(?:lệ )?(?:phí|thu)\b", words) else f"{kind}: {words}"


def copies(document: Document) -> str:
    """``1 bản chính, 1 bản sao``; empty where the record counts neither."""
    counts = [(document.originals, "bản chính"), (document.copies, "bản sao")]
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def form_note(forms: Sequence[str]) -> str:
    """What to say about the forms of a paper: file names mean nothing to a citizen, names of forms do."""
    named = [tidy(form) for form in forms if not _FORM_FILE.search(form)]
    if named:
        return f"mẫu: {enumerate_words(named)}"
    return "có mẫu ở trang nguồn" if forms else ""


def enumerate_words(words: Sequence[str]) -> str:
    """``a, b và c``."""
    return " và ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def tidy(text: str) -> str:
    """One line of official text as one would write it: single spaces, no list marks or numbering, no shouting."""
    flat = _ENUMERATOR.sub("", _LIST_MARK.sub("", " ".join(text.split())).strip())
    flat = re.sub(r"\s+([,.;:)])", r"\1", flat)
    flat = re.sub(r"(?<!\.)\.\.(?!\.)", ".", flat)
    flat = re.sub(r"\(\s+", "(", flat).rstrip(";,:").rstrip()
    return _calm(flat)


def sentence(text: str) -> str:
    """The text with exactly one full stop (or another closing mark) at its end."""
    return text if text.endswith(("?", "!", "…", ":")) else f"{text.rstrip('. ')}."


def title(name: str) -> str:
    """The name of a procedure as it stands after the word ``thủ tục``."""
    return tidy(re.sub(r"^\s*thủ tục\s+(?=\w)", "", name, flags=re.IGNORECASE)).rstrip(".")


def about_time(text: str) -> str:
    """The sentences of a description that speak of time; a short description as a whole."""
    if len(text) <= _SHORT:
        return text
    pieces = re.split(r"\n+|(?<=[.;])\s+|\s+[-+*•]\s+", text)
    return " ".join(piece for piece in pieces if _SPEAKS_OF_TIME.search(piece))


def lower_first(text: str) -> str:
    """The text as it stands within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """The text as it stands at the beginning of a line."""
    return text[:1].upper() + text[1:]


def shorten(text: str, limit: int = ITEM_BUDGET) -> str:
    """At most ``limit`` characters, cut between words and marked with an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[:limit].rsplit(" ", 1)[0].rstrip(" ,;:(-–…")
    return f"{cut}…"


def bullets(items: Sequence[str], more: str, *, numbered: bool = False) -> str:
    """A list for a chat: as many items as fit, then how many ``more`` (``giấy tờ``, ``bước``) there are.

    At least one item is shown, each at most ``ITEM_BUDGET`` characters long.
    """
    lines: list[str] = []
    used = 0
    for number, item in enumerate(items, 1):
        line = f"{f'{number}.' if numbered else '•'} {upper_first(shorten(item))}"
        if lines and used + len(line) > LIST_BUDGET:
            break
        lines.append(line)
        used += len(line) + 1
    left = len(items) - len(lines)
    if left:
        lines.append(f"… còn {left} {more} nữa, anh/chị xem đầy đủ ở trang nguồn bên dưới ạ.")
    return "\n".join(lines)


def _calm(text: str) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) < _UPPER_FROM or sum(letter.isupper() for letter in letters) < _MOSTLY_UPPER * len(letters):
        return text
    words = [word if _ACRONYM.fullmatch(word.strip('(),.;:"“”')) else word.lower() for word in text.split(" ")]
    return upper_first(" ".join(words).replace("việt nam", "Việt Nam"))
