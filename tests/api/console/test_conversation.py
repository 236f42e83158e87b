from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update

from api.console.conversation import INTENT_NAMES
from api.turns import Turns
from records import audit, conversations, waiting
from records.conversations import NewMessage
from records.feedback import NewFeedback, file_feedback
from records.models import ConfirmedNumber, ConversationStatus, Delivery, Disclosure, Message
from tests.api.console.office import Office
from tests.api.rasa import ScriptedRasa
from tests.stack import ROOT


async def talk(office: Office, *said: str, channel: str = "telegram", asks: bool = True) -> uuid.UUID:
    """A conversation in which the citizen said something and, unless not, asked for a person."""
    async with office.database.session() as session:
        conversation = await conversations.of_channel_user(session, channel, uuid.uuid4().hex)
        for text in said or ("Làm khai sinh cần gì?",):
            message, _ = await conversations.take(session, conversation.id, NewMessage(text))
            message.state = "answered"
            message.understanding = {"intent": "ask_documents", "confidence": 0.93, "procedures": ["1.001193"]}
        if asks:
            await waiting.ask(session, conversation.id, "Công dân đề nghị gặp cán bộ")
    return conversation.id


async def messages(office: Office, conversation: uuid.UUID, sender: str) -> list[Message]:
    async with office.database.session() as session:
        found = await conversations.transcript(session, conversation)
    return [message for message in found if message.sender == sender]


async def status(office: Office, conversation: uuid.UUID) -> str:
    async with office.database.session() as session:
        found = await conversations.find(session, conversation)
    assert found is not None
    return found.status


