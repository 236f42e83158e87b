import numpy as np
import pytest

from knowledge.index.words import WordIndex, pack, unpack

_TEXTS = {"a": "đăng ký kết hôn", "b": "đăng ký tàu cá cá", "c": "cấp giấy phép lái xe cho người lái tàu"}


@pytest.fixture
def packed() -> dict[str, bytes]:
    return {code: pack(text.split()) for code, text in _TEXTS.items()}


def test_counts_every_word_once_in_order() -> None:
    table = unpack(pack(["cá", "tàu", "cá"]))
    assert sorted(table[:, 1].tolist()) == [1, 2]
    assert (np.diff(table[:, 0].astype(np.int64)) > 0).all()


def test_rare_and_repeated_words_count_more(packed: dict[str, bytes]) -> None:
    index = WordIndex(packed)
    assert index.codes[int(index.scores(["kết"]).argmax())] == "a"
    fish, ship = index.scores(["cá"])[1], index.scores(["tàu"])[1]
    assert fish > ship > 0
    assert index.scores(["cá", "cá"])[1] == fish


def test_accents_are_kept_and_unknown_words_are_nothing(packed: dict[str, bytes]) -> None:
    assert WordIndex(packed).scores(["ca", "zzz"]).tolist() == [0, 0, 0]
    assert WordIndex({}).scores(["cá"]).tolist() == []


def test_a_single_document_scores_as_in_the_index(packed: dict[str, bytes]) -> None:
    index = WordIndex(packed)
    words = ["lái", "tàu", "cá", "zzz"]
    scores = [index.score(words, one) for one in packed.values()]
    assert scores == pytest.approx(index.scores(words).tolist(), rel=1e-5)
