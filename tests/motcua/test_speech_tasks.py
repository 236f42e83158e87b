from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from knowledge.evaluation import Share
from knowledge.search import Knowledge
from motcua.speech_tasks import ANSWER, CODE, KINDS, PROCEDURE, Task, by_voices, of_people, succeeded
from tests.voice.calling import VOICE, transcript
from tests.voice.test_transcripts import write
from voice.recognition.transcript import SAMPLE_RATE, Samples, Transcript

SOUND: Samples = np.full(SAMPLE_RATE, 0.1, np.float32)


class Hears:
    """A recogniser that hears what it is told to; its forced choice knows nothing."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts: Iterator[str] = iter(texts)

    def transcribe(self, samples: Samples) -> Transcript:
        return transcript(next(self._texts))

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        return [0.0] * len(candidates)


def test_what_came_out_as_wanted_is_counted_by_kind(knowledge: Knowledge) -> None:
    tasks = [
        *(Task(CODE, "H99.10-261102-0003", SOUND),) * 2,
        *(Task(ANSWER, "yes", SOUND),) * 3,
        *(Task(PROCEDURE, "1.001193", SOUND),) * 2,
    ]
    code = "hát chín chín chấm một không gạch hai sáu một một không hai gạch không không không "
    heard = [f"{code}ba", f"{code}bốn", "dạ có", "không phải", "trời mưa", "đăng ký khai sinh", ""]
    assert succeeded(Hears(heard), knowledge, tasks) == {
        "code": Share(1, 2),
        "answer": Share(1, 3),
        "wrong answer": Share(1, 3),
        "procedure": Share(1, 2),
    }


def test_people_say_what_should_come_of_their_recordings(tmp_path: Path) -> None:
    write(tmp_path / "a.wav", SOUND)
    listed = [{"file": "a.wav", "text": "Dạ có", "answer": "yes"}, {"file": "a.wav", "text": "Xin chào"}]
    (tmp_path / "transcripts.json").write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    assert [(task.kind, task.wanted) for task in of_people(tmp_path, "transcripts.json")] == [("answer", "yes")]


def test_a_voice_speaks_the_same_tasks_of_every_kind_again(knowledge: Knowledge) -> None:
    first, again = list(by_voices([VOICE], knowledge)), list(by_voices([VOICE], knowledge))
    assert [(task.kind, task.wanted) for task in first] == [(task.kind, task.wanted) for task in again]
    assert {task.kind for task in first} == set(KINDS)
    assert {task.wanted for task in first if task.kind == ANSWER} == {"yes", "no"}
    assert all(0.5 < len(task.samples) / SAMPLE_RATE < 30 for task in first)
