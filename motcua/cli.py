"""The command line: ``motcua --help``."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.channels import telegram_webhook
from api.settings import Settings as ApiSettings
from knowledge.import_report import measure
from knowledge.import_report import render as render_report
from knowledge.importers.detect import read
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.store import Catalogue, Layer, catalogue_path
from motcua import demo as demonstration
from motcua import demo_office, keeping_commands, model, programs, server
from motcua import prepare as preparation
from motcua.agency_commands import agency_app
from motcua.alias_commands import aliases_app
from motcua.audit_commands import audit_app
from motcua.evaluate_commands import app as evaluate_app
from motcua.evaluate_commands import learn_app
from motcua.feedback_evaluation import evaluate_feedback
from motcua.nlu_commands import evaluate_nlu, understand
from motcua.recordings_commands import recordings_app
from motcua.speech_evaluation import evaluate_speech
from motcua.staff_commands import staff_app
from motcua.talk_commands import ask
from motcua.transcribe_command import transcribe
from records.channel_tokens import Tokens, store_first
from records.database import Database
from records.settings import Settings as RecordsSettings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Một Cửa: trợ lý dịch vụ công.")
telegram_app = typer.Typer(no_args_is_help=True, help="The Telegram bot.")
zalo_app = typer.Typer(no_args_is_help=True, help="The Zalo Official Account.")
app.add_typer(telegram_app, name="telegram")
app.add_typer(zalo_app, name="zalo")
evaluate_app.command("nlu")(evaluate_nlu)
evaluate_app.command("speech")(evaluate_speech)
evaluate_app.command("feedback")(evaluate_feedback)
app.command()(understand)
app.command()(transcribe)
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(learn_app, name="learn")
app.add_typer(agency_app, name="agency")
app.add_typer(audit_app, name="audit")
app.add_typer(aliases_app, name="aliases")
app.add_typer(recordings_app, name="recordings")
app.add_typer(staff_app, name="staff")
app.add_typer(keeping_commands.keys_app, name="keys")
app.add_typer(keeping_commands.retention_app, name="retention")
app.add_typer(keeping_commands.data_app, name="data")
app.command()(keeping_commands.backup)
app.command()(keeping_commands.restore)
app.command()(ask)
console = Console(highlight=False)


@app.command()
def prepare(
    bot: Annotated[bool, typer.Option(help="Train the bot too; its image in production brings it along.")] = True,
) -> None:
    """Train the bot, build the index, migrate the database: whatever is missing."""
    preparation.prepare(bot=bot)


@app.command()
def train() -> None:
    """Train the bot, unless this checkout's model is there already."""
    RecordsSettings().data.mkdir(parents=True, exist_ok=True)
    model.train(RecordsSettings().data / "train.log")
    console.print(str(model.path()))


@app.command("server")
def serve() -> None:
    """Run everything (script/server)."""
    server.serve()


@app.command()
def run(name: Annotated[str, typer.Argument(help="postgres, actions, bot, worker, api, telegram or voice")]) -> None:
    """Run one process in the foreground, as docker-compose.yml does."""
    records, api = RecordsSettings(), ApiSettings()
    wanted = {program.name: program for program in programs.programs(records, api)}
    if name not in wanted:
        raise typer.BadParameter(f"this deployment has {', '.join(wanted)}")
    os.environ.update(programs.environment(records, api))
    os.chdir(programs.ROOT)
    os.execv(wanted[name].command[0], wanted[name].command)  # noqa: S606


@app.command()
def search(
    text: str,
    limit: Annotated[int, typer.Option(help="How many results.")] = 5,
    explain: Annotated[bool, typer.Option(help="Show how the result came about.")] = False,
    province: Annotated[str | None, typer.Option(help="Old or new name; drops what is only for others.")] = None,
) -> None:
    """Find procedures in the terminal."""
    knowledge = Knowledge.open(KnowledgeSettings())
    if explain:
        from knowledge.explain import render

        console.print(render(knowledge.explain(text, province=province)))
        return
    found = knowledge.search(text, limit=limit, province=province)
    table = Table("Mã", "Thủ tục", "Lĩnh vực", "Điểm", title=f"{found.verdict.name}: {text}")
    for hit in found.hits:
        table.add_row(hit.procedure.code, hit.procedure.plain_name, hit.procedure.field, f"{hit.score:.2f}")
    console.print(table)


@app.command("import")
def import_files(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    report: Annotated[bool, typer.Option("--report", help="Show how much came out structured.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="What the file lacks has been withdrawn.")] = False,
    checked_on: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the file was true; newer facts replace those of the starter."),
    ] = None,
) -> None:
    """Import procedures: portal API JSON, crawled JSON, or Word export."""
    settings = KnowledgeSettings()
    catalogue = Catalogue(catalogue_path(settings.data))
    taken = 0
    for file in files:
        with console.status(f"Reading {file.name} …"):
            day = checked_on.date() if checked_on else None
            outcome = catalogue.import_entries(read(file), Layer.OFFICIAL, complete=complete, checked_on=day)
            structuredness = measure(file) if report else None
        console.print(render_report(file.name, outcome, structuredness))
        taken += len(outcome.new) + len(outcome.changed) + len(outcome.unchanged)
    with console.status("Updating the search index …"):
        Knowledge.open(settings).refresh()
    if not taken:
        raise typer.Exit(1)


@telegram_app.command("register")
def telegram_register() -> None:
    """Tell Telegram where this server's webhook is, and what the bot can do."""
    url = asyncio.run(telegram_webhook.register(ApiSettings()))
    console.print(f"Telegram delivers to {url}")


@zalo_app.command("token")
def zalo_token(
    expires: Annotated[int, typer.Option(help="Seconds that the access token is good for.")] = 90_000,
) -> None:
    """Store the first token pair: access token and refresh token, one line each on standard input."""
    console.print("Access token, then refresh token (they are stored encrypted):")
    access, refresh = (sys.stdin.readline().strip() for _ in range(2))
    if not access or not refresh:
        console.print("[red]Both tokens are needed; nothing was stored.[/red]")
        raise typer.Exit(1)

    async def store() -> None:
        database = Database.open()
        async with database.session() as session:
            until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=expires)
            await store_first(session, "zalo", Tokens(access, refresh, until))
        await database.close()

    with preparation.database_server(RecordsSettings()):
        asyncio.run(store())
    console.print("Stored. The worker renews them from now on.")


@app.command()
def demo(
    office: Annotated[bool, typer.Option(help="Fill the staff console too, and show its accounts.")] = False,
) -> None:
    """Load the invented demonstration data, and list what to try it with."""

    async def load() -> dict[str, str]:
        database = Database.open()
        async with database.session() as session:
            await demonstration.load(session)
            passwords = await demo_office.fill(session, demo_office.Size()) if office else {}
        await database.close()
        return passwords

    try:
        with preparation.database_server(RecordsSettings()):
            passwords = asyncio.run(load())
    except ValueError as error:
        console.print(f"[red]{error}[/red]")
        sys.exit(1)
    for login, password in passwords.items():
        console.print(f"/console: {login} {password}", markup=False)
    table = Table("Mã hồ sơ", "4 số cuối", "Thủ tục", title="Dữ liệu minh họa, không có thật")
    for row in demonstration.known():
        table.add_row(*row)
    console.print(table)


if __name__ == "__main__":
    app()
