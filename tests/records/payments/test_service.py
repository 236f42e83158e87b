from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import uuid

import pytest
from sqlalchemy import func, select, update

from records import agencies, calls
from records.agencies import UnknownAgency
from records.models import Conversation, Delivery, Handover, Payment, PaymentAccount
from records.payments import accounts, service
from records.payments.service import NoAccount, NothingDue, Notice, PaidBefore, PlayedBack, UnknownPayment
from records.staff import call_backs
from tests.records.payments.conftest import Office

NONCES = (f"nonce-{number:012}" for number in itertools.count())


async def arrive(
    office: Office, reference: str, amount: int = 75_000, transaction: str = "FT1", nonce: str = ""
) -> Payment:
    notice = Notice(reference, amount, transaction, dt.datetime.now(dt.UTC))
    async with office.database.session() as session:
        return await service.take_notice(session, notice, nonce or next(NONCES))


async def test_what_is_due_is_asked_for_once(office: Office) -> None:
    asked = await asyncio.gather(*(office.ask() for _ in range(5)))
    assert len({payment.reference for payment in asked}) == 1
    assert (asked[0].amount, asked[0].purpose, asked[0].state) == (75_000, "lệ phí", "open")
    assert (asked[0].bank, asked[0].number, asked[0].holder) == ("970403", "0011012345678", "SO MAU")
    said = service.hand_over(asked[0]).qr
    assert said is not None
    assert asked[0].reference in said


async def test_nothing_due(office: Office) -> None:
    await office.push(2, 4)
    with pytest.raises(NothingDue):
        await office.ask()


async def test_no_account(office: Office) -> None:
    async with office.database.session() as session:
        await session.delete(await session.get_one(PaymentAccount, office.agency.id))
    with pytest.raises(NoAccount):
        await office.ask()


async def test_a_notice_marks_it_paid_and_tells_the_citizen_once(office: Office) -> None:
    reference = (await office.ask()).reference
    assert (await arrive(office, reference)).state == "paid"
    assert (await arrive(office, reference)).state == "paid"
    [said] = await office.told()
    assert "75.000 đồng" in said
    assert reference in said
    async with office.database.session() as session:
        assert (await session.execute(select(func.count()).select_from(Delivery))).scalar_one() == 1
    assert (await office.ask()).state == "paid"


async def test_another_sum_is_left_to_staff(office: Office) -> None:
    payment = await arrive(office, (await office.ask()).reference, 57_000)
    assert (payment.state, payment.paid_amount) == ("differs", 57_000)
    assert "khác số cần nộp 75.000 đồng" in (await office.told())[0]
    async with office.database.session() as session:
        handover = (await session.execute(select(Handover))).scalar_one()
    assert handover.conversation_id == office.citizen
    assert "đã nhận 57.000 đồng, khác số cần nộp 75.000 đồng" in handover.reason


async def test_the_sum_that_was_due_needs_no_staff(office: Office) -> None:
    await arrive(office, (await office.ask()).reference)
    async with office.database.session() as session:
        assert (await session.execute(select(Handover))).all() == []


async def test_a_caller_is_called_when_it_arrived(office: Office) -> None:
    call_id = uuid.uuid4()
    async with office.database.session() as session:
        await session.execute(update(Conversation).values(channel="voice"))
        await calls.begin(session, call_id, "0900000021")
        await calls.change(session, call_id, conversation_id=office.citizen)
    reference = (await office.ask()).reference
    await arrive(office, reference)
    async with office.database.session() as session:
        [(call_back, _, _)] = await call_backs.waiting(session)
    assert call_back.reason.startswith(f"Khoản nộp {reference}: ")
    assert await office.told() == []


async def test_a_notice_cannot_be_played_back(office: Office) -> None:
    reference = (await office.ask()).reference
    await arrive(office, reference, nonce="once-and-never-again")
    with pytest.raises(PlayedBack):
        await arrive(office, reference, nonce="once-and-never-again")


async def test_unknown_and_second_transfers(office: Office) -> None:
    with pytest.raises(UnknownPayment):
        await arrive(office, "MC000000000000")
    reference = (await office.ask()).reference
    await arrive(office, reference)
    with pytest.raises(PaidBefore):
        await arrive(office, reference, transaction="FT2")
    await office.push(3, 6, fee_due=20_000)
    with pytest.raises(PaidBefore):
        await arrive(office, (await office.ask()).reference, 20_000)


async def test_a_fee_that_falls_due_later_is_another_one(office: Office) -> None:
    first = await office.ask()
    await arrive(office, first.reference)
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=50)
    async with office.database.session() as session:
        (await session.get_one(Payment, first.reference)).created_at -= dt.timedelta(days=2)
    await office.push(3, 6, fee_due=75_000, time=tomorrow.isoformat())
    second = await office.ask()
    assert (second.state, second.reference == first.reference) == ("open", False)


@pytest.mark.parametrize(
    "account", [("97040", "0011012345678", "SO MAU"), ("970403", "00-11", "SO MAU"), ("970403", "0011012345678", " ")]
)
async def test_what_is_no_account(office: Office, account: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        async with office.database.session() as session:
            await accounts.set_account(session, "Sở Mẫu", *account)


async def test_the_account_is_that_of_who_reported_last(office: Office) -> None:
    async with office.database.session() as session:
        with pytest.raises(UnknownAgency):
            await accounts.set_account(session, "Sở Khác", "970436", "123456", "SO KHAC")
        await agencies.add(session, "Sở Khác", ["H98"])
        await accounts.set_account(session, "Sở Khác", "970436", "123456", "SO KHAC")
        await accounts.set_account(session, "Sở Mẫu", "970436", "99999", "SO MAU")
    assert (await office.ask()).number == "99999"
