"""What a citizen meant instead: "không phải, ý tôi là thẻ căn cước", "em nhầm, ngõ 7", "đổi chứ không phải cấp lại"."""

from __future__ import annotations

import re

from actions.turn import Turn
from nlu.text.normalise import fold, normalise

_I = r"(?:toi|em|minh|tui|tao|chau|con|anh|chi|bac|chu)"
_LEAD = re.compile(r"^(?:(?:da|a|o|u|oi|ay|ua|khoan(?: da)?|sorry|oh|ah|hm+|well|wait|actually)\b[ ,.]*)+")
_WRONG = (
    rf"(?:khong phai|khong dung|hong phai|ko phai|sai|chua dung|no"
    rf"|(?:(?:bot|ban|may|{_I}) )?(?:dang )?(?:hieu|tra loi) (?:sai|nham|lam|lon)"
    rf"|(?:(?:hoi |luc |khi )?nay )?(?:{_I} )?(?:(?:noi|ghi|viet|go) )?(?:nham|lon))"
    rf"(?: (?:cai do|cai nay|the|vay|y {_I}|y|roi|dau|a|em|oi|hoi|that is not what i mean(?:t)?))*"
)
_MEANT = (
    rf"(?:y (?:cua )?{_I} (?:la|hoi(?: la)?|muon(?: noi| hoi)?(?: la)?|noi la)|y la"
    r"|i mean(?:t)?|i(?: am|'m| was) (?:asking|talking) about)\b[ ,:]*"
)
_RATHER = rf"(?:{_MEANT}|(?:phai la|ma la|la)\b ?|{_I} (?:muon )?(?:hoi|can|noi)(?: ve| la)?\b ?)"
_MISSPOKE = (
    re.compile(rf"^(?:{_WRONG}\s*[,.;:]?\s*)?{_MEANT}"),
    re.compile(rf"^{_WRONG}\s*[,.;:]\s*{_RATHER}?"),
    re.compile(rf"^{_WRONG} {_RATHER}"),
    re.compile(r"^(?:a )?y (?:nham|lon)(?: roi)?\b[ ,.;:]*"),
)
_REFUSED = re.compile(rf"^(?:khong|hong|ko|no)\s*,\s*{_RATHER}")
_BARE = re.compile(rf"{_WRONG}|(?:{_I} )?(?:dau co )?hoi (?:cai|chuyen) khac(?: co)?|hoi mot dang tra loi mot neo")
_CONTRAST = re.compile(
    r"^(?P<one>.+?),? (?:chu (?:khong|hong|ko|dau) (?:phai |co |hoi |can )*"
    r"|ma (?:khong|hong|ko|dau) (?:(?:co )?phai |hoi |can )+|(?<=, )(?<!no, )not (?:the |my ))(?P<not_one>.+)$"
    r"|^(?:khong phai|hong phai|(?:no,? )?not(?= (?:the|a|an|my|about) .+(?: but |, i mean))) (?P<wrong>.+?)"
    r"(?:,? ma la|,? ma|,? but|, i mean(?:t)?|,) (?P<right>.+?)(?: (?:moi dung|co))?$"
)
_END = re.compile(r"\s*[,.;!?].*$", re.DOTALL)
_CLAUSES = re.compile(r"\s*[,.;!?]+\s+")
_BEFORE_VALUE = re.compile(
    r"^(?:(?:(?:cho|khuc) (?:no|do|ay|nay)|o|tai|la|phai la|(?:sua|doi|ghi)(?: lai)?(?: thanh| la)?) )+"
)
_AFTER_VALUE = re.compile(r"(?: (?:dau|a|nhe|nha|nghe|co|day|roi|em|chau|con|ad|oi|ban|luon|that|ha|moi dung))+$")
_RATHER_THAN = re.compile(r"\bch[ơớ]\b")
"""As Central and Southern people say "chứ"; without its accents it is "cho" (for)."""
_PARTICLE = re.compile(r"(?: (?:cơ mà|cơ|đấy|ấy|nhé|nha|ạ|nhỉ))+$")
_ASKED = re.compile(rf"^(?:{_I} )?(?:muon )?(?:hoi|can|noi)(?: ve| la)? ")


