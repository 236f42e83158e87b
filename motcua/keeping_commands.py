"""``motcua keys``, ``retention``, ``data``, ``backup``, ``restore``: keeping personal data, no longer than needed."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from motcua.backup import back_up
from motcua.backup import restore as take_back
from motcua.database_work import in_session, refusals_told, with_database
from motcua.prepare import database_server
from records import audit, rotation
from records.database import Database
from records.privacy import holds, on_request, retention, rights
from records.settings import Settings

keys_app = typer.Typer(no_args_is_help=True, help="Secret keys of what is encrypted (docs/privacy.md).")
retention_app = typer.Typer(no_args_is_help=True, help="How long personal data is kept (docs/privacy.md).")
data_app = typer.Typer(no_args_is_help=True, help="Somebody's own data, for those who ask in person (docs/privacy.md).")
console = Console(highlight=False, soft_wrap=True)
Named = Annotated[str, typer.Argument(help="PA-… or the id of a conversation.")]
Reason = Annotated[str, typer.Option(help="Why; it goes on the audit trail.")]


@keys_app.command()
def add() -> None:
    """Put a new key in front of those of a local installation; elsewhere MOTCUA_SECRET_KEYS names them."""
    settings = Settings()
    if settings.secret_keys is not None:
        console.print(f"Put this in front in MOTCUA_SECRET_KEYS, with a comma behind it:\n{secrets.token_urlsafe(36)}")
        return
    path = settings.data / "secret.key"
    partial = path.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_text(",".join((secrets.token_urlsafe(36), *settings.keys)), encoding="ascii")
    partial.rename(path)
    console.print("Added. Restart every process, then: motcua keys rotate")


@keys_app.command()
def rotate() -> None:
    """Encrypt everything anew with the newest key, while the system runs; can be stopped and run again."""

    async def run(database: Database) -> int:
        moved = await rotation.rotate(database)
        async with database.session() as session:
            newest = database.vault.newest.hex()
            await audit.record(session, audit.OPERATOR, "keys.rotate", "installation", key=newest, moved=moved)
        return moved

    console.print(f"{with_database(run)} values moved to the newest key.")


@keys_app.command("status")
def key_status() -> None:
    """Count what each key is still needed for; one with nothing left may be taken out."""
    table = Table("Key", "Encrypted", "Hashes")
    for use in in_session(rotation.usage):
        table.add_row(use.key.hex() or "(older form or unknown)", str(use.encrypted), str(use.hashed))
    console.print(table)


@retention_app.command()
def preview() -> None:
    """Show what the next nightly run would end."""
    table = Table("Kind", "Days", "Beyond them", "Oldest")
    terms = retention.read_terms(Settings().retention)
    for due in in_session(lambda session: retention.preview(session, terms)):
        table.add_row(due.kind, str(due.days), str(due.rows), f"{due.oldest:%F}" if due.oldest else "")
    console.print(table)


@retention_app.command("apply")
def apply_now() -> None:
    """Do now what the worker does every night."""
    settings = Settings()
    terms = retention.read_terms(settings.retention)
    for kind, rows in with_database(lambda database: retention.apply(database, terms, settings.bot_url)).items():
        console.print(f"{kind}: {rows}")


@retention_app.command()
def hold(name: Named, reason: Reason) -> None:
    """Keep a case and its conversation until the hold is lifted."""
    console.print(f"Held: {in_session(lambda session: holds.place(session, audit.OPERATOR, name, reason))}")


@retention_app.command()
def lift(name: Named, reason: Reason) -> None:
    """End a hold."""
    console.print(f"Lifted: {in_session(lambda session: holds.lift(session, audit.OPERATOR, name, reason))}")


@retention_app.command("holds")
def list_holds() -> None:
    """List the holds in force."""
    table = Table("Subject", "Since", "Why")
    for one in in_session(holds.in_force):
        table.add_row(one.subject, f"{one.placed_at:%F}", one.reason)
    console.print(table)


@data_app.command()
def export(
    name: Named, file: Annotated[Path, typer.Argument(help="Where to write it, as JSON.")], reason: Reason
) -> None:
    """Write everything that is kept of somebody to FILE."""
    found = in_session(lambda session: on_request.export(session, audit.OPERATOR, name, reason))
    file.touch(mode=0o600)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    console.print(f"{sum(map(len, found.values()))} rows of {len(found)} tables.")


@data_app.command()
def erase(name: Named, reason: Reason) -> None:
    """Erase a conversation with all that belongs to it alone; of a case that came without one, the contact."""
    bot_url = Settings().bot_url
    try:
        done = with_database(lambda database: on_request.erase(database, audit.OPERATOR, name, reason, bot_url))
    except rights.Held:
        console.print("A legal hold forbids it: motcua retention holds", style="red")
        raise typer.Exit(1) from None
    kept = f" Cases that stay: {', '.join(done.kept_cases)}." if done.kept_cases else ""
    console.print(f"Erased.{kept}")


def backup(file: Path) -> None:
    """Write databases and attachments to FILE, while the system runs. The secret keys are not in it."""
    settings = Settings()
    with refusals_told(), database_server(settings):
        manifest = back_up(settings, settings.bot_url, file)
    console.print(f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables. Keep the secret keys elsewhere.")


def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Take FILE back into an empty installation, and check rows, attachments and the audit trail."""
    settings = Settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    with refusals_told(), database_server(settings):
        manifest = take_back(settings, settings.bot_url, file)
    result = in_session(lambda session: audit.verify(session, manifest.audit_head or None))
    if isinstance(result, audit.Broken):
        console.print(f"The audit trail is broken at link {result.position}: {result.what}.", style="bold red")
        raise typer.Exit(1)
    console.print(f"{sum(manifest.rows.values())} rows as before, {result.entries} audit entries unbroken.")
