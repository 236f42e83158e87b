"""Texts cut to the length that a channel takes."""

from __future__ import annotations

_ENDS = ("\n\n", "\n", ". ", " ")
"""Where a text is cut, best place first."""


def split(text: str, limit: int) -> list[str]:
    """``text`` in pieces of at most ``limit`` UTF-16 code units, cut at the end of a paragraph, line, sentence or word.

    Telegram counts UTF-16 code units (Bot API, "Formatting options"); no other count gives a longer text.
    """
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        fitting = _fitting(rest, limit)
        cut = next((place for end in _ENDS if (place := rest.rfind(end, 0, fitting)) > 0), fitting - 1) + 1
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest]


def _fitting(text: str, limit: int) -> int:
    """How many characters of ``text`` fit; at least one."""
    return max(1, len(text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")))


def length(text: str) -> int:
    """The UTF-16 code units of ``text``."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
