"""What citizens ask while they fill a report in, and what is a question rather than a report."""

from __future__ import annotations

import pytest

from tests.actions.conftest import Talk
from tests.actions.reports import FILLED, FORM, answered, answered_next


async def test_a_question_about_what_was_told_before_is_answered_inside_too(talk: Talk) -> None:
    await talk.run("action_answer", "làm lại thẻ căn cước bị mất cần gì", "ask_documents")
    told = talk.slots["procedure"]
    talk.slots |= {"feedback_what": "đèn đường hỏng", "requested_slot": "feedback_where"}
    said = await talk.run("validate_feedback_form", "thôi, cái căn cước hồi nãy thì nộp cho ai", "ask_documents", 0.68)

    assert said.messages[0]["custom"]["procedures"] == [told]
    assert "ở đâu" in said.messages[-1]["text"]


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
