"""How a procedure is called in the language of the conversation."""

from __future__ import annotations

from actions.wordings import language
from knowledge.english import english_name
from knowledge.model import Procedure


def shown(procedure: Procedure) -> str:
    """The plain name; in English behind the name that foreigners know it by, where somebody wrote that down."""
    known = _english(procedure)
    return f"{known} ({procedure.plain_name})" if known else procedure.plain_name


def title(procedure: Procedure) -> str:
    """One of the two names, as short as a button has to be."""
    return _english(procedure) or procedure.plain_name


def _english(procedure: Procedure) -> str:
    return english_name(procedure.code) if language() == "en" else ""
