"""A report from the first word to the tracking code: answers, corrections, interruptions, the end."""

from __future__ import annotations

import re
import uuid

import pytest
from sqlalchemy import select

from records.database import Database
from records.models import Attachment, Feedback
from tests.actions.conftest import Said, Talk

FORM = "validate_feedback_form"


async def answered(talk: Talk, *messages: str) -> Said:
    """Fills the form with plain messages, asking for what Rasa would ask for; returns what was said last."""
    said = await talk.run(FORM, messages[0], "give_feedback")
    for message in messages[1:]:
        said = await answered_next(talk, message, confidence=0.9)
    talk.slots["requested_slot"] = "feedback_confirm"
    return said


async def answered_next(talk: Talk, text: str, intent: str = "nlu_fallback", confidence: float = 0.4) -> Said:
    """One more message to the form that ``answered`` began."""
    order = ("what", "where", "when", "attachments", "contact", "confirm")
    asked = next(f"feedback_{name}" for name in order if talk.slots.get(f"feedback_{name}") is None)
    talk.slots["requested_slot"] = asked
    return await talk.run(FORM, text, intent, confidence)


FILLED = ("tôi muốn phản ánh đèn đường hỏng cả tuần", "ngõ 5 thôn Mẫu", "tối qua", "không có", "0900 000 011")


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
    ("text", "slot", "value"),
    [
        ("sửa nơi xảy ra thành ngõ 7 thôn Mẫu", "feedback_where", "ngõ 7 thôn Mẫu"),
        ("sửa số điện thoại thành 0900 000 022", "feedback_contact", "0900000022"),
        ("sửa nội dung", "feedback_what", None),
        ("ghi sai thời gian", "feedback_when", None),
        ("đợi xíu, sửa lại là ngõ 9 mới đúng", "feedback_where", "ngõ 9"),
    ],
)
async def test_every_field_can_be_corrected_at_the_summary(talk: Talk, text: str, slot: str, value: str | None) -> None:
    await answered(talk, *FILLED)
    await talk.run(FORM, text, "edit")

    assert talk.slots[slot] == value


@pytest.mark.parametrize("text", ["0900 000 022", "số điện thoại của em là 0900 000 022"])
async def test_a_number_given_at_the_summary_is_the_contact(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED[:-1], "không có")
    said = await talk.run(FORM, text)

    assert talk.slots["feedback_contact"] == "0900000022"
    assert "0900000022" in said.text


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


@pytest.mark.parametrize(
    "text", ["không", "dạ không ạ", "sai", "Sai rồi", "chưa đúng", "không phải", "nhầm rồi", "khong"]
)
async def test_a_plain_no_asks_what_to_correct(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, text, "nlu_fallback", 0.3)

    assert talk.slots["feedback_confirm"] is None
    assert "muốn sửa mục nào" in said.text


@pytest.mark.parametrize("text", ["dung", "dung a"])
async def test_without_accents_right_and_stop_are_told_apart_by_asking(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, text, "stop", 0.8)

    assert (talk.slots["feedback_confirm"], talk.slots["feedback_what"]) == (None, "Đèn đường hỏng cả tuần")
    assert "bấm “Gửi”" in said.text


async def test_the_edit_button_asks_which_field(talk: Talk) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, "/edit", "edit")

    assert '/edit{"field": "feedback_where"}' in said.payloads


async def test_what_was_misheard_is_asked_for_again(talk: Talk) -> None:
    await answered(talk, *FILLED[:2])
    talk.slots["requested_slot"] = "feedback_when"
    said = await talk.run(FORM, '/correct{"field": "heard"}', "correct", 1.0, {"field": "heard"})

    assert (talk.slots["feedback_where"], talk.slots["feedback_what"]) == (None, "Đèn đường hỏng cả tuần")
    assert "ghi lại mục này" in said.text
    assert "ở đâu" in said.messages[-1]["text"]


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


