from __future__ import annotations

import asyncio
import html
import uuid
from pathlib import Path

import pytest

from knowledge.model import State
from knowledge.search import Knowledge, Verdict
from knowledge.settings import Settings
from knowledge.starter import read_starter
from knowledge.store import Catalogue, Layer, catalogue_path
from records import audit, conversations, waiting
from records.conversations import NewMessage
from tests.api.console.office import Office

PHRASE = "rước cu tí về nhà mới"
BIRTH = "1.001193"


@pytest.fixture
def office(office: Office, tmp_path: Path) -> Office:
    """An office with a catalogue of its own, that can be edited."""
    entries = [entry for entry in read_starter() if entry.field == "Hộ tịch"]
    Catalogue(catalogue_path(tmp_path)).import_entries(entries, Layer.STARTER, complete=True)
    office.app.state.knowledge = Knowledge.open(Settings(data=tmp_path))
    return office


async def asked(
    office: Office, text: str, *procedures: str, intent: str = "ask_procedure", gives_up: bool = False
) -> None:
    async with office.database.session() as session:
        conversation = await conversations.of_channel_user(session, "zalo", uuid.uuid4().hex)
        message, _ = await conversations.take(session, conversation.id, NewMessage(text))
        message.state = "answered"
        message.understanding = {"intent": intent, "confidence": 0.9, "procedures": list(procedures)}
    if gives_up:
        await asyncio.sleep(0.01)
        async with office.database.session() as session:
            await waiting.ask(session, conversation.id, "gặp cán bộ")


class TestUnanswered:
    async def test_what_found_nothing_and_what_ended_badly_by_meaning(self, office: Office) -> None:
        await asked(office, "nuôi chó có cần đăng ký không")
        await asked(office, "xin giấy phép nuôi chó, gọi 0900 000 000")
        await asked(office, "làm khai sinh", BIRTH)
        await asked(office, "đổi họ cho con thế nào", BIRTH, gives_up=True)
        await asked(office, "cảm ơn", intent="thank")
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.open("/knowledge")
        assert "2 người" in page
        assert "xin giấy phép nuôi chó, gọi ‹số điện thoại›" in page
        assert "đổi họ cho con thế nào" in page
        assert "1 lần xin gặp cán bộ" in page
        assert "làm khai sinh</strong>" not in page
        assert "cảm ơn" not in page

    async def test_a_wording_with_personal_data_is_no_way_of_calling_anything(self, office: Office) -> None:
        await asked(office, "em tên Nguyễn Văn Mẫu, rước cu tí về nhà mới")
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.open("/knowledge")
            assert ("Câu có dữ liệu cá nhân" in page, 'name="phrase"' in page) == (True, False)
            await asked(office, PHRASE)
            page = await desk.open("/knowledge")
            assert (f'name="phrase" value="{PHRASE}"' in page, 'value="em tên' in page) == (True, False)
            for phrase in ("gọi ‹số điện thoại› làm khai sinh", "gọi 0900 000 000 làm khai sinh"):
                page = await desk.send(f"/knowledge/procedures/{BIRTH}/phrases", phrase=phrase)
                assert (desk.status, "không có dữ liệu cá nhân" in page) == (422, True)
                await desk.send(f"/knowledge/procedures/{BIRTH}", aliases=phrase)
                assert desk.status == 422

    async def test_one_click_makes_a_phrasing_whose_trial_run_is_seen_before_it_is_live(self, office: Office) -> None:
        await asked(office, PHRASE)
        await asked(office, "đăng ký kết hôn", "1.000894")
        knowledge: Knowledge = office.app.state.knowledge
        async with office.desk(await office.hire("bien", "editor", name="Lê Biên")) as desk:
            page = await desk.send(f"/knowledge/procedures/{BIRTH}/phrases", phrase=PHRASE)
            assert "1 câu được sửa đúng" in page
            assert "0 câu bị hỏng" in page
            assert PHRASE in page
            assert knowledge.search(PHRASE).verdict is Verdict.NOTHING
            page = await desk.send(f"{desk.path}/publish")
            assert "Đang dùng từ" in page
        assert knowledge.search(PHRASE).hits[0].procedure.code == BIRTH
        async with office.database.session() as session:
            (entry,) = await audit.entries_of(session, f"procedure:{BIRTH}")
        assert (entry.action, entry.actor_name) == ("knowledge.publish", "Lê Biên")


