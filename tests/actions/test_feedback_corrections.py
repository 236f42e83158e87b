"""A report put right: at the summary, in other words, by what is added."""

from __future__ import annotations

import pytest

from tests.actions.conftest import Talk
from tests.actions.reports import FILLED, FORM, answered, answered_next


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
    "text", ["không", "dạ không ạ", "sai", "Sai rồi", "chưa đúng", "không phải", "nhầm rồi", "khong"]
)
async def test_a_plain_no_asks_what_to_correct(talk: Talk, text: str) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, text, "nlu_fallback", 0.3)

    assert talk.slots["feedback_confirm"] is None
    assert "muốn sửa mục nào" in said.text


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


async def test_more_at_the_summary_is_added(talk: Talk) -> None:
    await answered(talk, *FILLED)
    said = await talk.run(FORM, "à mà thêm là cột số 7 nhé", "choose_procedure", 0.56)

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Cột số 7 nhé"
    assert "Cột số 7" in said.text


async def test_what_is_added_keeps_its_names(talk: Talk) -> None:
    await answered(talk, *FILLED)
    await talk.run(FORM, "ghi thêm là ngay nhà ông Sáu tạp hóa", "out_of_scope", 0.8)

    assert talk.slots["feedback_what"] == "Đèn đường hỏng cả tuần. Ngay nhà ông Sáu tạp hóa"


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