async def test_a_question_about_what_was_told_before_is_answered_inside_too(talk: Talk) -> None:
    await talk.run("action_answer", "làm lại thẻ căn cước bị mất cần gì", "ask_documents")
    told = talk.slots["procedure"]
    talk.slots |= {"feedback_what": "đèn đường hỏng", "requested_slot": "feedback_where"}
    said = await talk.run("validate_feedback_form", "thôi, cái căn cước hồi nãy thì nộp cho ai", "ask_documents", 0.68)

    assert said.messages[0]["custom"]["procedures"] == [told]
    assert "ở đâu" in said.messages[-1]["text"]


async def test_who_only_rambled_is_let_go_and_answered(talk: Talk) -> None:
    talk.slots |= {"feedback_what": "hồi trẻ ông lái xe Trường Sơn", "requested_slot": "feedback_where"}
    asked = "thôi, nói lan man rồi. làm lại thẻ căn cước bị mất thì nộp cho ai"
    said = await talk.run(FORM, asked, "ask_place", 0.9)

    assert "dừng lại" in said.messages[0]["text"]
    assert said.messages[-1]["custom"]["procedures"]
    assert {"event": "active_loop", "name": None, "timestamp": None} in said.events


async def test_a_question_in_between_is_answered_and_the_form_goes_on(talk: Talk) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, "làm lại thẻ căn cước bị mất lệ phí bao nhiêu?", "ask_fee")

    assert "đồng" in said.messages[0]["text"]
    assert "ở đâu" in said.messages[-1]["text"]
    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"


@pytest.mark.parametrize(
    ("text", "intent", "confidence"),
    [
        ("à mà khoan cho hỏi cái này đã, làm lại căn cước bị mất hết bao tiền", "ask_fee", 0.46),
        ("thế làm lại căn cước bị mất mấy ngày lấy", "ask_time", 0.99),
        ("ủa chứng minh giờ đổi thành cái khác rồi hả", "ask_documents", 0.5),
    ],
)
async def test_a_question_is_never_taken_for_the_place(talk: Talk, text: str, intent: str, confidence: float) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, text, intent, confidence)

    assert talk.slots["feedback_where"] is None
    assert len(said.messages) == 2
    assert "ở đâu" in said.messages[-1]["text"]


async def test_a_question_that_nobody_can_answer_here_is_not_taken_for_the_place_either(talk: Talk) -> None:
    await answered(talk, *FILLED[:1])
    talk.slots["requested_slot"] = "feedback_where"
    said = await talk.run(FORM, "mà bên đó mấy giờ nghỉ trưa vậy ha?", "ask_office", 0.6)

    assert talk.slots["feedback_where"] is None
    assert "chưa trả lời chắc chắn" in said.text


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


async def test_a_number_after_a_name_that_stays_out_is_taken(talk: Talk) -> None:
    await answered(talk, *FILLED[:4])
    await answered_next(talk, "đừng ghi tên, số tui 0900 000 074")

    assert talk.slots["feedback_contact"] == "0900000074"


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


