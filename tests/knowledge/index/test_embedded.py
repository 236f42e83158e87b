from pathlib import Path

import pytest

from knowledge.index.document import Document
from knowledge.index.embedded import EmbeddedIndex, index_path
from knowledge.index.engine import LABELS, TEXT
from knowledge.index.query import read
from nlu.text.restorer import Restorer


@pytest.fixture
def index(tmp_path: Path, documents: list[Document]) -> EmbeddedIndex:
    index = EmbeddedIndex(index_path(tmp_path))
    index.advance("7 words", documents, ())
    return index


def test_ranks_by_labels_and_by_text(index: EmbeddedIndex, restorer: Restorer) -> None:
    rankings = index.rank(read("dang ky ket hon", restorer), 5)
    assert "1.000894" in {ranked.code for ranked in rankings[LABELS]}
    assert 0 < len(rankings[TEXT]) <= 5
    assert [r.score for r in rankings[LABELS]] == sorted((r.score for r in rankings[LABELS]), reverse=True)


def test_gives_back_what_went_in(index: EmbeddedIndex, documents: list[Document]) -> None:
    codes = [entry.code for entry in documents]
    assert list(index.documents(codes, with_text=True)) == documents
    assert index.digests() == {entry.code: entry.digest for entry in documents}
    assert index.stamp() == "7 words"


def test_removed_and_changed_entries(index: EmbeddedIndex, documents: list[Document], restorer: Restorer) -> None:
    query = read("đăng ký kết hôn", restorer)
    index.update([entry for entry in documents if entry.code != "1.000894"][:3], ["1.000894"])
    assert "1.000894" not in {ranked.code for ranked in index.rank(query, 50)[LABELS]}
    assert len(index.digests()) == len(documents) - 1


@pytest.mark.parametrize("question", ["", "!!!", '"" OR NEAR(', "* - ^", "😀"])
def test_no_question_breaks_the_engine(index: EmbeddedIndex, question: str) -> None:
    index.rank(read(question, None), 5)


def test_a_failed_write_leaves_the_index_as_it_was(index: EmbeddedIndex, documents: list[Document]) -> None:
    before = index.digests()
    with pytest.raises(AttributeError):
        index.update([documents[0], None], ["1.000894"])  # pyright: ignore[reportArgumentType]
    assert index.digests() == before
