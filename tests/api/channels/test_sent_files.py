"""Files of staff, from the form of the console to the citizen: on Telegram, on Zalo, on the web."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

import pytest
from fastapi import Response
from fastapi.responses import JSONResponse
from sqlalchemy import select, update

from api.channels.registry import open_channels
from api.hearing import Hearing
from api.jobs import Jobs
from api.settings import Settings
from api.turns import Turns
from knowledge.search import Knowledge
from records import attachments, conversations
from records.database import Database
from records.models import Attachment, Delivery
from records.signals import Signals
from tests.api.console.office import URL, Browser, Office
from tests.fakes.telegram import FakeTelegram, Uploaded
from tests.fakes.zalo import FakeZalo
from tests.pictures import photo, png, size_of

pytestmark = pytest.mark.usefixtures("zalo_tokens")
CITIZENS = {"telegram": "5000000001", "zalo": "2460000000000000003"}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
LONG = "Dạ, anh/chị điền theo hướng dẫn ạ. " * 40


@dataclass
class Counter:
    """A clerk who has a conversation on every channel, and the worker that carries replies on."""

    office: Office
    desk: Browser
    jobs: Jobs
    talks: Mapping[str, UUID]

    async def reply(self, channel: str, text: str, name: str, content: bytes) -> str:
        """Sends a reply with a file from the console's form, has it carried on, and returns the page as it is then."""
        files = {"file": (name, content, "application/octet-stream")}
        await self.desk.send(f"/conversations/{self.talks[channel]}/reply", text=text, files=files)
        assert self.desk.status == 200, self.desk.page
        return await self.deliver(channel)

    async def deliver(self, channel: str) -> str:
        """Has what waits carried on, without waiting for the time of the next attempt."""
        async with self.office.database.session() as session:
            await session.execute(update(Delivery).values(next_attempt_at=None))
        await self.jobs.deliver(str(self.talks[channel]))
        return await self.desk.open(f"/conversations/{self.talks[channel]}")

    async def behind(self, text: str) -> bytes:
        """What the link in a text opens."""
        found = re.search(r"http\S+(/tep/\S+)", text)
        assert found is not None, text
        return (await self.desk.client.get(found[1])).raise_for_status().content


@pytest.fixture
async def counter(
    database: Database, knowledge: Knowledge, turns: Turns, telegram: FakeTelegram, zalo: FakeZalo
) -> AsyncGenerator[Counter]:
    office, settings = Office.without_bot(URL, database, knowledge), Settings()
    async with open_channels(settings, database) as channels, office.desk(await office.hire("an", "agent")) as desk:
        counter = Counter(office, desk, Jobs(database, turns, channels, Hearing(settings)), talks := {})
        for channel, citizen in CITIZENS.items():
            async with database.session() as session:
                talks[channel] = (await conversations.of_channel_user(session, channel, citizen)).id
            await desk.send(f"/conversations/{talks[channel]}/take")
            await counter.deliver(channel)
        telegram.calls.clear()
        zalo.sent.clear()
        yield counter


