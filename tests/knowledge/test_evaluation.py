from pathlib import Path

import pytest

from knowledge.evaluation import OUTSIDE, Answer, Part, Question, Share, baselines, read_questions, report, table
from knowledge.index.document import document
from knowledge.index.ranking import Verdict
from knowledge.starter import read_starter
from tests.knowledge.procedures import procedure

QUESTIONS = Path(__file__).parent / "questions"


def answer(place: int, verdict: Verdict | None = Verdict.CLEAR, style: str = "formal") -> Answer:
    codes = [f"9.00000{i}" for i in range(6)]
    question = Question(question="?", codes=(codes[place],) if style != OUTSIDE else (), style=style)
    return Answer(question, tuple(frozenset((code,)) for code in codes), verdict)


def test_recall_and_reciprocal_rank() -> None:
    row = report("x", [answer(0), answer(1), answer(5), answer(3, Verdict.NOTHING)]).rows[-1]
    assert (row.first.hits, row.five.hits, row.refused.hits) == (1, 3, 1)
    assert row.reciprocal == pytest.approx((1 + 1 / 2 + 1 / 6 + 1 / 4) / 4)


def test_an_outside_question_is_right_unless_the_verdict_is_clear() -> None:
    answers = [answer(0, verdict, OUTSIDE) for verdict in (*Verdict, None)]
    assert report("x", answers).rows[0].refused == Share(2, 4)


def test_wilson_interval() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)


def test_baselines_rank_by_words() -> None:
    entries = [
        document(procedure(f"9.00000{i}", name=name)) for i, name in enumerate(("Đăng ký kết hôn", "Đăng ký tàu cá"))
    ]
    questions = [Question(question="đăng ký tàu cá", codes=("9.000001",), style="formal")]
    reports = baselines(entries, None, questions)
    assert [one.rows[-1].first for one in reports] == [Share(1, 1), Share(1, 1)]
    assert "| BM25, all text, accents kept | formal | 1 | 1.00 (" in table(reports)


def test_the_questions_are_balanced_and_a_third_is_frozen() -> None:
    questions = read_questions(QUESTIONS)
    answerable = [question for question in questions if question.codes]
    assert len(answerable) >= 150
    assert len(questions) - len(answerable) >= 40
    assert len({code for question in answerable for code in question.codes}) >= 100
    assert len({question.question for question in questions}) == len(questions)
    for style in {question.style for question in answerable}:
        assert 0.15 < sum(question.style == style for question in answerable) / len(answerable) < 0.25
    assert 0.3 < sum(question.frozen for question in questions) / len(questions) < 0.4


def test_own_codes_in_the_questions_exist() -> None:
    known = {entry.code for entry in read_starter()}
    asked = {code for question in read_questions(QUESTIONS) for code in question.codes if code.startswith("MC.")}
    assert asked - known == set()


def test_blind_files_are_read_only_when_they_are_named(tmp_path: Path) -> None:
    for name in ("blind", "blind-2", "formal"):
        (tmp_path / f"{name}.yml").write_text(f'- {{question: "{name}?"}}\n', encoding="utf-8")
    assert [one.style for one in read_questions(tmp_path)] == ["formal"]
    assert [one.style for one in read_questions(tmp_path / "blind.yml")] == ["blind"]


def test_parts_of_the_questions() -> None:
    questions = [Question(question=str(i), frozen=i == 1) for i in range(3)]
    assert [[one.question for one in part.of(questions)] for part in Part] == [["0", "2"], ["1"], ["0", "1", "2"]]


def test_small_fields_are_counted_together() -> None:
    rows = report("x", [answer(0)] * 5 + [answer(1)]).by_field({"9.000000": "Thuế", "9.000001": "Hộ tịch"}).rows
    assert [(row.style, row.first) for row in rows] == [
        ("Thuế", Share(5, 5)),
        ("other fields", Share(0, 1)),
        ("all", Share(5, 6)),
    ]
