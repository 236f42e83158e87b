"""Ways round the law, however they are worded: refused before anything is looked up (``guard.yml``)."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from nlu.text.abbreviations import folded

_TABLE: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
_REFUSED = {name: re.compile(rf"\b(?:{'|'.join(patterns)})\b") for name, patterns in _TABLE.items()}


def refused(text: str) -> str | None:
    """The intent of the refusal that ``text`` gets, whatever it was understood as; ``None`` for an honest message."""
    said = folded(text)
    if _REFUSED["honest"].search(said):
        return None
    return next((name for name in ("prompt_injection", "others_data") if _REFUSED[name].search(said)), None)
