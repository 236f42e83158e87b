"""What the index keeps of a procedure, the same for every engine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.index.labels import pack_labels
from knowledge.index.words import pack
from knowledge.model import Level, Procedure, State
from nlu.text.abbreviations import expand
from nlu.text.filler import content
from nlu.text.normalise import normalise
from nlu.text.tokens import key, tokens

DOCUMENT_FORMAT = 5
"""Raise it when ``document`` makes something else of the same procedure; indexes of another format are built anew."""

_STEP_CHARACTERS = 600
_TEXT_CHARACTERS = 4000


@dataclass(frozen=True, slots=True)
class Document:
    """The searchable side of one procedure.

    ``labels`` are the names under which it may be asked for: official name, plain title, aliases, in this order.
    ``text`` is everything else worth matching, cut to some thousand characters: what a procedure mentions first says
    most about it. ``words`` counts all its words, see ``knowledge.index.words.pack``; ``rows`` has its labels and its
    field, see ``knowledge.index.labels.pack_labels``. ``digest`` changes when any of it does.
    """

    code: str
    name: str
    title: str
    aliases: tuple[str, ...]
    summary: str
    field: str
    agency: str
    executing: tuple[str, ...]
    levels: tuple[str, ...]
    state: str
    superseded_by: str
    text: str
    words: bytes
    rows: bytes
    digest: str

    @property
    def labels(self) -> tuple[str, ...]:
        """Every name of the procedure, the official one first."""
        return tuple(label for label in (self.name, self.title, *self.aliases) if label)

    @property
    def usable(self) -> bool:
        """Whether a citizen may still use the procedure."""
        return self.state == State.ACTIVE

    @property
    def abolished_level(self) -> bool:
        """Whether only districts carried it out, which ended on 2025-07-01 (Nghị quyết 203/2025/QH15)."""
        return self.levels == (Level.DISTRICT,) or bool(_DISTRICT.search(self.name))


def document(procedure: Procedure) -> Document:
    """The document of ``procedure``."""
    text = _record_text(procedure)
    field = normalise(procedure.field)
    labels = [label for label in (procedure.name, procedure.title, *procedure.aliases) if label]
    return Document(
        code=procedure.code,
        name=procedure.name,
        title=procedure.title,
        aliases=procedure.aliases,
        summary=procedure.summary,
        field=field,
        agency=procedure.agency,
        executing=procedure.executing_agencies,
        levels=tuple(level.value for level in procedure.levels),
        state=procedure.state.value,
        superseded_by=procedure.superseded_by,
        text=text,
        words=pack(words_of(_texts(procedure))),
        rows=pack_labels([(split(label), words_of([label])) for label in (*labels, field)]),
        digest=digest(procedure),
    )


def digest(procedure: Procedure) -> str:
    """SHA-256 over everything of ``procedure`` that its document is made of."""
    parts = (
        procedure.code,
        procedure.name,
        procedure.title,
        procedure.aliases,
        procedure.field,
        procedure.agency,
        procedure.executing_agencies,
        procedure.levels,
        procedure.state,
        procedure.superseded_by,
        _record_text(procedure),
    )
    return hashlib.sha256(repr((DOCUMENT_FORMAT, parts)).encode(errors="surrogatepass")).hexdigest()


def _record_text(procedure: Procedure) -> str:
    parts = (
        procedure.summary,
        *procedure.results,
        *procedure.subjects,
        *(paper.name for case in procedure.cases for paper in case.documents),
        *procedure.conditions,
        *(step.description[:_STEP_CHARACTERS] for step in procedure.steps),
    )
    return " . ".join(filter(None, parts))[:_TEXT_CHARACTERS]


def _texts(procedure: Procedure) -> tuple[str, ...]:
    labels = (procedure.name, procedure.title, *procedure.aliases)
    return (*labels, procedure.field, _record_text(procedure))


def words_of(texts: Iterable[str]) -> list[str]:
    """The content syllables of ``texts`` in lower case, accents kept, abbreviations written out."""
    return [word for text in texts for word in content(tokens(expand(normalise(text))))]


def split(text: str) -> list[str]:
    """The content syllables of a text in index form, abbreviations written out."""
    return [key(token) for token in content(tokens(expand(normalise(text))))]


_LEVEL_WORDS = r"(?:thực hiện )?(?:tại |ở )?cấp (?:trung ương|tw|bộ|tỉnh|tinh|huyện|xã)"
_LEVEL = re.compile(
    rf"\s*(?:\(\s*(?:thay thế - )?{_LEVEL_WORDS}\s*\)|-\s*{_LEVEL_WORDS}"
    r"|,?\s*thực hiện (?:tại|ở) cấp \w+(?: ương)?)\s*$",
    re.IGNORECASE,
)
_CODE_IN_NAME = re.compile(r"\s*\(\s*\d\.\d{6}\s*\)\s*$")
_DISTRICT = re.compile(r"(?:cấp huyện|ủy ban nhân dân huyện)\W*$", re.IGNORECASE)
_OPENING = re.compile(r"^thủ tục\s+(?:hành chính\s+)?", re.IGNORECASE)


def need(entry: Document) -> str:
    """What the procedure is for, whatever level carries it out: equal for one need at several levels."""
    name = normalise(entry.name)
    while (shorter := _CODE_IN_NAME.sub("", _LEVEL.sub("", name))) != name:
        name = shorter
    return " ".join(key(token) for token in tokens(expand(_OPENING.sub("", name))))
