"""What was asked in a call, sent to the caller: to the conversation whose number was confirmed, else by SMS."""

from __future__ import annotations

import json
import uuid

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.channels.channel import Incoming
from api.channels.telegram_updates import parse
from api.intake import NUMBER_KEPT, take_from_channel
from records import calls, numbers
from records.database import Database
from records.models import ConfirmedNumber, Delivery, Message
from records.privacy import rights
from records.privacy.rights import CITIZEN
from tests.fakes.telegram import Citizen
from voice.desk import CallDesk
from voice.dialogue.sounds import SoundIndex
from voice.settings import Settings
from voice.telephony.recorder import Recorder
from voice.telephony.tape import Tape
from voice.written import NotSent, SmsPost, posts

PHONE = "0900000077"
ANSWER = "Dạ, lệ phí là 135.000 đồng.\nNguồn: Đổi giấy phép lái xe – https://dichvucong.gov.vn/x"
SMS = Settings(sms_url="http://sms.invalid/send", sms_token=SecretStr("sms-token"))


async def shares(database: Database, citizen: Citizen, contact: dict[str, object]) -> Incoming:
    incoming = parse(citizen.message({"contact": contact | {"first_name": "An"}}))
    assert incoming is not None
    async with database.session() as session:
        await take_from_channel(session, "telegram", incoming)
    return incoming


class Gateway:
    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.taken: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer sms-token"
        self.taken.append(json.loads(request.content))
        return httpx.Response(self.status)


async def desk_of(database: Database, caller: str | None, settings: Settings, gateway: Gateway) -> CallDesk:
    call_id = uuid.uuid4()
    async with database.session() as session:
        await calls.begin(session, call_id, caller)
    http = httpx.AsyncClient(transport=httpx.MockTransport(gateway))
    return CallDesk(call_id, database, SoundIndex([]), Recorder(None), Tape(0), posts(http, settings, database))


async def texts(database: Database) -> list[str]:
    async with database.session() as session:
        sent = select(Message.text).join(Delivery, Delivery.message_id == Message.id).order_by(Message.id)
        return list((await session.execute(sent)).scalars())


async def test_the_own_contact_on_telegram_confirms_the_number_and_answers_go_there(database: Database) -> None:
    citizen, gateway = Citizen(), Gateway()
    await shares(database, citizen, {"phone_number": "+84900000077", "user_id": citizen.chat_id})
    desk = await desk_of(database, PHONE, SMS, gateway)

    assert await desk.way_to_write() == "Telegram"
    assert await desk.write("Đổi giấy phép lái xe", ANSWER)
    assert await texts(database) == [NUMBER_KEPT, ANSWER]
    assert gateway.taken == []


@pytest.mark.parametrize("contact", [{"phone_number": PHONE, "user_id": 77}, {"phone_number": PHONE}])
async def test_the_contact_of_somebody_else_confirms_nothing(database: Database, contact: dict[str, object]) -> None:
    assert (await shares(database, Citizen(), contact)).own_number is None
    desk = await desk_of(database, PHONE, Settings(), Gateway())
    assert await desk.way_to_write() is None
    assert not await desk.write("x", ANSWER)


async def test_who_has_their_data_erased_is_not_written_to(database: Database) -> None:
    citizen = Citizen()
    await shares(database, citizen, {"phone_number": PHONE, "user_id": citizen.chat_id})
    async with database.session() as session:
        conversation = await numbers.conversation_of(session, PHONE)
        assert conversation is not None
        data = await rights.own_data(session, conversation.id)
        assert data["confirmed_numbers"][0]["phone"] == PHONE
        await rights.erase(session, conversation.id, CITIZEN, "")
    async with database.session() as session:
        assert (await session.execute(select(ConfirmedNumber))).all() == []


async def test_without_a_confirmed_number_it_goes_by_sms(database: Database) -> None:
    gateway = Gateway()
    desk = await desk_of(database, PHONE, SMS, gateway)
    assert await desk.way_to_write() == "tin nhắn"
    assert await desk.write("Đổi giấy phép lái xe", ANSWER)
    assert await desk.write("Đổi giấy phép lái xe", "Dạ, " + "a " * 400 + ANSWER)
    whole, short = (message["text"] for message in gateway.taken)
    assert whole == ANSWER
    assert short == "Một Cửa: Đổi giấy phép lái xe. Xem đầy đủ: https://dichvucong.gov.vn/x"
    assert {message["to"] for message in gateway.taken} == {PHONE}


async def test_a_gateway_that_refuses_is_no_success(database: Database) -> None:
    desk = await desk_of(database, PHONE, SMS, Gateway(500))
    assert not await desk.write("x", ANSWER)
    async with httpx.AsyncClient(transport=httpx.MockTransport(Gateway(500))) as http:
        with pytest.raises(NotSent):
            await SmsPost(http, SMS).send(PHONE, "x", ANSWER)


async def test_a_withheld_number_is_not_written_to(database: Database) -> None:
    assert await (await desk_of(database, None, SMS, Gateway())).way_to_write() is None
