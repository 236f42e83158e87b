"""Wordings that mean danger to life, whatever a classifier makes of the message (``data/emergencies.yml``)."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from nlu.text.abbreviations import DATA, expand
from nlu.text.normalise import fold, normalise

KINDS = ("self_harm", "child", "fire", "medical", "crime")
"""Which kind stands when several fit: the more specific service first."""


@lru_cache(maxsize=1)
def _patterns() -> dict[str, dict[str, re.Pattern[str]]]:
    table: dict[str, dict[str, list[str]]] = yaml.safe_load((DATA / "emergencies.yml").read_text(encoding="utf-8"))
    return {
        kind: {script: re.compile("|".join(f"(?:{item})" for item in items)) for script, items in scripts.items()}
        for kind, scripts in table.items()
    }


def kind_of_emergency(text: str) -> tuple[str | None, bool]:
    """The kind of ``KINDS`` that the wording points to, and whether it is certain that it is about now."""
    text = expand(normalise(text)).lower()
    script = "accented" if fold(text) != text else "stripped"
    kind = next((kind for kind in KINDS if _patterns()[kind][script].search(text)), None)
    return kind, kind is not None and not _patterns()["not_now"][script].search(text)
