"""A report from the first word to the tracking code: answers, interruptions, the end."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from records.database import Database
from records.models import Attachment, Feedback
from tests.actions.conftest import Talk
from tests.actions.reports import FILLED, FORM, answered, answered_next


async def test_the_first_message_may_tell_the_matter(talk: Talk) -> None:
    said = await talk.run(FORM, "tôi muốn phản ánh về việc đèn đường hỏng cả tuần", "give_feedback")

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"
    assert talk.slots["feedback_kind"] == "report"
    assert "ở đâu" in said.text


@pytest.mark.parametrize("text", ["tôi muốn gửi phản ánh", "phản ánh", "gửi kiến nghị", "/give_feedback"])
async def test_the_mere_wish_asks_for_the_matter(talk: Talk, text: str) -> None:
    said = await talk.run(FORM, text, "give_feedback")

    assert talk.slots["feedback_what"] is None
    assert "kể giúp em sự việc" in said.text


async def test_the_summary_reads_everything_back(talk: Talk) -> None:
    said = await answered(talk, *FILLED)

    assert "Đèn đường hỏng cả tuần" in said.text
    assert "ngõ 5 thôn Mẫu" in said.text
    assert "tối qua" in said.text
    assert "0900000011" in said.text
    assert [button["title"] for button in said.messages[-1]["buttons"]] == ["Gửi", "Sửa", "Huỷ"]


async def test_sent_it_is_filed_once_with_its_attachments(talk: Talk, database: Database) -> None:
    file_id = uuid.uuid4()
    async with database.session() as session:
        session.add(Attachment(id=file_id, conversation_id=uuid.UUID(talk.id), kind="image"))
    await answered(talk, *FILLED)
    await talk.run(FORM, "", attachments=(str(file_id),))
    await talk.run(FORM, "gửi đi")
    assert talk.slots["feedback_confirm"] == "send"
    said = await talk.run("action_end_feedback", "gửi đi")

    assert re.search(r"PA-\w{4}-\w{4}", said.text)
    assert talk.slots["feedback_what"] is None
    async with database.session() as session:
        [case] = (await session.execute(select(Feedback))).scalars().all()
        attachment = await session.get(Attachment, file_id)
    assert (case.what, case.where, case.when) == ("Đèn đường hỏng cả tuần", "ngõ 5 thôn Mẫu", "tối qua")
    assert attachment is not None
    assert attachment.feedback_id == case.id


async def test_when_somebody_comes_is_the_day_that_the_receipt_names(talk: Talk) -> None:
    await answered(talk, *FILLED, "gửi đi")
    receipt = await talk.run("action_end_feedback", "gửi đi")
    due = re.search(r"Hạn trả lời: (\S+)", receipt.text)
    assert due
    said = await talk.run("action_answer", "bao giờ người ta xuống dọn", "ask_time")
    again = await talk.run("action_wait", "thế bao giờ người ta sửa", "ask_wait")
    known = await talk.run("action_answer", "làm lại thẻ căn cước bị mất mất bao lâu", "ask_time")

    assert said.text == again.text == f"Dạ, cơ quan phải trả lời anh/chị chậm nhất ngày {due[1]} ạ."
    assert known.messages[0]["custom"]["procedure"]["name"]


async def test_anonymous_keeps_no_contact(talk: Talk, database: Database) -> None:
    await answered(talk, *FILLED[:-1], "tôi muốn ẩn danh", "gửi")
    await talk.run("action_end_feedback", "gửi")

    async with database.session() as session:
        assert (await session.execute(select(Feedback.contact))).scalars().all() == [None]


@pytest.mark.parametrize(
    "text",
    [
        "vâng",
        "Vâng ạ",
        "có",
        "dạ có",
        "đúng",
        "Đúng rồi.",
        "dung roi",
        "ok",
        "ừ",
        "vâng gửi đi em",
        "chính xác",
        "xong rồi đó, gửi giùm chị",
        "ừ gởi đi con",
        "rồi, đúng rồi đó",
        "hình thì không có mô, máy hết pin suốt, gửi rứa thôi",
    ],
)
async def test_a_plain_yes_sends_it(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED)
    await talk.run(FORM, text, "stop" if "ung" in text else "affirm", 0.8)

    assert talk.slots["feedback_confirm"] == "send"


@pytest.mark.parametrize("text", ["dung", "dung a"])
async def test_without_accents_right_and_stop_are_told_apart_by_asking(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, text, "stop", 0.8)

    assert (talk.slots["feedback_confirm"], talk.slots["feedback_what"]) == (None, "Đèn đường hỏng cả tuần")
    assert "bấm “Gửi”" in said.text


@pytest.mark.parametrize("text", ["thôi", "huỷ", "Thôi không gửi nữa", "dừng lại", "dừng", "thoi"])
async def test_breaking_off_ends_politely_and_files_nothing(talk: Talk, database: Database, text: str) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, text, "nlu_fallback", 0.3)
    after = await talk.run("action_end_feedback", text)

    assert "đã dừng lại" in said.text
    assert {"event": "active_loop", "timestamp": None, "name": None} in said.events
    assert after.messages == []
    async with database.session() as session:
        assert (await session.execute(select(Feedback))).scalars().all() == []


async def test_an_emergency_comes_first_inside_the_form_too(talk: Talk) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, "cháy nhà rồi", "emergency", 1.0, {"emergency": "fire"})

    assert "114" in said.messages[0]["text"]
    assert "ở đâu" in said.messages[-1]["text"]


async def test_who_only_rambled_is_let_go_and_answered(talk: Talk) -> None:
    talk.slots |= {"feedback_what": "hồi trẻ ông lái xe Trường Sơn", "requested_slot": "feedback_where"}
    asked = "thôi, nói lan man rồi. làm lại thẻ căn cước bị mất thì nộp cho ai"
    said = await talk.run(FORM, asked, "ask_place", 0.9)

    assert "dừng lại" in said.messages[0]["text"]
    assert said.messages[-1]["custom"]["procedures"]
    assert {"event": "active_loop", "name": None, "timestamp": None} in said.events


@pytest.mark.parametrize(
    "text",
    [
        "khỏi để số nha",
        "rứa thì thôi đừng để số",
        "khong anh khong so",
        "thôi không liên hệ gì đâu",
        "số tui không cho mô, gửi rứa đi",
        "số con là 0900 000 074 mà không, thôi đừng ghi số, ẩn danh đi",
    ],
)
async def test_no_number_is_no_stop(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED[:4])
    said = await answered_next(talk, text, "stop", 0.9)

    assert talk.slots["feedback_contact"] == "anonymous"
    assert "gửi ẩn danh" in said.text


async def test_no_picture_with_more_words_is_no_part_of_the_matter(talk: Talk) -> None:
    await answered(talk, *FILLED[:3])
    talk.slots["requested_slot"] = "feedback_attachments"
    await talk.run(FORM, "không có hình, mà gửi rồi bao lâu mới xử lý", "ask_time", 0.9)

    assert talk.slots["feedback_attachments"] is True
    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"


@pytest.mark.parametrize(
    "said",
    [
        "thôi khỏi, không gửi hình nữa",
        "khỏi gửi ảnh",
        "rứa thôi khỏi ảnh",
        "vậy thôi bỏ qua",
        "chả có ảnh đâu cháu, mắt mũi kèm nhèm",
        "có ai quay phim đâu mà có hình",
        "ảnh tí tôi gửi sau nhé, giờ đang chạy xe",
        "thôi để tui gửi sau",
        "mình có 3 ảnh để tối về mình gửi",
        "không chụp",
        "ai mà dám chụp",
        "bà có biết chụp ảnh gì đâu",
    ],
)
async def test_no_picture_is_no_stop(talk: Talk, said: str) -> None:
    await answered(talk, *FILLED[:3])
    talk.slots["requested_slot"] = "feedback_attachments"
    await talk.run(FORM, said, "stop", 0.99)

    assert talk.slots["feedback_attachments"] is True
    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"


async def test_sent_without_a_number_it_is_anonymous(talk: Talk) -> None:
    await answered(talk, *FILLED[:4])
    said = await answered_next(talk, "gửi luôn đi em", "affirm", 0.93)

    assert talk.slots["feedback_contact"] == "anonymous"
    assert "gửi ẩn danh" in said.text


async def test_a_long_change_of_mind_stops_it(talk: Talk) -> None:
    await answered(talk, *FILLED[:3])
    said = await answered_next(talk, "thôi em nhầm, nước trong lại rồi, khỏi gửi nữa", "stop", 0.98)

    assert "đã dừng lại" in said.text


async def test_what_is_hardly_a_choice_goes_into_the_report(talk: Talk) -> None:
    await answered(talk, *FILLED[:3])
    talk.slots["offered_procedures"] = ["1.004194", "1.004222"]
    await answered_next(talk, "à mà thêm là cột số 7 nhé", "choose_procedure", 0.56)

    assert "cột số 7" in talk.slots["feedback_what"]


async def test_a_report_that_is_called_a_complaint_is_taken(talk: Talk) -> None:
    said = await talk.run("action_say", "trễ vậy tôi muốn khiếu nại, gửi phản ánh giùm tôi đi", "formal_complaint")

    assert said.messages == []
    assert [event["name"] for event in said.events] == ["feedback_form"]


async def test_a_button_of_another_question_is_no_answer(talk: Talk) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, '/edit{"field": "today"}', "edit", 1.0, {"field": "today"})

    assert talk.slots["feedback_where"] is None
    assert "ở đâu" in said.text


async def test_attachments_are_taken_at_any_step(talk: Talk) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, "", attachments=("a", "b"))

    assert talk.slots["feedback_files"] == ["a", "b"]
    assert "đã nhận 2 tệp" in said.text
    assert "ở đâu" in said.text


async def test_a_file_before_the_report_belongs_to_it(talk: Talk) -> None:
    offered = await talk.run("action_unclear", "", attachments=("a",))
    await talk.run(FORM, "/give_feedback", "give_feedback", 1.0)

    assert "đã nhận 1 tệp" in offered.text
    assert offered.payloads == ["/give_feedback"]
    assert talk.slots["feedback_files"] == ["a"]


async def test_who_wants_to_ask_around_first_has_time(talk: Talk) -> None:
    await answered(talk, *FILLED[:2])
    said = await answered_next(talk, "thôi để tôi hỏi lại bà con đã")

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"
    assert talk.slots.get("feedback_when") is None
    assert "khi nào" in said.messages[-1]["text"]
    assert len(said.messages) == 2
