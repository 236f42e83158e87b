"""The recording of a call in the console: who hears it, what the trail keeps of it, and parts of it for seeking."""

from __future__ import annotations

import datetime as dt
import uuid

import numpy as np

from records import audit, calls, conversations
from records.models import Json
from records.recordings import RATE, Recording, recording_path
from tests.api.console.office import Office

SECONDS = 12
TRANSCRIPT: list[Json] = [
    {"speaker": "assistant", "start": 0.5, "text": "Dạ, tổng đài Một Cửa xin nghe."},
    {
        "speaker": "caller",
        "start": 4.0,
        "words": [
            {"text": "đổi", "start": 4.0, "end": 4.3, "confidence": 0.9},
            {"text": "bằng", "start": 4.4, "end": 4.7, "confidence": 0.3},
        ],
    },
    {"speaker": "assistant", "start": 8.0, "text": "Dạ, số máy của anh chị là 0900 000 000."},
]


async def called(office: Office, *, recorded: bool = True) -> uuid.UUID:
    """The conversation of a call that has ended."""
    call_id, database = uuid.uuid4(), office.database
    if recorded:
        recording = Recording(recording_path(database.settings, call_id), database.vault)
        time = np.arange(SECONDS * RATE) / RATE
        tone = (np.sin(2 * np.pi * 440 * time) * 3000).astype(np.int16)
        recording.add(np.stack([tone, tone], axis=1).tobytes())
        recording.close()
    async with database.session() as session:
        conversation, _ = await conversations.start_web(session, channel="voice")
        await calls.begin(session, call_id, None)
        ended = {"ended_at": dt.datetime.now(dt.UTC), "ending": "hangup", "transcript": TRANSCRIPT}
        await calls.change(session, call_id, conversation_id=conversation.id, recorded=recorded, **ended)
    return conversation.id


async def played(office: Office, conversation: uuid.UUID) -> int:
    async with office.database.session() as session:
        entries = await audit.entries_of(session, f"conversation:{conversation}")
    return sum(entry.action == "recording.play" for entry in entries)


async def test_it_is_heard_after_opening_with_a_reason_and_the_trail_keeps_it(office: Office) -> None:
    conversation = await called(office)
    async with office.desk(await office.hire("an", "agent")) as desk:
        page = await desk.open(f"/conversations/{conversation}")
        assert "<audio" not in page
        assert "0900 000 000" not in page
        await desk.open(f"/conversations/{conversation}/recording")
        assert (desk.status, await played(office, conversation)) == (404, 0)

        page = await desk.send(f"/conversations/{conversation}/open", reason="Nghe lại cuộc gọi")
        assert f'src="/console/conversations/{conversation}/recording"' in page
        assert 'data-start="4.0"' in page
        assert '<span data-word="4.4" class="unsure"' in page
        whole = await desk.client.get(f"/console/conversations/{conversation}/recording")
    told = (whole.status_code, whole.headers["content-type"], whole.headers["cache-control"])
    assert told == (200, "audio/wav", "no-store")
    assert len(whole.content) == 44 + SECONDS * RATE * 4
    assert await played(office, conversation) == 1


async def test_a_part_is_what_a_browser_asks_for_when_it_seeks(office: Office) -> None:
    conversation = await called(office)
    async with office.desk(await office.hire("an", "agent")) as desk:
        await desk.open(f"/conversations/{conversation}")
        await desk.send(f"/conversations/{conversation}/take")
        path = f"/console/conversations/{conversation}/recording"
        whole = await desk.client.get(path)
        part = await desk.client.get(path, headers={"Range": "bytes=1000-1999"})
        rest = await desk.client.get(path, headers={"Range": f"bytes={len(whole.content) - 10}-"})
        beyond = await desk.client.get(path, headers={"Range": f"bytes={len(whole.content)}-"})
    assert (part.status_code, part.content) == (206, whole.content[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(whole.content)}"
    assert (rest.content, beyond.status_code) == (whole.content[-10:], 416)
    assert await played(office, conversation) == 1, "seeking is not listening anew"


async def test_a_colleague_who_opened_nothing_and_a_call_without_recording(office: Office) -> None:
    conversation, silent = await called(office), await called(office, recorded=False)
    async with (
        office.desk(await office.hire("an", "agent")) as desk,
        office.desk(await office.hire("binh", "agent")) as other,
    ):
        await desk.open(f"/conversations/{conversation}")
        await desk.send(f"/conversations/{conversation}/take")
        await other.open(f"/conversations/{conversation}/recording")
        assert other.status == 404
        await other.open(f"/conversations/{silent}")
        page = await other.send(f"/conversations/{silent}/take")
        assert "không có bản ghi âm" in page
        assert "<audio" not in page
