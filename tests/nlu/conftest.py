"""The trained model, asked without a server."""

from __future__ import annotations

from tests.bot.conftest import trained

__all__ = ["trained"]
