from __future__ import annotations

import asyncio
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

from records import agencies, calls, conversations, dossier_notices
from records.conversations import NewMessage
from records.database import Database
from records.dossier_notices import ZALO_CLOSED, ZALO_USED_UP, NotConfirmed, Unreachable
from records.dossiers import DossierView, look_up
from records.models import Agency, CallBack, Conversation, Delivery, DossierSubscription, Message, StaffMember
from records.second_factor import Asker
from records.staff import call_backs
from records.synchronisation import Tally, read_batch, write_batch

CODE = "H99.14-240823-0001"


@pytest.fixture
async def agency(database: Database) -> Agency:
    async with database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99"])
        agency = (await session.execute(select(Agency))).scalar_one()
    await push(database, agency, 1, phone="0900000021", procedure_name="Đăng ký khai sinh")
    return agency


async def push(database: Database, agency: Agency, *states: int, code: str = CODE, **more: Any) -> None:
    lines = [
        json.dumps({"code": code, "state": state, "time": f"2024-09-{state:02}T08:00:00Z", **more}).encode()
        for state in states
    ]
    async with database.session() as session:
        await write_batch(session, read_batch(database.vault, agency, lines, 1, str), Tally(), str)


async def citizen(database: Database, channel: str = "telegram", *, opens: bool = True) -> uuid.UUID:
    """A conversation that wrote once and opened the dossier."""
    async with database.session() as session:
        if channel == "web":
            conversation, _ = await conversations.start_web(session)
        else:
            conversation = await conversations.of_channel_user(session, channel, uuid.uuid4().hex)
        await conversations.take(session, conversation.id, NewMessage("hồ sơ của tôi"))
    if opens:
        assert isinstance(await look_up(database, CODE, "0021", Asker(conversation.id, "1")), DossierView)
    return conversation.id


async def subscribed(database: Database, channel: str = "telegram") -> uuid.UUID:
    conversation = await citizen(database, channel)
    async with database.session() as session:
        assert await dossier_notices.subscribe(session, CODE, conversation)
    return conversation


async def jobs(database: Database) -> list[list[str]]:
    async with database.session() as session:
        rows = await session.execute(
            text("SELECT args -> 'codes' FROM procrastinate_jobs WHERE task_name = :name ORDER BY id"),
            {"name": dossier_notices.NOTIFY},
        )
        return list(rows.scalars())


async def notify(database: Database) -> int:
    async with database.session() as session:
        return await dossier_notices.notify(session, CODE)


async def told(database: Database, conversation: uuid.UUID) -> list[str]:
    async with database.session() as session:
        said = select(Message.text).where(Message.conversation_id == conversation, Message.sender == "system")
        return list((await session.execute(said.order_by(Message.id))).scalars())


async def waiting(database: Database) -> list[str | None]:
    """Why news wait for the citizen to write again."""
    async with database.session() as session:
        wanted = select(DossierSubscription.waiting_reason).where(DossierSubscription.waiting_since.is_not(None))
        return list((await session.execute(wanted)).scalars())


async def caller(database: Database, number: str | None = "0900000021") -> uuid.UUID:
    """The conversation of a call in which the dossier was opened."""
    conversation = await citizen(database, "voice")
    async with database.session() as session:
        call_id = uuid.uuid4()
        await calls.begin(session, call_id, number)
        await calls.change(session, call_id, conversation_id=conversation)
    return conversation


async def subscribe(database: Database, conversation: uuid.UUID) -> bool:
    async with database.session() as session:
        return await dossier_notices.subscribe(session, CODE, conversation)


async def to_call(database: Database) -> list[str]:
    """What callers are to be told, by call-back."""
    async with database.session() as session:
        return [call_back.reason for call_back, _, _ in await call_backs.waiting(session)]


async def test_only_who_opened_the_dossier_may_follow_it(database: Database, agency: Agency) -> None:
    stranger = await citizen(database, opens=False)
    with pytest.raises(NotConfirmed):
        async with database.session() as session:
            await dossier_notices.subscribe(session, CODE, stranger)


