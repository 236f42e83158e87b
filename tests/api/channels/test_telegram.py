from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from api.channels.channel import ChannelDown, ChannelRefused, Outgoing, OutgoingButton, OutgoingFile, Part
from api.channels.telegram import TelegramChannel
from api.settings import Settings
from tests.fakes.telegram import FakeTelegram

CITIZEN = "5000000001"


@pytest.fixture
async def channel(telegram: FakeTelegram) -> AsyncGenerator[TelegramChannel]:
    async with TelegramChannel(Settings()) as channel:
        yield channel


async def read(channel: TelegramChannel, file_id: str) -> bytes:
    async with channel.fetch({"file_id": file_id}) as blocks:
        return b"".join([block async for block in blocks])


class TestOpen:
    def test_needs_a_token(self) -> None:
        with pytest.raises(ValueError, match="MOTCUA_TELEGRAM_TOKEN"):
            TelegramChannel(Settings(telegram_token=None))

    async def test_asks_telegram_for_nothing(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        assert telegram.calls == []


class TestSend:
    async def test_a_text(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        assert await channel.send(CITIZEN, Part("Dạ, lệ phí là 0 đồng <b>ạ</b>.")) == "1000"
        [sent] = telegram.sent
        assert (sent["chat_id"], sent["text"]) == (CITIZEN, "Dạ, lệ phí là 0 đồng <b>ạ</b>.")
        assert "parse_mode" not in sent
        assert sent["link_preview_options"] == {"is_disabled": True}

    async def test_short_buttons_stand_side_by_side(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        buttons = [OutgoingButton("Đúng ạ", "b7.0"), OutgoingButton("Không", "b7.1"), OutgoingButton("Thôi", "b7.2")]
        await channel.send(CITIZEN, Part("Đúng không ạ?", buttons))
        assert telegram.sent[0]["reply_markup"]["inline_keyboard"] == [
            [{"text": "Đúng ạ", "callback_data": "b7.0"}, {"text": "Không", "callback_data": "b7.1"}],
            [{"text": "Thôi", "callback_data": "b7.2"}],
        ]

    async def test_long_ones_below_each_other(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        buttons = [OutgoingButton("Đăng ký khai sinh lưu động", "b8.0"), OutgoingButton("Khác", "b8.1")]
        await channel.send(CITIZEN, Part("Thủ tục nào ạ?", buttons))
        keyboard = telegram.sent[0]["reply_markup"]["inline_keyboard"]
        assert [[key["callback_data"] for key in row] for row in keyboard] == [["b8.0"], ["b8.1"]]

    async def test_a_long_text_in_order_with_the_buttons_under_its_end(
        self, telegram: FakeTelegram, channel: TelegramChannel
    ) -> None:
        text = "\n\n".join(f"Đoạn {number}: " + "giấy tờ " * 100 for number in range(12))
        for part in channel.parts(Outgoing(text, [OutgoingButton("Có", "b9.0")])):
            await channel.send(CITIZEN, part)
        texts = [sent["text"] for sent in telegram.sent]
        assert "".join("".join(texts).split()) == "".join(text.split())
        assert all(piece.startswith("Đoạn") for piece in texts)
        assert ["reply_markup" in sent for sent in telegram.sent] == [False, False, True]

    @pytest.mark.parametrize(
        ("size", "methods"), [(10_000_000, ["sendPhoto", "sendDocument"]), (10_000_001, ["sendDocument"])]
    )
    async def test_a_picture_is_sent_as_one_up_to_10_mb(
        self, telegram: FakeTelegram, channel: TelegramChannel, size: int, methods: list[str]
    ) -> None:
        noise = OutgoingFile("a.png", "image/png", bytes(size), "")
        [part] = channel.parts(Outgoing("Dạ", (), [noise]))
        await channel.send(CITIZEN, part)
        assert [method for method, _ in telegram.calls] == methods

    @pytest.mark.parametrize(("size", "taken"), [(50_000_000, True), (50_000_001, False)])
    async def test_a_file_of_more_than_50_mb_is_a_link(self, channel: TelegramChannel, size: int, taken: bool) -> None:
        film = OutgoingFile("phim.mp4", "video/mp4", bytes(size), "https://motcua.example/tep/x")
        [part] = channel.parts(Outgoing("Dạ", (), [film]))
        assert (part.file is not None, film.link in part.text) == (taken, not taken)


class TestFailures:
    async def test_429_asks_to_wait_as_long_as_telegram_does(
        self, telegram: FakeTelegram, channel: TelegramChannel
    ) -> None:
        telegram.fail("sendMessage", 429, "Too Many Requests: retry after 17", retry_after=17)
        with pytest.raises(ChannelDown) as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == dt.timedelta(seconds=17)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    async def test_a_broken_gateway(self, telegram: FakeTelegram, channel: TelegramChannel, status: int) -> None:
        telegram.break_down("sendMessage", status)
        with pytest.raises(ChannelDown) as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after is None

    async def test_a_slow_telegram(
        self, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch, channel: TelegramChannel
    ) -> None:
        monkeypatch.setattr("api.channels.telegram.READ_SECONDS", 0.2)
        telegram.delay("sendMessage", 1)
        async with TelegramChannel(Settings()) as hasty:
            with pytest.raises(ChannelDown, match="TimedOut"):
                await hasty.send(CITIZEN, Part("chào"))

    async def test_no_telegram_at_all(self) -> None:
        settings = Settings(telegram_token=SecretStr("1:abc"), telegram_url="http://127.0.0.1:9")
        async with TelegramChannel(settings) as channel:
            with pytest.raises(ChannelDown, match="ConnectError"):
                await channel.send(CITIZEN, Part("chào"))

    async def test_a_wrong_token_waits_for_the_operator(self, telegram: FakeTelegram) -> None:
        async with TelegramChannel(Settings(telegram_token=SecretStr("1:revoked"))) as channel:
            with pytest.raises(ChannelDown) as failure:
                await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == dt.timedelta(minutes=15)
        assert "revoked" not in str(failure.value)

    async def test_a_citizen_who_blocked_the_bot(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        telegram.blocked_by.add(int(CITIZEN))
        with pytest.raises(ChannelRefused, match="blocked by the user"):
            await channel.send(CITIZEN, Part("chào"))

    async def test_a_message_that_telegram_does_not_take(
        self, telegram: FakeTelegram, channel: TelegramChannel
    ) -> None:
        telegram.fail("sendMessage", 400, "Bad Request: chat not found")
        with pytest.raises(ChannelRefused, match="Chat not found"):
            await channel.send(CITIZEN, Part("chào"))


class TestFetch:
    async def test_the_content_block_by_block(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        telegram.files["PHOTO"] = b"\xff\xd8\xff" + bytes(300_000)
        async with channel.fetch({"file_id": "PHOTO"}) as blocks:
            sizes = [len(block) async for block in blocks]
        assert (sum(sizes), len(sizes) > 1) == (300_003, True)

    @pytest.mark.parametrize("file_id", ["GONE", "BIG"])
    async def test_a_file_that_telegram_does_not_give(
        self, telegram: FakeTelegram, channel: TelegramChannel, file_id: str
    ) -> None:
        telegram.files["BIG"] = bytes(20 * 2**20 + 1)
        with pytest.raises(ChannelRefused):
            await read(channel, file_id)

    async def test_a_file_server_that_is_down(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        telegram.files["PHOTO"] = b"\xff\xd8\xff"
        telegram.break_down("file", 503)
        with pytest.raises(ChannelDown, match="503"):
            await read(channel, "PHOTO")
        assert await read(channel, "PHOTO") == b"\xff\xd8\xff"

    async def test_a_file_that_went_between_question_and_download(
        self, telegram: FakeTelegram, channel: TelegramChannel
    ) -> None:
        telegram.files["PHOTO"] = b"\xff\xd8\xff"
        telegram.break_down("file", 404)
        with pytest.raises(ChannelRefused, match="404"):
            await read(channel, "PHOTO")

    async def test_a_connection_that_breaks_on_the_way(self, telegram: FakeTelegram, channel: TelegramChannel) -> None:
        telegram.files["PHOTO"] = bytes(300_000)
        telegram.cut_off("PHOTO", 100_000)
        with pytest.raises(ChannelDown, match="file server"):
            await read(channel, "PHOTO")