class TestPlace:
    VAGUE = "tôi muốn báo cái nắp cống trước ngõ nhà tôi bị vỡ"

    async def test_a_place_that_nobody_could_find_is_asked_for(self, talk: Talk) -> None:
        said = await talk.run(FORM, self.VAGUE, "give_feedback")

        assert talk.slots["feedback_where"] is None
        assert "chỗ “trước ngõ nhà tôi” thuộc địa chỉ nào" in said.text

    @pytest.mark.parametrize(
        ("text", "where"),
        [("không rõ", ""), ("bác không rõ địa chỉ đâu cháu", ""), ("ngay trước ngõ nhà tôi thôi", None)],
    )
    async def test_once(self, talk: Talk, text: str, where: str | None) -> None:
        said = await answered(talk, self.VAGUE, text)

        assert talk.slots["feedback_where"] == (text if where is None else where)
        assert "khi nào" in said.text

    @pytest.mark.parametrize("asked", ["when", "attachments", "contact", "confirm"])
    async def test_an_address_that_comes_later_is_the_place(self, talk: Talk, asked: str) -> None:
        answers = (self.VAGUE, "không rõ", "hôm qua", "không có", "ẩn danh")
        await answered(talk, *answers[: ("where", "when", "attachments", "contact", "confirm").index(asked) + 1])
        said = await answered_next(talk, "ngõ 5 thôn Mẫu Hai xã Mẫu Một")

        assert talk.slots["feedback_where"] == "ngõ 5 thôn Mẫu Hai xã Mẫu Một"
        assert talk.slots["feedback_what"] == "Cái nắp cống trước ngõ nhà tôi bị vỡ"
        assert "ghi nơi xảy ra" in said.text

    async def test_an_address_beside_a_place_that_is_known_belongs_to_the_matter(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        await answered_next(talk, "xã Mẫu Hai cũng bị như vậy")

        assert talk.slots["feedback_where"] == "ngõ 5 thôn Mẫu"


class TestPlaceAndTimeWhereverTheyAreTold:
    STORY = "với có cái cột điện ngã chắn ngang đường Mẫu Hoa chưa ai dọn, nguy hiểm lắm, em báo giùm tui"
    BEARINGS = "ngay trước cái chùa, xã Mẫu Một, từ tối hôm kia tới chừ"

    async def test_a_story_is_no_place_but_the_street_in_it_is(self, talk: Talk) -> None:
        await answered(talk, "tôi muốn phản ánh cây xanh gãy đổ", self.STORY)

        assert talk.slots["feedback_where"] == "đường Mẫu Hoa"
        assert "cột điện ngã chắn ngang đường Mẫu Hoa" in talk.slots["feedback_what"]
        assert "báo giùm" not in talk.slots["feedback_what"]

    async def test_a_story_without_a_place_is_added_and_the_place_asked_for_again(self, talk: Talk) -> None:
        said = await answered(talk, "tôi muốn phản ánh mất nước", "con nít phải nghỉ học vì hổng có gì tắm rửa hết")

        assert talk.slots["feedback_where"] is None
        assert "con nít phải nghỉ học" in talk.slots["feedback_what"].lower()
        assert "ở đâu" in said.text

    @pytest.mark.parametrize("asked", ["when", "attachments", "contact", "confirm"])
    async def test_place_and_time_in_one_message_refine_both(self, talk: Talk, asked: str) -> None:
        answers = ("tôi muốn phản ánh cột điện ngã", "đường Mẫu Hoa", "không rõ", "không có", "ẩn danh")
        count = ("where", "when", "attachments", "contact", "confirm").index(asked) + 1
        await answered(talk, *answers[:count])
        await answered_next(talk, self.BEARINGS)

        assert talk.slots["feedback_where"] == "đường Mẫu Hoa, ngay trước cái chùa, xã Mẫu Một"
        assert talk.slots["feedback_when"] == "từ tối hôm kia tới chừ"
        assert talk.slots["feedback_what"] == "Cột điện ngã"

    async def test_a_better_time_after_the_matter_told_one(self, talk: Talk) -> None:
        await answered(talk, "hôm qua cán bộ la tui như con nít, tui muốn phản ánh", "UBND xã Mẫu Tám đó")
        said = await answered_next(talk, "sáng hôm qua, cỡ 9 giờ")

        assert talk.slots["feedback_when"] == "sáng hôm qua, cỡ 9 giờ"
        assert "ghi thời gian là sáng hôm qua, cỡ 9 giờ" in said.text
        assert talk.slots["feedback_attachments"] is None


class TestCorrection:
    async def test_after_a_question_in_between_it_belongs_to_the_question(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        await answered_next(talk, "hỏi cái thẻ căn cước hết hạn rồi thì đổi răng", "ask_procedure", 0.9)
        said = await answered_next(talk, "à nhầm, mạ nói là trôi mất luôn rồi, kiếm không ra", "correct", 0.97)

        assert (talk.slots["feedback_when"], talk.slots["feedback_what"]) == ("tối qua", "Đèn đường hỏng cả tuần")
        assert "bị mất" in said.messages[0]["custom"]["procedure"]["name"]
        assert "ảnh" in said.messages[-1]["text"]

    async def test_a_place_after_a_question_in_between_is_the_place_all_the_same(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        await answered_next(talk, "làm lại thẻ căn cước bị mất lệ phí bao nhiêu?", "ask_fee", 0.9)
        await answered_next(talk, "à nhầm, ngõ 7 thôn Mẫu", "correct", 0.97)

        assert talk.slots["feedback_where"] == "ngõ 7 thôn Mẫu"

    async def test_what_is_no_time_does_not_become_one(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        await answered_next(talk, "à nhầm, hai bóng đèn chứ một bóng thì nói làm chi", "correct", 0.97)

        assert talk.slots["feedback_when"] == "tối qua"
        assert "hai bóng đèn" in talk.slots["feedback_what"].lower()

    async def test_one_part_of_a_place_is_put_right(self, talk: Talk) -> None:
        await answered(talk, FILLED[0], "ấp Mẫu 4 nè, sát bên trường mầm non đó", *FILLED[2:])
        said = await answered_next(talk, "khoan, tui ghi lộn, ấp Mẫu 5 mới đúng", "edit", 0.97)

        assert talk.slots["feedback_where"] == "ấp Mẫu 5, sát bên trường mầm non đó"
        assert "chưa đọc được" not in said.text


class TestQuestionsAboutTheReport:
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("ảnh thì tui chụp rồi mà không biết gửi răng", "help"),
            ("em có ảnh mà máy lỗi không gửi được, có bắt buộc không ạ", "ask_procedure"),
            ("gửi sau thì có được không", "ask_procedure"),
            ("gửi hình vết cắn được không", "ask_procedure"),
        ],
    )
    async def test_about_its_pictures(self, talk: Talk, text: str, intent: str) -> None:
        await answered(talk, *FILLED[:3])
        said = await answered_next(talk, text, intent)

        assert "ảnh không bắt buộc" in said.messages[0]["text"]
        assert (talk.slots["feedback_attachments"], talk.slots["feedback_what"]) == (None, "Đèn đường hỏng cả tuần")

    @pytest.mark.parametrize(
        "text", ["tui sợ để số rồi bị làm khó, có sao hông", "nếu em để tên thì hàng xóm có biết không ạ"]
    )
    async def test_about_who_sees_the_number(self, talk: Talk, text: str) -> None:
        await answered(talk, *FILLED[:4])
        said = await answered_next(talk, text, "others_data", 0.6)

        assert "không đưa lên trang công khai" in said.messages[0]["text"]
        assert talk.slots["feedback_contact"] is None

    async def test_about_the_answer(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        said = await answered_next(talk, "mà bao lâu thì xã trả lời hả chị", "ask_time", 0.6)

        assert "ngày cơ quan phải trả lời" in said.messages[0]["text"]
        assert "ảnh" in said.messages[-1]["text"]


class TestANumberBeforeItIsAskedFor:
    async def test_beside_the_place(self, talk: Talk) -> None:
        said = await answered(talk, FILLED[0], "ngõ 5 thôn Mẫu, số tui 0900 000 083, tui tên Lành")

        assert (talk.slots["feedback_where"], talk.slots["feedback_contact"]) == ("ngõ 5 thôn Mẫu", "0900000083")
        assert "chỉ dùng cho việc này" in said.messages[0]["text"]
        assert "khi nào" in said.messages[-1]["text"]

    async def test_instead_of_the_place(self, talk: Talk) -> None:
        said = await answered(talk, FILLED[0], "số của con gái bà được không? 0900 000 083")

        assert (talk.slots["feedback_where"], talk.slots["feedback_contact"]) == (None, "0900000083")
        assert "ở đâu" in said.messages[-1]["text"]

    async def test_instead_of_pictures(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        said = await answered_next(talk, "0900 000 083")

        assert "chỉ dùng cho việc này" in said.messages[0]["text"]
        assert "0900000083" in said.messages[-1]["text"]

    async def test_none_is_wanted_with_the_pictures(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:3])
        said = await answered_next(talk, "không có ảnh, không để số")

        assert (talk.slots["feedback_attachments"], talk.slots["feedback_contact"]) == (True, "anonymous")
        assert "gửi ẩn danh" in said.text

    async def test_it_is_no_wish_for_a_person(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:4])
        await answered_next(talk, "số chị 0900 000 084", "request_person", 0.77)

        assert talk.slots["feedback_contact"] == "0900000084"


async def test_who_wants_to_ask_around_first_has_time(talk: Talk) -> None:
    await answered(talk, *FILLED[:2])
    said = await answered_next(talk, "thôi để tôi hỏi lại bà con đã")

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần"
    assert talk.slots.get("feedback_when") is None
    assert "khi nào" in said.messages[-1]["text"]
    assert len(said.messages) == 2


async def test_a_place_that_is_told_twice_is_noted_once(talk: Talk) -> None:
    await answered(talk, FILLED[0], "gần cầu Mẫu, xã Mẫu Tư")
    await answered_next(talk, "quay lại vụ cái đèn, gần cầu Mẫu xã Mẫu Tư, đêm qua")

    assert (talk.slots["feedback_where"], talk.slots["feedback_when"]) == ("gần cầu Mẫu, xã Mẫu Tư", "đêm qua")


class TestANumberInTheMatter:
    TOLD = ("tôi muốn báo đèn đường hỏng ở ngõ 5 thôn Mẫu, điện thoại tôi 0900 000 073", "tối qua", "không có")

    @pytest.mark.parametrize("text", ["ừ", "được em", "gửi đi em", "/affirm"])
    async def test_it_is_used_after_a_yes(self, talk: Talk, text: str) -> None:
        asked = await answered(talk, *self.TOLD)
        await answered_next(talk, text, "affirm", 0.99)

        assert "chỉ dùng cho việc này" in asked.text
        assert "0900000073" in asked.text
        assert talk.slots["feedback_contact"] == "0900000073"

    async def test_it_is_not_used_against_a_no(self, talk: Talk) -> None:
        await answered(talk, *self.TOLD)
        await answered_next(talk, "thôi đừng ghi số, gửi đi em", "affirm", 0.9)

        assert talk.slots["feedback_contact"] == "anonymous"


class TestAStoryTakenForAnOldReport:
    STORY = "gần nhà có cái xưởng gỗ mở ra cưa xẻ suốt ngày, bụi bay đầy nhà, nói mấy lần họ không nghe"

    async def test_it_begins_a_report(self, talk: Talk) -> None:
        said = await talk.run("validate_feedback_status_form", self.STORY, "feedback_status", 0.66)

        assert [event["name"] for event in said.events] == [None, "feedback_form"]

    @pytest.mark.parametrize(
        ("text", "confidence"),
        [
            (STORY, 0.8),
            (STORY + ", tôi đã phản ánh rồi", 0.66),
            (STORY + ", có ai xuống coi chưa", 0.66),
            ("cái xưởng gỗ cưa xẻ suốt ngày", 0.66),
        ],
    )
    async def test_what_may_be_one_asks_for_its_code(self, talk: Talk, text: str, confidence: float) -> None:
        said = await talk.run("validate_feedback_status_form", text, "feedback_status", confidence)

        assert "mã phản ánh" in said.text


async def test_more_at_the_summary_is_added(talk: Talk) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, "à mà thêm là cột số 7 nhé", "choose_procedure", 0.56)

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Cột số 7 nhé"
    assert "Cột số 7" in said.text


async def test_what_is_added_keeps_its_names(talk: Talk) -> None:
    await answered(talk, *FILLED)
    await talk.run(FORM, "ghi thêm là ngay nhà ông Sáu tạp hóa", "out_of_scope", 0.8)

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Ngay nhà ông Sáu tạp hóa"


class TestAQuestionRatherThanAReport:
    async def test_who_asks_for_help_that_is_known_is_answered(self, talk: Talk) -> None:
        text = "mất thẻ căn cước rồi mà kêu ai để làm lại, lên xã không ai chỉ"
        said = await talk.run(FORM, text, "give_feedback", 0.52)

        assert said.messages[0]["custom"]["procedures"]
        assert {"event": "active_loop", "timestamp": None, "name": None} in said.events

    @pytest.mark.parametrize(
        ("text", "confidence"),
        [
            ("mất thẻ căn cước rồi mà kêu ai để làm lại, lên xã không ai chỉ", 0.8),
            ("tôi muốn phản ánh làm lại thẻ căn cước bị mất mà kêu ai cũng không được", 0.52),
            ("đi làm lại thẻ căn cước bị mất mà cán bộ la tui", 0.52),
            ("đèn đường hỏng biết kêu ai sửa bây giờ", 0.52),
        ],
    )
    async def test_a_report_is_taken(self, talk: Talk, text: str, confidence: float) -> None:
        said = await talk.run(FORM, text, "give_feedback", confidence)

        assert talk.slots["feedback_what"]
        assert "ghi phản ánh này" in said.text


class TestWhatIsToldInBetween:
    async def test_what_only_steers_the_talk_is_no_time_and_the_rest_is_kept(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:2])
        await answered_next(
            talk, "rồi, tiếp cái vụ đó đi. bị từ hôm rằm tới chừ, có xe ba gác tới đổ lúc 10 11h đêm", "feedback_status"
        )

        assert talk.slots["feedback_when"] == "bị từ hôm rằm tới chừ"
        assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Có xe ba gác tới đổ lúc 10 11h đêm"

    async def test_what_happened_is_no_place(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:1])
        talk.slots["feedback_when"] = None
        said = await answered_next(talk, "thôi báo cái cống trước đã cháu nhé, tối qua có đứa bé ngã rồi đấy")

        assert (talk.slots["feedback_where"], talk.slots["feedback_when"]) == (None, "tối qua")
        assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Tối qua có đứa bé ngã rồi đấy"
        assert "ở đâu" in said.text

    async def test_what_happens_since_when_is_no_place_either(self, talk: Talk) -> None:
        await answered(talk, "tôi muốn báo cột điện trước nhà nghiêng")
        await answered_next(talk, "mấy hôm nay rồi, gió lớn là nó lắc")

        assert (talk.slots["feedback_where"], talk.slots["feedback_when"]) == (None, "mấy hôm nay rồi")
        assert talk.slots["feedback_what"] == "Cột điện trước nhà nghiêng. Gió lớn là nó lắc"

    async def test_a_mere_time_is_no_place(self, talk: Talk) -> None:
        await answered(talk, "tôi muốn báo cột điện trước nhà nghiêng")
        said = await answered_next(talk, "tối qua")

        assert (talk.slots["feedback_where"], talk.slots["feedback_when"]) == (None, "tối qua")
        assert "ở đâu" in said.text

    async def test_steering_alone_answers_nothing(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:1])
        said = await answered_next(talk, "quay lại vụ cái đèn nhé", "stop")

        assert talk.slots["feedback_where"] is None
        assert "ở đâu" in said.text

    @pytest.mark.parametrize("text", ["khoảng 9 giờ tối qua, không nhớ rõ mấy giờ", "bị cả tuần nay", "lâu rồi"])
    async def test_a_time_is_taken_as_it_is_said(self, talk: Talk, text: str) -> None:
        await answered(talk, *FILLED[:2])
        await answered_next(talk, text)

        assert talk.slots["feedback_when"] == text

    async def test_what_is_out_of_scope_is_told_and_the_question_asked_again(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:4])
        said = await answered_next(talk, "hôm nay giời có mưa không cháu nhỉ", "out_of_scope", 0.99)

        assert "ngoài phạm vi" in said.messages[0]["text"]
        assert "chưa đọc được" not in said.text
        assert "số điện thoại" in said.messages[-1]["text"]


