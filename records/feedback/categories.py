"""The categories of feedback: plain names, what people say, and the kind of agency that usually deals with each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml

OTHER = "other"


@dataclass(frozen=True)
class Category:
    """One category; ``code`` is what is stored and what other programs see."""

    code: str
    name: str
    agency: str
    words: tuple[str, ...]


@cache
def read() -> Mapping[str, Category]:
    """All categories by code, in the order in which people are shown them."""
    entries = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {code: Category(code, entry["name"], entry["agency"], tuple(entry["words"])) for code, entry in entries.items()}
    )


def name_of(code: str | None) -> str:
    """The plain name of a category; empty while a case has none."""
    return read()[code].name if code else ""
