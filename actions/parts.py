"""Which part of a procedure a message asks for, and what is left of it when the words of the part are taken away."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from knowledge.answers import Part
from nlu.text.abbreviations import expand, folded
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
INTENT_OF_PART = {part: intent for intent, part in PART_OF_INTENT.items()} | {
    Part.ATTENDANCE: "ask_conditions",
    Part.DEADLINE: "ask_conditions",
}
_UNMISTAKABLE = (Part.ATTENDANCE, Part.DEADLINE)
"""Parts that no intent stands for: where the words ask for one, it is the main one."""

_WORDS = yaml.safe_load((Path(__file__).parent / "parts.yml").read_text(encoding="utf-8"))


def any_of(patterns: list[str]) -> re.Pattern[str]:
    """One expression that finds any of ``patterns`` as whole words."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


_CUES = {Part(part): any_of(patterns) for part, patterns in _WORDS["cues"].items()}
_FRAME = any_of(_WORDS["frame"])
_STOP = frozenset(_WORDS["stop"].split())
_STOP_FOLDED = frozenset(fold(word) for word in _STOP)
_AMBIGUOUS = frozenset(_WORDS["ambiguous"].split())
_JOINED = re.compile(r",|;|\?|\b(?:va|and|hay|voi|roi|con)\b")
_TOPIC = re.compile(
    r"(?:(?:u|uh|o|ok|vang|da|roi|a|thoi)[ ,.]+)*(?:(?:the|vay|rua|vay thi) )?(?:con|ve|noi ve|quay lai)"
    r"(?: (?:cai|vu|viec|chuyen))? (?P<topic>\w[\w ]{3,60}?)(?:,| thi\b)"
)
"""On folded text."""
_LIKELY = 0.55
"""Confidence below which the classifier's part does not count where no word points to it."""
_TRUSTED = 0.75
"""From this confidence on, the classifier's part stands even where the words point to another one."""


def parts_asked(text: str, intent: str, confidence: float) -> tuple[Part, ...]:
    """The parts that a question asks for, the main one first; two at most."""
    said = folded(text)
    cued = [part for part, cue in _CUES.items() if cue.search(said)]
    own = PART_OF_INTENT.get(intent, Part.OVERVIEW) if confidence >= _LIKELY or cued else Part.OVERVIEW
    if named := next((part for part in cued if part in _UNMISTAKABLE), None):
        main = named
    else:
        main = own if not cued or own in cued or (own is not Part.OVERVIEW and confidence >= _TRUSTED) else cued[0]
    spans = [(found.start(), part) for part in cued if (found := _CUES[part].search(said))]
    others = [part for _, part in sorted(spans) if part is not main]
    if others and main in cued and _joined(said, main, others[0]):
        return main, others[0]
    return (main,)


def _joined(plain: str, one: Part, other: Part) -> bool:
    """Whether the two cues stand apart with a comma or an "and" between them."""
    first, second = sorted(found.span() for part in (one, other) if (found := _CUES[part].search(plain)))
    return first[1] <= second[0] and _JOINED.search(plain[first[1] : second[0]]) is not None


def topic(text: str) -> str:
    """What a message names before it goes on about it ("thế còn hộ chiếu, bác 71 tuổi thì…"); empty for another one."""
    text = normalise(text)
    found = _TOPIC.match(fold(text))
    return text[found.start("topic") : found.end("topic")] if found else ""


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