class TestContrast:
    @pytest.mark.parametrize(
        ("text", "slot", "value"),
        [
            ("à khoan, ngõ 6 chứ không phải ngõ 5, bác già rồi lẫn", "feedback_where", "ngõ 6 thôn Mẫu"),
            ("ngõ 6 chứ không phải 5", "feedback_where", "ngõ 6 thôn Mẫu"),
            ("sáng nay chứ không phải tối qua", "feedback_when", "sáng nay"),
            ("không phải đèn đường mà là đèn trường", "feedback_what", "đèn trường hỏng cả tuần"),
            ("0900 000 012 chứ không phải 0900 000 011", "feedback_contact", "0900000012"),
        ],
    )
    async def test_only_what_was_wrong_is_replaced(self, talk: Talk, text: str, slot: str, value: str) -> None:
        await answered(talk, *FILLED)
        before = dict(talk.slots)
        said = await answered_next(talk, text)

        assert talk.slots[slot] == value
        others = [name for name in before if name.startswith("feedback_") and name != slot]
        assert {name: talk.slots[name] for name in others} == {name: before[name] for name in others}
        assert value in said.text

    async def test_it_says_so(self, talk: Talk) -> None:
        await answered(talk, *FILLED[:2])
        said = await answered_next(talk, "ngõ 6 chứ không phải ngõ 5")

        assert "đã sửa “ngõ 5” thành “ngõ 6”" in said.text
        assert "khi nào" in said.text


