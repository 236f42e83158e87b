from pathlib import Path

import pytest

from knowledge.evaluation import OUTSIDE, Question, evaluate
from knowledge.failures import worst
from knowledge.layers import Layer
from knowledge.search import Knowledge
from knowledge.settings import Settings
from knowledge.store import Catalogue, catalogue_path
from tests.knowledge.procedures import procedure


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    settings = Settings(data=tmp_path, cache=tmp_path, elasticsearch_url=None)
    names = ["Đăng ký tàu cá", "Đăng ký kết hôn", "Cấp giấy phép lái xe"]
    entries = [procedure(f"9.00000{i}", name=name) for i, name in enumerate(names)]
    Catalogue(catalogue_path(tmp_path)).import_entries(entries, Layer.OFFICIAL)
    return Knowledge(settings, None, None)


def test_names_the_failed_questions_with_the_reason(knowledge: Knowledge) -> None:
    questions = [
        Question(question="đăng ký tàu cá", codes=("9.000000",), style="formal"),
        Question(question="đăng ký kết hôn", codes=("9.000000",), style="formal"),
        Question(question="cấp giấy phép lái xe", codes=("9.000009",), style="formal"),
        Question(question="lái xe", codes=("9.000001",), style="formal", frozen=True),
    ]
    lines = worst(knowledge, [evaluate(knowledge, questions)], 20)
    assert len(lines) == 2
    assert "no engine proposed it" in lines[0]
    assert "Đăng ký kết hôn won by" in lines[1]
    assert worst(knowledge, [evaluate(knowledge, questions)], 1) == lines[:1]


def test_an_outside_question_fails_when_it_is_answered(knowledge: Knowledge) -> None:
    questions = [Question(question=text, style=OUTSIDE) for text in ("Đăng ký kết hôn", "giá vàng hôm nay")]
    (line,) = worst(knowledge, [evaluate(knowledge, questions)], 20)
    assert "answered with Đăng ký kết hôn, though nothing fits" in line
