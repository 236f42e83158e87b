"""``motcua staff``: the accounts of the console, for whoever works on the server."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from motcua.database_work import console, in_session
from records.audit import OPERATOR
from records.staff import accounts
from records.staff.permissions import StaffRole

staff_app = typer.Typer(no_args_is_help=True, help="Accounts of the staff console (docs/console.md).")


@staff_app.command()
def add(
    login: str,
    name: Annotated[str, typer.Argument(help="As colleagues and citizens are told it.")],
    role: Annotated[list[StaffRole], typer.Option(help="Can be repeated.")],
    agency: Annotated[str | None, typer.Option(help="The agency whose cases alone it sees.")] = None,
    field: Annotated[list[str] | None, typer.Option(help="Category of feedback that it is limited to.")] = None,
) -> None:
    """Add an account and show its first password."""

    async def new(session: AsyncSession) -> str:
        password = await accounts.add(session, login, name, role, agency=agency, fields=field or [])
        await accounts.record(session, OPERATOR, "add", login, roles=role, agency=agency, fields=field)
        return password

    console.print(in_session(new), markup=False)


@staff_app.command()
def reset(login: str) -> None:
    """Show a new first password for an account; lock, second factor and sessions end."""

    async def anew(session: AsyncSession) -> str:
        member = await accounts.by_login(session, login)
        if member is None:
            raise accounts.StaffError(f"There is no account {login!r}.")
        await accounts.record(session, OPERATOR, "reset", login)
        return await accounts.reset(session, member)

    console.print(in_session(anew), markup=False)


@staff_app.command("list")
def list_accounts() -> None:
    """List the accounts."""
    table = Table("Login", "Name", "Roles", "Second factor", "Active")
    for member in in_session(accounts.everyone):
        table.add_row(
            member.login,
            member.name,
            ", ".join(member.roles),
            "yes" if member.totp_secret else "no",
            "yes" if member.active else "no",
        )
    console.print(table)
