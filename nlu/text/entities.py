"""What rules find in a message: codes and numbers typed or spoken, dates, sums of money, provinces, communes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nlu.text.codes import find_codes
from nlu.text.communes import find_communes
from nlu.text.dates import find_dates
from nlu.text.money import find_money
from nlu.text.normalise import normalise
from nlu.text.numbers import Spoken, find_spoken
from nlu.text.places import find_provinces

ENTITY_OF_CODE = {
    "dossier": "dossier_code",
    "feedback": "tracking_code",
    "procedure": "procedure",
    "phone": "phone",
    "identity": "identity_number",
    "old_identity": "identity_number",
}
"""The entity that each kind of code is."""


@dataclass(frozen=True)
class Entity:
    """What was found: kind, value in its official form, the words it was found in, and their place.

    ``start`` and ``end`` count in ``normalise(text)``, where spoken codes are still words.
    """

    kind: str
    value: str
    text: str
    start: int
    end: int


def find_entities(text: str, today: dt.date) -> tuple[Entity, ...]:
    """Every entity of ``text`` from left to right; codes come before dates, dates before money, money before places."""
    text = normalise(text)
    spoken = find_spoken(text)
    written = _written(text, spoken)
    found: list[Entity] = []

    def add(kind: str, value: str, start: int, end: int) -> None:
        if all(end <= other.start or start >= other.end for other in found):
            found.append(Entity(kind, value, text[start:end], start, end))

    for code in find_codes(written):
        add(ENTITY_OF_CODE[code.kind], code.value, *_heard(spoken, code.start, code.end))
    for date in find_dates(text, today):
        add("date", date.value, date.start, date.end)
    for money in find_money(text):
        add("money", str(money.dong), money.start, money.end)
    for commune in find_communes(text):
        add("commune", commune.name, commune.start, commune.end)
    for place in find_provinces(text):
        add("province", place.province.name, place.start, place.end)
    return tuple(sorted(found, key=lambda entity: entity.start))


def _written(text: str, spoken: tuple[Spoken, ...]) -> str:
    for run in reversed(spoken):
        text = text[: run.start] + run.written + text[run.end :]
    return text


def _heard(spoken: tuple[Spoken, ...], start: int, end: int) -> tuple[int, int]:
    """Offsets in the written text as offsets in the text with the spoken words."""
    return _original(spoken, start, at_end=False), _original(spoken, end, at_end=True)


def _original(spoken: tuple[Spoken, ...], offset: int, *, at_end: bool) -> int:
    shift = 0
    for run in spoken:
        shown = run.start + shift
        if offset < shown + at_end:
            break
        if offset < shown + len(run.written) + at_end:
            return run.end if at_end else run.start
        shift += len(run.written) - (run.end - run.start)
    return offset - shift
