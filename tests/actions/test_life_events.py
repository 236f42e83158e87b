"""Life events: every step is a procedure of the starter catalogue, and the list can be worked through."""

from __future__ import annotations

import re

import pytest
import yaml

from actions.life_events import LifeEvent, event_of, events, term_of
from knowledge.starter import read_starter
from motcua.programs import ROOT
from tests.actions.conftest import Talk

CODES = {entry.code for entry in read_starter()}
EVENTS = events().values()
HELD_OUT = yaml.safe_load((ROOT / "tests/nlu/life_event.yml").read_text(encoding="utf-8"))["messages"]
NAMED = {
    "mới sinh con cần làm giấy tờ gì": "new_child",
    "vk e moi sinh be": "new_child",
    "vk e sap sanh, sanh xong e phai lam giay to gi cho con": "new_child",
    "vợ con đẻ ở nhà bà mụ, phải lo giấy tờ gì": "new_child",
    "ba xa sap sanh be": "new_child",
    "em dễ thương ghê": None,
    "bao qua mang duoc hong hay phai len xa": None,
    "bao hiem cua em lam mat het roi": None,
    "bão làm hư hỏng nhà cửa": "disaster",
    "to giay phep cu doi nha lam mat tieu dau roi": None,
    "dọn nhà thì làm giấy tờ gì": "moving",
    "bao vua roi toc mai nha tui": "disaster",
    "đăng ký khai sinh xong có mã định danh không": None,
    "bố tôi mới mất, cần làm thủ tục gì": "death",
    "mệ mất rồi, chừ mần chi": "death",
    "ông xã em mới mất": "death",
    "nha em co dam tang": "death",
    "bằng nước ngoài mất mấy trăm": None,
    "rot tieu cai bop roi": "lost_wallet",
    "e moi bi cho nghi vc": "job_loss",
    "có người bị đuối nước": None,
    "mới chuyển từ Huế vô Cần Thơ": "moving",
    "con em sắp vô lớp 1": "first_school_year",
    "vừa rinh con xe cũ": "used_vehicle",
    "mất căn cước": None,
    "em bị mất ví": "lost_wallet",
    "em bị mất cái ví trong đó có căn cước": "lost_wallet",
    "anh mất luôn cái thẻ bảo hiểm": None,
    "mua xe máy cũ muốn sang tên": "used_vehicle",
    "vừa mua ô tô mới": "new_vehicle",
    "tôi tính mở quán phở": "opening_eatery",
    "I just had a baby": "new_child",
    "we got married at home and just moved to Hue. do we have to tell anyone about the marriage?": None,
    "we just moved to Hue. what do we have to do?": "moving",
    "i moved to another flat last week, who tells the police?": None,
    "we moved to another flat, what do we have to do": "moving",
    "đăng ký kết hôn": None,
    "bị lũ cuốn mất hết đồ": "disaster",
    "ba chị hồi trước làm nhà máy, giờ muốn đổi bệnh viện trong thẻ bảo hiểm": None,
}


def test_there_are_at_least_fifteen() -> None:
    assert len(EVENTS) >= 15


@pytest.mark.parametrize("event", EVENTS, ids=events())
def test_every_step_is_in_the_starter_catalogue(event: LifeEvent) -> None:
    assert [step.code for step in event.steps if step.code not in CODES] == []
    assert len({step.code for step in event.steps}) == len(event.steps) >= 2


@pytest.mark.parametrize("event", EVENTS, ids=events())
def test_a_step_comes_after_earlier_ones_only(event: LifeEvent) -> None:
    for number, step in enumerate(event.steps, 1):
        assert all(1 <= before < number for before in step.after)


@pytest.mark.parametrize("message", HELD_OUT)
def test_held_out_messages_name_an_event(message: str) -> None:
    assert event_of(message) is not None


@pytest.mark.parametrize(("message", "name"), NAMED.items())
def test_the_event_of_a_message(message: str, name: str | None) -> None:
    event = event_of(message)

    assert (event.name if event else None) == name


def test_a_deadline_names_its_law() -> None:
    deadlines = [step.deadline for event in EVENTS for step in event.steps if step.deadline]

    assert len(deadlines) >= 5
    assert [each for each in deadlines if not re.search(r"^Luật .* \d+/\d{4}/QH\d+", each.law)] == []
    birth, none = term_of("1.001193"), term_of("1.001612")
    assert birth is not None
    assert (birth.told, birth.law) == ("trong 60 ngày từ ngày sinh", "Luật Hộ tịch 60/2014/QH13, Điều 15")
    assert none is None


class TestChecklist:
    async def test_is_shown_with_what_depends_on_what(self, talk: Talk) -> None:
        said = await talk.run("action_life_event", "mới sinh con thì phải làm gì", "life_event")

        assert "⬜ 1. " in said.text
        assert "sau bước 1" in said.text
        assert "làm trong 60 ngày từ ngày sinh." in said.text
        assert talk.slots["checklist"] == {"event": "new_child", "done": {"new_child": []}}

    async def test_steps_are_ticked_off_and_taken_back(self, talk: Talk) -> None:
        await talk.run("action_life_event", "mới sinh con thì phải làm gì", "life_event")
        ticked = await talk.run("action_checklist", "hai bước đầu xong rồi", "checklist")
        assert "bước 1, 2" in ticked.text
        assert talk.slots["checklist"]["done"] == {"new_child": [1, 2]}

        await talk.run("action_checklist", "bước 2 chưa xong", "checklist")
        assert talk.slots["checklist"]["done"] == {"new_child": [1]}

    async def test_a_step_that_does_not_exist_changes_nothing(self, talk: Talk) -> None:
        await talk.run("action_life_event", "ly hôn xong phải làm gì", "life_event")
        await talk.run("action_checklist", "xong bước 9", "checklist")

        assert talk.slots["checklist"]["done"] == {"divorce": []}

    async def test_outlives_a_new_start(self, talk: Talk) -> None:
        await talk.run("action_life_event", "mới sinh con thì phải làm gì", "life_event")
        await talk.run("action_checklist", "xong bước 1", "checklist")
        await talk.run("action_start_over", "bắt đầu lại", "start_over")
        said = await talk.run("action_checklist", "xem lại danh sách", "checklist")

        assert "✅ 1. " in said.text

    async def test_speaks_english_to_who_does(self, talk: Talk) -> None:
        said = await talk.run("action_life_event", "I just had a baby, what do I have to do", "life_event")

        assert "A new baby" in said.text
        assert "Birth registration (Làm giấy khai sinh cho con)" in said.text
        assert "after step 1" in said.text
        assert "Birth registration" in [each["title"] for each in said.messages[-1]["buttons"]]

    async def test_one_step_that_is_named_is_answered_alone(self, talk: Talk) -> None:
        said = await talk.run(
            "action_life_event", "em mới sinh bé, làm giấy khai sinh cho bé cần những giấy tờ gì", "life_event"
        )

        assert talk.slots["procedure"] == "1.001193"
        assert "⬜" not in said.text

    @pytest.mark.parametrize(
        "text", ["ba tôi mới mất, không biết làm gì trước để khai tử", "mẹ mất rồi giờ khai tử thì bắt đầu từ đâu"]
    )
    async def test_who_asks_where_to_begin_gets_the_whole_list(self, talk: Talk, text: str) -> None:
        said = await talk.run("action_unclear", text, confidence=0.5, ranking=(("ask_procedure", 0.4),))

        assert "⬜ 1. " in said.text
