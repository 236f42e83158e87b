"""Vectors of sentences: multilingual-e5-small, run by CTranslate2 in 8 bits from a model folder.

``knowledge.index.encoder`` makes the folder (docs/decisions/0004-vectors-by-ctranslate2.md).
"""

from __future__ import annotations

import importlib
import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

TOKENIZER = "sentencepiece.model"
"""Name of the vocabulary in the model folder, in the format of SentencePiece."""
_LONGEST = 512
"""Pieces of a text that the model can read."""
_BATCH = 16


class Encoder:
    """Vectors of texts, of length 1. Safe for several threads, of which as many run at once as there are cores.

    Raises ``ImportError``, ``OSError`` or ``RuntimeError`` where it cannot run.
    """

    def __init__(self, folder: Path) -> None:
        processor: Any = importlib.import_module("sentencepiece").SentencePieceProcessor
        encoder: Any = importlib.import_module("ctranslate2").Encoder
        self._tokenizer = processor(model_file=str(folder / TOKENIZER))
        self._model = encoder(str(folder), inter_threads=os.cpu_count() or 1, intra_threads=1)
        self.dimensions = len(self.question(""))

    def question(self, text: str) -> Vectors:
        """The vector of a question, shape ``(dimensions,)``."""
        return self._vectors([f"query: {text}"])[0]

    def questions(self, texts: Sequence[str]) -> Vectors:
        """The vectors of many questions, shape ``(len(texts), dimensions)``; what stands there twice is read once."""
        different = sorted(set(texts), key=len)
        batches = [different[start : start + _BATCH] for start in range(0, len(different), _BATCH)]

        def compute(batch: Sequence[str]) -> Vectors:
            return self._vectors([f"query: {text}" for text in batch])

        if len(batches) == 1:
            vectors = compute(different)
        else:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                vectors = np.concatenate(list(pool.map(compute, batches)))
        place = {text: number for number, text in enumerate(different)}
        return vectors[[place[text] for text in texts]]

    def passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of texts that may be found, shape ``(len(texts), dimensions)``; best a few alike in length."""
        return self._vectors([f"passage: {text}" for text in texts])

    def _vectors(self, texts: list[str]) -> Vectors:
        pieces = [self._pieces(text) for text in texts]
        states = np.array(self._model.forward_batch(pieces).last_hidden_state, np.float32)
        means = np.stack([state[: len(own)].mean(axis=0) for state, own in zip(states, pieces, strict=True)])
        return np.divide(means, np.linalg.norm(means, axis=1, keepdims=True), dtype=np.float32)

    def _pieces(self, text: str) -> list[int]:
        plain = " ".join(unicodedata.normalize("NFKC", text).split())
        start, *pieces, end = self._tokenizer.encode(plain, add_bos=True, add_eos=True)
        return [start, *pieces[: _LONGEST - 2], end]
