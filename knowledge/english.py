"""How foreigners call procedures: reviewed English wordings in ``knowledge/aliases/english``, the English name first.

They are compared with English questions alone; the index over the Vietnamese names never sees them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from knowledge.aliases import ALIASES
from knowledge.index.document import Document
from knowledge.index.labels import pack_labels
from knowledge.index.words import pack
from knowledge.model import State
from knowledge.yaml_files import read_yaml
from nlu.text.english import content

FOLDER = ALIASES / "english"

_FILE = TypeAdapter(dict[str, tuple[str, ...]])


@lru_cache(maxsize=2)
def read_english(folder: Path = FOLDER) -> dict[str, tuple[str, ...]]:
    """The English wordings of each code, its name first.

    Raises ``ValueError`` naming the file for a code or a wording that stands twice, and for a file that is not made of
    codes with lists of wordings.
    """
    by_code: dict[str, tuple[str, ...]] = {}
    owners: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            entries = _FILE.validate_python(read_yaml(path) or {})
        except (ValueError, yaml.YAMLError) as error:
            raise ValueError(f"{path.name}: {error}") from error
        for code, wordings in entries.items():
            if code in by_code:
                raise ValueError(f"{path.name}: {code} stands twice")
            by_code[code] = wordings
            for wording in wordings:
                if (other := owners.setdefault(wording.lower(), code)) != code or wordings.count(wording) > 1:
                    raise ValueError(f"{path.name}: “{wording}” stands under {code} and under {other}")
    return by_code


def english_name(code: str) -> str:
    """How foreigners call the procedure with this code; empty where nobody wrote it down."""
    wordings = read_english().get(code) or read_english().get(code[: len("1.004222")])
    return wordings[0] if wordings else ""


def words_of(texts: Iterable[str]) -> list[str]:
    """The telling words of English ``texts``."""
    return [word for text in texts for word in content(text)]


def english_document(code: str, wordings: tuple[str, ...]) -> Document:
    """What is compared with English questions: nothing but the wordings."""
    rows = [content(wording) for wording in wordings]
    return Document(
        code=code,
        name=wordings[0],
        title="",
        aliases=wordings[1:],
        summary="",
        field="",
        agency="",
        executing=(),
        levels=(),
        state=State.ACTIVE.value,
        superseded_by="",
        text="",
        words=pack(words_of(wordings)),
        rows=pack_labels([*((row, row) for row in rows), ((), ())]),
        digest=repr(wordings),
    )