def misheard(turn: Turn) -> bool:
    """Whether the button under a voice note was pressed: what was heard in it is not what was said."""
    return turn.pressed and turn.intent == "correct" and turn.entity("field") == "heard"


def meant(text: str) -> str | None:
    """What ``text`` says was meant; empty when it only says that something was wrong, ``None`` when it says neither."""
    return _read(text, (*_MISSPOKE, _REFUSED))


def misspoke(text: str) -> str | None:
    """As ``meant``, but a mere "không, …" is no correction: in a form it answers the question."""
    return _read(text, _MISSPOKE)


def contrasted(text: str) -> tuple[str, str] | None:
    """What is right and what was wrong in "ngõ 6 chứ không phải ngõ 5", "không phải ngõ 5 mà là ngõ 6"."""
    text = _bare(text)
    found = _CONTRAST.match(fold(text))
    if found is None:
        return None
    names = ("one", "not_one") if found["one"] else ("right", "wrong")
    said, other = (_without_opening(text[slice(*found.span(name))]) for name in names)
    wrong = _value(_END.sub("", other))
    right = _value(_last_like(said, wrong) if found["one"] else _END.sub("", said))
    return (right, wrong) if right and wrong else None


def _last_like(said: str, wrong: str) -> str:
    """The clause of ``said`` that stands against ``wrong``: with a number where that has one, else the last."""
    clauses = _CLAUSES.split(said)
    counted = [each for each in clauses if re.search(r"\d", each)] if re.search(r"\d", wrong) else []
    return (counted or clauses)[-1]


def _value(text: str) -> str:
    before, after = _BEFORE_VALUE.match(fold(text)), _AFTER_VALUE.search(fold(text))
    return text[before.end() if before else 0 : after.start() if after else None]


def put_right(value: str, right: str, wrong: str) -> str | None:
    """``value`` with ``right`` in the place of ``wrong``; ``None`` where ``wrong`` does not stand in it.

    "Ngõ 6 chứ không phải 5" puts "ngõ 6" in the place of "ngõ 5".
    """
    value = normalise(value)
    found = re.search(rf"(?<!\w){re.escape(fold(wrong))}(?!\w)", fold(value))
    if found is None or len(fold(value)) != len(value):
        return None
    start, head = found.start(), right.split()[:-1]
    while head:
        opening = fold(" ".join(head)) + " "
        if fold(value[:start]).endswith(opening):
            start -= len(opening)
            break
        head.pop()
    return value[:start] + right + value[found.end() :]


def _bare(text: str) -> str:
    """``text`` without particles and openings such as "à khoan"; folded where folding changes its length."""
    text = _RATHER_THAN.sub("chứ", _PARTICLE.sub("", normalise(text).strip(" .!?")))
    if len(fold(text)) != len(text):
        text = fold(text)
    lead = _LEAD.match(fold(text))
    return text[lead.end() :] if lead else text


def _read(text: str, openings: tuple[re.Pattern[str], ...]) -> str | None:
    text = _bare(text)
    plain = fold(text)
    if _BARE.fullmatch(plain):
        return ""
    if contrast := _CONTRAST.match(plain):
        group = "one" if contrast["one"] else "right"
        return _without_opening(text[contrast.start(group) : contrast.end(group)])
    if any(opening.match(plain) for opening in openings):
        return _without_opening(text)
    return None


def _without_opening(text: str) -> str:
    """``text`` without "không phải, ý tôi là", "em nhầm, tôi hỏi", as often as such words follow each other."""
    openings = (*_MISSPOKE, _REFUSED, _ASKED)
    while found := next((found for opening in openings if (found := opening.match(fold(text)))), None):
        text = text[found.end() :].strip(" ,")
    return text
