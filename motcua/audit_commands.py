"""``motcua audit``: what was done to a subject, and whether the trail is what was written (docs/privacy.md)."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from motcua.database_work import in_session
from records import audit

audit_app = typer.Typer(no_args_is_help=True, help="The audit trail.")
console = Console(highlight=False, soft_wrap=True)


@audit_app.command()
def verify(
    head: Annotated[str | None, typer.Option(help="Head of an earlier verification; it must still be there.")] = None,
) -> None:
    """Compute the hash chain anew and say where it breaks; prints the head, to be kept somewhere else."""
    result = in_session(lambda session: audit.verify(session, head))
    if isinstance(result, audit.Broken):
        entry = f", entry {result.entry_id}" if result.entry_id else ""
        console.print(f"Broken at link {result.position}{entry}: {result.what}.", style="bold red")
        raise typer.Exit(1)
    console.print(f"{result.entries} entries, unbroken. Head: {result.head}")


@audit_app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="SUBJECT", help="Such as feedback:PA-7K2M-9XQ4.")],
) -> None:
    """List what was done to a subject, newest first."""
    table = Table("When", "Who", "What", "Why")
    for entry in in_session(lambda session: audit.entries_of(session, name)):
        who = f"{entry.actor_name or entry.actor_id} ({entry.actor_kind})"
        table.add_row(f"{entry.at:%F %T}", who, entry.action, entry.reason)
    console.print(table)