class TestYesAndAQuestion:
    async def test_it_is_sent_and_the_day_is_told(self, talk: Talk) -> None:
        text = "đúng rồi, gửi đi cháu. thế bao giờ người ta sửa"
        await answered(talk, *FILLED)
        await talk.run(FORM, text, "ask_wait", 0.75)
        assert talk.slots["feedback_confirm"] == "send"
        said = await talk.run("action_end_feedback", text, "ask_wait", 0.75)

        assert "Mã tra cứu" in said.messages[0]["text"]
        assert "chậm nhất ngày" in said.messages[1]["text"]

    async def test_another_question_is_answered_after_the_receipt(self, talk: Talk) -> None:
        text = "ừ gửi đi em. làm lại thẻ căn cước bị mất hết bao nhiêu tiền"
        await answered(talk, *FILLED)
        await talk.run(FORM, text, "ask_fee", 0.95)
        said = await talk.run("action_end_feedback", text, "ask_fee", 0.95)

        assert "Mã tra cứu" in said.messages[0]["text"]
        assert said.messages[1]["custom"]["procedure"]["name"]
        assert talk.slots["feedback_what"] is None

    @pytest.mark.parametrize(
        "text",
        [
            "gửi rồi bao giờ có trả lời",
            "gửi được không",
            "gửi đi, mà sửa lại số điện thoại giúp tôi",
            "bao giờ có người xuống",
        ],
    )
    async def test_a_mere_question_or_a_change_sends_nothing(self, talk: Talk, text: str) -> None:
        await answered(talk, *FILLED)
        await talk.run(FORM, text, "ask_time", 0.95)

        assert talk.slots["feedback_confirm"] is None


