"""Invented procedures for the tests of this room."""

from __future__ import annotations

import datetime as dt
from typing import Any

from knowledge.model import Procedure


def procedure(code: str = "9.000001", *, kind: str = "crawl", on: dt.date | None = None, **facts: Any) -> Procedure:
    """A procedure with a code that no authority uses; ``on`` is the day for which it is known to be true."""
    source = {"kind": kind, "checked_on": on, **facts.pop("source", {})}
    return Procedure.model_validate({"code": code, "name": "Đăng ký thả đèn trời", "source": source, **facts})
