import datetime as dt
import unicodedata

import pytest

from motcua.entity_evaluation import CODES, count, read_messages, spoken_codes
from nlu.text.entities import Entity, find_entities
from nlu.text.normalise import normalise

TODAY = dt.date(2026, 11, 25)
LEAST_F1 = 0.93
LEAST_F1_TYPED_CODES = 0.99
LEAST_SPOKEN_CODES = 0.90


def test_labelled_messages() -> None:
    assert count(read_messages()).f1 >= LEAST_F1


def test_typed_codes() -> None:
    assert count(read_messages(), CODES).f1 >= LEAST_F1_TYPED_CODES


@pytest.mark.parametrize("frozen", [False, True])
def test_spoken_codes(frozen: bool) -> None:
    found, silent, wrong = spoken_codes(frozen=frozen)

    assert found.value >= LEAST_SPOKEN_CODES, wrong
    assert silent.value == 1.0, wrong


def test_a_spoken_code_keeps_the_words_it_was_said_in() -> None:
    text = "tra giùm hát chín chín chấm mười gạch hai sáu một một không hai gạch không không không ba nộp hôm qua"
    code, date = find_entities(text, TODAY)

    assert code == Entity("dossier_code", "H99.10-261102-0003", text[9:-12], 9, len(text) - 12)
    assert (date.text, date.value) == ("hôm qua", "2026-11-24")


def test_offsets_count_in_the_normalised_text() -> None:
    text = unicodedata.normalize("NFD", "ở  Thanh Hoá nộp 50k")
    for one in find_entities(text, TODAY):
        assert normalise(text)[one.start : one.end] == one.text


def test_nothing_in_nothing() -> None:
    assert find_entities("", TODAY) == ()
