from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator

import pytest

from api.channels.channel import ChannelDown, ChannelRefused, Outgoing, OutgoingButton, Part
from api.channels.zalo import ZaloChannel
from api.settings import Settings
from records.database import Database
from tests.fakes.zalo import FakeZalo

pytestmark = pytest.mark.usefixtures("zalo_tokens")
CITIZEN = "2460000000000000003"
BUTTONS = [OutgoingButton("Đăng ký khai sinh", "b7.0"), OutgoingButton("Trích lục khai sinh", "b7.1")]


@pytest.fixture
async def channel(zalo: FakeZalo, database: Database) -> AsyncGenerator[ZaloChannel]:
    async with ZaloChannel(Settings(), database) as channel:
        yield channel


class TestSend:
    async def test_a_text(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        assert await channel.send(CITIZEN, Part("Dạ, lệ phí là 0 đồng ạ.")) == "out1"
        assert zalo.sent == [{"recipient": {"user_id": CITIZEN}, "message": {"text": "Dạ, lệ phí là 0 đồng ạ."}}]

    async def test_buttons(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        await channel.send(CITIZEN, Part("Thủ tục nào ạ?", BUTTONS))
        assert zalo.sent[0]["message"] == {
            "text": "Thủ tục nào ạ?",
            "attachment": {
                "type": "template",
                "payload": {
                    "buttons": [
                        {"title": "Đăng ký khai sinh", "type": "oa.query.hide", "payload": "b7.0"},
                        {"title": "Trích lục khai sinh", "type": "oa.query.hide", "payload": "b7.1"},
                    ]
                },
            },
        }

    async def test_a_title_of_any_length(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        await channel.send(CITIZEN, Part("Thủ tục nào ạ?", [OutgoingButton("dài " * 60, "b7.0")]))
        assert len(zalo.sent[0]["message"]["attachment"]["payload"]["buttons"][0]["title"]) == 100

    async def test_a_long_text_with_the_buttons_under_its_end(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        text = "\n\n".join(f"Đoạn {number}: " + "giấy tờ " * 100 for number in range(5))
        for part in channel.parts(Outgoing(text, BUTTONS)):
            await channel.send(CITIZEN, part)
        texts = [sent["message"]["text"] for sent in zalo.sent]
        assert "".join("".join(texts).split()) == "".join(text.split())
        assert ["attachment" in sent["message"] for sent in zalo.sent] == [False, False, True]

    async def test_an_account_without_buttons_gets_them_as_text(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.buttons_allowed = False
        await channel.send(CITIZEN, Part("Thủ tục nào ạ?", BUTTONS))
        [sent] = zalo.sent
        assert sent["message"] == {
            "text": "Thủ tục nào ạ?\n\nAnh/chị nhắn giúp em một trong các lựa chọn sau:\n"
            "• Đăng ký khai sinh\n• Trích lục khai sinh"
        }


class TestToken:
    async def test_a_token_that_zalo_turns_down_is_renewed_and_the_message_sent(
        self, zalo: FakeZalo, channel: ZaloChannel
    ) -> None:
        zalo.access = "changed behind our back"
        assert await channel.send(CITIZEN, Part("chào")) == "out1"
        assert zalo.refreshed == ["refresh-0"]

    async def test_it_is_renewed_once_only(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.fail(-216, "Access token is invalid")
        zalo.fail(-220, "access_token is expired or removed")
        with pytest.raises(ChannelDown, match="-220") as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == dt.timedelta(minutes=15)
        assert zalo.refreshed == ["refresh-0"]

    async def test_a_refused_renewal_waits_for_the_operator(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.access, zalo.refresh = "taken over", "by somebody else"
        with pytest.raises(ChannelDown, match="-14020") as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == dt.timedelta(minutes=15)
        assert "refresh-0" not in str(failure.value)


class TestFailures:
    @pytest.mark.parametrize(
        ("code", "message"),
        [
            (-201, "user_id is invalid!"),
            (-213, "User has not followed OA"),
            (-224, "The OA needs to upgrade OA Tier Package to use this feature"),
            (-227, "User is banned or has been inactive for more than 45 days"),
            (-230, "User has not interacted with the OA in the past 7 days"),
            (-232, "User has not interacted with the OA, or the last interaction has expired"),
            (-244, "User has restricted this message type from your OA"),
        ],
    )
    async def test_what_never_works(self, zalo: FakeZalo, channel: ZaloChannel, code: int, message: str) -> None:
        zalo.fail(code, message)
        with pytest.raises(ChannelRefused, match=str(code)):
            await channel.send(CITIZEN, Part("chào"))
        assert zalo.sent == []

    @pytest.mark.parametrize(
        ("code", "seconds"), [(-32, 60), (-200, None), (-99999, None), (-209, 900), (-223, 900), (-321, 900)]
    )
    async def test_what_is_tried_again(
        self, zalo: FakeZalo, channel: ZaloChannel, code: int, seconds: int | None
    ) -> None:
        zalo.fail(code, "Your application reached limit call api")
        with pytest.raises(ChannelDown) as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == (None if seconds is None else dt.timedelta(seconds=seconds))

    async def test_429_with_a_time_to_wait(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.break_down(429, **{"Retry-After": "30"})
        with pytest.raises(ChannelDown) as failure:
            await channel.send(CITIZEN, Part("chào"))
        assert failure.value.after == dt.timedelta(seconds=30)

    @pytest.mark.parametrize("status", [200, 404, 500, 502, 503])
    async def test_an_answer_that_is_no_answer(self, zalo: FakeZalo, channel: ZaloChannel, status: int) -> None:
        zalo.break_down(status)
        with pytest.raises(ChannelDown, match=str(status)):
            await channel.send(CITIZEN, Part("chào"))

    async def test_a_slow_zalo(self, zalo: FakeZalo, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("api.channels.zalo.READ_SECONDS", 0.2)
        zalo.delay(1)
        async with ZaloChannel(Settings(), database) as channel:
            with pytest.raises(ChannelDown, match="ReadTimeout"):
                await channel.send(CITIZEN, Part("chào"))

    async def test_no_zalo_at_all(self, zalo: FakeZalo, database: Database) -> None:
        async with ZaloChannel(Settings(zalo_url="http://127.0.0.1:9"), database) as channel:
            with pytest.raises(ChannelDown, match="ConnectError"):
                await channel.send(CITIZEN, Part("chào"))


class TestFetch:
    async def read(self, channel: ZaloChannel, url: object) -> bytes:
        async with channel.fetch({"url": url}) as blocks:
            return b"".join([block async for block in blocks])

    async def test_the_content(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.files["a.jpg"] = b"\xff\xd8\xff" + bytes(100_000)
        assert await self.read(channel, f"{zalo.url}/files/a.jpg") == zalo.files["a.jpg"]

    async def test_a_file_that_is_gone(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        with pytest.raises(ChannelRefused, match="404"):
            await self.read(channel, f"{zalo.url}/files/gone.jpg")

    async def test_a_redirect_stays_with_zalo(self, zalo: FakeZalo, channel: ZaloChannel) -> None:
        zalo.files["a.jpg"] = b"\xff\xd8\xff"
        zalo.redirects["b.jpg"] = f"{zalo.url}/files/a.jpg"
        zalo.redirects["c.jpg"] = f"{zalo.url.replace('127.0.0.1', 'localhost')}/files/a.jpg"
        assert await self.read(channel, f"{zalo.url}/files/b.jpg") == b"\xff\xd8\xff"
        with pytest.raises(ChannelRefused, match="does not lie with Zalo"):
            await self.read(channel, f"{zalo.url}/files/c.jpg")

    @pytest.mark.parametrize(
        "url",
        [
            "https://evil.example/a.jpg",
            "https://zdn.vn.evil.example/a.jpg",
            "https://evilzdn.vn/a.jpg",
            "http://photo.zdn.vn/a.jpg",
            "https://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "https://zdn.vn@evil.example/",
            "//photo.zdn.vn/a.jpg",
            "\x00",
            "",
            None,
        ],
    )
    async def test_other_places_are_not_asked(
        self, zalo: FakeZalo, database: Database, monkeypatch: pytest.MonkeyPatch, url: object
    ) -> None:
        monkeypatch.delenv("MOTCUA_ZALO_FILE_HOSTS")
        async with ZaloChannel(Settings(), database) as channel:
            with pytest.raises(ChannelRefused):
                await self.read(channel, url)

    async def test_zalos_own_hosts_are_asked(
        self, database: Database, monkeypatch: pytest.MonkeyPatch, zalo: FakeZalo
    ) -> None:
        monkeypatch.setenv("MOTCUA_ZALO_FILE_HOSTS", "zdn.vn, invalid")
        async with ZaloChannel(Settings(), database) as channel:
            with pytest.raises(ChannelDown, match="ConnectError"):
                await self.read(channel, "https://photo.invalid:9/a.jpg")
