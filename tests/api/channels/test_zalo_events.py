from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.channel import Incoming
from api.channels.zalo_events import UnreadableEvent, parse
from records.attachments import NewAttachment
from records.conversations import NewMessage
from tests.fakes.zalo import Follower

URL = "https://photo-stal-1.zdn.vn/a.jpg"


@pytest.fixture
def citizen() -> Follower:
    return Follower("2460000000000000003")


def taken(event: dict[str, Any]) -> Incoming:
    incoming = parse(event)
    assert incoming is not None
    return incoming


class TestMessages:
    def test_a_text(self, citizen: Follower) -> None:
        event = citizen.says("Lệ phí bao nhiêu?")
        message = NewMessage("Lệ phí bao nhiêu?", None, f"m{event['message']['msg_id']}")
        assert parse(event) == Incoming("2460000000000000003", message)

    def test_a_pressed_button_arrives_as_text(self, citizen: Follower) -> None:
        message = taken(citizen.says("b123.0")).message
        assert (message.text, message.payload) == ("b123.0", "b123.0")

    @pytest.mark.parametrize("text", ["b123", "b1.22", " b1.2", "b١.2", "B1.2", "/affirm"])
    def test_other_texts_are_no_buttons(self, citizen: Follower, text: str) -> None:
        assert taken(citizen.says(text)).message.payload is None

    @pytest.mark.parametrize(
        ("content", "kind"), [("image", "image"), ("gif", "image"), ("audio", "audio"), ("video", "video")]
    )
    def test_media(self, citizen: Follower, content: str, kind: str) -> None:
        incoming = taken(citizen.sends(content, None, {"url": URL, "thumbnail": "https://t.zdn.vn/t.jpg"}))
        assert [(a.kind, a.remote) for a in incoming.attachments] == [(kind, {"url": URL})]

    def test_several_pictures_with_a_caption(self, citizen: Follower) -> None:
        incoming = taken(citizen.sends("image", "Rác ở đầu ngõ", {"url": URL}, {"url": f"{URL}?2"}))
        assert (incoming.message.text, len(incoming.attachments)) == ("Rác ở đầu ngõ", 2)

    def test_a_file_that_may_be_a_voice_note(self, citizen: Follower) -> None:
        payload = {"url": URL, "name": "ghi\x00am.m4a", "size": "20480", "type": "m4a", "checksum": "0"}
        incoming = taken(citizen.sends("file", None, payload))
        assert incoming.attachments == (NewAttachment("audio", {"url": URL}, "ghiam.m4a"),)

    def test_a_location_with_numbers_as_text(self, citizen: Follower) -> None:
        place = {"coordinates": {"latitude": "21.0300001", "longitude": "105.85"}}
        incoming = taken(citizen.sends("location", "UBND phường Thử", place))
        remote = {"latitude": 21.0300001, "longitude": 105.85}
        assert incoming.attachments == (NewAttachment("location", remote),)
        assert incoming.message.text == "UBND phường Thử"

    def test_a_link(self, citizen: Follower) -> None:
        link = {"url": "https://dichvucong.gov.vn", "description": "Cổng", "thumbnail": ""}
        assert taken(citizen.sends("link", None, link)).message.text == "https://dichvucong.gov.vn"

    @pytest.mark.parametrize("content", ["sticker", "business_card"])
    def test_what_is_not_taken_is_an_empty_message(self, citizen: Follower, content: str) -> None:
        event = citizen.sends(content, None, {"id": "abc", "url": URL, "phone": "0900000001"})
        message = NewMessage("", None, f"m{event['message']['msg_id']}")
        assert parse(event) == Incoming("2460000000000000003", message)


class TestOtherEvents:
    def test_following_says_hello_once(self, citizen: Follower) -> None:
        hello = Incoming("2460000000000000003", NewMessage("xin chào", None, "follow"))
        assert [parse(citizen.follows()), parse(citizen.follows())] == [hello, hello]

    @pytest.mark.parametrize(
        "name", ["oa_send_text", "user_seen_message", "user_send_group_text", "new_event", None, 5]
    )
    def test_the_rest_is_ignored(self, citizen: Follower, name: Any) -> None:
        assert parse(citizen.says("chào") | {"event_name": name}) is None
        assert parse(citizen.unfollows()) is None


class TestUnreadable:
    @pytest.mark.parametrize(
        "change",
        [
            {"sender": None},
            {"sender": {"id": ""}},
            {"sender": {"id": "a\x00b"}},
            {"message": {"text": "không có mã"}},
            {"message": {"msg_id": "1", "text": ["bí mật"]}},
            {"message": {"msg_id": "1", "attachments": [{"type": "image"}]}},
        ],
    )
    def test_a_broken_message_is_named_without_its_content(self, citizen: Follower, change: dict[str, Any]) -> None:
        with pytest.raises(UnreadableEvent) as failure:
            parse(citizen.says("chào") | change)
        assert "bí mật" not in str(failure.value)
        assert str(failure.value).startswith(next(iter(change)))

    @given(
        st.dictionaries(st.sampled_from(["sender", "message", "follower"]), st.none() | st.text() | st.lists(st.text()))
    )
    def test_nothing_else_escapes(self, event: dict[str, Any]) -> None:
        for name in ("user_send_text", "follow"):
            with pytest.raises(UnreadableEvent):
                parse(event | {"event_name": name})
