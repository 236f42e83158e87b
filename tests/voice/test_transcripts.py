"""Recordings into lines: cut in pauses, by channel, resumed after a break, as text and WebVTT."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pytest
from typer.testing import CliRunner

from motcua import transcribe_command
from motcua.cli import app
from voice.recognition.transcript import SAMPLE_RATE, Samples, Transcript, Word
from voice.transcripts.cutting import Cutter
from voice.transcripts.reading import Unreadable, blocks, read_mono, seconds
from voice.transcripts.recording import Line, read_lines, transcribe
from voice.transcripts.writing import as_text, as_webvtt, mask


class Listening:
    """Hears how long a piece is; breaks at the piece ``breaks_at``."""

    def __init__(self, breaks_at: int | None = None) -> None:
        self.heard = 0
        self._breaks_at = breaks_at

    def transcribe(self, samples: Samples) -> Transcript:
        self.heard += 1
        if self.heard == self._breaks_at:
            raise KeyboardInterrupt
        return Transcript((Word(f"{len(samples) / SAMPLE_RATE:.1f}", 0.1, 0.5, 0.9),))

    def choose(self, samples: Samples, candidates: Sequence[str]) -> list[float]:
        raise NotImplementedError


def quiet(length: float) -> Samples:
    return np.zeros(int(length * SAMPLE_RATE), np.float32)


@pytest.fixture(scope="module")
def sentences(shared: Path) -> list[Samples]:
    listed = json.loads((shared / "speech" / "transcripts.json").read_text())
    return [read_mono(shared / "speech" / each["file"]) for each in listed]


@pytest.fixture(scope="module")
def long_talk(sentences: list[Samples]) -> Samples:
    """Over two minutes: each sentence twice, with two seconds between them."""
    return np.concatenate([part for each in sentences * 2 for part in (quiet(2), each)] + [quiet(90)])


def write(path: Path, *channels: Samples) -> Path:
    length = max(map(len, channels))
    planes = np.stack([np.pad(each, (0, length - len(each))) for each in channels])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", SAMPLE_RATE, layout="stereo" if len(channels) == 2 else "mono")
        frame = av.AudioFrame.from_ndarray(
            (planes * 32767).astype(np.int16).T.reshape(1, -1), "s16", "stereo" if len(channels) == 2 else "mono"
        )
        frame.sample_rate = SAMPLE_RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def cut(sound: Samples, size: int) -> list[tuple[float, int]]:
    cutter = Cutter()
    pieces = [piece for at in range(0, len(sound), size) for piece in cutter.add(sound[at : at + size])]
    return [(start, len(samples)) for start, samples in (*pieces, *cutter.finish())]


class TestCutting:
    def test_pauses_part_the_pieces_and_all_sentences_are_in_one(
        self, long_talk: Samples, sentences: list[Samples]
    ) -> None:
        pieces = cut(long_talk, 1600)
        assert len(pieces) >= len(sentences) * 2
        ends = [start + length / SAMPLE_RATE for start, length in pieces]
        assert all(end <= start + 0.01 for end, (start, _) in zip(ends, pieces[1:], strict=False))
        at = 0.0
        for each in sentences * 2:
            at += 2
            middle = at + len(each) / SAMPLE_RATE / 2
            assert any(start < middle < end for (start, _), end in zip(pieces, ends, strict=True)), middle
            at += len(each) / SAMPLE_RATE

    def test_blocks_of_other_sizes_give_the_same_pieces(self, long_talk: Samples) -> None:
        assert cut(long_talk, 1600) == cut(long_talk, 70_001) == cut(long_talk, len(long_talk))

    def test_speech_without_pauses_is_cut_all_the_same(self, sentences: list[Samples]) -> None:
        pieces = cut(np.concatenate(sentences * 3), 16_000)
        assert max(length for _, length in pieces) <= 26 * SAMPLE_RATE
        assert sum(length for _, length in pieces) > 0.8 * sum(map(len, sentences * 3))

    def test_silence_gives_nothing(self) -> None:
        assert cut(quiet(200), 16_000) == []


class TestReading:
    def test_stereo_is_two_channels_or_one(self, tmp_path: Path, sentences: list[Samples]) -> None:
        path = write(tmp_path / "call.wav", sentences[0], sentences[1])
        assert {len(block) for block in blocks(path)} == {2}
        assert {len(block) for block in blocks(path, mix=True)} == {1}
        assert seconds(path) == pytest.approx(max(map(len, sentences[:2])) / SAMPLE_RATE, abs=0.01)

    def test_what_is_no_sound_is_refused_by_name(self, tmp_path: Path) -> None:
        path = tmp_path / "letter.wav"
        path.write_text("not a sound")
        with pytest.raises(Unreadable, match=r"letter\.wav cannot be read as sound"):
            read_mono(path)

    def test_a_cut_off_file_is_read_as_far_as_it_goes(self, tmp_path: Path, sentences: list[Samples]) -> None:
        path = write(tmp_path / "cut.wav", sentences[0])
        path.write_bytes(path.read_bytes()[: len(sentences[0])])  # half of its two bytes a sample
        assert len(read_mono(path)) == pytest.approx(len(sentences[0]) / 2, rel=0.05)


class TestRecording:
    def test_each_channel_has_lines_with_times_from_the_beginning(
        self, tmp_path: Path, sentences: list[Samples]
    ) -> None:
        path = write(
            tmp_path / "call.wav",
            np.concatenate([sentences[0], quiet(8)]),
            np.concatenate([quiet(6), sentences[1]]),
        )
        transcribe(Listening(), path, tmp_path / "lines", reached=lambda _: None)
        lines = read_lines(tmp_path / "lines")
        assert [line.channel for line in lines] == [0, 1]
        assert lines[1].start == pytest.approx(6, abs=0.6)
        assert lines[1].words[0].start == pytest.approx(lines[1].start + 0.1, abs=0.011)

    def test_a_broken_run_goes_on_where_it_was(self, tmp_path: Path, long_talk: Samples) -> None:
        path, whole, resumed = write(tmp_path / "talk.wav", long_talk), tmp_path / "whole", tmp_path / "resumed"
        everything = Listening()
        transcribe(everything, path, whole, reached=lambda _: None)
        with pytest.raises(KeyboardInterrupt):
            transcribe(Listening(breaks_at=6), path, resumed, reached=lambda _: None)
        assert not resumed.exists()
        part = tmp_path / "resumed.part"
        part.write_bytes(part.read_bytes() + b'{"channel": 0, "sta')  # the break came in the middle of a row
        rest = Listening()
        transcribe(rest, path, resumed, reached=lambda _: None)
        assert rest.heard == everything.heard - 5
        assert resumed.read_text() == whole.read_text()

    def test_another_recording_of_the_same_name_begins_anew(self, tmp_path: Path, long_talk: Samples) -> None:
        path, target = write(tmp_path / "talk.wav", long_talk), tmp_path / "lines"
        with pytest.raises(KeyboardInterrupt):
            transcribe(Listening(breaks_at=3), path, target, reached=lambda _: None)
        write(path, long_talk[: 20 * SAMPLE_RATE])
        transcribe(Listening(), path, target, reached=lambda _: None)
        assert max(line.end for line in read_lines(target)) <= 20.1


LINES = [
    Line(0, 0.5, 2.25, "Dạ em nghe <đây>", 0.9, (Word("Dạ", 0.5, 0.8, 0.9),)),
    Line(1, 3661.0, 3662.5, "Em gọi số 0" + "9" * 9, 0.8),
]


class TestWriting:
    def test_text_has_time_and_channel(self) -> None:
        assert as_text(LINES[:1]) == "[00:00:00.500] Dạ em nghe <đây>\n"
        assert as_text(LINES).splitlines()[1].startswith("[01:01:01.000] Kênh 2: Em gọi số")

    def test_webvtt_has_cues_with_voices_and_nothing_unescaped(self) -> None:
        head, first, second = as_webvtt(LINES).split("\n\n")
        assert head == "WEBVTT"
        assert first == "00:00:00.500 --> 00:00:02.250\n<v Kênh 1>Dạ em nghe &lt;đây&gt;"
        assert second.startswith("01:01:01.000 --> 01:01:02.500\n<v Kênh 2>")

    def test_masked_lines_hold_no_number_and_no_words(self) -> None:
        hidden = mask(LINES)
        assert "999" not in hidden[1].text
        assert all(line.words == () for line in hidden)


class TestCommand:
    def test_writes_what_is_asked_for_and_does_nothing_twice(
        self, tmp_path: Path, sentences: list[Samples], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        recogniser = Listening()
        monkeypatch.setattr(transcribe_command, "Whisper", lambda _: recogniser)
        path = write(tmp_path / "talk.wav", sentences[0])
        command = ["transcribe", str(path), "--to", str(tmp_path / "out"), "--format", "vtt", "--format", "jsonl"]
        first = CliRunner().invoke(app, command)
        assert first.exit_code == 0, first.output
        heard = recogniser.heard
        assert heard > 0
        assert (tmp_path / "out" / "talk.wav.vtt").read_text().startswith("WEBVTT\n\n00:00:0")
        rows = (tmp_path / "out" / "talk.wav.jsonl").read_text().splitlines()
        assert json.loads(rows[0])["words"]
        assert CliRunner().invoke(app, command).exit_code == 0
        assert recogniser.heard == heard

    def test_one_bad_file_does_not_stop_the_others(
        self, tmp_path: Path, sentences: list[Samples], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transcribe_command, "Whisper", lambda _: Listening())
        bad = tmp_path / "bad.wav"
        bad.write_text("no sound")
        good = write(tmp_path / "good.wav", sentences[0])
        assert CliRunner().invoke(app, ["transcribe", str(bad), str(good)]).exit_code == 1
        assert (tmp_path / "good.wav.txt").exists()

    def test_a_recording_is_not_taken_for_another_of_its_name_nor_two_channels_for_one(
        self, tmp_path: Path, sentences: list[Samples], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transcribe_command, "Whisper", lambda _: Listening())
        for name, channels in (("one", sentences[:1]), ("other", sentences[1:3])):
            (tmp_path / name).mkdir()
            write(tmp_path / name / "call.wav", *channels)
        one, other, out = tmp_path / "one" / "call.wav", tmp_path / "other" / "call.wav", tmp_path / "out"
        command = ["transcribe", "--to", str(out)]
        assert CliRunner().invoke(app, [*command, str(one), str(other)]).exit_code == 2
        texts: list[str] = []
        for more in ([str(one)], [str(other)], [str(other), "--mix"]):
            assert CliRunner().invoke(app, [*command, *more]).exit_code == 0
            texts.append((out / "call.wav.txt").read_text())
        assert ["Kênh 2" in text for text in texts] == [False, True, False]
