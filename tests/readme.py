"""The sample conversations of the README, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.stack import ROOT


@dataclass(frozen=True)
class Exchange:
    """What a citizen says, and the fragments that the reply holds in this order."""

    says: str
    expects: tuple[str, ...]

    def check(self, reply: str) -> None:
        """Fails when the reply lacks a fragment, or has them in another order."""
        position, folded = 0, reply.lower()
        for fragment in self.expects:
            found = folded.find(fragment.lower(), position)
            assert found >= 0, f"{self.says!r}: {fragment!r} is missing in\n{reply}"
            position = found + len(fragment)


def conversations() -> dict[str, list[Exchange]]:
    """The conversations by their headings."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"\*\*([^*]+)\*\*\n\n```text\n(.*?)```", text, re.DOTALL)
    return {title: _exchanges(block) for title, block in blocks}


def _exchanges(block: str) -> list[Exchange]:
    lines = [line.partition(": ")[2] for line in block.strip().splitlines()]
    return [Exchange(said, _fragments(reply)) for said, reply in zip(lines[::2], lines[1::2], strict=True)]


def _fragments(reply: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in reply.split("…") if part.strip())
