"""Questions: which procedure, which part, follow-ups, choices, and what is said when nothing fits."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from knowledge.search import Knowledge
from tests.actions.conftest import Talk

REPLACE_CARD = "làm lại thẻ căn cước bị mất"
PASSPORT = "làm hộ chiếu phổ thông"


async def test_the_part_asked_for_comes_with_its_procedure(talk: Talk) -> None:
    said = await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")

    assert "đồng" in said.text
    assert "Nguồn:" in said.text
    assert said.messages[0]["custom"]["procedure"]["code"] == talk.slots["procedure"]
    assert said.messages[0]["custom"]["procedures"] == [talk.slots["procedure"]]
    assert said.messages[0]["custom"]["intent"] == "ask_fee"


async def test_a_follow_up_keeps_the_procedure(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    before = talk.slots["procedure"]

    said = await talk.run("action_answer", "thế thời gian bao lâu", "ask_time")

    assert talk.slots["procedure"] == before
    assert "ngày" in said.text


async def test_a_follow_up_with_a_new_subject_changes_the_procedure(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    before = talk.slots["procedure"]

    await talk.run("action_answer", "thế đăng ký kết hôn lệ phí bao nhiêu", "ask_fee")

    assert talk.slots["procedure"] != before


async def test_a_circumstance_in_a_follow_up_is_no_new_subject(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    before = talk.slots["procedure"]

    said = await talk.run("action_answer", "ở quê xa thì nộp ở đâu", "ask_place")

    assert said.messages[0]["custom"]["procedures"] == [before]


@pytest.mark.parametrize(
    ("before", "follow_up", "meant"),
    [
        ("làm khai sinh cho con cần gì", "có yếu tố nước ngoài thì cần gì", "2.000528"),
        ("đăng ký kết hôn cần gì", "đăng ký lại thì cần gì", "1.004746"),
        ("khai tử cho người mất cần gì", "đăng ký lại thì cần gì", "1.005461"),
        ("làm khai sinh cho con cần gì", "thế đăng ký tạm trú mất mấy ngày", "1.004194"),
    ],
)
async def test_the_procedure_in_focus_tells_apart_what_fits_as_well(
    talk: Talk, before: str, follow_up: str, meant: str
) -> None:
    await talk.run("action_answer", before, "ask_documents")
    said = await talk.run("action_answer", follow_up, "ask_documents")

    assert said.messages[0]["custom"]["procedures"] == [meant]


async def test_what_is_named_first_is_found_where_the_rest_is_a_story(talk: Talk) -> None:
    asked = "thế còn tạm trú, bà cụ 71 tuổi mắt mờ chân chậm, thì phải tới tận nơi hay ngồi ở nhà bấm máy cũng được"
    await talk.run("action_answer", asked, "ask_online")

    assert talk.slots["procedure"] == "1.004194"


async def test_a_short_subject_that_names_another_procedure_changes_to_it(talk: Talk, knowledge: Knowledge) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
    asked = "đăng ký tạm trú trên mạng được không"
    meant = knowledge.search(asked).hits[0].procedure.code

    said = await talk.run("action_answer", asked, "ask_online")

    assert said.messages[0]["custom"]["procedures"] == [meant]


async def test_what_search_does_not_know_is_asked_of_the_choice_on_offer(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    offered = [code_of(REPLACE_CARD), code_of(PASSPORT)]
    talk.slots |= {"offered_procedures": offered, "waiting_part": "overview"}

    asked = await talk.run("action_answer", "bà hay quên lắm, phải đem giấy gì", "ask_documents")
    chosen = await talk.run("action_choose", "cái đầu", "choose_procedure")

    assert asked.messages[0]["custom"]["procedures"] == offered
    assert chosen.messages[0]["custom"]["procedure"]["code"] == offered[0]
    assert "giấy tờ" in chosen.text


async def test_after_two_questions_back_the_choice_on_offer_is_answered_with_a_caveat(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    talk.slots |= {"offered_procedures": [code_of(REPLACE_CARD), code_of(PASSPORT)], "unclear_turns": 2}

    said = await talk.run("action_answer", "bà hay quên lắm, phải đem giấy gì", "ask_documents")

    assert "em chưa chắc đã đúng ý anh/chị" in said.text
    assert said.messages[1]["custom"]["procedure"]["code"] == code_of(REPLACE_CARD)


async def test_what_was_meant_stays_with_the_procedure_in_focus_where_search_knows_nothing(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    before = talk.slots["procedure"]

    await talk.run("action_correct", "ý tôi là có phải đưa cháu theo không", "correct")

    assert talk.slots["procedure"] == before


async def test_buttons_offer_parts_that_were_not_asked_yet(talk: Talk, code_of: Callable[[str], str]) -> None:
    code = code_of(REPLACE_CARD)
    first = await talk.run(
        "action_answer", f'/ask_fee{{"procedure": "{code}"}}', "ask_fee", entities={"procedure": code}
    )

    assert 1 <= len(first.payloads) <= 4
    assert f'/ask_documents{{"procedure": "{code}"}}' in first.payloads
    assert f'/ask_fee{{"procedure": "{code}"}}' not in first.payloads


async def test_two_parts_in_one_message_are_both_answered(talk: Talk) -> None:
    said = await talk.run("action_answer", f"{REPLACE_CARD} mất bao lâu và lệ phí bao nhiêu", "ask_fee")

    assert len(said.messages) == 2
    assert "ngày" in said.text
    assert "đồng" in said.text
    assert talk.slots["asked_parts"] == ["time", "fee"]


async def test_a_part_of_what_a_list_holds_is_asked_back_by_its_name(talk: Talk) -> None:
    talk.slots |= {"listed": ["1.000656", "1.003197"]}
    said = await talk.run("action_answer", "lệ phí bao nhiêu", "ask_fee")

    assert said.text.startswith("Dạ, anh/chị hỏi lệ phí của thủ tục nào ạ?\n1. ")


async def test_without_a_subject_the_procedure_is_asked_for_and_the_part_remembered(talk: Talk) -> None:
    first = await talk.run("action_answer", "lệ phí bao nhiêu", "ask_fee")
    second = await talk.run("action_answer", REPLACE_CARD, "ask_procedure")

    assert "của thủ tục nào" in first.text
    assert second.messages[0]["custom"]["intent"] == "ask_fee"


async def test_two_procedures_in_one_question_are_both_answered_each_with_its_part(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    said = await talk.run("action_answer", f"{REPLACE_CARD} mất bao lâu và {PASSPORT} lệ phí bao nhiêu", "ask_fee")

    card, passport = code_of(REPLACE_CARD), code_of(PASSPORT)
    assert [each["custom"]["procedures"] for each in said.messages] == [[card], [passport]]
    assert talk.slots["procedure"] == passport
    assert talk.slots["listed"] == [card, passport]
    assert talk.slots["asked_parts"] == ["fee"]


async def test_a_part_that_only_one_of_two_procedures_has_is_meant_for_both(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    said = await talk.run("action_answer", f"{REPLACE_CARD} với {PASSPORT} cần giấy tờ gì", "ask_documents")

    assert [each["custom"]["intent"] for each in said.messages] == ["ask_documents", "ask_documents"]


async def test_one_procedure_whose_name_joins_two_things_is_no_pair(talk: Talk) -> None:
    await talk.run("action_answer", "thay đổi, cải chính hộ tịch và xác định lại dân tộc", "ask_procedure")

    assert talk.slots["procedure"]
    assert talk.slots.get("listed") is None


async def test_a_follow_up_takes_the_one_procedure_on_offer_for_granted(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    talk.slots |= {"offered_procedures": [code_of(PASSPORT)], "waiting_part": "documents"}

    said = await talk.run("action_answer", "cái đó phí nhiêu", "ask_fee")

    assert talk.slots["procedure"] == code_of(PASSPORT)
    assert "đồng" in said.text


@pytest.mark.parametrize(
    ("action", "text", "intent"),
    [
        ("action_say", "con mèo nhà bên thì có giống vậy không", "out_of_scope"),
        ("action_unclear", "con mèo nhà bên thì có giống vậy không", "out_of_scope"),
        ("action_correct", "k phải cho tôi mà cho con mèo nhà tôi", "correct"),
    ],
)
async def test_what_search_does_not_know_stays_with_the_procedure_in_focus(
    talk: Talk, action: str, text: str, intent: str
) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    before = talk.slots["procedure"]

    said = await talk.run(action, text, intent, 0.6)
    after = await talk.run("action_answer", "thế thời gian bao lâu", "ask_time")

    assert "mình đang nói về thủ tục" in said.text
    assert "/request_person" in said.payloads
    assert after.messages[0]["custom"]["procedures"] == [before]


async def test_what_is_surely_out_of_scope_is_so_in_the_middle_of_a_conversation(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} lệ phí bao nhiêu", "ask_fee")
    said = await talk.run("action_say", "chiều nay trời có mưa không", "out_of_scope", 0.95)

    assert "nằm ngoài phạm vi" in said.text


async def test_a_circumstance_leads_from_the_procedure_in_focus_to_its_variant(talk: Talk) -> None:
    await talk.run("action_answer", "đăng ký kết hôn cần giấy tờ gì", "ask_documents")
    await talk.run("action_unclear", "nếu vợ là người lào thì sao", ranking=(("out_of_scope", 0.4),))

    assert talk.slots["procedure"] == "2.000806"


async def test_a_part_can_be_heard_again(talk: Talk) -> None:
    documents = await talk.run("action_answer", f"{REPLACE_CARD} cần giấy tờ gì", "ask_documents")
    await talk.run("action_answer", "thế lệ phí", "ask_fee")

    again = await talk.run("action_repeat", "nói lại cái chỗ giấy tờ cho bác", "repeat")

    assert again.text == documents.text


async def test_a_choice_keeps_the_part_that_was_asked(talk: Talk, knowledge: Knowledge) -> None:
    offered = [hit.procedure.code for hit in knowledge.search("khai sinh", limit=3).hits]
    talk.slots |= {"offered_procedures": offered, "waiting_part": "documents"}

    said = await talk.run("action_choose", "cái thứ hai", "choose_procedure")

    assert talk.slots["procedure"] == offered[1]
    assert talk.slots["asked_parts"] == ["documents"]
    assert talk.slots["offered_procedures"] is None
    assert said.messages[0]["custom"]["procedures"] == [offered[1]]


async def test_a_choice_can_be_named_by_its_words(talk: Talk, code_of: Callable[[str], str]) -> None:
    talk.slots |= {"offered_procedures": [code_of(REPLACE_CARD), code_of(PASSPORT)], "waiting_part": "fee"}

    await talk.run("action_unclear", "hộ chiếu ấy", confidence=0.3)

    assert talk.slots["procedure"] == code_of(PASSPORT)


async def test_a_choice_stays_open_for_a_part_that_the_classifier_does_not_know(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    offered = [code_of(REPLACE_CARD), code_of(PASSPORT)]
    talk.slots |= {"offered_procedures": offered, "waiting_part": "overview"}

    await talk.run("action_unclear", "bà đau chân lắm, có phải lên tận nơi không cháu", confidence=0.28)

    assert talk.slots["offered_procedures"] == offered
    assert talk.slots["waiting_part"] == "attendance"


async def test_an_unknown_code_is_told_politely(talk: Talk) -> None:
    said = await talk.run("action_choose", "/choose_procedure", "choose_procedure", entities={"procedure": "9.999999"})

    assert "chưa có thông tin về thủ tục mã 9.999999" in said.text


async def test_nothing_found_says_so_and_after_two_failures_puts_a_person_first(talk: Talk) -> None:
    first = await talk.run("action_answer", "nuôi khủng long trên sao hỏa", "ask_procedure")
    second = await talk.run("action_answer", "mua vé máy bay lên mặt trăng", "ask_procedure")

    assert "chưa tìm thấy thủ tục nào" in first.text
    assert first.payloads == ["/request_person"]
    assert "nói chuyện với cán bộ" in second.text
    assert second.payloads[0] == "/request_person"


async def test_a_question_that_the_classifier_is_not_sure_of_is_answered_when_search_knows_it(talk: Talk) -> None:
    said = await talk.run("action_unclear", REPLACE_CARD, confidence=0.5, ranking=(("dossier_status", 0.4),))

    assert talk.slots["procedure"]
    assert "Nguồn:" in said.text


async def test_an_uncertain_form_begins_when_search_knows_nothing(talk: Talk) -> None:
    said = await talk.run(
        "action_unclear", "rác không ai dọn cả tháng nay", confidence=0.5, ranking=(("give_feedback", 0.4),)
    )

    assert said.events == [{"event": "followup", "timestamp": None, "name": "feedback_form"}]


async def test_a_case_is_chosen_by_number(talk: Talk, knowledge: Knowledge) -> None:
    several = next(
        entry
        for entry in (knowledge.procedure(hit.procedure.code) for hit in knowledge.search("căn cước", limit=20).hits)
        if entry and len({case.documents for case in entry.cases if case.documents}) > 1
    )
    first = await talk.run("action_answer", "/ask_documents", "ask_documents", entities={"procedure": several.code})
    second = await talk.run("action_choose", "trường hợp 2", "choose_case")

    assert first.payloads[:2] == ['/choose_case{"case": "1"}', '/choose_case{"case": "2"}']
    assert talk.slots["case"] == [case.name for case in several.cases if case.documents][1]
    assert "loại giấy tờ" in second.text or "hồ sơ" in second.text


async def test_a_choice_of_a_case_may_ask_for_another_part_of_it(talk: Talk, knowledge: Knowledge) -> None:
    several = next(
        entry
        for entry in (knowledge.procedure(hit.procedure.code) for hit in knowledge.search("căn cước", limit=20).hits)
        if entry and len({case.documents for case in entry.cases if case.documents}) > 1
    )
    await talk.run("action_answer", "/ask_documents", "ask_documents", entities={"procedure": several.code})
    said = await talk.run("action_answer", "cái đầu mất mấy ngày", "ask_documents")

    assert said.messages[0]["custom"]["intent"] == "ask_time"
    assert talk.slots["case"] == next(case.name for case in several.cases if case.documents)


@pytest.mark.parametrize("number", ["0", "999", "-1", "³", "hai"])
async def test_a_case_that_was_not_offered_is_none(talk: Talk, number: str) -> None:
    talk.slots |= {"procedure": "1.004222", "offered_cases": ["một", "hai"]}
    said = await talk.run("action_choose", "/choose_case", "choose_case", entities={"case": number})

    assert "chưa rõ anh/chị chọn mục nào" in said.text


async def test_who_was_misheard_is_asked_to_type(talk: Talk) -> None:
    await talk.run("action_answer", "làm lại thẻ căn cước bị mất cần gì", "ask_documents")
    said = await talk.run("action_correct", '/correct{"field": "heard"}', "correct", 1.0, {"field": "heard"})

    assert said.text == "Dạ, anh/chị vui lòng gõ lại câu hỏi ạ."
    assert talk.slots["procedure"] is None


@pytest.mark.parametrize(
    ("before", "follow_up", "intent"),
    [
        ("sang tên sổ đỏ cần gì", "bao lau thi co so moi", "ask_time"),
        ("làm khai sinh cho con cần gì", "có bị phạt hay mất phí gì không", "ask_fee"),
    ],
)
async def test_what_search_half_knows_stays_with_the_procedure_that_explains_it(
    talk: Talk, before: str, follow_up: str, intent: str
) -> None:
    await talk.run("action_answer", before, "ask_documents")
    focus = talk.slots["procedure"]

    said = await talk.run("action_answer", follow_up, intent)

    assert said.messages[-1]["custom"]["procedures"] == [focus]


@pytest.mark.parametrize("follow_up", ["căn cước thì bao lâu có", "khai tử nộp ở đâu"])
async def test_a_subject_in_the_words_of_a_name_is_a_new_one(talk: Talk, follow_up: str) -> None:
    await talk.run("action_answer", "làm khai sinh cho con cần gì", "ask_documents")

    said = await talk.run("action_answer", follow_up, "ask_fee")

    assert "1.001193" not in said.messages[-1]["custom"]["procedures"]


@pytest.mark.parametrize(
    "asked",
    [
        "em đang ở trọ gần khu công nghiệp, hộ khẩu thì ở quê, làm luôn ở đây được không hay phải về",
        "minh o tro xa que, khong ve que lam duoc khong",
    ],
)
async def test_where_somebody_lives_is_no_new_subject(talk: Talk, asked: str) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
    before = talk.slots["procedure"]

    said = await talk.run("action_answer", asked, "ask_place")

    assert said.messages[-1]["custom"]["procedures"] == [before]
    assert "cơ quan giải quyết" in said.text


async def test_from_afar_with_a_subject_of_its_own_is_about_that(talk: Talk) -> None:
    await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")

    said = await talk.run("action_answer", f"{REPLACE_CARD} thì có phải về quê không", "ask_place")

    assert said.messages[-1]["custom"]["procedures"][0] == "1.014064"


async def test_what_search_knows_is_not_refused_as_a_request_for_the_data_of_others(talk: Talk) -> None:
    asked = await talk.run("action_say", f"của người quen em, {REPLACE_CARD} cần gì", "others_data", 0.55)
    refused = await talk.run("action_say", f"xin hồ sơ của ông hàng xóm {REPLACE_CARD}", "others_data", 0.55)

    assert asked.messages[-1]["custom"]["procedures"] == ["1.014064"]
    assert "người khác" in refused.text


async def test_what_search_knows_is_not_out_of_scope_while_the_classifier_is_not_sure(talk: Talk) -> None:
    said = await talk.run("action_say", f"mình bán phở ở chợ, giờ {REPLACE_CARD} thì", "out_of_scope", 0.6)

    assert said.messages[-1]["custom"]["procedures"][0] == "1.014064"


async def test_a_sigh_in_the_middle_of_a_conversation_opens_no_report(talk: Talk) -> None:
    sigh = "trời ơi buồn ghê, làm sáu năm trời giờ ra đường tay trắng"
    alone = await talk.run("action_unclear", sigh, ranking=(("give_feedback", 0.43),))
    await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
    within = await talk.run("action_unclear", sigh, ranking=(("give_feedback", 0.43),))

    assert [event["name"] for event in alone.events if event["event"] == "followup"] == ["feedback_form"]
    assert not [event for event in within.events if event["event"] == "followup"]
    assert "mình đang nói về" in within.text


async def test_a_correction_may_come_back_to_what_was_told_before(talk: Talk) -> None:
    await talk.run("action_answer", f"{REPLACE_CARD} cần gì", "ask_documents")
    before = talk.slots["procedure"]
    await talk.run("action_answer", f"{PASSPORT} cần gì", "ask_documents")

    said = await talk.run("action_correct", "cái hồi nãy, của em chứ không phải của vợ, bao nhiêu tiền", "ask_fee")

    assert said.messages[-1]["custom"]["procedures"] == [before]


async def test_a_question_taken_for_a_life_event_is_answered(talk: Talk) -> None:
    said = await talk.run("action_life_event", f"tôi 78 tuổi, {REPLACE_CARD} phải mang gì", "life_event")

    assert said.messages[-1]["custom"]["procedures"] == ["1.014064"]


async def test_a_question_about_one_thing_in_what_was_told_is_answered_with_its_line(
    talk: Talk, code_of: Callable[[str], str]
) -> None:
    birth = code_of("Đăng ký khai sinh")
    overview = await talk.run("action_answer", "làm giấy khai sinh cho con", "ask_procedure")
    assert talk.slots["procedure"] == birth

    said = await talk.run("action_unclear", "em sanh ở nhà hông có giấy chứng sinh bệnh viện", "nlu_fallback", 0.2)
    assert "gần nhất với điều anh/chị hỏi" in said.text
    assert "giấy của người làm chứng" in said.text
    assert "Nguồn: " in said.text
    assert talk.slots["procedure"] == birth

    again = await talk.run("action_answer", "làm giấy khai sinh cho con", "ask_procedure")
    assert again.text == overview.text


async def test_small_talk_quotes_nothing(talk: Talk, code_of: Callable[[str], str]) -> None:
    talk.slots |= {"procedure": code_of("Đăng ký kết hôn"), "focus_at": time.time()}
    said = await talk.run("action_unclear", "hồi sáng nấu cơm khê hết trơn, con mèo chê", "nlu_fallback", 0.2)

    assert "nguồn về thủ tục" not in said.text


async def test_a_question_in_english_keeps_its_subject_and_comes_back(talk: Talk) -> None:
    background = "hi, im american, my wife is vietnamese, we got married in california and just moved to Hue."
    told = await talk.run("action_answer", f"{background} do we have to tell anyone here about the marriage?")
    await talk.run("action_answer", "somebody told me about a 5 year visa exemption for husbands", "ask_procedure")
    focus = talk.slots["procedure"]
    back = await talk.run(
        "action_correct", "sorry, i mean the first one, registering the marriage. does that cost anything?"
    )

    assert (told.slots["procedure"], focus, back.slots["procedure"]) == ("2.002189", "1.003144", "2.002189")
    assert back.slots["asked_parts"] == ["fee"]


async def test_a_choice_in_english_has_the_names_that_foreigners_know(talk: Talk) -> None:
    said = await talk.run("action_answer", "register my residence", "ask_documents")

    assert "2. Permanent residence registration of a Vietnamese (Đăng ký thường trú" in said.text
    assert "Permanent residence registration of a Vietnamese" in [
        each["title"] for each in said.messages[-1]["buttons"]
    ]

    chosen = await talk.run("action_choose", "the permanent one", "choose_procedure")
    assert chosen.slots["procedure"] == "1.004222"


async def test_one_of_a_list_is_chosen_in_english(talk: Talk) -> None:
    talk.slots |= {"offered_procedures": ["1.003144", "1.001194"], "listed": ["1.003144", "1.001194"]}
    chosen = await talk.run("action_choose", "the second one", "choose_procedure")

    assert chosen.slots["procedure"] == "1.001194"
