import pytest

from knowledge.index.collection import Collection
from knowledge.index.document import Document
from knowledge.index.evidence import Comparer
from knowledge.index.proposals import LABELS, TEXT
from knowledge.index.query import read
from nlu.text.restorer import Restorer


@pytest.fixture
def judge(documents: list[Document]) -> Comparer:
    return Comparer.over(Collection({one.code: one for one in documents}), None)


def test_proposes_by_labels_and_by_text(judge: Comparer, restorer: Restorer) -> None:
    rankings = judge.rank(judge.words(read("dang ky ket hon", restorer)), 5)
    assert "1.000894" in {ranked.code for ranked in rankings[LABELS]}
    assert 0 < len(rankings[TEXT]) <= 5
    for ranking in rankings.values():
        assert [one.score for one in ranking] == sorted((one.score for one in ranking), reverse=True)


@pytest.mark.parametrize("question", ["", "!!!", '"" OR NEAR(', "* - ^", "😀"])
def test_what_no_word_speaks_for_is_not_proposed(judge: Comparer, question: str) -> None:
    rankings = judge.rank(judge.words(read(question, None)), 5)
    assert all(one.score > 0 for ranking in rankings.values() for one in ranking)