class TestStatus:
    async def test_the_code_tells_state_and_due_date(self, talk: Talk) -> None:
        await answered(talk, *FILLED, "gửi")
        receipt = (await talk.run("action_end_feedback", "gửi")).text
        code = re.search(r"PA-\w{4}-\w{4}", receipt)
        assert code
        await talk.run("validate_feedback_status_form", code.group(), entities={"tracking_code": code.group()})
        said = await talk.run("action_feedback_status")

        assert "Đã tiếp nhận" in said.text
        assert "Đèn đường" not in said.text

    async def test_an_unknown_code_is_told(self, talk: Talk) -> None:
        talk.slots["tracking_code"] = "PA-0000-0000"
        said = await talk.run("action_feedback_status")

        assert "không tìm thấy" in said.text


async def test_what_is_told_instead_of_a_number_belongs_to_the_matter(talk: Talk) -> None:
    await answered(talk, *FILLED[:4])
    said = await answered_next(talk, "tối nào con nít đi học về ngang đó cũng té, tội nghiệp lắm")

    assert "con nít đi học về ngang đó cũng té" in talk.slots["feedback_what"]
    assert talk.slots["feedback_contact"] is None
    assert "ghi thêm vào nội dung" in said.text
    assert "số điện thoại" in said.text


@pytest.mark.parametrize("text", ["ủa số tui đọc hồi nãy rồi", "09 gì đó tui quên mất tiêu rồi, để coi lại"])
async def test_a_few_words_or_digits_instead_of_a_number_are_not_the_matter(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED[:4])
    before = talk.slots["feedback_what"]
    said = await answered_next(talk, text)

    assert talk.slots["feedback_what"] == before
    assert "chưa đọc được" in said.text


@pytest.mark.parametrize(
    "text",
    [
        "đăng ký tạm trú có tốn tiền không, tui mới dọn về đây mà không ai nói",
        "bao lâu thì có kết quả đăng ký tạm trú, tui chờ hoài",
    ],
)
async def test_a_question_before_other_words_is_answered_in_between(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED[:4])
    before = talk.slots["feedback_what"]
    said = await answered_next(talk, text)

    assert "Đăng ký tạm trú" in said.text
    assert talk.slots["feedback_what"] == before
    assert talk.slots["feedback_contact"] is None
