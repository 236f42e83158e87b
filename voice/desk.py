"""What a dialogue can ask of the hotline around it."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence

import structlog

from records import calls, voice_mails
from records.calendar import TIME_ZONE
from records.calls import Hours
from records.database import Database
from records.promises import promise_once
from voice.dialogue import phrases
from voice.dialogue.desk import NumberUnknown
from voice.dialogue.sounds import SoundIndex
from voice.speaking.numbers import number
from voice.telephony.recorder import Recorder
from voice.telephony.tape import Tape
from voice.written import NotSent, Post

_DAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")


class CallDesk:
    """The desk of one call."""

    def __init__(
        self,
        call_id: uuid.UUID,
        database: Database,
        sounds: SoundIndex,
        recorder: Recorder,
        tape: Tape,
        posts: Sequence[Post] = (),
    ) -> None:
        self._call_id = call_id
        self._database = database
        self._sounds = sounds
        self._recorder = recorder
        self._tape = tape
        self._posts = posts
        self._hours = calls.next_hours(database.calendar, dt.datetime.now(dt.UTC))

    async def clerk_available(self) -> bool:
        """Clerks take calls in office hours."""
        return self._database.calendar.is_open(dt.datetime.now(dt.UTC))

    def call_back_hours(self) -> str:
        """The hours that are promised, in words."""
        return spoken_hours(self._hours, dt.datetime.now(TIME_ZONE).date())

    def later_hours(self) -> None:
        """The next hours after those that were offered."""
        self._hours = calls.next_hours(self._database.calendar, self._hours.latest)

    async def call_back(self, reason: str, telephone: str | None = None) -> None:
        """Puts the caller on the call-back list. Raises ``NumberUnknown``."""
        try:
            async with self._database.session() as session:
                await calls.promise(session, self._call_id, reason, self._hours, telephone)
        except calls.NoNumber as error:
            raise NumberUnknown from error

    async def call_back_once(self, reason: str) -> str:
        """As ``call_back``, unless the number waits to be called already; what the caller hears of it.

        Raises ``NumberUnknown``.
        """
        try:
            async with self._database.session() as session:
                hours = await promise_once(session, self._call_id, reason, self._hours)
        except calls.NoNumber as error:
            raise NumberUnknown from error
        now = dt.datetime.now(TIME_ZONE)
        if hours.latest < now:
            return phrases.CALL_BACK_OVERDUE
        return phrases.CALL_BACK_AGREED.format(hours=spoken_hours(hours, now.date()))

    @property
    def recording(self) -> bool:
        """Whether the caller was told that the call is recorded."""
        return self._recorder.begun

    async def stop_recording(self) -> None:
        """Stops recording and deletes what there is."""
        self._recorder.refuse()
        async with self._database.session() as session:
            await calls.change(session, self._call_id, recorded=False)

    @property
    def takes_messages(self) -> bool:
        """Whether messages may have any length."""
        return self._tape.longest > 0

    async def keep_message(self) -> None:
        """Stores what is on the tape; nothing when nobody spoke."""
        if sound := self._tape.take():
            async with self._database.session() as session:
                await voice_mails.keep(session, self._call_id, sound)

    def drop_message(self) -> None:
        """Empties the tape."""
        self._tape.clear()

    async def way_to_write(self) -> str | None:
        """The first way that leads to the caller's number."""
        ways = await self._ways()
        return ways[0][0] if ways else None

    async def write(self, subject: str, text: str) -> bool:
        """Sends an answer on the first way that takes it."""
        for _, post, phone in await self._ways():
            try:
                await post.send(phone, subject, text)
            except NotSent as error:
                structlog.get_logger().warning("answer not sent", call=str(self._call_id), reason=str(error))
            else:
                return True
        return False

    async def _ways(self) -> list[tuple[str, Post, str]]:
        """What the ways are called, the ways, and the number they lead to."""
        async with self._database.session() as session:
            phone = await calls.caller_of(session, self._call_id)
        if phone is None:
            return []
        return [(way, post, phone) for post in self._posts if (way := await post.way(phone))]

    async def sounds_like(self, text: str) -> str | None:
        """The procedure that what was heard sounds like."""
        return await asyncio.to_thread(self._sounds.nearest, text)


def spoken_hours(hours: Hours, today: dt.date) -> str:
    """Hours in words: "từ tám giờ đến mười giờ sáng mai", a later day by its name."""
    day = hours.earliest.date()
    names = {today: "hôm nay", today + dt.timedelta(days=1): "ngày mai"}
    named = names.get(day, f"{_DAYS[day.weekday()]} ngày {number(day.day)} tháng {number(day.month)}")
    return f"từ {_clock(hours.earliest)} đến {_clock(hours.latest)} {named}"


def _clock(moment: dt.datetime) -> str:
    return f"{number(moment.hour)} giờ" + (f" {number(moment.minute)}" if moment.minute else "")
