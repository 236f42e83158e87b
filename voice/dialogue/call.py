"""A call as a dialogue: from what was heard or pressed to what is said. Knows no sound and no network."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from nlu.text.emergencies import kind_of_emergency
from nlu.text.normalise import fold
from voice.dialogue import codes, phrases
from voice.dialogue.assistant import Answer, Assistant, AssistantUnavailable, Offer
from voice.dialogue.desk import Desk, NumberUnknown
from voice.dialogue.events import Ending, Event, Expect, Heard, Left, Pressed, Reaction, Silence
from voice.dialogue.voice_mail import VoiceMail
from voice.dialogue.yes_no import Chooser, yes_or_no
from voice.speaking.numbers import number, spell
from voice.speaking.portions import portions
from voice.speaking.reading import read_aloud

_EXPECTED = {
    "dossier_code": (Expect.CODE, None),
    "tracking_code": (Expect.CODE, None),
    "dossier_digits": (Expect.NUMBER, 4),
    "feedback_contact": (Expect.CODE, None),
    "feedback_confirm": (Expect.YES_NO, None),
}
_NOT_BY_TELEPHONE = "feedback_attachments"
_AGREE = "/affirm"
"""What the button says that a yes to a form's last question stands for."""
_ABOUT = {
    "dossier_status": "tra cứu hồ sơ",
    "give_feedback": "gửi phản ánh",
    "feedback_status": "tra cứu phản ánh",
}
_LOST = frozenset({"nlu_fallback", "out_of_scope", None})
_SURE = 0.35
"""Below this mean confidence, what was heard counts as not heard."""
_FAILURES = 2
_SILENCES = 3
_SLOWER = 0.75
_REPEAT = re.compile(r"\b(?:nhac lai|noi lai|doc lai|nghe lai|lap lai|noi gi)\b")
_SLOW = re.compile(r"\b(?:noi cham|cham lai|cham thoi|tu tu|doc cham)\b")
_NO_RECORDING = re.compile(r"\b(?:khong|dung|dung co|ngung) (?:duoc )?(?:ghi am|thu am|ghi lai)\b")
_IN_WRITING = re.compile(
    r"\b(?:nhan tin|gui tin nhan|gui (?:qua|vao|bang) (?:zalo|telegram|tin nhan)|gui (?:cho \w+ )?(?:duong dan|link))\b"
)
_PERSON_KEY = "0"
_REPEAT_KEY = "*"


@dataclass(frozen=True)
class _Question:
    """What a yes, a no or a chosen option leads to."""

    yes: Callable[[], Awaitable[Reaction]]
    no: Callable[[], Awaitable[Reaction]]


