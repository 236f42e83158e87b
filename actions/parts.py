"""Which part of a procedure a message asks for, and what is left of it when the words of the part are taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from knowledge.answers import Part
from nlu.text import english
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


def _written_out(patterns: list[str]) -> re.Pattern[str]:
    """Patterns in which ``<name>`` stands for one of the alternatives of that name, as one expression."""
    return any_of([_NAME.sub(lambda name: f"(?:{_WORDS['words'][name[1]]})", pattern) for pattern in patterns])


_NAME = re.compile(r"<(\w+)>")
_CUES = {Part(part): _written_out(patterns) for part, patterns in _WORDS["cues"].items()}
_NEVER = {Part(part): _written_out(patterns) for part, patterns in _WORDS["never"].items()}
_ASKING = _written_out(["<ask>"])
_WANTING = _written_out(["<ask>", "<want>"])
_FRAME = any_of(_WORDS["frame"])
_STOP = frozenset(_WORDS["stop"].split())
_STOP_FOLDED = frozenset(fold(word) for word in _STOP)
_AMBIGUOUS = frozenset(_WORDS["ambiguous"].split())
_JOINED = re.compile(r",|;|\?|\b(?:va|and|hay|voi|roi|con|ma)\b")
_OTHER = re.compile(rf"\b(?:{'|'.join(_WORDS['other'].split())})\b", re.IGNORECASE)
_MOTHER = re.compile(r"\b(?<!giấy )(?<!thuế )m[áạ]\b", re.IGNORECASE)
"""What without its accent would be the particle "mà"."""
_TOPIC = re.compile(
    r"(?:(?:u|uh|o|ok|vang|da|roi|a|thoi)[ ,.]+)*(?:(?:the|vay|rua|vay thi) )?(?:con|ve|noi ve|quay lai)"
    r"(?: (?:cai|vu|viec|chuyen))? (?P<topic>\w[\w ]{3,60}?)(?:,| thi\b)"
)
"""On folded text."""
_CLAUSES = re.compile(r"[,.;:!?\n]+")
_NEED = re.compile(
    r"\b(?:muon|can(?! cuoc)|xin|lam|mat|rot|hong|doi|cap|dang ky|sang ten|ve|thi|sao|gi|nao|dau|want|need|lost)\b"
    r"|\b(?:khong|hong|ko|k|hk)\W*$"
)
"""On folded text: words with which something new is asked for."""
_LIKELY = 0.55
"""Confidence below which the classifier's part does not count where no word points to it."""
_TRUSTED = 0.75
"""From this confidence on, the classifier's part stands even where the words point to another one."""
_BRIEF = 8
"""Words up to which a message may ask for a part without a word that asks."""
_SOON = 2
"""Words after a cue within which what asks belongs to it ("online được không")."""

_Span = tuple[int, int]


def parts_asked(text: str, intent: str, confidence: float) -> tuple[Part, ...]:
    """The parts that a question asks for; two at most, in the order in which they are asked.

    ``intent`` is the classifier's, with its ``confidence`` from 0 to 1. Its part counts where the words agree or it is
    sure, and the message asks for something; else the words do, those that ask before those that only name a part.
    """
    said = _plain(text)
    spans = _cued(said)
    asking = {part: span for part, span in spans.items() if _asks(said, span)}
    cued = list(asking or spans)
    own = _of_classifier(said, intent, confidence, spans)
    if named := next((part for part in spans if part in _UNMISTAKABLE), None):
        main = named
    else:
        main = own if not cued or own in cued or (own is not Part.OVERVIEW and confidence >= _TRUSTED) else cued[0]
    if main in spans:
        others = [part for part in spans if part is not main and _apart(said, spans, main, part)]
        if others:
            return tuple(sorted((main, min(others, key=spans.__getitem__)), key=spans.__getitem__))
    return (main,)


def asks_beside(text: str) -> bool:
    """Whether a message begins by asking for nothing but a part, and then only tells something.

    Such as "cần giấy tờ gì, em còn có mỗi căn cước".
    """
    first, *others = [clause for clause in _CLAUSES.split(text) if any(map(str.isalnum, clause))] or [""]
    if not others or subject(first) or not asks_part(first):
        return False
    return not any(asks_part(each) or _NEED.search(_plain(each).lower()) for each in others)


