import json
from pathlib import Path

import pytest

from knowledge.evaluation import Question
from knowledge.index.evidence import KINDS, LEARNED_KINDS, MUCH_USED, WORD_KINDS
from knowledge.index.ranking import WITH_MEANING, WORDS_ALONE
from knowledge.layers import Layer
from knowledge.search import Knowledge
from knowledge.settings import Settings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, catalogue_path
from knowledge.training import ABLATION, Learned, ablation, gather, learn, write

_QUESTIONS = [
    Question(question="giấy độc thân", codes=("1.004873",), style="colloquial"),
    Question(question="giá vàng hôm nay", style="outside"),
]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("training")
    entries = [entry for entry in read_starter() if entry.field == "Hộ tịch"]
    Catalogue(catalogue_path(folder)).import_entries(entries, Layer.STARTER)
    return Knowledge(Settings(data=folder, cache=folder, elasticsearch_url=None), None, None)


def test_a_hidden_alias_is_weaker_evidence_than_a_shown_one(knowledge: Knowledge) -> None:
    alias, code = "giấy khai sanh cho con", "1.001193"
    askings = gather(knowledge, [Question(question=alias, codes=(code,))])
    together = KINDS.index("label covers")
    (shown,) = [one.example for one in askings if one.question is not None]
    assert shown.evidence[shown.right, together].max() == pytest.approx(1.0)
    hidden = [one.example for one in askings if one.question is None]
    assert len(hidden) > 50
    assert sum(one.evidence[one.right, together].max() for one in hidden) / len(hidden) < 0.9


def test_learning_is_the_same_every_time_and_ignores_frozen_questions(knowledge: Knowledge) -> None:
    frozen = Question(question="đăng ký kết hôn", codes=("1.000894",), frozen=True)
    learned = learn(gather(knowledge, _QUESTIONS), WORD_KINDS)
    assert learned.recall(1).total == learned.recall(5, "colloquial").total == 1
    assert learned.recall(1, "spoken").total == 0
    assert learned == learn(gather(knowledge, [*_QUESTIONS, frozen]), WORD_KINDS)
    assert {*learned.weights.evidence, MUCH_USED} == WORDS_ALONE.evidence.keys()


def test_the_ablation_leaves_out_one_part_at_a_time(knowledge: Knowledge) -> None:
    learned = dict(ablation(gather(knowledge, _QUESTIONS)))
    assert learned.keys() == ABLATION.keys()
    for name, without in ABLATION.items():
        assert learned[name].weights.evidence.keys() == set(LEARNED_KINDS) - set(without)


def test_what_is_written_is_what_search_reads(tmp_path: Path) -> None:
    write({"words alone": Learned(WITH_MEANING, ())}, tmp_path / "weights.json")
    write({"with meaning": Learned(WITH_MEANING, ())}, tmp_path / "weights.json")
    write({"words alone": Learned(WORDS_ALONE, ())}, tmp_path / "weights.json")
    stored = json.loads((tmp_path / "weights.json").read_text(encoding="utf-8"))
    assert stored.keys() == {"with meaning", "words alone"}
    assert stored["words alone"] == {"evidence": dict(WORDS_ALONE.evidence), "nothing": WORDS_ALONE.nothing}
