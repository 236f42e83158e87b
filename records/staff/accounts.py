"""Staff accounts: passwords (argon2id), the second factor (TOTP, RFC 6238), lock-out, single sign-on.

Wrong passwords and wrong codes count alike; after ``LOCK_AFTER`` of them the account rests, and whoever tries hears the
same as for a wrong password.
"""

from __future__ import annotations

import datetime as dt
import re
import secrets
from collections.abc import Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from zxcvbn import zxcvbn

from nlu.text.normalise import fold
from records import agencies, audit
from records.database import database_of
from records.models import Feedback, StaffMember, StaffSession
from records.staff.permissions import Permission, StaffRole, permissions_of, reaches

LOCK_AFTER = 5
LOCK_FOR = dt.timedelta(minutes=15)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
HARD_ENOUGH = 3
"""Of the grades of ``hardness``: more than 10^8 guesses by somebody who knows the passwords that leaked most often."""
_READ_BY_ZXCVBN = 72
_OURS = ("motcua", "matkhau", "vietnam", "hanoi", "saigon", "anhyeuem", "emyeuanh")
"""What people here choose first, beside what zxcvbn knows."""
_TELLING = 4
"""Characters of a name from which on it gives a password away."""
STEP_SECONDS = 30
ISSUER = "Một Cửa"

_hasher = PasswordHasher()
_NO_PASSWORD = _hasher.hash(secrets.token_urlsafe(16))
"""Checked where there is no account, so that an unknown name takes as long as a known one."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class StaffError(ValueError):
    """What is wrong with an account or a password, for the person who tried."""


class SignInRefused(StaffError):
    """Unknown name, wrong password, locked or switched off: which of them is not told."""

    def __init__(self) -> None:
        super().__init__("Tên đăng nhập hoặc mật khẩu chưa đúng, hoặc tài khoản đang tạm khóa. Anh/chị thử lại sau.")


async def add(
    session: AsyncSession,
    login: str,
    name: str,
    roles: Sequence[str],
    *,
    agency: str | None = None,
    fields: Sequence[str] = (),
) -> str:
    """Adds an account and returns its first password, which has to be changed. Raises ``StaffError``."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise StaffError("Tên đăng nhập gồm 2–64 chữ thường không dấu, chữ số và . _ @ -")
    if not name.strip():
        raise StaffError("Cần có họ tên.")
    if (await session.execute(select(StaffMember.id).where(StaffMember.login == login))).first():
        raise StaffError(f"Đã có tài khoản “{login}”.")
    password = new_password()
    member = StaffMember(login=login, name=name.strip(), password_hash=_hasher.hash(password))
    await change(session, member, roles, agency=agency, fields=fields)
    session.add(member)
    await session.flush()
    return password


async def change(
    session: AsyncSession,
    member: StaffMember,
    roles: Sequence[str],
    *,
    agency: str | None,
    fields: Sequence[str],
) -> None:
    """Gives ``member`` these roles and this reach. Raises ``StaffError``."""
    unknown = set(roles) - {role.value for role in StaffRole}
    if unknown or not roles:
        raise StaffError(f"Vai trò là một hoặc nhiều trong: {', '.join(StaffRole)}.")
    member.roles, member.fields, member.agency_id = sorted(set(roles)), sorted(set(fields)), None
    if agency:
        found = await agencies.find(session, agency)
        if found is None:
            raise StaffError(f"Không có cơ quan “{agency}”.")
        member.agency_id = found.id


async def record(session: AsyncSession, actor: audit.Actor, action: str, login: str, **given: Any) -> None:
    """Puts on the audit trail who did what to which account, and the rights that it was given."""
    await audit.record(session, actor, f"staff.{action}", f"staff:{login.strip().lower()}", **given)


async def everyone(session: AsyncSession) -> Sequence[StaffMember]:
    """All accounts by name."""
    return (await session.execute(select(StaffMember).order_by(StaffMember.name, StaffMember.id))).scalars().all()


async def workers(session: AsyncSession, cases: Sequence[Feedback], *, callers: bool = False) -> list[StaffMember]:
    """Those whom one of ``cases``, or with ``callers`` somebody who called, can be given to, by name."""

    def fits(member: StaffMember) -> bool:
        may = permissions_of(member)
        works = Permission.HANDLE_CASES in may and any(reaches(member, case) for case in cases)
        return works or (callers and Permission.CONVERSE in may)

    return [each for each in await everyone(session) if each.active and fits(each)]


async def by_login(session: AsyncSession, login: str) -> StaffMember | None:
    """The account of that name, locked until the transaction ends."""
    wanted = select(StaffMember).where(StaffMember.login == login.strip().lower()).with_for_update()
    return (await session.execute(wanted)).scalar_one_or_none()


async def check_password(session: AsyncSession, login: str, password: str) -> StaffMember | None:
    """The account that name and password open; none for a wrong one, which counts towards the lock."""
    member = await by_login(session, login)
    right = _verify(member.password_hash if member and member.password_hash else _NO_PASSWORD, password)
    if member is None or not member.active or is_locked(member):
        return None
    if not right or member.password_hash is None:
        _count_failure(member)
        return None
    if _hasher.check_needs_rehash(member.password_hash):
        member.password_hash = _hasher.hash(password)
    if member.totp_secret is None:
        member.failures = 0
    return member