class TestTelegram:
    async def test_a_document_comes_with_the_text_as_its_caption(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        page = await counter.reply("telegram", " Dạ, mẫu đơn đây ạ. ", "Mẫu đơn.pdf", PDF)
        [(method, sent)] = telegram.calls
        assert (method, sent["chat_id"], sent["caption"]) == (
            "sendDocument",
            CITIZENS["telegram"],
            "Dạ, mẫu đơn đây ạ.",
        )
        assert sent["document"] == Uploaded("Mẫu đơn.pdf", "application/pdf", PDF)
        assert re.search(r'href="/files/[^"]+"[^>]*>Mẫu đơn.pdf</a>', page)
        assert ("Đã gửi" in page, "Đang gửi" in page, "/tep/" in page) == (True, False, False)

    async def test_a_picture_is_one_even_without_a_text(self, counter: Counter, telegram: FakeTelegram) -> None:
        await counter.reply("telegram", "", "sơ đồ.png", png(40))
        [(method, sent)] = telegram.calls
        assert (method, sent["photo"].name, size_of(sent["photo"].content)) == ("sendPhoto", "sơ đồ.png", (40, 40))
        assert "caption" not in sent

    async def test_one_that_telegram_does_not_show_is_a_document(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        await counter.reply("telegram", "Bản quét đây ạ.", "quét.png", png(5_001))
        assert [method for method, _ in telegram.calls] == ["sendPhoto", "sendDocument"]
        [sent] = telegram.calls_of("sendDocument")
        assert (sent["caption"], size_of(sent["document"].content)) == ("Bản quét đây ạ.", (5_001, 5_001))

    async def test_a_text_that_is_no_caption_comes_before_it_and_once_whatever_fails(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        telegram.break_down("sendDocument", 502)
        page = await counter.reply("telegram", LONG, "don.pdf", PDF)
        assert "Đang gửi (đã thử 1 lần)" in page
        page = await counter.deliver("telegram")
        assert [method for method, _ in telegram.calls] == ["sendMessage", "sendDocument", "sendDocument"]
        assert (telegram.sent[0]["text"], telegram.calls[-1][1]["document"].content) == (LONG.strip(), PDF)
        assert "Đang gửi" not in page

    async def test_a_worker_that_dies_between_the_text_and_the_file(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        telegram.delay("sendDocument", 0.5)
        working = asyncio.create_task(counter.reply("telegram", LONG, "don.pdf", PDF))
        while not telegram.calls_of("sendDocument"):  # noqa: ASYNC110 - the fake runs in another thread
            await asyncio.sleep(0.01)
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        page = await counter.deliver("telegram")
        assert (len(telegram.sent), len(telegram.calls_of("sendDocument"))) == (1, 2)
        assert "Đang gửi" not in page

    async def test_a_citizen_who_blocks_the_bot_in_between_gets_the_rest_later(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        telegram.delay("sendMessage", 0)  # the text is taken
        telegram.fail("sendDocument", 403, "Forbidden: bot was blocked by the user")
        telegram.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
        page = await counter.reply("telegram", LONG, "don.pdf", PDF)
        sent = re.findall(rf"/console/conversations/{counter.talks['telegram']}/again/(\d+)", page)[-1]
        assert "Chỉ gửi được một phần, phần còn lại không gửi được: Forbidden" in page
        telegram.calls.clear()
        await counter.desk.send(f"/conversations/{counter.talks['telegram']}/again/{sent}")
        await counter.deliver("telegram")
        assert [(method, call.get("caption")) for method, call in telegram.calls] == [("sendDocument", None)]

    async def test_a_file_that_is_refused_after_all_goes_as_its_link(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        telegram.fail("sendDocument", 400, "Bad Request: file must be non-empty")
        await counter.reply("telegram", "Dạ, mẫu đây ạ.", "don.pdf", PDF)
        [sent] = telegram.sent
        assert sent["text"].startswith("Dạ, mẫu đây ạ.\n\nTệp đính kèm: don.pdf\nhttp")
        assert await counter.behind(sent["text"]) == PDF

    async def test_one_whose_content_is_gone_is_dead_and_holds_nobody_up(
        self, counter: Counter, telegram: FakeTelegram
    ) -> None:
        files = {"file": ("don.pdf", PDF, "application/pdf")}
        await counter.desk.send(f"/conversations/{counter.talks['telegram']}/reply", text="Dạ", files=files)
        await counter.desk.send(f"/conversations/{counter.talks['telegram']}/reply", text="Anh/chị chờ em ạ.")
        async with counter.office.database.session() as session:
            await attachments.remove_content(session, (await session.execute(select(Attachment))).scalar_one())
        page = await counter.deliver("telegram")
        assert [sent["text"] for sent in telegram.sent] == ["Anh/chị chờ em ạ."]
        assert "Không gửi được: the file is gone" in page


class TestZalo:
    async def test_a_picture_is_uploaded_and_sent_with_the_text(self, counter: Counter, zalo: FakeZalo) -> None:
        page = await counter.reply("zalo", "Dạ, sơ đồ đây ạ.", "sơ đồ.png", png(40))
        [(key, (name, content))] = zalo.uploaded.items()
        assert (name, size_of(content)) == ("sơ đồ.png", (40, 40))
        image = {"media_type": "image", "attachment_id": key}
        assert zalo.sent == [
            {
                "recipient": {"user_id": CITIZENS["zalo"]},
                "message": {
                    "text": "Dạ, sơ đồ đây ạ.",
                    "attachment": {
                        "type": "template",
                        "payload": {"template_type": "media", "elements": [image]},
                    },
                },
            }
        ]
        assert ("Đã gửi" in page, "Đang gửi" in page) == (True, False)

    async def test_a_document_follows_the_text(self, counter: Counter, zalo: FakeZalo) -> None:
        await counter.reply("zalo", "Dạ, mẫu đơn đây ạ.", "Mẫu đơn.pdf", PDF)
        [(key, uploaded)] = zalo.uploaded.items()
        assert uploaded == ("Mẫu đơn.pdf", PDF)
        assert [sent["message"] for sent in zalo.sent] == [
            {"text": "Dạ, mẫu đơn đây ạ."},
            {"attachment": {"type": "file", "payload": {"token": key}}},
        ]

    @pytest.mark.parametrize(
        ("name", "content"),
        [("lớn.pdf", PDF + bytes(5 * 2**20)), ("ảnh.webp", photo("WEBP")), ("không đuôi", PDF)],
        ids=["too large", "another type", "a name that Zalo refuses"],
    )
    async def test_what_zalo_does_not_take_goes_as_a_link(
        self, counter: Counter, zalo: FakeZalo, name: str, content: bytes
    ) -> None:
        page = await counter.reply("zalo", "Dạ, tệp đây ạ.", name, content)
        said = "\n\n".join(sent["message"]["text"] for sent in zalo.sent)
        assert said.startswith(f"Dạ, tệp đây ạ.\n\nTệp đính kèm: {name}\nhttp")
        assert (await counter.behind(said))[:4] == content[:4]
        assert (zalo.uploaded, "Đang gửi" in page) == ({}, False)

    @pytest.mark.parametrize(
        "failure", [Response("<html></html>", 502), JSONResponse({"error": -32, "message": "limit"})]
    )
    async def test_a_failing_upload_is_tried_again_and_the_text_is_not(
        self, counter: Counter, zalo: FakeZalo, failure: Response
    ) -> None:
        zalo.fail_upload(failure)
        assert "Đang gửi (đã thử 1 lần)" in await counter.reply("zalo", "Dạ", "don.pdf", PDF)
        assert "Đang gửi" not in await counter.deliver("zalo")
        assert [list(sent["message"]) for sent in zalo.sent] == [["text"], ["attachment"]]

    async def test_a_token_that_zalo_turns_down_is_renewed_for_an_upload(
        self, counter: Counter, zalo: FakeZalo
    ) -> None:
        zalo.access = "changed behind our back"
        await counter.reply("zalo", "", "don.pdf", PDF)
        assert (zalo.refreshed, len(zalo.uploaded), len(zalo.sent)) == (["refresh-0"], 1, 1)


class TestWeb:
    async def test_the_transcript_names_an_address_that_opens_the_file(self, counter: Counter) -> None:
        database = counter.office.database
        async with database.session() as session:
            conversation, token = await conversations.start_web(session)
            said, _ = await conversations.take(session, conversation.id, conversations.NewMessage("Ảnh của tôi"))
            await attachments.upload(session, conversation.id, "tôi.png", _blocks(png()), message_id=said.id)
        await counter.desk.send(f"/conversations/{conversation.id}/take")
        files = {"file": ("mau-don.pdf", PDF, "application/pdf")}
        await counter.desk.send(f"/conversations/{conversation.id}/reply", text="Dạ", files=files)
        async with Signals.open(database.settings) as signals, counter.office.stranger() as citizen:
            counter.office.app.state.signals = signals
            address = f"/api/v1/conversations/{conversation.id}/messages"
            found = await citizen.client.get(address, headers={"Authorization": f"Bearer {token}"})
            own, _, reply = found.raise_for_status().json()["messages"]
            assert [file["path"] for file in own["attachments"]] == [None]
            [file] = reply["attachments"]
            assert (reply["text"], file["name"], file["size"]) == ("Dạ", "mau-don.pdf", len(PDF))
            opened = await citizen.client.get(file["path"])
            wrong = await citizen.client.get(file["path"][:-4] + "xxxx")
        assert (opened.content, wrong.status_code) == (PDF, 404)
        assert "attachment" in opened.headers["content-disposition"]


async def _blocks(content: bytes) -> AsyncGenerator[bytes]:
    yield content
