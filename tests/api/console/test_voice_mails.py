"""Messages that callers left, in the console: one takes it, hears it, sees the number, and says what came of it."""

from __future__ import annotations

import uuid

import pytest

from records import audit, calls, voice_mails
from records.models import VoiceMail
from records.recordings import RATE
from tests.api.console.office import Office

NUMBER = "0900000032"
SAID = ["Tôi", "tên", "là", "Nguyễn", "Văn", "Mẫu"]


async def left(office: Office) -> int:
    """A message of three seconds that was written down."""
    call_id = uuid.uuid4()
    words = [{"text": text, "start": n * 0.4, "end": n * 0.4 + 0.3, "confidence": 0.9} for n, text in enumerate(SAID)]
    async with office.database.session() as session:
        await calls.begin(session, call_id, NUMBER)
        await session.flush()
        await voice_mails.keep(session, call_id, b"\1\0\1\0" * RATE * 3)
        await session.flush()
        message = await voice_mails.next_unheard(session)
        assert message is not None
        await voice_mails.written(session, message, [{"speaker": "caller", "start": 0.0, "words": words}])
        return message.id


@pytest.fixture
async def message(office: Office) -> int:
    return await left(office)


async def test_one_takes_it_hears_it_and_says_what_came_of_it(office: Office, message: int) -> None:
    sound = f"/voice-mails/{message}/recording"
    an, binh = await office.hire("an", "agent", name="Nguyễn An"), await office.hire("binh", "agent")
    async with office.desk(an) as desk, office.desk(binh) as other:
        page = await desk.open("/call-backs")
        assert "Lời nhắn 3 giây" in page
        assert ("Văn Mẫu" in page, NUMBER in page, "<audio" in page) == (False, False, False)
        await desk.open(sound)
        assert desk.status == 404
        page = await desk.send(f"/voice-mails/{message}/take")
        assert (NUMBER in page, f'src="/console{sound}"' in page) == (True, True)
        assert '<span data-word="2.0">Mẫu</span>' in page
        await other.open("/call-backs")
        page = await other.send(f"/voice-mails/{message}/take")
        assert (other.status, NUMBER in page, "Nguyễn An đang xử lý" in page) == (409, False, True)
        await other.open(sound)
        assert other.status == 404
        whole = await desk.client.get(f"/console{sound}")
        part = await desk.client.get(f"/console{sound}", headers={"Range": "bytes=44-47"})
        assert (whole.status_code, len(whole.content)) == (200, 44 + RATE * 3 * 4)
        assert (part.status_code, part.content) == (206, b"\1\0\1\0")
        await desk.send(f"/voice-mails/{message}/finish", result=" ")
        assert desk.status == 409
        page = await desk.send(f"/voice-mails/{message}/finish", result="Đã gọi lại, hướng dẫn bổ sung.")
        assert "Không có lời nhắn nào chờ" in page
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"voice_mail:{message}")
        done = await session.get_one(VoiceMail, message)
    assert [entry.action for entry in reversed(entries)] == [
        "voice_mail.number.read",
        "voice_mail.play",
        "voice_mail.finish",
    ]
    assert (done.staff_id, done.result) == (an.id, "Đã gọi lại, hướng dẫn bổ sung.")


async def test_whoever_cannot_see_to_it_gives_it_back(office: Office, message: int) -> None:
    async with office.desk(await office.hire("an", "agent")) as desk:
        await desk.open("/call-backs")
        await desk.send(f"/voice-mails/{message}/take")
        page = await desk.send(f"/voice-mails/{message}/leave")
        assert "Nhận lời nhắn" in page
        assert NUMBER not in page


async def test_it_is_handed_to_a_colleague_who_hears_it_then(office: Office, message: int) -> None:
    sound = f"/voice-mails/{message}/recording"
    an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent")
    async with office.desk(an) as desk, office.desk(binh) as other:
        await desk.open("/call-backs")
        await desk.send(f"/voice-mails/{message}/take")
        page = await desk.send(f"/voice-mails/{message}/hand", colleague="binh")
        assert NUMBER not in page
        await desk.open(sound)
        assert desk.status == 404
        assert NUMBER in await other.open("/call-backs")
        assert (await other.client.get(f"/console{sound}")).status_code == 200