class TestVersions:
    async def test_edit_compare_publish_and_go_back(self, office: Office) -> None:
        knowledge: Knowledge = office.app.state.knowledge
        async with office.desk(await office.hire("bien", "editor")) as desk:
            await desk.open(f"/knowledge/procedures/{BIRTH}")
            assert "Bản chính thức" in desk.page
            assert "<dt>Thời gian giải quyết</dt>" in desk.page
            assert "Trở về lời sẵn có" not in desk.page
            page = await desk.send(
                f"/knowledge/procedures/{BIRTH}", title="Khai sinh cho bé", aliases="giấy cho em bé\n"
            )
            assert '<ins class="said d-block">Khai sinh cho bé</ins>' in page
            one = desk.path
            await desk.send(f"{one}/publish")
            shown = knowledge.procedure(BIRTH)
            assert shown is not None
            assert shown.title == "Khai sinh cho bé"
            await desk.send(f"/knowledge/procedures/{BIRTH}", title="Khai sinh cho con")
            await desk.send(f"{desk.path}/publish")
            assert "Quay lại bản này" in await desk.open(one)
            await desk.send(f"{one}/publish")
            shown = knowledge.procedure(BIRTH)
            assert shown is not None
            assert shown.title == "Khai sinh cho bé"
            assert "Trở về lời sẵn có" in desk.page
            await desk.send(f"/knowledge/procedures/{BIRTH}")
            await desk.send(f"{desk.path}/publish")
        assert knowledge.procedure(BIRTH) == knowledge.catalogue.without_edits(BIRTH)

    async def test_a_phrasing_that_search_cannot_use_is_refused_and_the_text_stays(self, office: Office) -> None:
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.send(f"/knowledge/procedures/{BIRTH}", title="Tên mới", aliases="khai")
            assert desk.status == 422
            assert "Tên mới" in page
            await desk.send(f"/knowledge/procedures/{BIRTH}/phrases", phrase="khai")
            assert desk.status == 422

    async def test_the_imports_show_what_they_changed(self, office: Office) -> None:
        knowledge: Knowledge = office.app.state.knowledge
        entry = next(each for each in read_starter() if each.code == BIRTH)
        knowledge.catalogue.import_entries([entry.model_copy(update={"summary": "Khác hẳn."})], Layer.STARTER)
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.open(f"/knowledge/procedures/{BIRTH}")
        assert "bản 2" in page
        assert "Khác hẳn." in page
        assert "dòng khác bản trước" in page

    async def test_what_there_is_not(self, office: Office) -> None:
        async with office.desk(await office.hire("bien", "editor")) as desk:
            for path in ("9.999999", f"{BIRTH}/versions/7"):
                await desk.open(f"/knowledge/procedures/{path}")
                assert desk.status == 404
            await desk.send(f"/knowledge/procedures/{BIRTH}/versions/7/publish")
            assert desk.status == 404


class TestUpkeep:
    async def test_imports_with_what_they_changed_and_what_is_out_of_date(self, office: Office) -> None:
        catalogue: Catalogue = office.app.state.knowledge.catalogue
        known = catalogue.get(BIRTH)
        assert known is not None
        source = known.source.model_copy(update={"kind": "portal"})
        entry = known.model_copy(update={"source": source, "name": "Đăng ký khai sinh kiểu cũ"})
        for state in (State.ACTIVE, State.WITHDRAWN):
            catalogue.import_entries([entry.model_copy(update={"state": state})], Layer.OFFICIAL)
        async with office.desk(await office.hire("bien", "editor")) as desk:
            page = await desk.open("/knowledge/imports")
            assert ("0 mới, 1 thay đổi" in page, "1 mới, 0 thay đổi" in page) == (True, True)
            page = await desk.open(html.unescape(desk.value(r'href="/console(/knowledge/imports/changes[^"]+)"')))
            assert "+ &#34;state&#34;: &#34;withdrawn&#34;" in page
            page = await desk.open("/knowledge/outdated")
            assert "Đã bãi bỏ (1)" in page
            assert f"/knowledge/procedures/{BIRTH}" in page
