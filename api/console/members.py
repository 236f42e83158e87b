"""Accounts of others, for administrators: who may do what, new first passwords, switching off."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import Administrator
from api.console.pages import go, render
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from records import agencies
from records.database import Database
from records.feedback import categories
from records.models import StaffMember
from records.staff import accounts, sessions
from records.staff.permissions import StaffRole, somebody_of

router = APIRouter(prefix="/members")

Roles = Annotated[list[str], Form()]
Name = Annotated[str, Form(max_length=100)]


@router.get("")
async def members_page(request: Request, _: Administrator, database: DatabaseDependency) -> Response:
    """Lists all accounts."""
    return await _members(request, database)


@router.post("")
async def add_member(
    request: Request,
    signed_in: Administrator,
    database: DatabaseDependency,
    login: Name,
    name: Name,
    roles: Roles,
    agency: Name = "",
    fields: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Adds an account and shows its first password once."""
    try:
        async with database.session() as session:
            password = await accounts.add(session, login, name, roles, agency=agency or None, fields=fields or [])
            await accounts.record(
                session, somebody_of(signed_in.member), "add", login, roles=roles, agency=agency, fields=fields
            )
    except accounts.StaffError as error:
        return await _members(request, database, 422, error=str(error))
    return await _members(request, database, shown=(login.strip().lower(), password))


@router.post("/{member_id}")
async def change_member(
    request: Request,
    signed_in: Administrator,
    database: DatabaseDependency,
    member_id: int,
    roles: Roles,
    agency: Name = "",
    fields: Annotated[list[str] | None, Form()] = None,
    active: Annotated[bool, Form()] = False,
) -> Response:
    """Changes roles and reach, and switches an account on or off; one's own rights stay as they are."""
    if member_id == signed_in.member.id:
        error = "Anh/chị không tự đổi quyền của mình; đề nghị một người quản trị khác."
        return await _members(request, database, 422, error=error)
    try:
        async with database.session() as session:
            member = await _member(session, member_id)
            await accounts.change(session, member, roles, agency=agency or None, fields=fields or [])
            member.active = active
            await sessions.end(session, member.id)
            given: dict[str, Any] = {"roles": roles, "agency": agency, "fields": fields, "active": active}
            await accounts.record(session, somebody_of(signed_in.member), "change", member.login, **given)
    except accounts.StaffError as error:
        return await _members(request, database, 422, error=str(error))
    return go("/members")


@router.post("/{member_id}/reset")
async def reset_member(
    request: Request, signed_in: Administrator, database: DatabaseDependency, member_id: int
) -> Response:
    """A new first password for somebody who lost theirs or their phone; shown once."""
    async with database.session() as session:
        member = await _member(session, member_id)
        password = await accounts.reset(session, member)
        await accounts.record(session, somebody_of(signed_in.member), "reset", member.login)
    return await _members(request, database, shown=(member.login, password))


async def _member(session: AsyncSession, member_id: int) -> StaffMember:
    member = await session.get(StaffMember, member_id)
    if member is None:
        raise NotFound
    return member


async def _members(
    request: Request,
    database: Database,
    status_code: int = 200,
    *,
    error: str = "",
    shown: tuple[str, str] | None = None,
) -> Response:
    async with database.session() as session:
        members = await accounts.everyone(session)
        known = [listed.agency for listed in await agencies.listing(session)]
    return render(
        request,
        "members.html",
        status_code,
        members=members,
        agencies=known,
        roles=list(StaffRole),
        categories=categories.read().values(),
        error=error,
        shown=shown,
    )