async def test_a_change_is_told_once_on_the_own_channel(database: Database, agency: Agency) -> None:
    here, elsewhere = await subscribed(database), await citizen(database)
    await push(database, agency, 5, missing=["Giấy chứng sinh"], note="Nộp trước ngày 20")
    assert await jobs(database) == [[CODE]]
    assert [await notify(database), await notify(database)] == [1, 0]
    [said] = await told(database, here)
    assert "Yêu cầu bổ sung giấy tờ" in said
    assert "Giấy chứng sinh" in said
    assert await told(database, elsewhere) == []
    async with database.session() as session:
        sent = (await session.execute(select(Delivery.conversation_id))).scalars().all()
    assert sent == [here]


async def test_the_web_needs_no_delivery(database: Database, agency: Agency) -> None:
    here = await subscribed(database, "web")
    await push(database, agency, 9)
    await notify(database)
    assert len(await told(database, here)) == 1
    async with database.session() as session:
        assert (await session.execute(select(func.count()).select_from(Delivery))).scalar_one() == 0


async def test_several_changes_at_once_are_one_notice(database: Database, agency: Agency) -> None:
    here = await subscribed(database)
    await push(database, agency, 2, 4, 9)
    await notify(database)
    [said] = await told(database, here)
    assert "Đã xử lý xong" in said


async def test_what_is_late_or_repeated_is_no_news(database: Database, agency: Agency) -> None:
    await push(database, agency, 9)
    here = await subscribed(database)
    await push(database, agency, 4)
    await push(database, agency, 9)
    await notify(database)
    assert await told(database, here) == []


async def test_dossiers_that_nobody_follows_queue_nothing(database: Database, agency: Agency) -> None:
    await subscribed(database)
    await push(database, agency, 2, 4, code="H99.14-240823-0002")
    assert await jobs(database) == []


async def test_a_batch_that_is_rolled_back_queues_nothing(database: Database, agency: Agency) -> None:
    await subscribed(database)
    line = json.dumps({"code": CODE, "state": 4, "time": "2024-09-04T08:00:00Z"}).encode()
    async with database.session() as session:
        await write_batch(session, read_batch(database.vault, agency, [line], 1, str), Tally(), str)
        await session.rollback()
    assert await jobs(database) == []


async def test_jobs_at_the_same_moment_tell_once(database: Database, agency: Agency) -> None:
    here = await subscribed(database)
    await push(database, agency, 4)
    assert sum(await asyncio.gather(*(notify(database) for _ in range(6)))) == 1
    assert len(await told(database, here)) == 1


async def test_a_state_that_arrives_while_somebody_subscribes_is_told_or_known(
    database: Database, agency: Agency
) -> None:
    here = await citizen(database)

    async def follow() -> None:
        async with database.session() as session:
            await dossier_notices.subscribe(session, CODE, here)
            await asyncio.sleep(0.2)

    async def arrive() -> None:
        await asyncio.sleep(0.1)
        await push(database, agency, 4)

    await asyncio.gather(follow(), arrive())
    assert await jobs(database) == [[CODE]]


async def test_it_ends_when_the_citizen_says_so(database: Database, agency: Agency) -> None:
    here = await subscribed(database)
    async with database.session() as session:
        assert await dossier_notices.unsubscribe(session, here, "H99.14-240823-0002") == []
        assert await dossier_notices.unsubscribe(session, here) == [CODE]
        assert await dossier_notices.subscriptions(session, here) == []
    await push(database, agency, 4)
    await notify(database)
    assert await told(database, here) == []
    async with database.session() as session:
        assert await dossier_notices.subscribe(session, CODE, here)
        assert not await dossier_notices.subscribe(session, CODE, here)
        assert await dossier_notices.subscriptions(session, here) == [CODE]


async def test_it_ends_with_the_dossier(database: Database, agency: Agency) -> None:
    here = await subscribed(database)
    await push(database, agency, 10)
    await notify(database)
    assert "không báo thêm" in (await told(database, here))[0]
    async with database.session() as session:
        assert await dossier_notices.subscriptions(session, here) == []


