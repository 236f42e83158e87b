"""English questions: the wordings that they are compared with, and how many of them find their procedure."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.aliases import read_aliases
from knowledge.english import english_name, read_english
from knowledge.evaluation import evaluate, read_questions
from knowledge.index.ranking import Verdict
from knowledge.search import Knowledge
from knowledge.starter import read_starter

QUESTIONS = Path(__file__).parent / "english"


def test_every_code_is_one_of_the_catalogue() -> None:
    assert read_english().keys() <= {each.code for each in read_starter()} | read_aliases().by_code.keys()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('"1.000001": [lantern permit]\n"1.000002": [Lantern permit]\n', "Lantern permit"),
        ('"1.000001": [lantern permit, lantern permit]\n', "lantern permit"),
        ('"1.000001": lantern permit\n', "lanterns.yml"),
    ],
)
def test_a_wording_stands_once(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "lanterns.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        read_english(tmp_path)


def test_a_code_stands_once(tmp_path: Path) -> None:
    for name in ("kites", "lanterns"):
        (tmp_path / f"{name}.yml").write_text(f'"1.000001": [{name} permit]\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"lanterns.yml: 1.000001 stands twice"):
        read_english(tmp_path)


def test_english_finds_procedures_by_their_english_wordings(starter: Knowledge) -> None:
    found = starter.search("can my wife get a residence card")
    assert (found.verdict, found.hits[0].procedure.code) == (Verdict.CLEAR, "1.003460")
    assert english_name("1.003460") == "Temporary residence card for a foreigner"
    assert not english_name("9.999999")


def test_what_is_said_in_vietnamese_is_found_as_well(starter: Knowledge) -> None:
    assert starter.search("please what is khai bao tam vang").hits[0].procedure.code == "1.003677"


@pytest.mark.parametrize(
    ("name", "first", "clear"), [("chosen_on.yml", 0.8, 0.55), ("blind.yml", 0.8, 0.5), ("outside.yml", 0, 0)]
)
def test_english_questions_find_their_procedure(starter: Knowledge, name: str, first: float, clear: float) -> None:
    """Messages as foreigners write them; ``blind.yml`` was never looked at. ``clear`` ones are answered at once."""
    known = starter.snapshot.collection.documents.keys()
    asked = [one for one in read_questions(QUESTIONS / name) if not one.codes or known & set(one.codes)]
    answers = evaluate(starter, asked).answers

    inside = [each for each in answers if each.question.codes]
    answered = [each for each in inside if each.verdict is Verdict.CLEAR]
    assert len([each for each in inside if each.rank == 1]) >= first * len(inside)
    assert len([each for each in answered if each.rank == 1]) >= clear * len(inside)
    assert len([each for each in answered if each.rank != 1]) <= 0.05 * len(inside)
    outside = [each for each in answers if not each.question.codes]
    assert len([each for each in outside if each.verdict is Verdict.CLEAR]) <= 0.1 * len(outside)