class TestTranscript:
    async def test_it_shows_what_was_understood_and_why_it_waits(self, office: Office) -> None:
        conversation = await talk(office, "Làm khai sinh <b>cần</b> gì?")
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open(f"/conversations/{conversation}")
        assert "ask_documents" not in page
        for part in (
            "Hiểu là: hỏi giấy tờ cần nộp (93 %)",
            "; thủ tục Đăng ký khai sinh (1.001193)",
            "&lt;b&gt;cần",
            "Công dân đề nghị gặp cán bộ",
        ):
            assert part in page

    async def test_what_was_typed_leads_editors_to_what_the_assistant_may_learn_from_it(self, office: Office) -> None:
        conversation = await talk(office, "rước cu tí về nhà mới", "gọi 0900 000 000 giúp tôi")
        async with office.database.session() as session:
            await conversations.take(session, conversation, NewMessage("Khai sinh", payload="/greet"))
        both, agent = await office.hire("bien", "agent", "editor"), await office.hire("an", "agent")
        phrase = "phrase=r%C6%B0%E1%BB%9Bc%20cu%20t%C3%AD%20v%E1%BB%81%20nh%C3%A0%20m%E1%BB%9Bi"
        async with office.desk(both) as desk, office.desk(agent) as other:
            page = await desk.open(f"/conversations/{conversation}")
            assert (page.count("?phrase="), page.count(phrase)) == (2, 2)
            assert "rước cu tí" in await desk.open(f"/knowledge/intents?{phrase}")
            assert "?phrase=" not in await other.open(f"/conversations/{conversation}")

    def test_every_intent_has_a_name_of_its_own(self) -> None:
        domain = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / "bot" / "domain").glob("*.yml")]
        intents = {intent for part in domain for intent in part.get("intents", ())}
        assert set(INTENT_NAMES) == {*intents, "nlu_fallback"}
        assert len({name.strip() for name in INTENT_NAMES.values()} - {""}) == len(INTENT_NAMES)

    async def test_what_is_personal_is_masked_until_it_is_taken_over_or_opened_with_a_reason(
        self, office: Office
    ) -> None:
        conversation = await talk(office, "Số của tôi là 0900 000 000")
        reading, taking = await office.hire("an", "agent"), await office.hire("binh", "agent")
        async with office.desk(reading) as desk, office.desk(taking) as other:
            for path in ("", "/live"):
                page = await desk.open(f"/conversations/{conversation}{path}")
                assert ("0900 000 000" in page, "‹số điện thoại›" in page) == (False, True)
            await desk.open(f"/conversations/{conversation}")
            await desk.send(f"/conversations/{conversation}/open", reason="")
            assert desk.status in (409, 422)
            page = await desk.send(f"/conversations/{conversation}/open", reason="Kiểm tra khiếu nại")
            assert "0900 000 000" in page
            assert "0900 000 000" not in await other.open(f"/conversations/{conversation}")
            assert "0900 000 000" in await other.send(f"/conversations/{conversation}/take")
        async with office.database.session() as session:
            entries = await audit.entries_of(session, f"conversation:{conversation}")
        assert ("personal_data.read", "Kiểm tra khiếu nại") in [(entry.action, entry.reason) for entry in entries]

    async def test_an_auditor_reads_it_masked(self, office: Office) -> None:
        conversation = await talk(office, "Số của tôi là 0900 000 000")
        async with office.desk(await office.hire("kt", "auditor")) as desk:
            page = await desk.open(f"/conversations/{conversation}")
            assert "‹số điện thoại›" in page
            await desk.send(f"/conversations/{conversation}/open", reason="Muốn xem thử")
            assert desk.status == 403

    async def test_an_agency_sees_no_conversation(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.database.session() as session:
            from records import agencies

            await agencies.add(session, "Sở Mẫu", ["H99.01"])
        member = await office.hire("so", "agent", agency="Sở Mẫu")
        async with office.desk(member) as desk:
            await desk.open(f"/conversations/{conversation}")
            assert desk.status == 404
            await desk.send(f"/conversations/{conversation}/take")
            assert desk.status == 403


class TestTakeOver:
    async def test_the_bot_is_silent_until_it_is_given_back(
        self, office: Office, turns: Turns, rasa: ScriptedRasa
    ) -> None:
        conversation = await talk(office)

        async def citizen_says(text: str) -> int:
            async with office.database.session() as session:
                await conversations.take(session, conversation, NewMessage(text))
            await turns.answer(conversation, wait=True)
            return len(await messages(office, conversation, "bot"))

        async with office.desk(await office.hire("an", "agent", name="Nguyễn An")) as desk:
            await desk.open(f"/conversations/{conversation}")
            await desk.send(f"/conversations/{conversation}/take")
            assert await citizen_says("Có ai không?") == 0
            assert await status(office, conversation) == ConversationStatus.PERSON
            await desk.send(f"/conversations/{conversation}/give-back")
            assert await citizen_says("Cảm ơn") == 1
        told = [message.text for message in await messages(office, conversation, "system")]
        assert "Nguyễn An" in told[0]
        assert "kết thúc phần hỗ trợ" in told[1]

    async def test_of_several_one_gets_it_and_the_others_are_told_who(self, office: Office) -> None:
        conversation = await talk(office)
        members = [await office.hire(f"clerk{number}", "agent") for number in range(4)]

        async def try_it(member: Any) -> tuple[int, str]:
            async with office.desk(member) as desk:
                page = await desk.send(f"/conversations/{conversation}/take")
                return desk.status, page

        results = await asyncio.gather(*map(try_it, members))
        assert sorted(code for code, _ in results) == [200, 409, 409, 409]
        winner = next(member.name for member, (code, _) in zip(members, results, strict=True) if code == 200)
        assert all(f"{winner} đã tiếp nhận" in page for code, page in results if code == 409)

    async def test_a_lead_takes_it_from_a_colleague_and_an_agent_does_not(self, office: Office) -> None:
        conversation = await talk(office)
        an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent")
        async with office.desk(an) as first, office.desk(binh) as second:
            await first.send(f"/conversations/{conversation}/take")
            await second.send(f"/conversations/{conversation}/take", from_somebody="true")
            assert second.status == 409
            async with office.desk(await office.hire("chi", "lead")) as lead:
                await lead.send(f"/conversations/{conversation}/take", from_somebody="true")
                assert lead.status == 200
            page = await first.send(f"/conversations/{conversation}/reply", text="Dạ, hồ sơ gồm tờ khai ạ.")
            assert first.status == 409
            assert "đồng nghiệp đã tiếp nhận" in page
            assert "Dạ, hồ sơ gồm tờ khai ạ." in page

    async def test_who_asked_again_after_it_was_given_back_waits_again(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
            await desk.send(f"/conversations/{conversation}/give-back")
            async with office.database.session() as session:
                await waiting.ask(session, conversation, "Hỏi thêm")
            assert "Hỏi thêm" in await desk.open(f"/conversations/{conversation}")

    async def test_it_is_written_into_the_audit_trail(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
        async with office.database.session() as session:
            entries = await audit.entries_of(session, f"conversation:{conversation}")
        assert [entry.action for entry in entries] == ["conversation.take_over"]


class TestReply:
    async def test_it_is_on_its_way_to_the_channel_of_the_citizen(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
            page = await desk.send(f"/conversations/{conversation}/reply", text="  Dạ, em nghe ạ.  ")
            assert "Đang gửi" in page
        (sent,) = await messages(office, conversation, "staff")
        async with office.database.session() as session:
            waiting = (await session.execute(select(Delivery.message_id))).scalars().all()
        assert (sent.text, sent.id in waiting) == ("Dạ, em nghe ạ.", True)

    async def test_on_the_web_nothing_is_posted(self, office: Office) -> None:
        async with office.database.session() as session:
            conversation = (await conversations.start_web(session))[0].id
            await waiting.ask(session, conversation, "")
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
            await desk.send(f"/conversations/{conversation}/reply", text="Dạ")
        async with office.database.session() as session:
            assert (await session.execute(select(Delivery))).all() == []

    async def test_a_file_that_is_not_taken_leaves_nothing_behind(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
            files = {"file": ("x.exe", b"MZ\x90\x00" + bytes(64), "application/pdf")}
            page = await desk.send(f"/conversations/{conversation}/reply", text="Đây ạ", files=files)
        assert desk.status == 409
        assert "Đây ạ" in page
        assert await messages(office, conversation, "staff") == []

    async def test_neither_does_one_from_who_does_not_have_the_conversation(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.open(f"/conversations/{conversation}")
            files = {"file": ("a.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
            await desk.send(f"/conversations/{conversation}/reply", text="Đây ạ", files=files)
        assert desk.status == 409
        assert not office.database.settings.attachments.exists()

    async def test_one_that_the_channel_refused_is_shown_and_can_be_sent_again(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.send(f"/conversations/{conversation}/take")
            await desk.send(f"/conversations/{conversation}/reply", text="Dạ")
            async with office.database.session() as session:
                await session.execute(update(Delivery).values(state="dead", last_error="blocked"))
            page = await desk.open(f"/conversations/{conversation}")
            assert "Không gửi được: blocked" in page
            (sent,) = await messages(office, conversation, "staff")
            page = await desk.send(f"/conversations/{conversation}/again/{sent.id}")
            assert "Đang gửi" in page
            await desk.send(f"/conversations/{conversation}/again/{sent.id}")
            assert desk.status == 409


class TestNotes:
    async def test_a_colleague_who_is_mentioned_finds_the_conversation(self, office: Office) -> None:
        conversation = await talk(office, "Con tôi sinh ở nước ngoài", asks=False)
        binh = await office.hire("binh", "agent")
        async with office.desk(await office.hire("an", "agent")) as desk, office.desk(binh) as other:
            page = await desk.send(f"/conversations/{conversation}/notes", text="@binh xem giúp, việc này khó.")
            assert "việc này khó" in page
            assert str(conversation) in await other.open("/inbox?view=mentions")
            assert str(conversation) not in await desk.open("/inbox?view=mentions")
        assert await messages(office, conversation, "staff") == []

    async def test_a_mention_of_nobody_is_said(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.send(f"/conversations/{conversation}/notes", text="@khongco xem giúp")
            assert (desk.status, "Không có tài khoản @khongco" in page) == (409, True)


class TestOtherCases:
    async def test_they_are_masked_until_opened_with_a_reason_that_is_kept(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.database.session() as session:
            filed = await file_feedback(
                session, NewFeedback("report", "Đèn đường hỏng", conversation_id=str(conversation))
            )
        code = filed.tracking_code
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open(f"/conversations/{conversation}")
            assert code not in page
            assert f"PA-••••-{code[-4:]}" in page
            case_id = desk.value(r'name="case_id" value="(\d+)"')
            page = await desk.send(f"/conversations/{conversation}/cases", case_id=case_id, reason="x")
            assert desk.status == 409
            assert code not in page
            await desk.send(f"/conversations/{conversation}/cases", case_id=case_id, reason="Hỏi về tiến độ")
            assert desk.path == f"/cases/{code}"
            assert code in await desk.open(f"/conversations/{conversation}")
        async with office.database.session() as session:
            (kept,) = (await session.execute(select(Disclosure))).scalars().all()
            entries = await audit.entries_of(session, f"feedback:{code}")
        assert kept.reason == "Hỏi về tiến độ"
        assert [entry.reason for entry in entries] == ["Hỏi về tiến độ"]

    async def test_those_that_came_elsewhere_with_the_same_contact_or_the_own_number(self, office: Office) -> None:
        conversation = await talk(office)
        vault, phone = office.database.vault, "0900000041"
        async with office.database.session() as session:
            new = [
                NewFeedback("report", "Nước đục", contact="Dan@example.vn", conversation_id=str(conversation)),
                NewFeedback("report", "Đèn hỏng", contact="dan@example.vn"),
                NewFeedback("report", "Cây đổ", contact="+84 900 000 041"),
                NewFeedback("report", "Rác đầy", contact="0900000042"),
            ]
            *own, other = [(await file_feedback(session, each)).tracking_code for each in new]
            digest = vault.digest("phone", phone)
            session.add(ConfirmedNumber(conversation_id=conversation, phone=vault.encrypt(phone), phone_hash=digest))
        async with office.desk(await office.hire("an", "agent")) as desk:
            page = await desk.open(f"/conversations/{conversation}")
            assert [f"PA-••••-{code[-4:]}" in page for code in (*own, other)] == [True, True, True, False]
            assert [code in page for code in own] == [False, False, False]
            case_id = desk.value(rf'PA-••••-{own[1][-4:]}[^§]*?name="case_id" value="(\d+)"')
            await desk.send(f"/conversations/{conversation}/cases", case_id=case_id, reason="Hỏi về tiến độ")
            assert desk.path == f"/cases/{own[1]}"

    async def test_a_case_of_another_conversation_cannot_be_opened_from_here(self, office: Office) -> None:
        first, second = await talk(office), await talk(office)
        async with office.database.session() as session:
            await file_feedback(session, NewFeedback("report", "Đèn hỏng", conversation_id=str(second)))
        async with office.desk(await office.hire("an", "agent")) as desk:
            await desk.open(f"/conversations/{second}")
            case_id = desk.value(r'name="case_id" value="(\d+)"')
            await desk.send(f"/conversations/{first}/cases", case_id=case_id, reason="Hỏi về tiến độ")
            assert desk.status == 404


class TestReadyReplies:
    async def test_a_lead_keeps_them_and_an_agent_gets_them_filled(self, office: Office) -> None:
        conversation = await talk(office)
        async with office.desk(await office.hire("chi", "lead")) as lead:
            await lead.send("/replies", shortcut="/chao", text="Dạ, em là {can_bo}, mã {ma_phan_anh} ạ.")
            await lead.send("/replies", shortcut="chao", text="Dạ, em là {can_bo} ạ, mã {ma_phan_anh}.")
            assert lead.page.count("<code>/chao</code>") == 1
        async with office.desk(await office.hire("an", "agent", name="Nguyễn An")) as desk:
            page = await desk.send(f"/conversations/{conversation}/take")
            assert '<li data-shortcut="chao">Dạ, em là Nguyễn An ạ, mã {ma_phan_anh}.</li>' in page

    @pytest.mark.parametrize(("shortcut", "text"), [("x", "Dạ"), ("có dấu", "Dạ"), ("chao", "{ten}"), ("chao", "   ")])
    async def test_what_cannot_work_is_refused(self, office: Office, shortcut: str, text: str) -> None:
        async with office.desk(await office.hire("chi", "lead")) as lead:
            await lead.send("/replies", shortcut=shortcut, text=text)
            assert lead.status == 422
