from __future__ import annotations

from itertools import pairwise

import pytest

from knowledge.index.labels import Covered, LabelIndex, pack_labels

_DOCUMENTS = [
    [("dang ki ket hon", "đăng ký kết hôn"), ("hai dua cuoi nhau", "hai đứa cưới nhau"), ("ho tich", "hộ tịch")],
    [("dang ki tau ca", "đăng ký tàu cá"), ("thuy san", "thủy sản")],
]


@pytest.fixture
def index() -> LabelIndex:
    packed = [pack_labels([(folded.split(), accented.split()) for folded, accented in rows]) for rows in _DOCUMENTS]
    return LabelIndex(packed, [len(rows) for rows in _DOCUMENTS])


def asked(index: LabelIndex, text: str, hidden: int | None = None) -> Covered:
    words = text.split()
    pairs = [f"{left}_{right}" for left, right in pairwise(words)]
    return index.covered(index.folded, [*words, *pairs], {}, hidden)


def test_a_label_that_is_the_question_covers_and_fits(index: LabelIndex) -> None:
    covered = asked(index, "hai dua cuoi nhau")
    assert (covered.share[0], covered.fit[0], covered.best[0]) == pytest.approx((1.0, 1.0, 1.0))
    assert covered.name_share[0] == 0.0
    assert covered.best[1] == 0.0


def test_labels_cover_a_question_together(index: LabelIndex) -> None:
    covered = asked(index, "ket hon hai dua")
    assert covered.share[0] < covered.together[0] < 1.0


def test_the_field_counts_apart(index: LabelIndex) -> None:
    covered = asked(index, "thuy san")
    assert covered.field.tolist() == pytest.approx([0.0, 1.0])
    assert covered.best.tolist() == [0.0, 0.0]


def test_a_hidden_label_counts_for_nothing(index: LabelIndex) -> None:
    covered = asked(index, "hai dua cuoi nhau", index.row(0, 1))
    assert (covered.best[0], covered.together[0]) == (0.0, 0.0)


def test_added_words_count_less(index: LabelIndex) -> None:
    own = index.covered(index.folded, ["cuoi"], {}).share[0]
    assert index.covered(index.folded, ["cuoi"], {"ket": 0.5}).together[0] == pytest.approx(own)
    assert 0 < index.covered(index.folded, ["zzz"], {"ket": 0.5}).share[0] < 1


def test_accented_words_are_told_apart(index: LabelIndex) -> None:
    assert index.covered(index.accented, ["cá"], {}).share.tolist() == pytest.approx([0.0, 1.0])
    assert index.covered(index.accented, ["ca"], {}).share.tolist() == [0.0, 0.0]


def test_no_documents() -> None:
    assert len(LabelIndex([], []).covered(LabelIndex([], []).folded, ["a"], {}).best) == 0
