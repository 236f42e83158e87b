"""Looking a dossier up: code, second factor, the read-out, wrong pairs and the lock."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from actions.dossier_wording import read_out
from actions.dossiers import last_digits
from actions.telling import FOCUS_LASTS
from actions.wordings import say
from records.database import Database
from records.dossiers import DossierState, DossierView, NewDossier, store
from tests.actions.conftest import Talk

REFUSED, LOCKED = say("dossiers.refused"), say("dossiers.locked")
CODE = "H99.90-261101-0001"
ENDS = {"event": "active_loop", "timestamp": None, "name": None}


@pytest.fixture
async def stored(database: Database) -> None:
    new = NewDossier(
        code=CODE,
        procedure_code="1.004222",
        procedure_name="Đăng ký thường trú",
        agency="Công an xã Mẫu",
        state=DossierState.MORE_PAPERS,
        submitted_on=dt.date(2026, 11, 2),
        promised_on=dt.date(2026, 11, 30),
        missing=["Tờ khai CT01"],
        phone="0900000099",
    )
    async with database.session() as session:
        await store(session, new)


async def ask(talk: Talk, digits: str, code: str = CODE) -> str:
    talk.slots |= {"dossier_code": code, "dossier_digits": digits}
    return (await talk.run("action_dossier_status", digits)).text


@pytest.mark.usefixtures("stored")
class TestLookUp:
    async def test_the_right_pair_is_read_out_and_puts_the_procedure_in_focus(self, talk: Talk) -> None:
        told = await ask(talk, "0099")

        assert "chờ anh/chị bổ sung giấy tờ" in told
        assert "30/11/2026" in told
        assert "Tờ khai CT01" in told
        assert talk.slots["procedure"] == "1.004222"
        assert (talk.slots["dossier_code"], talk.slots["dossier_digits"]) == (None, None)

    async def test_what_was_talked_of_long_before_does_not_make_the_focus_old(self, talk: Talk) -> None:
        talk.slots |= {"procedure": "1.004194", "focus_at": time.time() - 2 * FOCUS_LASTS}
        await ask(talk, "0099")
        told = await talk.run("action_answer", "cần giấy tờ gì", "ask_documents")

        assert told.messages[0]["custom"]["procedure"]["code"] == "1.004222"

    async def test_unknown_code_and_wrong_digits_are_told_alike(self, talk: Talk) -> None:
        assert await ask(talk, "1234") == REFUSED
        assert await ask(talk, "0099", "H99.90-261101-9999") == REFUSED

    async def test_after_the_limit_even_the_right_pair_is_locked(self, talk: Talk) -> None:
        told = [await ask(talk, f"{wrong:04}") for wrong in range(5)]

        assert told == [REFUSED] * 5
        assert await ask(talk, "0099") == LOCKED
        assert await ask(talk, "0099", "H99.90-261101-9999") == LOCKED


class TestForm:
    async def test_a_code_in_the_first_message_is_not_asked_for_again(self, talk: Talk) -> None:
        said = await talk.run(
            "validate_dossier_form", f"hồ sơ {CODE}", "dossier_status", entities={"dossier_code": CODE}
        )

        assert talk.slots["dossier_code"] == CODE
        assert "4 số cuối" in said.text

    async def test_without_a_code_it_is_asked_for(self, talk: Talk) -> None:
        said = await talk.run("validate_dossier_form", "tra hồ sơ", "dossier_status")

        assert "mã hồ sơ" in said.text
        assert talk.slots["dossier_code"] is None

    async def test_something_else_than_digits_asks_again(self, talk: Talk) -> None:
        talk.slots |= {"dossier_code": CODE, "requested_slot": "dossier_digits"}
        said = await talk.run("validate_dossier_form", "số nào cũng được")

        assert "đúng 4 chữ số" in said.text
        assert talk.slots.get("dossier_digits") is None

    async def test_who_has_no_code_is_let_go(self, talk: Talk) -> None:
        talk.slots |= {"requested_slot": "dossier_code"}
        said = await talk.run("validate_dossier_form", "tôi không nhớ mã")

        assert "giấy tiếp nhận" in said.text
        assert ENDS in said.events

    async def test_a_question_in_between_is_answered_and_the_form_goes_on(self, talk: Talk) -> None:
        talk.slots |= {"dossier_code": CODE, "requested_slot": "dossier_digits"}
        said = await talk.run("validate_dossier_form", "làm lại thẻ căn cước bị mất lệ phí bao nhiêu?", "ask_fee")

        assert "đồng" in said.messages[0]["text"]
        assert "4 số cuối" in said.messages[-1]["text"]
        assert talk.slots["dossier_code"] == CODE

    @pytest.mark.parametrize("form", ["dossier", "feedback_status"])
    async def test_a_code_is_asked_for_once_more_after_something_else(self, talk: Talk, form: str) -> None:
        slot, intent = ("dossier_code", "dossier_status") if form == "dossier" else ("tracking_code", "feedback_status")
        asked = await talk.run(f"validate_{form}_form", "tra giúp tôi", intent)
        talk.slots["requested_slot"] = slot
        once = await talk.run(f"validate_{form}_form", "làm lại thẻ căn cước bị mất lệ phí bao nhiêu?", "ask_fee")
        then = await talk.run(f"validate_{form}_form", "thế mất mấy ngày", "ask_time")

        assert once.messages[-1]["text"] == asked.text
        assert ENDS not in once.events
        assert asked.text not in then.text
        assert "ngày" in then.messages[0]["text"]
        assert "cứ nhắn mã cho em" in then.messages[-1]["text"]
        assert ENDS in then.events

    async def test_an_attempt_at_the_code_is_never_let_go(self, talk: Talk) -> None:
        await talk.run("validate_dossier_form", "tra hồ sơ", "dossier_status")
        talk.slots["requested_slot"] = "dossier_code"
        said = [await talk.run("validate_dossier_form", "mã là 2408 23 0001", confidence=0.3) for _ in range(3)]

        assert all("chưa thấy mã hồ sơ" in each.text and ENDS not in each.events for each in said)

    @pytest.mark.parametrize(
        ("text", "intent", "confidence", "ranking"),
        [
            ("sao lâu thế, tôi nộp từ tháng trước", "ask_time", 0.61, ()),
            ("số nào vậy", "nlu_fallback", 0.5, (("out_of_scope", 0.37),)),
        ],
    )
    async def test_a_question_without_an_answer_is_no_search_that_failed(
        self, talk: Talk, text: str, intent: str, confidence: float, ranking: tuple[tuple[str, float], ...]
    ) -> None:
        asked = await talk.run("validate_dossier_form", "tra hồ sơ", "dossier_status")
        talk.slots["requested_slot"] = "dossier_code"
        once = await talk.run("validate_dossier_form", text, intent, confidence, ranking=ranking)
        then = await talk.run("validate_dossier_form", text, intent, confidence, ranking=ranking)

        assert [each["text"] for each in once.messages] == [say("forms.no_answer"), asked.text]
        assert "cứ nhắn mã cho em" in then.text
        assert ENDS in then.events

    async def test_a_wish_for_a_person_of_any_length_is_heard(self, talk: Talk) -> None:
        talk.slots["requested_slot"] = "dossier_code"
        text = "rứa mà hơn một tháng rồi đó, hành dân vừa thôi!!! gọi người ra đây tui nói chuyện"
        said = await talk.run("validate_dossier_form", text, "request_person", 0.73)

        assert "hàng chờ" in said.text
        assert "mã hồ sơ" not in said.text
        assert ENDS in said.events

    async def test_a_correction_of_something_else_is_no_attempt_at_the_code(self, talk: Talk) -> None:
        await talk.run("action_answer", "làm thẻ căn cước lần đầu từ 14 tuổi", "ask_procedure")
        talk.slots["requested_slot"] = "dossier_code"
        said = await talk.run("validate_dossier_form", "ý lộn nó mới 13 tuổi ah", "correct", 0.53)

        assert "chưa thấy mã hồ sơ" not in said.text
        assert len(said.messages) == 2

    async def test_another_form_takes_over(self, talk: Talk) -> None:
        talk.slots["requested_slot"] = "dossier_code"
        said = await talk.run("validate_dossier_form", "tôi muốn phản ánh cán bộ hách dịch", "give_feedback", 0.99)

        assert said.messages == []
        assert [event.get("name") for event in said.events] == [None, "feedback_form"]

    @pytest.mark.parametrize(
        "text",
        [
            "giấy hẹn vứt mô rồi",
            "em làm mất giấy biên nhận rồi thì phải làm sao",
            "giấy tiếp nhận để đâu rồi không thấy",
            "quên mã rồi",
            "ko nhớ",
            "không nhớ đâu",
            "tôi không có mã đâu",
            "mã ở đâu",
            "mã miếc gì, cái giấy hẹn con chó nó gặm mất tiêu rồi",
        ],
    )
    async def test_who_lost_the_receipt_is_told_what_to_do(self, talk: Talk, text: str) -> None:
        talk.slots["requested_slot"] = "dossier_code"
        said = await talk.run("validate_dossier_form", text, confidence=0.3)

        assert "hỏi nơi đã nộp hồ sơ" in said.text
        assert len(said.messages) == 1
        assert ENDS in said.events

    async def test_a_question_beside_the_lost_receipt_is_answered(self, talk: Talk) -> None:
        talk.slots["requested_slot"] = "dossier_code"
        text = "giấy hẹn vứt mô rồi, hỏi chi lắm rứa. làm lại căn cước bị mất quy định mấy ngày thì phải trả?"
        said = await talk.run("validate_dossier_form", text, "ask_time", 0.97)

        assert "hỏi nơi đã nộp hồ sơ" in said.messages[0]["text"]
        assert said.messages[-1]["custom"]["procedure"]["name"]
        assert ENDS in said.events

    async def test_what_the_dossier_is_about_is_what_is_asked_about_later(self, talk: Talk) -> None:
        told = "tui nộp hồ sơ làm lại thẻ căn cước bị mất bốn tháng nay rồi mà chưa có"
        await talk.run("validate_dossier_form", told, "dossier_status")
        talk.slots["requested_slot"] = "dossier_code"
        said = await talk.run("validate_dossier_form", "thôi khỏi tra. theo quy định mấy ngày là phải xong", "ask_time")

        assert "ngày" in said.messages[-1]["text"]
        assert said.messages[-1]["custom"]["procedure"]["name"]
        assert ENDS in said.events

    @pytest.mark.parametrize("text", ["mất thẻ căn cước rồi thì làm sao", "làm hộ chiếu ở đâu"])
    async def test_what_is_lost_or_sought_may_be_something_else(self, talk: Talk, text: str) -> None:
        talk.slots["requested_slot"] = "dossier_code"
        said = await talk.run("validate_dossier_form", text, "ask_procedure", 0.9)

        assert "hỏi nơi đã nộp hồ sơ" not in said.text
        assert ENDS not in said.events


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("0099", "0099"),
        ("bốn số cuối là 00 99", "0099"),
        ("0900 000 099", "0099"),
        ("không không chín chín", "0099"),
        ("000000000021", "0021"),
        ("99", None),
        ("12345", None),
        ("không nhớ", None),
    ],
)
def test_last_digits(text: str, digits: str | None) -> None:
    assert last_digits(text) == digits


@pytest.mark.parametrize("state", DossierState)
def test_every_state_is_told_in_plain_words(state: DossierState) -> None:
    view = DossierView(
        code=CODE,
        procedure_code="1.004222",
        procedure_name="Đăng ký thường trú",
        agency="Công an xã Mẫu",
        state=state,
        submitted_on=dt.date(2026, 11, 2),
        promised_on=dt.date(2026, 11, 30),
        finished_on=None,
        missing=(),
        note="",
        fee_due=75_000 if state is DossierState.PAYMENT_DUE else None,
        fee_for="lệ phí",
        fee_paid=None,
        history=(),
        due_on=dt.date(2026, 11, 30),
        late=state is DossierState.PROCESSING,
        overdue=state is DossierState.PROCESSING,
        demonstration=False,
    )
    told = read_out(view)

    assert told.startswith(f"Dạ, hồ sơ {CODE} (Đăng ký thường trú) ")
    assert state.label in told
    assert ("75.000 đồng" in told) == (state is DossierState.PAYMENT_DUE)
    assert ("quá hẹn" in told) == (state is DossierState.PROCESSING)
