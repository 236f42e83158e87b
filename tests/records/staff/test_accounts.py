from __future__ import annotations

import datetime as dt

import pytest
from pyotp import random_base32
from pyotp.totp import TOTP

from records.database import Database
from records.models import StaffMember
from records.staff import accounts
from records.staff.accounts import LOCK_AFTER, STEP_SECONDS, StaffError


async def added(database: Database, login: str = "an.nguyen", **given: object) -> str:
    async with database.session() as session:
        return await accounts.add(session, login, "Nguyễn An", ["agent"], **given)  # pyright: ignore[reportArgumentType]


async def member(database: Database) -> StaffMember:
    async with database.session() as session:
        found = await accounts.by_login(session, "an.nguyen")
    assert found is not None
    return found


async def opens(database: Database, password: str, login: str = "an.nguyen") -> bool:
    async with database.session() as session:
        return await accounts.check_password(session, login, password) is not None


class TestAdd:
    async def test_the_first_password_opens_the_account_and_has_to_be_changed(self, database: Database) -> None:
        password = await added(database)

        assert await opens(database, password)
        assert (await member(database)).must_change_password

    async def test_the_password_itself_is_not_kept(self, database: Database) -> None:
        password = await added(database)

        kept = (await member(database)).password_hash or ""
        assert kept.startswith("$argon2id$")
        assert password not in kept

    @pytest.mark.parametrize("login", ["", "a", "Nguyễn", "an nguyen", "-an", "a" * 65])
    async def test_a_login_that_is_none_is_refused(self, database: Database, login: str) -> None:
        with pytest.raises(StaffError, match="Tên đăng nhập"):
            await added(database, login)

    async def test_a_login_is_given_once(self, database: Database) -> None:
        await added(database)

        with pytest.raises(StaffError, match="Đã có tài khoản"):
            await added(database, " AN.nguyen ")

    async def test_roles_and_agencies_that_do_not_exist_are_refused(self, database: Database) -> None:
        with pytest.raises(StaffError, match="Không có cơ quan"):
            await added(database, agency="Sở Không Có")
        async with database.session() as session:
            with pytest.raises(StaffError, match="Vai trò"):
                await accounts.add(session, "binh", "Trần Bình", ["king"])
            with pytest.raises(StaffError, match="Vai trò"):
                await accounts.add(session, "binh", "Trần Bình", [])


class TestLock:
    async def test_after_too_many_wrong_passwords_the_right_one_does_not_open_it(self, database: Database) -> None:
        password = await added(database)

        for _ in range(LOCK_AFTER):
            assert not await opens(database, "sai mật khẩu")
        assert not await opens(database, password)

    async def test_the_lock_ends_by_itself(self, database: Database) -> None:
        password = await added(database)
        for _ in range(LOCK_AFTER):
            await opens(database, "sai mật khẩu")
        async with database.session() as session:
            found = await accounts.by_login(session, "an.nguyen")
            assert found is not None
            found.locked_until = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)

        assert await opens(database, password)

    async def test_wrong_codes_lock_too_and_a_right_password_between_them_does_not_help(
        self, database: Database
    ) -> None:
        password, secret = await added(database), random_base32()
        await enrolled(database, secret)

        for _ in range(LOCK_AFTER):
            assert await opens(database, password)
            async with database.session() as session:
                found = await accounts.by_login(session, "an.nguyen")
                assert found is not None
                assert not accounts.check_second_factor(session, found, "000000")
        assert not await opens(database, password)

    async def test_an_account_that_is_off_does_not_open(self, database: Database) -> None:
        password = await added(database)
        async with database.session() as session:
            found = await accounts.by_login(session, "an.nguyen")
            assert found is not None
            found.active = False

        assert not await opens(database, password)
        assert not await opens(database, password, "unknown")


async def enrolled(database: Database, secret: str) -> None:
    async with database.session() as session:
        found = await accounts.by_login(session, "an.nguyen")
        assert found is not None
        accounts.set_second_factor(session, found, secret, TOTP(secret).now())


class TestSecondFactor:
    async def test_a_code_opens_once(self, database: Database) -> None:
        await added(database)
        secret = random_base32()
        await enrolled(database, secret)
        next_code = TOTP(secret).at(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=STEP_SECONDS))

        results: list[bool] = []
        for code in (TOTP(secret).now(), next_code, next_code):
            async with database.session() as session:
                found = await accounts.by_login(session, "an.nguyen")
                assert found is not None
                results.append(accounts.check_second_factor(session, found, code))

        assert results == [False, True, False]

    async def test_the_secret_is_encrypted(self, database: Database) -> None:
        await added(database)
        secret = random_base32()
        await enrolled(database, secret)

        assert secret.encode() not in ((await member(database)).totp_secret or b"")

    async def test_a_wrong_code_sets_nothing_up(self, database: Database) -> None:
        await added(database)
        async with database.session() as session:
            found = await accounts.by_login(session, "an.nguyen")
            assert found is not None
            with pytest.raises(StaffError, match="Mã chưa đúng"):
                accounts.set_second_factor(session, found, random_base32(), "123456")
        assert (await member(database)).totp_secret is None


class TestSetPassword:
    @pytest.mark.parametrize(
        ("new", "why"),
        [
            ("ngắn quá", "dài từ 12"),
            ("x" * 129, "dài từ 12"),
            ("Nguyen An rat vui", "không chứa"),
            ("an.nguyen-2026!", "không chứa"),
            ("aaaaaaaaaaaaaa", "dễ đoán"),
            ("1234567890123", "dễ đoán"),
            ("Password@2026", "dễ đoán"),
            ("matkhau123456", "dễ đoán"),
        ],
    )
    async def test_a_weak_one_is_refused(self, database: Database, new: str, why: str) -> None:
        password = await added(database)

        with pytest.raises(StaffError, match=why):
            accounts.set_password(await member(database), password, new)

    async def test_a_long_sentence_is_taken(self, database: Database) -> None:
        password = await added(database)
        async with database.session() as session:
            found = await accounts.by_login(session, "an.nguyen")
            assert found is not None
            accounts.set_password(found, password, "con mèo nhà hàng xóm")

        assert await opens(database, "con mèo nhà hàng xóm")
        assert not await opens(database, password)
        assert not (await member(database)).must_change_password

    async def test_the_old_one_is_asked_for_and_counts_towards_the_lock(self, database: Database) -> None:
        await added(database)
        found = await member(database)

        for _ in range(LOCK_AFTER):
            with pytest.raises(StaffError, match="hiện tại"):
                accounts.set_password(found, "sai", "con mèo nhà hàng xóm")
        assert accounts.is_locked(found)


async def test_a_reset_gives_a_new_first_password_and_ends_the_second_factor(database: Database) -> None:
    await added(database)
    await enrolled(database, random_base32())
    async with database.session() as session:
        found = await accounts.by_login(session, "an.nguyen")
        assert found is not None
        password = await accounts.reset(session, found)

    assert await opens(database, password)
    after = await member(database)
    assert (after.totp_secret, after.must_change_password) == (None, True)
