from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from knowledge.index.dense import DenseIndex, DenseModel, Projection, open_model
from knowledge.index.document import Document, document
from knowledge.index.proposals import Ranked
from tests.knowledge.procedures import procedure


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> DenseModel:
    model = open_model(tmp_path_factory.mktemp("cache"))
    if model is None:
        pytest.skip("the model cannot run on this machine")
    return model


@pytest.fixture(scope="module")
def entries() -> list[Document]:
    names = ["Đăng ký kết hôn", "Đăng ký tàu cá", "Cấp giấy phép lái xe"]
    return [
        document(procedure(f"9.00000{i}", name=name, aliases=["bằng chạy xe"] * (i == 2)))
        for i, name in enumerate(names)
    ]


@pytest.fixture(scope="module")
def empty() -> DenseIndex:
    return DenseIndex(Projection.load(), {})


def rank(model: DenseModel, index: DenseIndex, text: str, depth: int) -> list[Ranked]:
    return index.rank(index.similarities(model.query(text)).nearest, depth)


def test_the_nearest_meaning_comes_first(model: DenseModel, empty: DenseIndex, entries: list[Document]) -> None:
    index = empty.updated(model, entries, ())
    assert rank(model, index, "hai đứa cưới nhau", 1)[0].code == "9.000000"
    assert rank(model, index, "bằng chạy xe", 3)[0].code == "9.000002"
    assert len(rank(model, index, "tàu", 50)) == 3


def test_the_nearest_passages_are_told_apart(model: DenseModel, empty: DenseIndex, entries: list[Document]) -> None:
    index = empty.updated(model, entries, ())
    question = model.query("bằng chạy xe")
    nearest, name, two, every = index.closer(index.similarities(question), [2])[0]
    assert nearest > two == every > name
    assert index.closer(index.similarities(question), [0])[0].tolist().count(nearest) == 0


def test_a_hidden_passage_counts_for_nothing(model: DenseModel, empty: DenseIndex, entries: list[Document]) -> None:
    index = empty.updated(model, entries, ())
    shown = index.similarities(model.query("bằng chạy xe"))
    hidden = index.without(shown, 2, 1)
    assert hidden.nearest[2] < shown.nearest[2]
    assert hidden.nearest[:2].tolist() == shown.nearest[:2].tolist()
    assert index.closer(hidden, [2])[0].tolist() == [hidden.nearest[2]] * 4
    two, one = index.closer(hidden, [0, 2])
    assert two.tolist() == index.closer(hidden, [0])[0].tolist()
    assert one.tolist() == index.closer(hidden, [2])[0].tolist()


def test_an_update_changes_only_what_it_names(model: DenseModel, empty: DenseIndex, entries: list[Document]) -> None:
    index = empty.updated(model, entries, ()).updated(model, entries[1:2], ["9.000000"])
    assert sorted(index.codes) == ["9.000001", "9.000002"]
    assert rank(model, empty, "tàu", 5) == []


def test_a_projection_keeps_lengths_and_survives_its_file(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    projection = Projection.load()
    assert np.linalg.norm(projection.passages(vectors), axis=1) == pytest.approx(1.0, abs=1e-3)
    assert Projection.none(384).of_question(vectors[0]) == pytest.approx(vectors[0] / np.linalg.norm(vectors[0]))
    projection.save(tmp_path / "projection.npz")
    again = Projection.load(tmp_path / "projection.npz")
    assert all((one == other).all() for one, other in zip(projection, again, strict=True))


def test_questions_of_several_threads_get_the_same_vectors(model: DenseModel) -> None:
    texts = [f"câu hỏi số {number}" for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(model.query, texts))
    model.query.cache_clear()
    assert all((model.query(text) == vector).all() for text, vector in zip(texts, together, strict=True))


def test_vectors_are_computed_once(model: DenseModel, tmp_path: Path) -> None:
    first = model.passages(["một câu", "hai câu", "một câu"])
    assert first.shape == (3, model.dimensions)
    assert (first[0] == first[2]).all()
    assert (model.passages(["hai câu"])[0] == first[1]).all()
    assert len(list(model.passages([]))) == 0
