"""The starter catalogue: reviewed entries in ``knowledge/catalogue/*.yml``, one file per field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.model import Procedure
from knowledge.yaml_files import read_yaml

CATALOGUE = Path(__file__).parent / "catalogue"
_ENTRIES = TypeAdapter(list[Procedure])


def read_starter(folder: Path = CATALOGUE) -> Iterator[Procedure]:
    """Every entry of the catalogue, file by file in alphabetical order.

    Raises ``ValueError`` naming the file for an entry that does not fit the model or a code that stands twice.
    """
    seen: dict[str, Path] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            entries = _ENTRIES.validate_python(read_yaml(path) or [])
        except ValueError as error:
            raise ValueError(f"{path.name}: {error}") from error
        for entry in entries:
            if entry.code in seen:
                raise ValueError(f"{path.name}: {entry.code} already stands in {seen[entry.code].name}")
            seen[entry.code] = path
            yield entry
