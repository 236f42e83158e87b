"""``motcua agency``: who may report dossier states, and with which keys."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from motcua.database_work import in_session
from records import agencies
from records.payments import accounts

agency_app = typer.Typer(no_args_is_help=True, help="Agencies that report dossier states (docs/agencies.md).")
console = Console(highlight=False)


@agency_app.command()
def add(
    name: Annotated[str, typer.Argument(help="As citizens know it; a report may name another office.")],
    prefix: Annotated[list[str], typer.Option(help="Unit it may write for, with those below it, such as H56.14.")],
    field: Annotated[list[str] | None, typer.Option(help="Field of work (lĩnh vực) that it is limited to.")] = None,
) -> None:
    """Add an agency; --prefix and --field can be repeated."""
    in_session(lambda session: agencies.add(session, name, prefix, field))
    console.print("Added. Give it a key with: motcua agency key NAME", markup=False)


@agency_app.command()
def key(name: str) -> None:
    """Make a new key for an agency; it is shown this once."""
    console.print(in_session(lambda session: agencies.issue_key(session, name)), markup=False, soft_wrap=True)


@agency_app.command()
def revoke(key_id: Annotated[str, typer.Argument(help="The part of the key between the dots.")]) -> None:
    """End a key for good."""
    in_session(lambda session: agencies.revoke(session, key_id))
    console.print("Revoked.")


@agency_app.command()
def approval(
    name: str,
    wanted: Annotated[bool, typer.Option("--on/--off", help="On: answers of its people wait for a lead.")],
) -> None:
    """Say whether the agency's answers to reports go out only after a lead approved them (docs/feedback.md)."""
    in_session(lambda session: agencies.approve_answers(session, name, wanted=wanted))
    console.print("On." if wanted else "Off.")


@agency_app.command()
def account(
    name: str,
    bank: Annotated[str, typer.Option(help="The bank's six digits with NAPAS, such as 970436.")],
    number: Annotated[str, typer.Option(help="Account number.")],
    holder: Annotated[str, typer.Option(help="Name of the account.")],
) -> None:
    """Set the account to which the agency's fees are paid (docs/payments.md)."""
    in_session(lambda session: accounts.set_account(session, name, bank, number, holder))
    console.print("Set.")


@agency_app.command("list")
def list_agencies() -> None:
    """List agencies, what they may write, and their keys."""
    table = Table("Agency", "Units", "Fields of work", "Answers approved", "Keys")
    for listed in in_session(agencies.listing):
        keys = [f"{key.id} {f'revoked {key.revoked_at:%F}' if key.revoked_at else 'in use'}" for key in listed.keys]
        agency = listed.agency
        fields, approved = ", ".join(agency.fields) or "all", "yes" if agency.answers_approved else "no"
        table.add_row(agency.name, ", ".join(agency.prefixes), fields, approved, "\n".join(keys))
    console.print(table)
