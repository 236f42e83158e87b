"""Tracking codes: ``PA-XXXX-XXXX`` in Crockford's base 32, which has no letter that reads like a digit."""

from __future__ import annotations

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_tracking_code() -> str:
    """A code that nobody guesses: 40 random bits."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"PA-{letters[:4]}-{letters[4:]}"


def canonical_tracking_code(typed: str) -> str:
    """The code as stored, from what a person types: any case, with or without dashes, O for 0, I or L for 1."""
    letters = "".join(c for c in typed.upper() if c.isalnum()).removeprefix("PA")
    letters = letters.translate(str.maketrans("OIL", "011"))
    return f"PA-{letters[:4]}-{letters[4:]}"
