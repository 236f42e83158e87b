"""How citizens call imported procedures: reviewed wordings in ``knowledge/aliases/*.yml``, one file per field.

They are laid over the imported entries whenever these are read, so no import has to be repeated when they change.
Entries of the starter catalogue bring their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from knowledge.model import Procedure
from knowledge.yaml_files import read_yaml
from nlu.text.normalise import normalise

ALIASES = Path(__file__).parent / "aliases"

_FILE = TypeAdapter(
    dict[
        Annotated[str, Field(pattern=r"^\d\.\d{6}$")],
        Annotated[tuple[Annotated[str, Field(min_length=3)], ...], Field(min_length=1)],
    ]
)


@dataclass(frozen=True, slots=True)
class Wording:
    """The aliases of one code, and the name of the file that has them."""

    code: str
    aliases: tuple[str, ...]
    file: str

    def plain(self) -> list[str]:
        """The aliases as they are compared: case and the place of tone marks do not matter."""
        return [normalise(alias).lower() for alias in self.aliases]


class Wordings:
    """The aliases of all codes; ``digest`` changes with any of them."""

    def __init__(self, by_code: Mapping[str, Wording]) -> None:
        self.by_code = by_code
        told = repr(sorted((one.code, one.aliases) for one in by_code.values()))
        self.digest = hashlib.sha256(told.encode()).hexdigest()

    def over(self, procedure: Procedure) -> Procedure:
        """``procedure`` with the aliases of its code beside its own; with a locality suffix, those of the base code."""
        if procedure.title:  # as only entries of the starter catalogue have one
            return procedure
        found = self.by_code.get(procedure.code) or self.by_code.get(procedure.code[: len("1.004222")])
        if found is None:
            return procedure
        return procedure.model_copy(update={"aliases": tuple(dict.fromkeys((*procedure.aliases, *found.aliases)))})

    def refuse_overlap(self, starter: Iterable[Procedure]) -> None:
        """Raises ``ValueError`` naming the file for a code, or a wording, that the starter catalogue has already."""
        ours = {entry.code: entry for entry in starter}
        wordings = {
            alias: entry.code
            for entry in ours.values()
            for alias in Wording(entry.code, (entry.title, *entry.aliases), "").plain()
        }
        for one in self.by_code.values():
            if one.code in ours:
                raise ValueError(f"{one.file}: {one.code} is in the starter catalogue; put its aliases there")
            for alias, plain in zip(one.aliases, one.plain(), strict=True):
                if code := wordings.get(plain):
                    raise ValueError(
                        f"{one.file}: “{alias}” of {one.code} stands in the starter catalogue under {code}"
                    )


@lru_cache(maxsize=4)
def read_aliases(folder: Path = ALIASES) -> Wordings:
    """All files of ``folder``.

    Codes may share wordings only if they are one need at several levels, that is, if they share all of them. Raises
    ``ValueError`` naming the file for anything else, for a code or a wording that stands twice, and for a file that is
    not made of codes with lists of wordings.
    """
    by_code: dict[str, Wording] = {}
    owners: dict[str, tuple[Wording, frozenset[str]]] = {}
    for path in sorted(folder.glob("*.yml")):
        for one in _read(path):
            if (before := by_code.get(one.code)) is not None:
                raise ValueError(f"{path.name}: {one.code} already stands in {before.file}")
            by_code[one.code] = one
            plain = one.plain()
            every = frozenset(plain)
            for alias, compared in zip(one.aliases, plain, strict=True):
                if len(every) < len(plain) and plain.count(compared) > 1:
                    raise ValueError(f"{path.name}: {one.code} has “{alias}” twice")
                other, others = owners.setdefault(compared, (one, every))
                if others != every:
                    raise ValueError(
                        f"{path.name}: “{alias}” stands under {one.code} and under {other.code} ({other.file}), "
                        "which have different wordings; tell them apart, or give both the same list"
                    )
    return Wordings(by_code)


def _read(path: Path) -> list[Wording]:
    try:
        entries = _FILE.validate_python(read_yaml(path) or {})
    except (ValueError, yaml.YAMLError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    return [Wording(code, aliases, path.name) for code, aliases in entries.items()]
