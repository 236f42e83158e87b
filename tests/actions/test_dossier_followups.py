"""After a dossier was opened: hearing of changes, paying, reporting that it is late."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from sqlalchemy import select, update

from actions.dossier_followups import LATE
from records import agencies, calls, dossier_notices
from records.database import Database
from records.models import Agency, Conversation, Payment, Verification
from records.payments import accounts, service
from records.synchronisation import Tally, read_batch, write_batch
from tests.actions.conftest import Said, Talk

CODE = "H99.90-261101-0001"


async def push(database: Database, state: int, **more: object) -> None:
    line = {"code": CODE, "state": state, "time": f"2024-09-{state:02}T08:00:00Z", "phone": "0900000099", **more}
    async with database.session() as session:
        agency = (await session.execute(select(Agency))).scalar_one()
        batch = read_batch(database.vault, agency, [json.dumps(line).encode()], 1, str)
        await write_batch(session, batch, Tally(), str)


@pytest.fixture(autouse=True)
async def stored(database: Database) -> None:
    async with database.session() as session:
        await agencies.add(session, "Công an xã Mẫu", ["H99"])
        await accounts.set_account(session, "Công an xã Mẫu", "970436", "0011012345678", "CONG AN XA MAU")
    await push(database, 6, fee_due=20_000, fee_for="lệ phí", procedure_name="Đăng ký thường trú")


async def opened(talk: Talk, digits: str = "0099") -> Said:
    talk.slots |= {"dossier_code": CODE, "dossier_digits": digits}
    return await talk.run("action_dossier_status", digits)


async def followed(database: Database, talk: Talk) -> list[str]:
    async with database.session() as session:
        return list(await dossier_notices.subscriptions(session, uuid.UUID(talk.id)))


def followups(said: Said) -> list[str]:
    return [event["name"] for event in said.events if event["event"] == "followup"]


class TestNextStep:
    async def test_what_to_do_now_is_what_the_dossier_needs(self, talk: Talk) -> None:
        await opened(talk)
        said = await talk.run("action_answer", "vậy giờ chị phải làm gì", "ask_steps")
        assert said.text == "Anh/chị nộp khoản này để hồ sơ được xử lý tiếp ạ."
        assert "/ask_payment" in said.payloads

    async def test_who_did_not_open_it_is_told_nothing(self, talk: Talk, database: Database) -> None:
        await opened(talk)
        async with database.session() as session:
            await session.execute(update(Verification).values(at=Verification.at - dt.timedelta(hours=2)))
        said = await talk.run("action_answer", "vậy giờ chị phải làm gì", "ask_steps")
        assert "nộp khoản này" not in said.text


class TestNotices:
    async def test_an_opened_dossier_is_followed_and_let_go(self, talk: Talk, database: Database) -> None:
        assert "/subscribe" in (await opened(talk)).payloads
        said = await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        assert CODE in said.text
        assert await followed(database, talk) == [CODE]
        assert "vẫn đang theo dõi" in (await talk.run("action_subscribe", "báo nhé", "subscribe")).text
        said = await talk.run("action_unsubscribe", "thôi báo", "unsubscribe")
        assert CODE in said.text
        assert await followed(database, talk) == []
        assert "không gửi tin báo" in (await talk.run("action_unsubscribe", "thôi báo", "unsubscribe")).text

    async def test_a_caller_is_told_who_will_call(self, talk: Talk, database: Database) -> None:
        call_id, talk.channel = uuid.uuid4(), "voice"
        async with database.session() as session:
            await session.execute(update(Conversation).values(channel="voice"))
            await calls.begin(session, call_id, None)
            await calls.change(session, call_id, conversation_id=uuid.UUID(talk.id))
        await opened(talk)
        said = await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        assert "không hiện số" in said.text
        assert await followed(database, talk) == []
        async with database.session() as session:
            caller = database.vault.encrypt("0900000099")
            await calls.change(session, call_id, caller=caller)
        said = await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        assert "cán bộ gọi lại" in said.text
        assert await followed(database, talk) == [CODE]

    async def test_a_wish_waits_for_the_second_factor(self, talk: Talk, database: Database) -> None:
        said = await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        assert (said.messages, followups(said)) == ([], ["dossier_form"])
        assert CODE not in (await opened(talk, "1111")).text
        assert await followed(database, talk) == []
        await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        assert "báo anh/chị ngay" in (await opened(talk)).text
        assert (await followed(database, talk), talk.slots["dossier_wish"]) == ([CODE], None)

    async def test_a_code_that_was_not_opened_here_is_not_followed(self, talk: Talk, database: Database) -> None:
        said = await talk.run("action_subscribe", "/subscribe", "subscribe", entities={"dossier_code": CODE})
        assert followups(said) == ["dossier_form"]
        talk.slots["dossier_open"] = CODE
        said = await talk.run("action_subscribe", "báo nhé", "subscribe")
        assert followups(said) == ["dossier_form"]
        assert await followed(database, talk) == []

    async def test_what_was_opened_long_ago_is_opened_again_first(self, talk: Talk, database: Database) -> None:
        await opened(talk)
        async with database.session() as session:
            await session.execute(update(Verification).values(at=Verification.at - dt.timedelta(hours=2)))
        assert followups(await talk.run("action_subscribe", "báo nhé", "subscribe")) == ["dossier_form"]

    async def test_a_form_that_was_broken_off_forgets_the_wish(self, talk: Talk) -> None:
        await talk.run("action_subscribe", "báo cho tôi khi có kết quả", "subscribe")
        await talk.run("action_dossier_status", "thôi")
        assert talk.slots["dossier_wish"] is None


class TestPayment:
    async def test_what_to_pay_and_how(self, talk: Talk, database: Database) -> None:
        assert "/ask_payment" in (await opened(talk)).payloads
        said = (await talk.run("action_ask_payment", "nộp tiền", "ask_payment")).text
        async with database.session() as session:
            payment = (await session.execute(select(Payment))).scalar_one()
        for told in ("20.000 đồng (lệ phí)", "Vietcombank", "0011012345678", payment.reference, "/payments/", "OTP"):
            assert told in said

    async def test_whether_it_arrived(self, talk: Talk, database: Database) -> None:
        await opened(talk)
        await talk.run("action_ask_payment", "nộp tiền", "ask_payment")
        async with database.session() as session:
            payment = (await session.execute(select(Payment))).scalar_one()
            notice = service.Notice(payment.reference, 20_000, "FT1", dt.datetime(2026, 11, 2, 2, 30, tzinfo=dt.UTC))
            await service.take_notice(session, notice, "a-nonce-of-the-test")
        said = await talk.run("action_ask_payment", "đã nhận được tiền chưa", "ask_payment")
        assert "đã được ghi nhận lúc 09:30 ngày 02/11/2026" in said.text

    async def test_nothing_due(self, talk: Talk, database: Database) -> None:
        await push(database, 9, fee_paid=20_000)
        await opened(talk)
        said = await talk.run("action_ask_payment", "nộp tiền", "ask_payment")
        assert "không có khoản nào phải nộp" in said.text
        assert "Số đã nộp: 20.000 đồng" in said.text

    async def test_who_did_not_open_it_is_told_nothing(self, talk: Talk) -> None:
        talk.slots["dossier_open"] = CODE
        said = await talk.run("action_ask_payment", "nộp tiền", "ask_payment")
        assert (said.messages, followups(said)) == ([], ["dossier_form"])

    async def test_a_payment_that_search_knows_is_no_matter_of_a_dossier(self, talk: Talk) -> None:
        asked = "làm lại thẻ căn cước bị mất có phải đóng tiền không"
        said = await talk.run("action_ask_payment", asked, "ask_payment", 0.6)
        assert "đồng" in said.text
        talked = await talk.run("action_ask_payment", "đóng tiền qua mạng được không", "ask_payment", 0.6)
        assert talked.messages[0]["custom"]["procedure"]["code"] == talk.slots["procedure"]
        sure = await talk.run("action_ask_payment", "đóng tiền qua mạng được không", "ask_payment", 0.9)
        assert followups(sure) == ["dossier_form"]
        named = await talk.run("action_ask_payment", "hồ sơ đóng tiền qua mạng được không", "ask_payment", 0.6)
        assert followups(named) == ["dossier_form"]


class TestLate:
    async def test_an_apology_who_is_responsible_and_a_report_filled_in(self, talk: Talk, database: Database) -> None:
        await push(database, 9)
        await push(database, 10, promised="2024-09-06", time="2024-09-03T08:00:00Z")
        await push(database, 4, promised="2024-09-06", time="2024-09-12T08:00:00Z", submitted="2024-09-02")
        said = await opened(talk)
        assert "Công an xã Mẫu chịu trách nhiệm" in said.text
        assert "xin lỗi" in said.text
        late = json.dumps({"field": LATE})
        assert f"/give_feedback{late}" in said.payloads
        form = await talk.run(
            "validate_feedback_form", f"/give_feedback{late}", "give_feedback", entities={"field": LATE}
        )
        assert CODE in talk.slots["feedback_what"]
        assert talk.slots["feedback_where"] == "Công an xã Mẫu"
        assert "06/09/2024" in talk.slots["feedback_when"]
        assert "số điện thoại" in form.text

    async def test_who_complains_of_the_lateness_gets_the_report_filled_in(self, talk: Talk) -> None:
        talk.slots["feedback_draft"] = {"feedback_what": "Hồ sơ trễ"}
        await talk.run("validate_feedback_form", "trễ vậy gửi phản ánh giùm tôi đi", "formal_complaint")
        assert talk.slots["feedback_what"] == "Hồ sơ trễ"

    async def test_a_report_about_something_else_is_not_filled_in(self, talk: Talk) -> None:
        talk.slots["feedback_draft"] = {"feedback_what": "Hồ sơ trễ"}
        await talk.run("validate_feedback_form", "/give_feedback", "give_feedback")
        assert talk.slots["feedback_what"] is None

    async def test_a_dossier_in_time_offers_no_report(self, talk: Talk) -> None:
        said = await opened(talk)
        assert talk.slots["feedback_draft"] is None
        assert not any("give_feedback" in payload for payload in said.payloads)
