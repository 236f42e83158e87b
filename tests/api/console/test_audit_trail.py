from __future__ import annotations

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
        assert ("retention.apply" in page, "lý do 100" in page, "lý do 1<" in page) == (True, True, False)
        page = await desk.open(desk.value(r'href="/console(/audit\?[^"]+)"').replace("&amp;", "&"))
        assert ("lý do 1<" in page, "lý do 100" in page) == (True, False)
        page = await desk.open("/audit?subject=feedback:PA-0007-0000")
        assert ("lý do 7<" in page, "lý do 8<" in page) == (True, False)
        page = await desk.open("/audit?actor=Lê Bình&action=personal_data")
        assert ("lý do 7<" in page, "lý do 8<" in page, "retention" in page) == (True, False, False)


async def test_somebody_of_an_outside_agency_reads_none_of_it(office: Office) -> None:
    async with office.database.session() as session:
        await agencies.add(session, "Điện lực Mẫu", ["H99.21"])
    async with office.desk(await office.hire("dien", "auditor", agency="Điện lực Mẫu")) as desk:
        await desk.open("/audit")
        assert desk.status == 403