def _plain(text: str) -> str:
    """``text`` folded, as cues are looked for in it; in capitals what only without accents is a word of a cue."""
    text = _MOTHER.sub("mẹ", expand(normalise(text)))
    plain = fold(text)
    if len(plain) == len(text):
        for other in _OTHER.finditer(text):
            plain = plain[: other.start()] + plain[slice(*other.span())].upper() + plain[other.end() :]
    return plain


def _found(said: str) -> list[tuple[Part, _Span]]:
    """Every cue in ``said`` that is not part of what never is one of its part."""
    never = {part: [each.span() for each in words.finditer(said)] for part, words in _NEVER.items()}
    return [
        (part, found.span())
        for part, cue in _CUES.items()
        for found in cue.finditer(said)
        if not any(start < found.end() and found.start() < end for start, end in never.get(part, ()))
    ]


def _cued(said: str) -> dict[Part, _Span]:
    """Where each part is first asked for, parts in the order of ``parts.yml``; not inside a cue of another part."""
    found = _found(said)
    spans: dict[Part, _Span] = {}
    for part, span in found:
        if not any(_inside(span, other) for whose, other in found if whose is not part):
            spans.setdefault(part, span)
    return spans


def _inside(span: _Span, other: _Span) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def _of_classifier(said: str, intent: str, confidence: float, cued: dict[Part, _Span]) -> Part:
    """The classifier's part; the overview where it is a guess, or the message asks for nothing of that kind."""
    part = PART_OF_INTENT.get(intent, Part.OVERVIEW)
    if part in cued:
        return part
    denied = part in _NEVER and _NEVER[part].search(said)
    likely = confidence >= _LIKELY or bool(cued)
    tells = len(said.split()) > _BRIEF and not _WANTING.search(said)
    return part if likely and not (denied or tells) else Part.OVERVIEW


def _asks(said: str, span: _Span) -> bool:
    """Whether a cue is a question by itself or by one of the next words, rather than the name of a part."""
    after = " ".join(re.split(r"[,.;?!]", said[span[1] :])[0].split()[:_SOON])
    return _ASKING.search(f"{said[slice(*span)]} {after}") is not None


def _apart(said: str, spans: dict[Part, _Span], one: Part, other: Part) -> bool:
    """Whether two cues are two questions: with a comma or an "and" between them, or each asking by itself."""
    first, second = sorted((spans[one], spans[other]))
    if first[1] > second[0]:
        return False
    joined = _JOINED.search(said[first[1] : second[0]]) is not None
    return joined or all(_ASKING.search(said[slice(*span)]) for span in (first, second))


def asks_part(clause: str) -> bool:
    """Whether the words of ``clause`` ask for a part, whatever the classifier makes of it."""
    return parts_asked(clause, "", 0.0) != (Part.OVERVIEW,)


def _blanked(text: str, spans: Iterable[_Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _without_vietnamese_cues(text: str) -> str:
    """An English ``text`` without the accented words that name a part ("how much is the lệ phí")."""
    plain = fold(text)
    spans = [span for _, span in _found(plain) if not text[slice(*span)].isascii()] if len(plain) == len(text) else []
    return _blanked(text, spans)


def topic(text: str) -> str:
    """What a message names before it goes on about it ("thế còn hộ chiếu, bác 71 tuổi thì…"); empty for another one."""
    text = normalise(text)
    found = _TOPIC.match(fold(text))
    return text[found.start("topic") : found.end("topic")] if found else ""


def subject(text: str) -> str:
    """The message without the words that ask for a part and without filler; empty for a bare follow-up."""
    if english.is_english(text):
        return " ".join(english.telling(_without_vietnamese_cues(text)))
    accented = fold(text) != text.lower()
    text = expand(normalise(text)).lower()
    plain = _plain(text)
    if not accented or len(plain) != len(text):
        text = plain
    cues = (span for _, span in _found(plain))
    text = _blanked(text, (*cues, *(each.span() for each in _FRAME.finditer(plain))))
    words = tokens(text)
    if not words:
        return ""
    if fold(text) != text:
        return " ".join(word for word in content(words) if word not in _STOP)
    if _STOP_FOLDED.issuperset(words):
        return ""
    return " ".join(word for word in words if word not in _STOP_FOLDED or word in _AMBIGUOUS)
