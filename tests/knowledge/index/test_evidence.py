import pytest

from knowledge.index.collection import Collection
from knowledge.index.document import Document, document
from knowledge.index.evidence import Comparer
from knowledge.index.proposals import LABELS, TEXT
from knowledge.index.query import read
from knowledge.index.ranking import candidates
from nlu.text.restorer import Restorer
from tests.knowledge.procedures import procedure


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


def test_of_procedures_that_fit_alike_the_one_with_a_plain_title_is_meant() -> None:
    wording = "cấp thẻ lặn biển"
    told = [
        document(procedure("9.000001", name="Thủ tục số một", aliases=[wording])),
        document(procedure("9.000002", name="Thủ tục số hai", title=wording)),
    ]
    collection, query = Collection({one.code: one for one in told}), read(wording, None)
    judge = Comparer.over(collection, None)
    evidence = judge.evidence(query, [one.code for one in told], judge.words(query), None)
    first, second = candidates(evidence, collection)
    assert first.code == "9.000002"
    assert 1 < first.probability / second.probability < 1.5
