from __future__ import annotations

from records import agencies, audit
from records.models import StaffMember
from records.staff import accounts
from tests.api.console.office import Office


class TestMembers:
    async def test_an_administrator_adds_somebody_who_then_signs_in(self, office: Office) -> None:
        async with office.desk(await office.hire("boss", "administrator")) as boss, office.stranger() as new:
            await boss.open("/members")
            await boss.send("/members", login="Chi", name="Lê Chi", roles=["agent", "lead"])
            password = boss.value(r"<code>([0-9a-f-]+)</code>")
            await new.send("/sign-in", login="chi", password=password)
            assert new.path == "/sign-in/password"

    async def test_what_is_wrong_is_said(self, office: Office) -> None:
        async with office.desk(await office.hire("boss", "administrator")) as boss:
            page = await boss.send("/members", login="boss", name="Khác", roles=["agent"])
            assert (boss.status, "Đã có tài khoản" in page) == (422, True)

    async def test_new_rights_hold_at_once(self, office: Office) -> None:
        chi = await office.hire("chi", "administrator")
        async with office.desk(await office.hire("boss", "administrator")) as boss, office.desk(chi) as desk:
            await boss.send(f"/members/{chi.id}", roles=["agent"], active="true")
            await desk.open("/members")
            assert desk.path == "/sign-in"
        async with office.database.session() as session:
            assert (await session.get_one(StaffMember, chi.id)).roles == ["agent"]

    async def test_nobody_changes_their_own_rights(self, office: Office) -> None:
        boss = await office.hire("boss", "administrator")
        async with office.desk(boss) as desk:
            page = await desk.send(f"/members/{boss.id}", roles=["administrator", "lead"], active="true")
            assert "không tự đổi quyền" in page

    async def test_a_reset_signs_out_and_gives_a_first_password(self, office: Office) -> None:
        chi = await office.hire("chi", "agent")
        async with office.desk(await office.hire("boss", "administrator")) as boss, office.desk(chi) as desk:
            await boss.send(f"/members/{chi.id}/reset")
            password = boss.value(r"<code>([0-9a-f-]+)</code>")
            await desk.open("/account")
            assert desk.path == "/sign-in"
        async with office.database.session() as session:
            assert await accounts.check_password(session, "chi", password) is not None

    async def test_who_gave_whom_which_rights_is_on_the_audit_trail(self, office: Office) -> None:
        boss = await office.hire("boss", "administrator", name="Trần Quản")
        async with office.desk(boss) as desk:
            await desk.open("/members")
            await desk.send("/members", login="Chi", name="Lê Chi", roles=["agent"])
            async with office.database.session() as session:
                chi = await accounts.by_login(session, "chi")
            assert chi is not None
            await desk.send(f"/members/{chi.id}", roles=["lead"], fields=["lighting"], active="true")
            await desk.send(f"/members/{chi.id}", roles=["king"], active="true")
            await desk.send(f"/members/{chi.id}/reset")
        async with office.database.session() as session:
            entries = [*reversed(await audit.entries_of(session, "staff:chi"))]
        assert [entry.action for entry in entries] == ["staff.add", "staff.change", "staff.reset"]
        assert {entry.actor_name for entry in entries} == {"Trần Quản"}
        assert (entries[1].details["roles"], entries[1].details["fields"]) == (["lead"], ["lighting"])

    async def test_nobody_of_an_outside_agency_manages_accounts(self, office: Office) -> None:
        async with office.database.session() as session:
            await agencies.add(session, "Điện lực Mẫu", ["H99.21"])
        dien = await office.hire("dien", "administrator", "agent", agency="Điện lực Mẫu")
        async with office.desk(dien) as desk:
            await desk.open("/members")
            assert desk.status == 403
            await desk.send("/members", login="chi", name="Lê Chi", roles=["administrator"])
            assert desk.status == 403
