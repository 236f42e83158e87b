"""Calls as YAML: text, sounds, keys, silence; what is heard, what reaches the assistant, how it ends.

A scenario with ``assistant`` brings the answers along; the others talk to the running stack. Sounds are kinds of
``motcua.noises``, or files of the folder of recordings, and are recognised by Whisper.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

import httpx
import pytest
import yaml

from motcua.noises import noises
from motcua.speech_tasks import Chooser
from tests.stack import Stack
from tests.voice.calling import transcript
from voice.dialogue.assistant import Answer, ApiAssistant, Assistant, Offer
from voice.dialogue.call import Dialogue
from voice.dialogue.desk import NumberUnknown
from voice.dialogue.events import Event, Heard, Left, Pressed, Reaction, Silence
from voice.dialogue.sounds import SoundIndex
from voice.recognition.transcript import Samples
from voice.recognition.whisper import Whisper
from voice.settings import Settings
from voice.transcripts.reading import read_mono

FILES = sorted((Path(__file__).parent / "scenarios").glob("*.yml"))
SCENARIOS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES}
OF_SOUNDS = [name for name, scenario in SCENARIOS.items() if any("plays" in step for step in scenario["call"])]
SCRIPTED = [name for name, scenario in SCENARIOS.items() if "assistant" in scenario and name not in OF_SOUNDS]
LIVE = [name for name, scenario in SCENARIOS.items() if "assistant" not in scenario]


@dataclass
class Script:
    """An assistant that answers from the scenario."""

    answers: dict[str, dict[str, Any]]
    taken: list[str] = field(default_factory=list)

    async def say(self, text: str) -> Answer:
        self.taken.append(text)
        written = self.answers.get(text)
        if written is None:
            return Answer("Dạ, em chưa rõ anh/chị cần việc gì.", intent="nlu_fallback")
        offers = tuple(Offer(each["title"], each["payload"]) for each in written.get("offers", ()))
        return Answer(
            written["text"],
            offers,
            written.get("intent", "ask_procedure"),
            written.get("expects"),
            written.get("procedure"),
        )

    async def press(self, payload: str) -> Answer:
        return await self.say(payload)


@dataclass
class Desk:
    """A desk whose clerks are there or not."""

    clerks: bool
    withheld: bool = False
    call_backs: list[str] = field(default_factory=list)
    recording: bool = True
    recording_stopped: bool = False
    way: str | None = None
    written: list[str] = field(default_factory=list)
    takes_messages: bool = False
    messages: list[str] = field(default_factory=list)
    hours: str = "từ tám giờ đến mười giờ ngày mai"

    async def clerk_available(self) -> bool:
        return self.clerks

    def call_back_hours(self) -> str:
        return self.hours

    def later_hours(self) -> None:
        self.hours = "từ mười ba giờ đến mười lăm giờ ngày mai"

    async def call_back(self, reason: str, telephone: str | None = None) -> None:
        if self.withheld and telephone is None:
            raise NumberUnknown
        self.call_backs.append(f"{telephone}: {reason}" if telephone else reason)

    async def stop_recording(self) -> None:
        self.recording_stopped = True

    async def keep_message(self) -> None:
        self.messages.append("kept")

    def drop_message(self) -> None:
        self.messages.append("dropped")

    async def way_to_write(self) -> str | None:
        return self.way

    async def write(self, subject: str, text: str) -> bool:
        self.written.append(f"{subject}: {text}")
        return True

    async def sounds_like(self, text: str) -> str | None:
        return SoundIndex(["Đăng ký khai sinh", "Đăng ký kết hôn", "Đổi giấy phép lái xe"]).nearest(text)


@dataclass(frozen=True)
class Sounds:
    """Recordings of people and sounds without words by name, and who recognises them."""

    whisper: Whisper
    folder: Path

    def heard(self, name: str) -> Heard:
        file = self.folder / name
        samples = read_mono(file) if file.exists() else self._noises()[name]
        return Heard(self.whisper.transcribe(samples), samples)

    def _noises(self) -> dict[str, Samples]:
        return dict(noises([read_mono(file) for file in sorted(self.folder.glob("*.wav"))]))


async def play(scenario: dict[str, Any], assistant: Assistant, desk: Desk, sounds: Sounds | None = None) -> None:
    """Carries the call through and holds every step to what it should be."""
    chooser = Chooser(sounds.whisper) if sounds else None
    dialogue = Dialogue(assistant, desk, chooser, recorded=scenario.get("recorded", True))
    reaction = dialogue.greeting()
    for number, step in enumerate(scenario["call"], start=1):
        event = sounds.heard(step["plays"]) if sounds and "plays" in step else event_of(step)
        if event:
            reaction = await dialogue.react(event)
        hold(reaction, step, f"step {number}")
    assert (reaction.ending and reaction.ending.value) == scenario.get("ends")


def event_of(step: dict[str, Any]) -> Event | None:
    if "says" in step:
        return Heard(transcript(step["says"], step.get("confidence", 0.9)))
    if "presses" in step:
        return Pressed(str(step["presses"]))
    if "leaves" in step:
        return Left(step["leaves"])
    return Silence(step["silent"]) if "silent" in step else None


def hold(reaction: Reaction, step: dict[str, Any], where: str) -> None:
    if "hears" in step:
        pattern = ".*".join(re.escape(part.strip()) for part in step["hears"].split("…"))
        assert re.search(pattern, reaction.say, re.DOTALL), f"{where}: {reaction.say!r}"
    if "expects" in step:
        assert reaction.expect.value == step["expects"], where
    assert not re.search(r"[\d/•]|https", reaction.say), f"{where}: not for the ear: {reaction.say!r}"
    assert len(reaction.say.split()) < 130, f"{where}: too long for the ear"


@pytest.mark.parametrize("name", SCRIPTED)
async def test_a_call(name: str) -> None:
    await play_with_script(SCENARIOS[name])


@pytest.mark.parametrize("name", OF_SOUNDS)
async def test_a_call_of_sounds(name: str, whisper: Whisper, shared: Path) -> None:
    await play_with_script(SCENARIOS[name], Sounds(whisper, shared / "speech"))


async def play_with_script(scenario: dict[str, Any], sounds: Sounds | None = None) -> None:
    assistant, desk = Script(scenario["assistant"]), Desk(scenario.get("clerks", True), scenario.get("withheld", False))
    desk.recording = not scenario.get("greeting_cut_short", False)
    desk.way, desk.takes_messages = scenario.get("way_to_write"), scenario.get("takes_messages", False)
    await play(scenario, assistant, desk, sounds)
    assert assistant.taken == scenario.get("reaches_assistant", assistant.taken)
    assert desk.call_backs == scenario.get("call_backs", [])
    assert desk.messages == scenario.get("messages", [])
    assert desk.written == scenario.get("written", [])
    assert desk.recording_stopped == scenario.get("recording_stopped", False)


@pytest.fixture
async def on_the_stack(stack: Stack) -> AsyncGenerator[Assistant]:
    token = (stack.data / "internal.key").read_text().strip()
    settings = Settings(internal_token=token, voice_api_url=stack.url)  # pyright: ignore[reportArgumentType]
    async with httpx.AsyncClient() as client:
        yield ApiAssistant(client, settings, AsyncMock())


@pytest.mark.parametrize("name", LIVE)
async def test_a_call_with_the_running_assistant(name: str, on_the_stack: Assistant) -> None:
    await play(SCENARIOS[name], on_the_stack, Desk(clerks=True))


def test_nobody_else_opens_conversations_of_calls(stack: Stack) -> None:
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        refused = httpx.post(f"{stack.url}/api/v1/conversations", json={"channel": "voice"}, headers=headers)
        assert refused.status_code == 401
