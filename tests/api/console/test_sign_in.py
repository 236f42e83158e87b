from __future__ import annotations

import datetime as dt
import re

import pytest
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import select, update

from api.console.sign_in import inside
from records.models import StaffSession
from records.staff import accounts, sessions
from tests.api.console.office import Browser, Office

NEW = "con mèo nhà hàng xóm"


async def newcomer(office: Office) -> str:
    async with office.database.session() as session:
        return await accounts.add(session, "an", "Nguyễn An", ["agent"])


async def first_time(browser: Browser, password: str) -> str:
    """Signs in for the first time; returns the secret of the second factor."""
    await browser.open("/account")
    await browser.send("/sign-in", login="an", password=password)
    assert browser.path == "/sign-in/password"
    await browser.send("/sign-in/password", old=password, new=NEW)
    assert browser.path == "/sign-in/second-factor"
    secret = browser.value(r'name="secret" value="(\w+)"')
    await browser.send("/sign-in/second-factor", secret=secret, code=TOTP(secret).now())
    return secret


class TestSignIn:
    async def test_the_first_time_a_password_and_a_second_factor_are_set(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as browser:
            await first_time(browser, password)
            assert "Nguyễn An" in await browser.open("/account")

    async def test_later_both_are_asked_for(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as first, office.stranger() as second:
            secret = await first_time(first, password)
            await second.send("/sign-in", login="an", password=NEW, next="/console/account")
            assert second.path == "/sign-in/code"
            later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30)
            kept = 'name="next" value="/console/account"'
            assert kept in second.page
            assert kept in await second.send("/sign-in/code", code="000000", next="/console/account")
            assert kept in await second.open("/account")
            await second.send("/sign-in/code", code=TOTP(secret).at(later), next="/console/account")
            assert (second.status, second.path) == (200, "/account")
            assert "Nguyễn An" in second.page

    @pytest.mark.parametrize("path", ["/account", "/members"])
    async def test_half_way_in_nothing_is_open(self, office: Office, path: str) -> None:
        password = await newcomer(office)
        async with office.stranger() as browser:
            await browser.send("/sign-in", login="an", password=password)
            await browser.open(path)
            assert browser.path == "/sign-in/password"

    async def test_the_second_factor_cannot_be_set_again_on_the_way_in(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as first, office.stranger() as second:
            await first_time(first, password)
            await second.send("/sign-in", login="an", password=NEW)
            secret = random_base32()
            await second.send("/sign-in/second-factor", secret=secret, code=TOTP(secret).now())
            assert second.path == "/sign-in/code"

    @pytest.mark.parametrize(
        ("new", "said"),
        [
            ("", "rất dễ đoán, cần từ 12 ký tự"),
            ("Xq7#vL", "cần từ 12 ký tự"),
            ("matkhau123456", "dễ đoán, chưa dùng được"),
            (NEW, "rất khó đoán."),
        ],
    )
    async def test_the_meter_says_how_hard_a_password_is_to_guess(self, office: Office, new: str, said: str) -> None:
        password = await newcomer(office)
        async with office.stranger() as browser:
            await browser.send("/sign-in", login="an", password=password)
            assert said in await browser.send("/sign-in/password/strength", new=new)
            await first_time(browser, password)
            await browser.open("/account")
            assert said in await browser.send("/sign-in/password/strength", new=new)

    async def test_a_wrong_password_and_an_unknown_name_look_alike(self, office: Office) -> None:
        await newcomer(office)
        async with office.stranger() as browser:
            pages = [await browser.send("/sign-in", login=login, password="x") for login in ("an", "nobody")]
            assert browser.status == 401
            assert "mật khẩu chưa đúng" in pages[0]
            assert pages[0].replace('value="an"', "") == pages[1].replace('value="nobody"', "")

    async def test_wrong_codes_end_the_session_and_lock_the_account(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as first, office.stranger() as second:
            await first_time(first, password)
            await second.send("/sign-in", login="an", password=NEW)
            for _ in range(accounts.LOCK_AFTER):
                await second.send("/sign-in/code", code="000000")
            assert "tạm khóa" in second.page
            await second.open("/sign-in/code")
            assert second.path == "/sign-in"
            await second.send("/sign-in", login="an", password=NEW)
            assert second.status == 401

    async def test_a_new_token_follows_each_step(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as browser:
            await browser.send("/sign-in", login="an", password=password)
            before = browser.client.cookies["motcua-console"]
            await browser.send("/sign-in/password", old=password, new=NEW)
            after = browser.client.cookies["motcua-console"]
            assert before != after
            browser.client.cookies.clear()
            browser.client.cookies.set("motcua-console", before)
            await browser.open("/account")
            assert browser.path == "/sign-in"


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/console/account", "/console/account"),
        ("https://evil.example/console/account", "/console/account"),
        ("//evil.example", "/console/"),
        ("/console//evil.example", "/console/"),
        ("/console/\\evil", "/console/"),
        ("/", "/console/"),
        ("", "/console/"),
    ],
)
def test_nobody_is_led_out_of_the_console(path: str, leads: str) -> None:
    assert inside(path) == leads


class TestSession:
    async def test_signing_out_ends_it_on_the_server(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        async with office.desk(member) as browser:
            await browser.open("/account")
            await browser.send("/sign-in/out")
        async with office.database.session() as session:
            assert (await session.execute(select(StaffSession))).all() == []

    async def test_others_of_ones_own_can_be_seen_and_ended(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        async with office.desk(member) as here, office.desk(member) as there:
            await here.open("/account")
            assert "Đăng xuất mọi thiết bị khác" in here.page
            await here.send("/account/sessions/end", session_id=here.value(r'name="session_id" value="(\d+)"'))
            await there.open("/account")
            assert there.path == "/sign-in"
            await here.open("/account")
            assert here.path == "/account"

    async def test_a_browser_is_called_what_people_call_it(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36"
        async with office.database.session() as session:
            await sessions.start(session, member, phone, second_factor=True)
        async with office.desk(member) as desk:
            page = await desk.open("/account")
        assert "Chrome Mobile trên Android" in page
        assert "Không rõ trình duyệt" in page

    async def test_those_of_somebody_else_cannot_be_ended(self, office: Office) -> None:
        an, binh = await office.hire("an", "agent"), await office.hire("binh", "agent")
        async with office.desk(an) as here, office.desk(binh) as there:
            async with office.database.session() as session:
                of_binh = select(StaffSession.id).where(StaffSession.staff_id == binh.id)
                other = (await session.execute(of_binh)).scalar_one()
            await here.send("/account/sessions/end", session_id=other)
            await there.open("/account")
            assert there.path == "/account"

    async def test_a_new_password_signs_other_browsers_out(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        async with office.database.session() as session:
            found = await accounts.by_login(session, "an")
            assert found is not None
            password = await accounts.reset(session, found)
            found.must_change_password = False
        async with office.desk(member) as here, office.desk(member) as there:
            await here.send("/account/password", old=password, new=NEW)
            assert (here.status, here.path) == (200, "/account")
            await there.open("/account")
            assert there.path == "/sign-in"

    @pytest.mark.parametrize("column", ["seen_at", "created_at"])
    async def test_it_ends_when_idle_and_at_the_latest_after_a_working_day(self, office: Office, column: str) -> None:
        member = await office.hire("an", "agent")
        async with office.desk(member) as browser:
            old = dt.datetime.now(dt.UTC) - dt.timedelta(hours=13 if column == "created_at" else 2)
            async with office.database.session() as session:
                await session.execute(update(StaffSession).values({column: old}))
            await browser.open("/account")
            assert browser.path == "/sign-in"

    async def test_an_account_that_is_switched_off_is_out_at_once(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        async with office.desk(member) as browser:
            async with office.database.session() as session:
                (await session.get_one(type(member), member.id)).active = False
            await browser.open("/account")
            assert browser.path == "/sign-in"


class TestForms:
    async def test_one_without_the_token_of_the_session_is_refused(self, office: Office) -> None:
        member = await office.hire("an", "agent")
        async with office.desk(member) as browser:
            for wrong in ("", "0" * 64):
                browser.csrf = wrong
                await browser.send("/account/sessions/end")
                assert browser.status == 403

    @pytest.mark.parametrize(
        "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
    )
    async def test_one_from_another_site_is_refused(self, office: Office, headers: dict[str, str]) -> None:
        await newcomer(office)
        async with office.stranger() as browser:
            browser.client.headers.update(headers)
            await browser.send("/sign-in", login="an", password="x")
            assert browser.status == 403


class TestHeaders:
    async def test_pages_hold_no_inline_script_or_style_and_say_so(self, office: Office) -> None:
        member = await office.hire("an", "administrator", "lead")
        async with office.desk(member) as browser:
            for path in ("/account", "/members", "/nowhere"):
                page = await browser.open(path)
                assert "script-src 'self'" in browser.headers["content-security-policy"]
                assert "unsafe" not in browser.headers["content-security-policy"]
                assert browser.headers["cache-control"] == "no-store"
                assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page)

    async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, office: Office) -> None:
        password = await newcomer(office)
        async with office.stranger() as browser:
            browser.client.follow_redirects = False
            await browser.send("/sign-in", login="an", password=password)
            cookie = browser.headers["set-cookie"].lower()
            assert "httponly" in cookie
            assert "samesite=lax" in cookie


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        (["agent", "administrator"], "/inbox"),
        (["auditor"], "/inbox"),
        (["editor", "analyst"], "/knowledge"),
        (["analyst"], "/figures"),
        (["administrator"], "/members"),
    ],
)
async def test_everybody_comes_to_where_their_work_begins(office: Office, roles: list[str], page: str) -> None:
    async with office.desk(await office.hire("an", *roles)) as desk:
        await desk.open("/")
        assert (desk.status, desk.path) == (200, page)
