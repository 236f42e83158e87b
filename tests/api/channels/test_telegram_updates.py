from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.channel import Incoming
from api.channels.telegram_updates import UnreadableUpdate, parse
from records.attachments import NewAttachment
from records.conversations import NewMessage
from tests.fakes.telegram import Citizen

GROUP = {"id": -1001234567890, "title": "Tổ dân phố 5", "type": "supergroup"}


@pytest.fixture
def citizen() -> Citizen:
    return Citizen(5_000_000_001)


def taken(update: dict[str, Any]) -> Incoming:
    incoming = parse(update)
    assert incoming is not None
    return incoming


class TestText:
    def test_a_text(self, citizen: Citizen) -> None:
        message = NewMessage("Làm khai sinh cần gì?", None, "m1")
        assert parse(citizen.says("Làm khai sinh cần gì?")) == Incoming("5000000001", message)

    @pytest.mark.parametrize(
        ("command", "text"),
        [
            ("/start", "xin chào"),
            ("/start qr_quay5", "xin chào"),
            ("/help", "giúp"),
            ("/HELP@motcua_test_bot", "giúp"),
            ("/hoso", "Xem tình trạng hồ sơ"),
            ("/lephi", "lephi"),
            ("/lephi khai sinh", "lephi khai sinh"),
            ("/ 5", "/ 5"),
        ],
    )
    def test_a_command_is_said_in_words(self, citizen: Citizen, command: str, text: str) -> None:
        assert taken(citizen.says(command)).message.text == text


class TestButton:
    def test_a_press(self, citizen: Citizen) -> None:
        update = citizen.presses("b77.0")
        query = update["callback_query"]["id"]
        assert parse(update) == Incoming("5000000001", NewMessage("b77.0", "b77.0", f"c{query}"))

    def test_data_that_is_no_button_of_ours_is_text(self, citizen: Citizen) -> None:
        message = taken(citizen.presses("/affirm\x00")).message
        assert (message.text, message.payload) == ("/affirm\x00", None)

    def test_a_press_in_a_group_is_ignored(self, citizen: Citizen) -> None:
        update = citizen.presses("b77.0")
        update["callback_query"]["message"]["chat"] = GROUP
        assert parse(update) is None


class TestAttachment:
    def test_the_largest_size_of_a_photo_with_its_caption(self, citizen: Citizen) -> None:
        incoming = taken(citizen.photo("PHOTO", "Rác ở đầu ngõ"))
        assert incoming.message.text == "Rác ở đầu ngõ"
        assert incoming.attachments == (NewAttachment("image", {"file_id": "PHOTO"}, "", "image/jpeg", 182_011),)

    @pytest.mark.parametrize(
        ("field", "content", "kind", "name"),
        [
            ("document", {"file_name": "don\x00.pdf", "mime_type": "application/pdf"}, "file", "don.pdf"),
            ("voice", {"duration": 3, "mime_type": "audio/ogg"}, "audio", ""),
            ("audio", {"duration": 3, "file_name": "a.mp3", "mime_type": "audio/mpeg"}, "audio", "a.mp3"),
            ("video", {"duration": 3, "width": 9, "height": 9, "mime_type": "video/mp4"}, "video", ""),
            ("video_note", {"duration": 3, "length": 240}, "video", ""),
        ],
    )
    def test_other_files(self, citizen: Citizen, field: str, content: dict[str, Any], kind: str, name: str) -> None:
        file = {"file_id": "F1", "file_unique_id": "U1", "file_size": 5} | content
        incoming = taken(citizen.message({field: file}))
        content_type = content.get("mime_type", "")
        assert [(a.kind, a.remote, a.name, a.content_type, a.size) for a in incoming.attachments] == [
            (kind, {"file_id": "F1"}, name, content_type, 5)
        ]

    def test_a_location(self, citizen: Citizen) -> None:
        incoming = taken(citizen.message({"location": {"latitude": 21.03, "longitude": 105.85}}))
        assert incoming.attachments == (NewAttachment("location", {"latitude": 21.03, "longitude": 105.85}),)

    def test_a_venue_is_a_location_with_an_address(self, citizen: Citizen) -> None:
        place = {"latitude": 21.03, "longitude": 105.85}
        venue = {"location": place, "title": "UBND phường", "address": "1 phố Thử"}
        incoming = taken(citizen.message({"location": place, "venue": venue}))
        assert (incoming.message.text, [a.kind for a in incoming.attachments]) == (
            "UBND phường, 1 phố Thử",
            ["location"],
        )


class TestNotTaken:
    def test_a_contact_leaves_no_trace_but_an_empty_message(self, citizen: Citizen) -> None:
        incoming = parse(citizen.message({"contact": {"phone_number": "0900000001", "first_name": "Bình"}}))
        assert incoming == Incoming("5000000001", NewMessage("", None, "m1"))

    @pytest.mark.parametrize("kind", ["edited_message", "channel_post", "business_message"])
    def test_edits_and_posts(self, citizen: Citizen, kind: str) -> None:
        assert parse(citizen.message({"text": "sửa lại"}, kind=kind)) is None

    def test_groups(self, citizen: Citizen) -> None:
        assert parse(citizen.message({"text": "chào mọi người"}, chat=GROUP)) is None

    def test_service_messages_and_new_kinds_of_updates(self, citizen: Citizen) -> None:
        timer = {"message_auto_delete_time": 60}
        assert parse(citizen.message({"message_auto_delete_timer_changed": timer})) is None
        assert parse({"update_id": 5, "something_new": {"id": 1}}) is None

    @pytest.mark.parametrize(
        "update",
        [
            {},
            {"update_id": 1, "message": "x"},
            {"update_id": 1, "message": {}},
            {"update_id": 1, "message": {"message_id": 1, "date": 1e300, "chat": {"id": 1, "type": "private"}}},
        ],
    )
    def test_a_broken_update(self, update: dict[str, Any]) -> None:
        with pytest.raises(UnreadableUpdate):
            parse(update)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["id", "type", "text", "chat", "date", "message_id", "photo"]), inner)
            ),
            max_leaves=12,
        )
    )
    def test_nothing_else_escapes(self, content: Any) -> None:
        for kind in ("message", "callback_query"):
            try:
                parse({"update_id": 1, kind: content})
            except UnreadableUpdate:
                continue
