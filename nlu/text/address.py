"""Whom a message speaks to ("ad ơi", "… vậy em"), which says nothing about what it wants."""

from __future__ import annotations

import re

_PERSON = r"(?:em|e|anh|a|chị|chi|c|cháu|chau|con|chú|chu|bác|bac|cô|co|dì|di|cậu|cau|bạn|ban|cán bộ|can bo)"
_PAGE = r"(?:ad|add|admin|adm|shop|sop|bot)"
_ASKS = (
    r"(?:không|khong|ko|k|kh|hông|hong|hok|hk|hem|chưa|chx|gì|gi|j|đâu|dau|mô|mo|sao|răng|rang|nào|nao|nhiêu|nhieu|lâu|lau"
    r"|thế|vậy|vay|v|z|zậy|zay|dậy|rứa|rua|hả|ha|hở|hen|nghen|nhỉ|nhi|nhé|nhe|nha|ạ|được|duoc|dc|đc|rồi|roi|r)"
)
_ADDRESS = re.compile(
    rf"(?<!\w)(?:{_PERSON}|{_PAGE}) (?:ơi|oi)(?!\w)[ ,.!]*"
    rf"|^(?:(?:dạ|da|alo) )?{_PAGE} (?=\w)"
    rf"|(?P<kept>(?<!\w){_ASKS}) (?:{_PERSON}|{_PAGE})(?=[ .!?]*$)",
    re.IGNORECASE,
)


def without_address(text: str) -> str:
    """``text`` (normalised) without the vocatives at its edges; as it was where it says nothing else."""
    left = _ADDRESS.sub(lambda found: found["kept"] or "", text).strip()
    return left if any(character.isalnum() for character in left) else text
