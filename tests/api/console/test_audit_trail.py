from __future__ import annotations

import re

from api.console.audit_trail import ACTIONS
from motcua.programs import ROOT
from records import agencies, audit
from records.audit import Somebody
from tests.api.console.office import Office


async def test_the_auditor_reads_who_did_what_and_why_page_after_page(office: Office) -> None:
    async with office.database.session() as session:
        for number in range(101):
            who = Somebody("staff", str(number % 2), ("Nguyễn An", "Lê Bình")[number % 2])
            await audit.record(session, who, "personal_data.read", f"feedback:PA-{number:04}-0000", f"lý do {number}")
        await audit.record(session, audit.SYSTEM, "retention.apply", "installation")
    async with office.desk(await office.hire("soat", "auditor")) as desk:
        page = await desk.open("/audit")
        assert ("Xóa dữ liệu hết hạn lưu" in page, "lý do 100" in page, "lý do 1<" in page) == (True, True, False)
        page = await desk.open(desk.value(r'href="/console(/audit\?[^"]+)"').replace("&amp;", "&"))
        assert ("lý do 1<" in page, "lý do 100" in page) == (True, False)
        page = await desk.open("/audit?subject=feedback:PA-0007-0000")
        assert ("lý do 7<" in page, "lý do 8<" in page) == (True, False)
        page = await desk.open("/audit?actor=Lê Bình&action=personal_data.read")
        assert ("lý do 7<" in page, "lý do 8<" in page, "Hệ thống" in page) == (True, False, False)


async def test_one_action_is_not_those_whose_names_begin_with_it(office: Office) -> None:
    async with office.database.session() as session:
        for action in ("privacy.erase", "privacy.erase.ask"):
            await audit.record(session, audit.SYSTEM, action, f"conversation:{action}")
    async with office.desk(await office.hire("soat", "auditor")) as desk:
        page = await desk.open("/audit?action=privacy.erase")
    assert ("conversation:privacy.erase<" in page, "conversation:privacy.erase.ask" in page) == (True, False)


async def test_somebody_of_an_outside_agency_reads_none_of_it(office: Office) -> None:
    async with office.database.session() as session:
        await agencies.add(session, "Điện lực Mẫu", ["H99.21"])
    async with office.desk(await office.hire("dien", "auditor", agency="Điện lực Mẫu")) as desk:
        await desk.open("/audit")
        assert desk.status == 403


def test_every_action_has_words_for_people() -> None:
    recorded = re.compile(r'audit(?:\.record)?\(.*?[^f]"([a-z_]+(?:\.[a-z_]+)+)"')
    rooms = (path for room in ("records", "api", "motcua") for path in (ROOT / room).rglob("*.py"))
    found = {action for path in rooms for action in recorded.findall(path.read_text(encoding="utf-8"))}
    assert {"poll.ask", "report.sign", "privacy.erase", "keys.rotate"} <= found
    assert found <= set(ACTIONS)
