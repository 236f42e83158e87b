from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from motcua.noises import KINDS, noises
from motcua.speech_evaluation import Pair, character_errors, hear, invented, plain, rate, word_errors
from tests.voice.test_transcripts import Listening, write
from voice.recognition.transcript import SAMPLE_RATE, Samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "a.wav", np.full(2 * SAMPLE_RATE, 0.1, np.float32))
    listed = [{"file": "a.wav", "text": "Hai, phẩy không."}]
    (tmp_path / "transcripts.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    return tmp_path


def test_a_rate_is_of_all_words_together_with_an_interval_around_it() -> None:
    pairs = [Pair("một hai ba bốn", "một hai ba bốn"), Pair("năm sáu", "năm xấu")] * 5
    words = rate(pairs, word_errors)
    assert words.value == pytest.approx(1 / 6)
    assert 0 <= words.low < words.value < words.high < 0.5
    assert rate(pairs, character_errors).value < words.value


def test_case_punctuation_and_composition_do_not_count() -> None:
    assert plain("Dạ, EM nghe…") == plain("dạ em nghe")


def test_only_qualities_that_are_there_are_heard(folder: Path) -> None:
    assert hear(Listening(), folder, "file") == [Pair("hai phẩy không", "2 0")]
    assert hear(Listening(), folder, "telephone") == []


def test_a_recogniser_that_makes_text_up_is_found_out(folder: Path) -> None:
    clips, texts = invented(Listening(), folder)
    assert clips.total() == texts.total() == 50


def test_noises_are_the_same_again_and_hold_every_kind() -> None:
    voice: Samples = np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE).astype(np.float32)
    first, again = list(noises([voice])), list(noises([voice]))
    assert [kind for kind, _ in first] == [kind for kind, _ in again]
    assert all(np.array_equal(one, other) for (_, one), (_, other) in zip(first, again, strict=True))
    assert {kind for kind, _ in first} == set(KINDS)
    assert all(np.abs(clip).max() <= 0.81 for _, clip in first)
