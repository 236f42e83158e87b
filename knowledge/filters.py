"""What a search may be narrowed down by: agency, level and province."""

from __future__ import annotations

from collections.abc import Callable

from knowledge.index.collection import Entry
from knowledge.model import Level
from nlu.text import places
from nlu.text.normalise import fold


def province_named(name: str) -> str:
    """The present province with this old or new name. Raises ``ValueError``."""
    found = places.province(name)
    if found is None:
        raise ValueError(f"{name[:40]} is no province of Vietnam, old or new")
    return found.name


def only(agency: str | None, level: Level | None, province: str) -> Callable[[Entry], bool]:
    """Whether an entry stays: by part of an agency's name (without case or accents), level, and present province.

    ``None`` and the empty province keep everything.
    """
    wanted = fold(agency) if agency else ""

    def stays(entry: Entry) -> bool:
        told = entry.document
        if level is not None and level.value not in told.levels:
            return False
        if province and entry.provinces and province not in entry.provinces:
            return False
        return not wanted or any(wanted in fold(name) for name in (told.agency, *told.executing))

    return stays