def is_locked(member: StaffMember) -> bool:
    """Whether the account rests after too many failures."""
    return member.locked_until is not None and member.locked_until > dt.datetime.now(dt.UTC)


def new_password() -> str:
    """A first password of 80 bits, in groups that can be read out."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def hardness(member: StaffMember, new: str) -> int:
    """How hard a password of ``member`` is to guess: the five grades of zxcvbn, from 0 to 4."""
    if not new:
        return 0
    return zxcvbn(new[:_READ_BY_ZXCVBN], [*_OURS, member.login, *fold(member.name).split()])["score"]


def set_password(member: StaffMember, old: str, new: str) -> None:
    """Changes the password of ``member``; other sessions are for the caller to end. Raises ``StaffError``.

    A wrong old password counts as a failure: the transaction has to commit all the same.
    """
    if member.password_hash is None or is_locked(member) or not _verify(member.password_hash, old):
        _count_failure(member)
        raise StaffError("Mật khẩu hiện tại chưa đúng.")
    if not SHORTEST_PASSWORD <= len(new) <= LONGEST_PASSWORD:
        raise StaffError(f"Mật khẩu mới dài từ {SHORTEST_PASSWORD} đến {LONGEST_PASSWORD} ký tự.")
    folded = fold(new)
    if new == old or any(len(part) >= _TELLING and part in folded for part in (fold(member.login), fold(member.name))):
        raise StaffError("Mật khẩu mới phải khác mật khẩu cũ và không chứa tên đăng nhập hay họ tên.")
    if hardness(member, new) < HARD_ENOUGH:
        raise StaffError("Mật khẩu mới quá dễ đoán. Anh/chị chọn một câu dài dễ nhớ với riêng mình.")
    member.password_hash, member.must_change_password = _hasher.hash(new), False


async def reset(session: AsyncSession, member: StaffMember) -> str:
    """A new first password; the second factor is set up anew, the lock and all sessions end."""
    password = new_password()
    member.password_hash, member.must_change_password = _hasher.hash(password), True
    member.totp_secret, member.failures, member.locked_until = None, 0, None
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == member.id))
    return password


def new_second_factor() -> str:
    """A secret for an authenticator app, in Base32."""
    return random_base32()


def second_factor_uri(member: StaffMember, secret: str) -> str:
    """What the QR code of an authenticator app holds."""
    return TOTP(secret).provisioning_uri(name=member.login, issuer_name=ISSUER)


def set_second_factor(session: AsyncSession, member: StaffMember, secret: str, code: str) -> None:
    """Keeps the secret, once a code shows that the app has it. Raises ``StaffError``."""
    step = _matching_step(secret, code, after=0)
    if step is None:
        raise StaffError("Mã chưa đúng. Anh/chị xem lại giờ trên điện thoại rồi nhập mã mới nhất.")
    member.totp_secret, member.totp_step = database_of(session).vault.encrypt(secret), step
    member.failures = 0


def check_second_factor(session: AsyncSession, member: StaffMember, code: str) -> bool:
    """Whether ``code`` is good now, and was not used before; a wrong one counts towards the lock."""
    if member.totp_secret is None or is_locked(member):
        return False
    step = _matching_step(database_of(session).vault.decrypt(member.totp_secret), code, after=member.totp_step)
    if step is None:
        _count_failure(member)
        return False
    member.totp_step, member.failures = step, 0
    return True


async def by_single_sign_on(session: AsyncSession, issuer: str, subject: str, login: str) -> StaffMember | None:
    """The account of somebody whom the agency's own sign-on knows.

    The first time the account is the one of the same login that an administrator made; then ``subject`` alone counts.
    """
    known = select(StaffMember).where(StaffMember.issuer == issuer, StaffMember.subject == subject)
    member = (await session.execute(known)).scalar_one_or_none()
    if member is None:
        new = select(StaffMember).where(StaffMember.login == login.strip().lower(), StaffMember.subject.is_(None))
        member = (await session.execute(new)).scalar_one_or_none()
        if member is not None and member.active:
            member.issuer, member.subject = issuer, subject
    return member if member is not None and member.active else None


def _matching_step(secret: str, code: str, *, after: int) -> int | None:
    now = int(dt.datetime.now(dt.UTC).timestamp()) // STEP_SECONDS
    totp, typed = TOTP(secret), code.replace(" ", "")
    fitting = [step for step in (now - 1, now, now + 1) if secrets.compare_digest(totp.generate_otp(step), typed)]
    return fitting[0] if fitting and fitting[0] > after else None


def _count_failure(member: StaffMember) -> None:
    member.failures += 1
    if member.failures >= LOCK_AFTER:
        member.failures, member.locked_until = 0, dt.datetime.now(dt.UTC) + LOCK_FOR


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False
