"""Which part of a procedure a message asks for, and what is left of it when the words of the part are taken away."""

from __future__ import annotations

import re

from knowledge.answers import Part
from nlu.text.abbreviations import expand
from nlu.text.filler import content
from nlu.text.normalise import fold, normalise
from nlu.text.tokens import tokens

PART_OF_INTENT = {
    "ask_procedure": Part.OVERVIEW,
    "ask_documents": Part.DOCUMENTS,
    "ask_fee": Part.FEE,
    "ask_time": Part.TIME,
    "ask_place": Part.PLACE,
    "ask_steps": Part.STEPS,
    "ask_conditions": Part.CONDITIONS,
    "ask_online": Part.ONLINE,
    "ask_result": Part.RESULT,
    "ask_legal": Part.LEGAL,
}
INTENT_OF_PART = {part: intent for intent, part in PART_OF_INTENT.items()}

# On folded text. The order is the precedence where a message without a clear intent has several of them.
_CUES = {
    part: re.compile(rf"\b(?:{pattern})\b")
    for part, pattern in {
        Part.RESULT: r"ket qua (?:la|thu tuc|tra duoi|nhan)|nhan (?:duoc |lai )?(?:gi|cai gi|giay to gi)|duoc cap (?:gi|giay gi|cai gi)"
        r"|co gia tri (?:trong )?(?:bao lau|may)|thoi han (?:bao lau|may nam)|con ket qua|the ket qua",
        Part.TIME: r"(?:mat |het |ton |trong |khoang )*(?:bao lau|may ngay|bao nhieu ngay)|may hom|may bua|khi nao (?:co|xong|nhan|lay)|bao gio (?:co|xong|nhan|lay)"
        r"|thoi gian(?: giai quyet)?|thoi han(?: giai quyet)?|lay (?:ngay|lien)|(?:co )?lau khong|co nhanh khong",
        Part.FEE: r"le phi(?! truoc ba)|chi phi|phi (?:la )?(?:bao nhieu|the nao)|(?:het |mat |ton |dong |tra )*(?:bao nhieu|nhieu|may) tien"
        r"|het (?:bao )?nhieu|ton (?:bao )?nhieu|mat bao nhieu|dong bao nhieu|(?:mat|ton|dong|thu) (?:tien|phi)|mien phi|gia (?:bao )?nhieu|muc (?:thu|phi)|phi(?! truoc ba)",
        Part.ONLINE: r"online|onl|on lai|truc tuyen|qua mang|tren mang|(?:qua |duong )*buu (?:dien|chinh)|vneid|tu xa|tai nha|duong link|link",
        Part.PLACE: r"o dau|o mo|di dau|di mo|den dau|toi dau|(?:o )?cho nao|noi (?:nao|nop|mo)|dia (?:chi|diem)|co quan nao"
        r"|ai (?:giai quyet|nhan)|nop cho ai|phong nao|cap nao|gio lam viec",
        Part.DOCUMENTS: r"(?:nhung |cac )?(?:loai )?giay to (?:gi|nao|chi|can thiet)|giay to|ho so (?:gom|can|bao gom|nhu the nao|the nao)(?: nhung)?(?: gi)?"
        r"|thanh phan ho so|(?:mang|dem|chuan bi)(?: theo)?(?: nhung)? (?:gi|chi)|can (?:nhung |co )?gi|nhung giay gi|mau (?:don|to khai)",
        Part.LEGAL: r"can cu phap ly|co so phap ly|(?:theo )?luat nao|nghi dinh(?: nao)?|thong tu(?: nao)?|van ban (?:nao|phap luat)|theo quy dinh nao",
        Part.CONDITIONS: r"dieu kien(?: gi)?|yeu cau gi|doi tuong(?: nao)?|bao nhieu tuoi|may tuoi",
        Part.STEPS: r"cac buoc|may buoc|tung buoc|buoc (?:nao|tiep theo|dau tien)|trinh tu(?: thuc hien)?|quy trinh",
    }.items()
}  # fmt: skip
_JOINED = re.compile(r",|;|\?|\b(?:va|voi|roi|con)\b")
_TRUSTED = 0.75
"""From this confidence on, the classifier's part stands even where the words point to another one."""

