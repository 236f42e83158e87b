"""Intent models with examples that editors reviewed, beside the one in Rasa's model (``docs/decisions/0005``).

``MOTCUA_DATA/intents`` holds a model per set of examples, named by Rasa's model and the set, and ``live``, the name of
the set in use. Every process of Rasa looks there before each message, so that a change needs no restart.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

import joblib

from nlu.components.intent_model import IntentModel

Example = tuple[str, str]
"""A text and its intent."""
_KEPT = 6
"""Models that stay on disk: those of the last trial runs, which may go live, and the one that is."""


def name_of(examples: Iterable[Example]) -> str:
    """The name of a set of examples, whatever their order; empty for the empty set."""
    found = sorted(set(examples))
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:32] if found else ""


class Shelf:
    """The models over the Rasa model ``model_id``, and which of them is live."""

    def __init__(self, folder: Path, model_id: str) -> None:
        self.folder = folder
        self._model_id = model_id
        self._live = folder / "live"

    @classmethod
    def of_environment(cls, model_id: str | None) -> Shelf | None:
        """The shelf in the data folder of this process; None where it has no data folder."""
        data = os.environ.get("MOTCUA_DATA")
        return cls(Path(data) / "intents", model_id) if data and model_id else None

    def live(self) -> str:
        """The set in use; empty for that of Rasa's model alone, as after an update until it is trained anew."""
        try:
            name = self._live.read_text()
        except FileNotFoundError:
            return ""
        return name if name and self.has(name) else ""

    def put_live(self, name: str) -> None:
        """Puts a set in use whose model is here, or the empty one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / "live.new"
        new.write_text(name)
        new.replace(self._live)

    def has(self, name: str) -> bool:
        """Whether the model of a set is here."""
        return self._path(name).exists()

    def load(self, name: str) -> IntentModel:
        """The model of a set that is here."""
        return joblib.load(self._path(name))

    def keep(self, name: str, model: IntentModel) -> None:
        """Stores a model; of the others the oldest ones go, never the live one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name)
        new = path.with_suffix(".new")
        joblib.dump(model, new)
        new.replace(path)
        live = self._path(self.live())
        newest = sorted(self.folder.glob("*.joblib"), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in newest[_KEPT:]:
            if old != live:
                old.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{self._model_id}-{name}.joblib"
