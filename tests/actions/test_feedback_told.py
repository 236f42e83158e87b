"""What is told of a report wherever it is said: the place, the time, a number, and the matter itself."""

from __future__ import annotations

import pytest

from tests.actions.conftest import Talk
from tests.actions.reports import FILLED, FORM, answered, answered_next


async def test_a_number_after_a_name_that_stays_out_is_taken(talk: Talk) -> None:
    await answered(talk, *FILLED[:4])
    await answered_next(talk, "đừng ghi tên, số tui 0900 000 074")

    assert talk.slots["feedback_contact"] == "0900000074"


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
