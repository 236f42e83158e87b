"""Whether a message asks something, in the words of every region: "… không hè", "… làm răng", "… mấy bữa nghen"."""

from __future__ import annotations

import re

from nlu.text.abbreviations import folded

_PARTS = re.compile(r"[^,.;!?\n]+[?]?")
_PARTICLES = (
    r"(?: (?:vay|rua|a|ha|ho|hu|he|hi|hy|hen|nghen|heng|nhe|nho|nhi|nha|em|the|di|roi|chau|con|ad|ban|chi|anh|bac|chu"
    r"|co|ta|day|do|nao|ni|ne|ri|oi|nua))*"
)
_NOT = r"(?:khong|hong|chang|cha|chua|khoi|dung|co ai)"
_OPENING = re.compile(
    r"(?:(?:ma|the|vay|rua|con|roi|ua|a|da|nhung|khoan) )*"
    r"(?:bao lau|bao gio|khi (?:nao|mo)|chung (?:nao|mo)|bao nhieu|may (?:ngay|bua|hom) (?:thi|moi|co|la|duoc)"
    r"|lam sao|tai sao|sao)\b"
    r"|(?:da )?xin hoi\b"
)
_INSIDE = re.compile(r"\?\s*$|\bcho (?:(?:em|toi|minh|tui|con|chau|bac|chu|anh|chi) )?hoi\b")
_CLOSING = re.compile(
    r"\b(?:gi|(?:lam|man|don|cai|giay|giay to|viec|can|nop|mang|dem) chi|(?<!toi )(?<!dem )(?<!sang )(?<!chieu )nao|sao"
    r"|rang|dau|mo|bao nhieu|bao lau|bao gio|may (?:ngay|bua|hom|gio|tien)(?! ni)|bao tien|nhieu tien|nhi"
    r"|(?:duoc|can|phai|nua) (?:khong|hong)|co (?:\w+ ){1,8}(?:khong|hong)|(?:da|co|duoc|xong) (?:\w+ ){0,4}chua"
    r"|(?:roi|vay|the|rua) (?:ha|ho|hu)|(?:nop|gui|dua|hoi|gap|lien he)(?: \w+)? ai)"
    rf"{_PARTICLES}\W*$"
)
_DENIED = re.compile(
    rf"\b{_NOT}(?! (?:\w+ )?(?:biet|ro|hieu)\b)(?: (?!thi\b)\w+){{0,5}} (?:dau|mo){_PARTICLES}\W*$"
    rf"|\b{_NOT}(?! (?:\w+ )?(?:biet|ro|hieu)\b)(?: (?!thi\b)\w+){{0,2}} gi{_PARTICLES}\W*$"
    rf"|\b(?:co (?:\w+ ){{0,4}}gi|chu) (?:dau|mo){_PARTICLES}\W*$"
)
"""On one part of a folded text: "chả có ảnh đâu", "không liên hệ gì", which deny; "không biết nộp ở đâu" asks."""

_SEEKS = re.compile(
    r"\b(?:keu|goi|hoi|gap|bao|nho|kiem|tim|lien he|den|toi|len) (?:ai|dau|mo|cho (?:nao|mo))\b"
    r"|\blam (?:sao|the nao|rang|gi|chi)\b|\b(?:xin|nop|khai|dang ky|lam)(?: \w+){0,4} (?:o )?(?:dau|mo)\b"
    r"|\b(?:can|phai)(?: \w+){0,3} (?:gi|chi|the nao|sao|rang)\b"
    r"|\bduoc (?:\w+ )?(?:ho tro|huong|den bu|boi thuong|tro cap|giam|mien|vay)\b"
    r"|\b(?:de|cho|nho|xin) (?:duoc )?(?:(?:nha nuoc|chinh quyen|xa|phuong) )?"
    r"(?:ho tro|cuu tro|tro cap|den bu|boi thuong)\b"
)


def asks(text: str) -> bool:
    """Whether a part of ``text`` asks something."""
    return any(_asks(part.strip()) for part in _PARTS.findall(folded(text)))


def _asks(part: str) -> bool:
    if _OPENING.match(part) or _INSIDE.search(part):
        return True
    return _CLOSING.search(part) is not None and not _DENIED.search(part)


def seeks(text: str) -> bool:
    """Whether ``text`` asks for help, or how, where or with whom to get it."""
    return _SEEKS.search(folded(text)) is not None
