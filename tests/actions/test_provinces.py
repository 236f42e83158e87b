"""The citizen's province: when it is remembered, and what it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from actions.checklists import Checklists, ShowLifeEvent
from actions.dossier_followups import Followups
from actions.handover import Handover
from actions.procedures import Procedures
from actions.provinces import told
from actions.unclear import Answer
from knowledge.layers import Layer
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, catalogue_path
from nlu.text.places import named_province
from records.database import Database
from tests.actions.conftest import OPEN, Talk


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("tôi ở Thanh Hóa", "Thanh Hóa"),
        ("em o thanh hoa a", "Thanh Hóa"),
        ("làm căn cước ở Hà Giang thì nộp đâu", "Tuyên Quang"),
        ("xin hỏi tại tp Huế đổi bằng lái ở đâu", "Huế"),
        ("nhà mình dưới Bạc Liêu", "Cà Mau"),
    ],
)
def test_a_place_where_somebody_is(text: str, province: str) -> None:
    found = told(text)
    assert found is not None
    assert found.name == province


@pytest.mark.parametrize(
    "text", ["xe biển Hải Phòng", "từ Huế chuyển vào, ở Đà Nẵng rồi ở Hà Nội", "tôi hòa giải ở đâu"]
)
def test_other_names_are_no_such_place(text: str) -> None:
    assert told(text) is None


def test_several_provinces_are_none() -> None:
    assert named_province("chuyển hộ khẩu từ Nghệ An ra Hà Nội") is None


async def test_offices_are_named_as_they_are_in_the_province(talk: Talk, tmp_path: Path, database: Database) -> None:
    settings = KnowledgeSettings(data=tmp_path)
    Catalogue(catalogue_path(tmp_path)).import_entries(
        [entry for entry in read_starter() if entry.title == "Xin thôi quốc tịch Việt Nam"], Layer.STARTER
    )
    knowledge = Knowledge(settings, None, None)
    procedures = Procedures(knowledge)
    life_events = ShowLifeEvent(Checklists(knowledge), procedures)
    talk.actions["action_answer"] = Answer(procedures, life_events, Handover(database, OPEN), Followups(database))

    await talk.run("action_answer", "tôi ở Thanh Hóa, xin thôi quốc tịch Việt Nam cần gì", "ask_documents")
    assert talk.slots["province"] == "Thanh Hóa"
    said = await talk.run("action_answer", "nộp ở đâu", "ask_place")
    assert "Sở Tư pháp tỉnh Thanh Hóa" in said.text
    assert "nguồn ghi Sở Tư pháp" in said.text


async def test_the_place_alone_is_noted_and_the_last_answer_told_again(talk: Talk) -> None:
    await talk.run("action_answer", "xin cấp phiếu lý lịch tư pháp nộp ở đâu", "ask_place")
    said = await talk.run("action_unclear", "tôi ở Nam Định", "nlu_fallback")
    assert talk.slots["province"] == "Ninh Bình"
    assert "ghi nhớ anh/chị ở tỉnh Ninh Bình" in said.text
    assert len(said.messages) == 2


async def test_the_place_before_anything_was_asked(talk: Talk) -> None:
    said = await talk.run("action_unclear", "em ở Huế ạ", "nlu_fallback")
    assert "thành phố Huế" in said.text
    assert "thủ tục gì" in said.text