class Dialogue:
    """One call. ``react`` is called with one event at a time."""

    def __init__(self, assistant: Assistant, desk: Desk, chooser: Chooser | None, *, recorded: bool) -> None:
        self._assistant = assistant
        self._desk = desk
        self._chooser = chooser
        self._recorded = recorded
        self._informed = False
        """Whether it was said again that the call is recorded."""
        self._question: _Question | None = None
        self._options: tuple[Offer, ...] = ()
        self._last = Reaction("")
        self._asked: tuple[Expect, int | None] = Expect.ANYTHING, None
        """What the caller is asked for, whatever yes or no is asked in between."""
        self._pace = 1.0
        self._failures = 0
        self._tried: list[str] = []
        self._in_writing: Answer | None = None
        """The last answer about a procedure, which can be sent to the caller."""
        self._offered: str | None = None
        """The procedure for which that was offered."""
        self._call_back_for: str | None = None
        """Why a clerk should call back, while the number for it is asked for."""
        self._voice_mail: VoiceMail | None = None

    @property
    def summary(self) -> str:
        """For the clerk who takes over: what was tried, oldest first."""
        return "; ".join(self._tried) or "chưa trao đổi nội dung"

    def greeting(self) -> Reaction:
        """The first words of the call."""
        consent = f"{phrases.CONSENT} " if self._recorded else ""
        return self._keep(Reaction(f"{phrases.GREETING} {consent}{phrases.INVITE}"))

    async def react(self, event: Event) -> Reaction:
        """What to say next."""
        return self._informing(await self._reaction(event))

    async def _reaction(self, event: Event) -> Reaction:
        if self._voice_mail:
            return self._keep(await self._voice_mail.react(event))
        try:
            match event:
                case Silence(times):
                    return self._silence(times)
                case Pressed(keys):
                    return self._keep(await self._pressed(keys))
                case Heard():
                    return self._keep(await self._heard(event))
                case Left():
                    return self._last
        except AssistantUnavailable:
            return self._keep(Reaction(phrases.UNAVAILABLE))

    def _informing(self, reaction: Reaction) -> Reaction:
        """Who cut the greeting short is told of the recording once more; without that there is none."""
        if not self._recorded or self._informed or self._desk.recording or reaction.ending:
            return reaction
        self._informed = True
        return replace(reaction, say=f"{phrases.CONSENT} {reaction.say}")

    def _keep(self, reaction: Reaction) -> Reaction:
        self._last = replace(reaction, pace=self._pace)
        return self._last

    def _silence(self, times: int) -> Reaction:
        if times >= _SILENCES:
            return Reaction(phrases.SILENT_GOODBYE, ending=Ending.HANG_UP)
        say = phrases.ARE_YOU_THERE if times == 1 else self._last.say
        return Reaction(say, self._last.expect, self._last.digits, pace=self._pace)

    async def _pressed(self, keys: str) -> Reaction:
        if keys == _PERSON_KEY and self._last.expect is not Expect.NUMBER:
            return await self._person("bấm phím gặp cán bộ")
        if keys == _REPEAT_KEY:
            return self._last
        if self._question and keys in ("1", "2"):
            return await self._answered(self._question, yes=keys == "1")
        if self._options and keys.isdigit() and 1 <= int(keys) <= len(self._options):
            return await self._take(self._options[int(keys) - 1])
        if given := codes.typed(keys, self._last.expect):
            # Four digits of a keypad are what was pressed; reading them out loud would only tell who stands by.
            return await (self._send(given.value) if self._last.expect is Expect.NUMBER else self._read_back(given))
        return await self._failed(_again(self._last.expect))

    async def _heard(self, heard: Heard) -> Reaction:
        text = heard.transcript.text
        plain = fold(text)
        if self._recorded and _NO_RECORDING.search(plain):
            self._recorded = False
            await self._desk.stop_recording()
            return Reaction(phrases.NOT_RECORDED)
        if kind_of_emergency(text)[1]:
            return await self._send(text)
        if self._question and (answer := await yes_or_no(heard, self._chooser, self._last.say)) is not None:
            return await self._answered(self._question, yes=answer)
        if not text or heard.transcript.confidence < _SURE:
            return await self._failed(_again(self._last.expect))
        if _SLOW.search(plain):
            self._pace = _SLOWER
            return Reaction(phrases.SLOWER + self._last.say, self._last.expect, self._last.digits)
        if _REPEAT.search(plain):
            return self._last
        if given := codes.spoken(text, self._asked[0]):
            return await self._read_back(given)
        if self._in_writing and _IN_WRITING.search(plain):
            return await self._write(self._in_writing)
        if self._last.expect is Expect.NUMBER:
            return await self._failed(phrases.NOT_HEARD_NUMBER)
        return await self._send(text)

    async def _answered(self, question: _Question, *, yes: bool) -> Reaction:
        self._question = None
        self._failures = 0
        return await (question.yes() if yes else question.no())

    async def _read_back(self, given: codes.Given) -> Reaction:
        """Nothing is done with a code before the caller has said yes to it."""
        say = phrases.READ_BACK.format(code=spell(given.value))

        async def again() -> Reaction:
            return Reaction(phrases.ONCE_MORE, *self._asked)

        return self._ask(say, lambda: self._use(given), again)

    async def _use(self, given: codes.Given) -> Reaction:
        if self._call_back_for is None:
            return await self._send(given.value)
        if given.telephone:
            return await self._promise(self._call_back_for, given.value)
        return self._which_number()

    def _which_number(self) -> Reaction:
        self._asked = Expect.CODE, None
        return Reaction(phrases.WHICH_NUMBER, *self._asked)

    async def _failed(self, say: str) -> Reaction:
        self._failures += 1
        if self._failures < _FAILURES:
            return Reaction(say, self._last.expect, self._last.digits)
        self._failures = 0
        before, question, options = self._last, self._question, self._options

        async def on() -> Reaction:
            self._question, self._options = question, options
            return Reaction(say, before.expect, before.digits)

        return self._ask(phrases.OFFER_PERSON, lambda: self._person("nghe chưa rõ hai lần"), on)

    async def _person(self, reason: str, *, urgent: bool = False, first: str = "") -> Reaction:
        if urgent or await self._desk.clerk_available():
            ending = Ending.URGENT if urgent else Ending.QUEUE
            return Reaction(f"{first} {phrases.TRANSFER}".strip(), ending=ending)
        return self._offer_call_back(f"{reason}; {self.summary}")

    def _offer_call_back(self, reason: str) -> Reaction:
        """The next hours, and later ones to who declines them."""

        async def later() -> Reaction:
            self._desk.later_hours()
            offer = phrases.CALL_BACK_LATER.format(hours=self._desk.call_back_hours())
            return self._ask(offer, lambda: self._promise(reason), never)

        async def never() -> Reaction:
            return self._offer_message("Dạ vâng.", Reaction(phrases.NO_CALL_BACK))

        offer = phrases.CALL_BACK.format(hours=self._desk.call_back_hours())
        return self._ask(offer, lambda: self._promise(reason), later)

    async def _promise(self, reason: str, telephone: str | None = None) -> Reaction:
        try:
            await self._desk.call_back(reason, telephone)
        except NumberUnknown:
            self._call_back_for = reason
            return self._which_number()
        agreed = phrases.CALL_BACK_AGREED.format(hours=self._desk.call_back_hours())
        if not self._desk.takes_messages:
            return Reaction(f"{agreed} {phrases.THANKS}", ending=Ending.HANG_UP)
        return self._offer_message(agreed, Reaction(phrases.GOODBYE, ending=Ending.HANG_UP))

    def _offer_message(self, first: str, otherwise: Reaction) -> Reaction:
        async def leave() -> Reaction:
            self._voice_mail = VoiceMail(self._desk, self._chooser)
            return self._voice_mail.greeting()

        async def no() -> Reaction:
            return otherwise

        return self._ask(f"{first} {phrases.LEAVE_MESSAGE}", leave, no) if self._desk.takes_messages else otherwise

    async def _send(self, text: str) -> Reaction:
        self._forget()
        return await self._tell(await self._assistant.say(text), text)

    async def _take(self, offer: Offer) -> Reaction:
        self._forget()
        return await self._tell(await self._assistant.press(offer.payload), offer.title)

    def _forget(self) -> None:
        self._question, self._options, self._call_back_for = None, (), None
        self._asked = Expect.ANYTHING, None

    async def _tell(self, answer: Answer, said: str) -> Reaction:
        """The reply as it is said, with what can be asked after it."""
        if answer.expects == _NOT_BY_TELEPHONE:
            return await self._take(answer.offers[0])
        if answer.intent == "emergency":
            return await self._person("khẩn cấp", urgent=True, first=portions(answer.text)[0])
        if answer.intent == "request_person":
            return await self._person("đề nghị gặp cán bộ")
        if answer.intent == "goodbye":
            return Reaction(phrases.GOODBYE, ending=Ending.HANG_UP)
        if answer.intent in _LOST and answer.expects is None and not answer.procedure:
            return await self._not_understood(answer, said)
        self._failures = 0
        if answer.procedure or answer.expects:
            self._in_writing = answer if answer.procedure and not answer.expects else None
        about = f"hỏi về {answer.procedure}" if answer.procedure else _ABOUT.get(answer.intent or "")
        if about and about not in self._tried:
            self._tried.append(about)
        parts = portions(answer.text)
        # What asks for something is said in one piece, so that the question comes last.
        return self._portion((" ".join(parts),) if answer.expects else parts, 0, answer)

    async def _not_understood(self, answer: Answer, said: str) -> Reaction:
        if alike := await self._desk.sounds_like(said):

            async def other() -> Reaction:
                return await self._failed(phrases.NOT_HEARD)

            return self._ask(
                f"Dạ, có phải anh chị hỏi về {read_aloud(alike)} không ạ?", lambda: self._send(alike), other
            )
        self._failures += 1
        if self._failures >= _FAILURES:
            self._failures = _FAILURES - 1
            return await self._failed(phrases.NOT_HEARD)
        return self._portion(portions(answer.text), 0, answer)

    def _portion(self, parts: Sequence[str], index: int, answer: Answer) -> Reaction:
        """One part of a long answer and whether to go on; after the last, what the answer asks or offers."""
        text = parts[index] if parts else ""
        if index + 1 < len(parts):

            async def on() -> Reaction:
                return self._portion(parts, index + 1, answer)

            async def enough() -> Reaction:
                return self._afterwards("Dạ vâng.", answer)

            return self._ask(f"{text} {phrases.MORE}", on, enough)
        return self._afterwards(text, answer)

    def _afterwards(self, text: str, answer: Answer) -> Reaction:
        if answer.expects:
            self._asked = _EXPECTED.get(answer.expects, (Expect.ANYTHING, None))
            if self._asked[0] is Expect.YES_NO:
                agree = next(offer for offer in answer.offers if offer.payload == _AGREE)
                self._question = _Question(lambda: self._take(agree), lambda: self._send("không"))
            return Reaction(text, *self._asked)
        offers = tuple(offer for offer in answer.offers if "request_person" not in offer.payload)
        if offers and offers[0].payload.startswith("/choose"):
            return self._choices(text, tuple(offer for offer in offers if not offer.payload.startswith("/deny")))
        if answer.procedure and offers:
            offer = offers[0]
            say = f"{text} {phrases.OFFER.format(title=read_aloud(offer.title).lower())}"
            return self._ask(say, lambda: self._take(offer), self._anything_else)
        return Reaction(text)

    def _choices(self, text: str, offers: tuple[Offer, ...]) -> Reaction:
        if len(offers) == 1:
            return self._ask(text, lambda: self._take(offers[0]), self._say_otherwise)
        self._options = offers
        listed = "; ".join(f"{number(n)}, {read_aloud(offer.title)}" for n, offer in enumerate(offers, start=1))
        return Reaction(f"{text} {phrases.CHOOSE.format(options=listed)}", Expect.CHOICE)

    async def _anything_else(self) -> Reaction:
        answer = self._in_writing
        way = await self._desk.way_to_write() if answer and answer.procedure != self._offered else None
        if answer is None or way is None:
            return Reaction(f"Dạ vâng. {phrases.ANYTHING_ELSE}")
        self._offered = answer.procedure
        offer = f"Dạ vâng. {phrases.IN_WRITING.format(way=way)}"
        return self._ask(offer, lambda: self._write(answer), self._anything_else)

    async def _write(self, answer: Answer) -> Reaction:
        way = await self._desk.way_to_write()
        if way is None:
            return Reaction(f"{phrases.NO_WAY_TO_WRITE} {phrases.ANYTHING_ELSE}")
        self._offered = answer.procedure
        sent = await self._desk.write(answer.procedure or "", answer.text)
        said = phrases.SENT_IN_WRITING.format(way=way) if sent else phrases.NOT_SENT
        return Reaction(f"{said} {phrases.ANYTHING_ELSE}")

    async def _say_otherwise(self) -> Reaction:
        return await self._send("không phải")

    def _ask(self, say: str, yes: Callable[[], Awaitable[Reaction]], no: Callable[[], Awaitable[Reaction]]) -> Reaction:
        self._question, self._options = _Question(yes, no), ()
        return Reaction(say, Expect.YES_NO)


def _again(expect: Expect) -> str:
    return {
        Expect.CODE: phrases.NOT_HEARD_CODE,
        Expect.NUMBER: phrases.NOT_HEARD_NUMBER,
        Expect.YES_NO: phrases.YES_OR_NO,
    }.get(expect, phrases.NOT_HEARD)
