from __future__ import annotations

import yaml

from knowledge.proposals import Message, propose, unsure
from tests.knowledge.procedures import procedure


def said(text: str, *, pressed: bool = False) -> Message:
    return Message(citizen=True, text=text, pressed=pressed)


OFFER = Message(citizen=False)


def told(code: str = "9.000001") -> Message:
    return Message(citizen=False, told=code)


class TestUnsure:
    def test_a_question_and_the_choice_after_it(self) -> None:
        talk = [said("lồng đèn bay"), OFFER, said("Thả đèn trời", pressed=True), told()]
        assert unsure(talk) == [("lồng đèn bay", "9.000001")]

    def test_the_last_question_before_the_choice_counts(self) -> None:
        talk = [said("xin chào"), OFFER, said("lồng đèn bay"), OFFER, said("1", pressed=True), told()]
        assert unsure(talk) == [("lồng đèn bay", "9.000001")]

    def test_an_answer_at_once_tells_nothing(self) -> None:
        assert unsure([said("thả đèn trời"), told(), said("Lệ phí", pressed=True), told()]) == []

    def test_nothing_chosen_tells_nothing(self) -> None:
        assert unsure([said("lồng đèn bay"), OFFER, said("thôi"), OFFER]) == []
        assert unsure([said("lồng đèn bay"), OFFER, said("thả đèn trời"), told()]) == []


class TestPropose:
    def proposed(self, *asked: tuple[str, str]) -> dict[str, list[str]]:
        known = procedure(aliases=["thả lồng đèn giấy"])
        text = propose(asked, lambda code: known if code == known.code else None)
        return yaml.safe_load(text) or {}

    def test_wordings_asked_most_often_come_first(self) -> None:
        asked = [("Lồng đèn bay ở đâu?", "9.000001"), *[("đêm rằm thả đèn", "9.000001")] * 2]
        assert self.proposed(*asked) == {"9.000001": ["đêm rằm thả đèn", "lồng đèn bay ở đâu"]}

    def test_numbers_are_masked(self) -> None:
        (wording,) = self.proposed(("số tôi là 0912 345 678, căn cước 001099012345", "9.000001"))["9.000001"]
        assert not any(letter.isdigit() for letter in wording)

    def test_what_is_known_or_no_alias_is_left_out(self) -> None:
        long = " ".join(["đèn"] * 40)
        asked = ("THA LONG DEN GIAY", "đèn", long, "thả đèn hoa đăng")
        assert self.proposed(*((text, "9.000001") for text in asked)) == {"9.000001": ["thả đèn hoa đăng"]}
        assert self.proposed(("thả đèn hoa đăng", "9.999999")) == {}
