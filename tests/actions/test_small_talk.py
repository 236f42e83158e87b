"""Once more, from the start, yes and no, and a person."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from actions.wordings import say
from records.conversations import find
from records.database import Database
from tests.actions.conftest import Talk


async def status(database: Database, talk: Talk) -> str:
    async with database.session() as session:
        conversation = await find(session, uuid.UUID(talk.id))
    assert conversation
    return conversation.status


async def test_repeat_says_the_last_answer_again_with_its_buttons(talk: Talk) -> None:
    first = await talk.run("action_answer", "làm lại thẻ căn cước bị mất lệ phí bao nhiêu", "ask_fee")
    again = await talk.run("action_repeat", "nhắc lại", "repeat")

    assert again.text == first.text
    assert again.payloads == first.payloads


async def test_repeat_at_the_beginning_offers_what_to_begin_with(talk: Talk) -> None:
    said = await talk.run("action_repeat", "nhắc lại", "repeat")

    assert "/dossier_status" in said.payloads


async def test_start_over_forgets_the_subject(talk: Talk) -> None:
    await talk.run("action_answer", "làm lại thẻ căn cước bị mất lệ phí bao nhiêu", "ask_fee")
    await talk.run("action_start_over", "bắt đầu lại", "start_over")

    assert {name: value for name, value in talk.slots.items() if value is not None} == {}


async def test_a_long_message_that_names_no_language_wishes_for_none(talk: Talk) -> None:
    talk.slots |= {"language": "en"}
    asked = "my vietnamese is so-so lol, em noi duoc chut xiu thoi. what papers do i need for a new passport"
    said = await talk.run("action_change_language", asked, "change_language", 0.65)

    assert said.slots.get("language", "en") == "en"
    assert said.messages[-1]["custom"]["procedures"]


async def test_what_else_is_asked_when_the_language_changes_is_answered(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    talk.slots |= {"language": "en"}
    asked = "ok tôi nói tiếng Việt được, vậy làm lại thẻ căn cước bị mất lệ phí bao nhiêu"
    said = await talk.run("action_change_language", asked, "change_language")
    alone = await talk.run("action_change_language", "ok, English please", "change_language")

    assert said.messages[0]["text"] == "Dạ, từ bây giờ em nói tiếng Việt ạ."
    assert said.messages[1]["custom"]["procedure"]["code"] == code_of("làm lại thẻ căn cước bị mất")
    assert "lệ phí" in said.messages[1]["text"]
    assert said.slots["language"] == "vi"
    assert "What can I do for you?" in alone.text


async def test_who_asks_for_english_is_answered_in_english(talk: Talk, code_of: Callable[[str], str]) -> None:
    asked = "hi, can i ask in english? i'm a teacher here, i lost my vietnamese id card"
    said = await talk.run("action_change_language", asked, "change_language")

    assert said.slots["language"] == "en"
    assert said.slots["procedure"] == code_of("làm lại thẻ căn cước bị mất")


@pytest.mark.parametrize("text", ["haha my mother in law wants to be on the photo", "hihi ngộ ghê ta"])
async def test_a_laugh_is_no_question(talk: Talk, text: str) -> None:
    await talk.run("action_answer", "where do we get the birth certificate for our baby", "ask_procedure")
    said = await talk.run("action_unclear", text)
    asked = await talk.run("action_unclear", "haha, and what does a vietnamese passport cost")

    assert any(each in said.text for each in ("Haha, glad to hear it", "nghe vui quá"))
    assert not said.messages[0]["buttons"]
    assert asked.slots["procedure"] == "1.001456"


async def test_a_person_is_queued(talk: Talk, database: Database) -> None:
    said = await talk.run("action_request_person", "gặp cán bộ", "request_person")

    assert "cán bộ" in said.text
    assert await status(database, talk) == "waiting"


async def test_yes_to_the_offer_of_a_person_queues(talk: Talk, database: Database) -> None:
    await talk.run("action_answer", "nuôi khủng long trên sao hỏa", "ask_procedure")
    await talk.run("action_yes_or_no", "vâng", "affirm")

    assert await status(database, talk) == "waiting"


async def test_no_to_the_choice_on_offer_drops_it(talk: Talk) -> None:
    talk.slots["offered_procedures"] = ["1.004222"]
    said = await talk.run("action_yes_or_no", "không cái nào đúng", "deny")

    assert "nói rõ hơn" in said.text
    assert talk.slots["offered_procedures"] is None


async def test_an_emergency_is_answered_with_its_number(talk: Talk) -> None:
    told = {
        kind: (await talk.run("action_emergency", "cứu", "emergency", entities={"emergency": kind})).text
        for kind in ("fire", "crime", "medical", "child", "self_harm", "unknown")
    }

    assert "114" in told["fire"]
    assert "113" in told["crime"]
    assert "115" in told["medical"]
    assert "111" in told["child"]
    assert "115" in told["self_harm"]
    assert all(number in told["unknown"] for number in ("111", "113", "114", "115"))


async def test_what_may_be_an_emergency_gets_the_numbers_and_its_answer(talk: Talk) -> None:
    said = await talk.run(
        "action_emergency", "ba tôi bị tai biến run tay, làm lại thẻ căn cước bị mất thì cần giấy gì", "emergency", 0.7
    )

    assert "115" in said.messages[0]["text"]
    assert talk.slots["procedure"] == "1.014064"


async def test_who_is_sure_to_be_in_danger_gets_the_numbers_alone(talk: Talk) -> None:
    said = await talk.run("action_emergency", "cứu, làm lại thẻ căn cước bị mất thì cần giấy gì", "emergency", 0.95)

    assert len(said.messages) == 1
    assert "procedure" not in talk.slots


async def test_who_drives_wants_a_moment_and_no_ambulance(talk: Talk) -> None:
    text = "khoan khoan chị đang chạy xe tới ngã tư chờ chị chút nghe"
    assert (await talk.run("action_emergency", text, "emergency", 0.6)).text == say("small_talk.take_your_time")