_STOP = frozenset(
    [
        "thế",
        "còn",
        "vậy",
        "thì",
        "sao",
        "nào",
        "gì",
        "là",
        "ở",
        "có",
        "không",
        "được",
        "cho",
        "của",
        "về",
        "để",
        "khi",
        "nếu",
        "cần",
        "phải",
        "những",
        "các",
        "cái",
        "việc",
        "đó",
        "này",
        "kia",
        "ấy",
        "đây",
        "nó",
        "làm",
        "nộp",
        "xin",
        "hỏi",
        "muốn",
        "biết",
        "nhiêu",
        "bao",
        "nhiêu",
        "ạ",
        "ơi",
        "ad",
        "bot",
        "shop",
        "nhé",
        "nha",
        "với",
        "luôn",
        "nữa",
        "tôi",
        "em",
        "mình",
        "anh",
        "chị",
        "bạn",
        "ta",
        "tui",
        "cháu",
        "dạ",
        "vâng",
        "ừ",
        "ok",
        "rồi",
        "như",
        "cả",
        "hết",
        "tốn",
        "tiền",
        "lấy",
        "nhận",
        "đi",
        "lên",
        "đến",
        "tới",
        "từ",
        "trong",
        "ngày",
        "xong",
        "vừa",
        "nãy",
        "lúc",
        "trên",
    ]
)
_STOP_FOLDED = frozenset(fold(word) for word in _STOP)
_AMBIGUOUS = frozenset(
    [
        "ban",
        "cho",
        "co",
        "con",
        "den",
        "di",
        "do",
        "hoi",
        "khi",
        "lam",
        "lay",
        "len",
        "minh",
        "nhan",
        "nhu",
        "ta",
        "tien",
        "toi",
        "trong",
        "tu",
        "ve",
        "viec",
        "vua",
    ]
)
"""Stop words that without accents may be other words ("tu": từ, tư); they only go when nothing else is left."""
_FRAME = re.compile(r"\b(?:ho so|thu tuc|quan tri vien)\b")


def parts_asked(text: str, intent: str, confidence: float) -> tuple[Part, ...]:
    """The parts that a question asks for, the main one first; two at most."""
    plain = fold(expand(normalise(text)))
    cued = [part for part, cue in _CUES.items() if cue.search(plain)]
    own = PART_OF_INTENT.get(intent, Part.OVERVIEW)
    main = own if not cued or own in cued or (own is not Part.OVERVIEW and confidence >= _TRUSTED) else cued[0]
    spans = [(found.start(), part) for part in cued if (found := _CUES[part].search(plain))]
    others = [part for _, part in sorted(spans) if part is not main]
    if others and main in cued and _joined(plain, main, others[0]):
        return main, others[0]
    return (main,)


def _joined(plain: str, one: Part, other: Part) -> bool:
    """Whether the two cues stand apart with a comma or an "and" between them."""
    first, second = sorted(found.span() for part in (one, other) if (found := _CUES[part].search(plain)))
    return first[1] <= second[0] and _JOINED.search(plain[first[1] : second[0]]) is not None


def subject(text: str) -> str:
    """The message without the words that ask for a part and without filler; empty for a bare follow-up."""
    accented = fold(text) != text.lower()
    text = expand(normalise(text)).lower()
    plain = fold(text)
    if not accented or len(plain) != len(text):
        text = plain
    for cue in (*_CUES.values(), _FRAME):
        for found in cue.finditer(plain):
            text = text[: found.start()] + " " * (found.end() - found.start()) + text[found.end() :]
    words = tokens(text)
    if not words:
        return ""
    if fold(text) != text:
        return " ".join(word for word in content(words) if word not in _STOP)
    if _STOP_FOLDED.issuperset(words):
        return ""
    return " ".join(word for word in words if word not in _STOP_FOLDED or word in _AMBIGUOUS)