async def test_callers_are_called_with_the_latest_news(database: Database, agency: Agency) -> None:
    here = await caller(database)
    assert await subscribe(database, here)
    await push(database, agency, 4)
    assert [await notify(database), await notify(database)] == [1, 0]
    await push(database, agency, 5, missing=["Giấy chứng sinh"])
    await notify(database)
    [reason] = await to_call(database)
    assert reason.startswith(f"Hồ sơ {CODE}: Đăng ký khai sinh. Trạng thái: Yêu cầu bổ sung giấy tờ. Cần bổ sung: Giấy")
    assert (await told(database, here), await waiting(database)) == ([], [])


async def test_news_after_somebody_took_the_call_is_a_call_of_its_own(database: Database, agency: Agency) -> None:
    await subscribe(database, await caller(database))
    await push(database, agency, 4)
    await notify(database)
    async with database.session() as session:
        member = StaffMember(login="lan", name="Lan", roles=["agent"], password_hash=None)
        session.add(member)
        await session.flush()
        [(call_back, _, _)] = await call_backs.waiting(session)
        await call_backs.take(session, member, CallBack, call_back.id)
    await push(database, agency, 9)
    await notify(database)
    assert ["Đã xử lý xong" in reason for reason in await to_call(database)] == [False, True]


async def test_calls_from_one_number_are_one_citizen(database: Database, agency: Agency) -> None:
    first, again, stranger = await caller(database), await caller(database), await caller(database, "0900000022")
    assert [await subscribe(database, one) for one in (first, again, stranger)] == [True, False, True]
    await push(database, agency, 4)
    assert await notify(database) == 2
    async with database.session() as session:
        assert await dossier_notices.unsubscribe(session, again) == [CODE]
        assert await dossier_notices.subscriptions(session, first) == []
        assert await dossier_notices.subscriptions(session, stranger) == [CODE]
    assert len(await to_call(database)) == 1


async def test_a_hidden_number_is_promised_nothing(database: Database, agency: Agency) -> None:
    hidden = await caller(database, None)
    with pytest.raises(Unreachable):
        await subscribe(database, hidden)


async def test_zalo_waits_for_the_citizen_after_two_days(database: Database, agency: Agency) -> None:
    here = await subscribed(database, "zalo")
    async with database.session() as session:
        past = Message.created_at - dt.timedelta(hours=49)
        await session.execute(update(Message).values(created_at=past))
    await push(database, agency, 4)
    await notify(database)
    assert (await told(database, here), await waiting(database)) == ([], [ZALO_CLOSED])
    await resume(database)
    assert len(await jobs(database)) == 1
    async with database.session() as session:
        await conversations.take(session, here, NewMessage("chào em"))
    await resume(database)
    assert await jobs(database) == [[CODE], [CODE]]
    await notify(database)
    assert (len(await told(database, here)), await waiting(database)) == (1, [])


async def test_zalo_waits_after_eight_free_replies(database: Database, agency: Agency) -> None:
    here = await subscribed(database, "zalo")
    async with database.session() as session:
        for number in range(8):
            await conversations.say(session, here, "bot", str(number))
    await push(database, agency, 4)
    await notify(database)
    assert (await told(database, here), await waiting(database)) == ([], [ZALO_USED_UP])


async def test_news_that_is_none_any_more_does_not_wait(database: Database, agency: Agency) -> None:
    await subscribed(database, "zalo")
    async with database.session() as session:
        await session.execute(update(Message).values(created_at=Message.created_at - dt.timedelta(hours=49)))
    await push(database, agency, 4)
    await notify(database)
    assert await waiting(database) == [ZALO_CLOSED]
    async with database.session() as session:
        await session.execute(update(DossierSubscription).values(told="x"))
        await session.execute(update(Conversation).values(channel="telegram"))
    assert (await notify(database), await waiting(database)) == (1, [])


async def resume(database: Database) -> None:
    async with database.session() as session:
        await dossier_notices.resume(session)
