"""``motcua aliases``: everyday wordings of procedures, proposed from real questions."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Annotated

import typer

from knowledge.proposals import Message, propose, unsure
from knowledge.settings import Settings as KnowledgeSettings
from knowledge.store import Catalogue, catalogue_path
from motcua.prepare import database_server
from records.database import Database
from records.settings import Settings
from records.unanswered import conversations_since

aliases_app = typer.Typer(no_args_is_help=True, help="Everyday wordings of procedures (docs/catalogue.md).")


@aliases_app.callback()
def aliases() -> None:
    """Everyday wordings of procedures (docs/catalogue.md)."""


@aliases_app.command("propose")
def propose_aliases(
    days: Annotated[int, typer.Option(min=1, help="How many days back conversations are read.")] = 90,
) -> None:
    """Print wordings that search was unsure of, with the procedure that was then chosen, as YAML to review.

    Numbers are masked; names of people are for the reviewer to take out.
    """
    with database_server(Settings()):
        asked = asyncio.run(_asked(dt.datetime.now(dt.UTC) - dt.timedelta(days=days)))
    typer.echo(propose(asked, Catalogue(catalogue_path(KnowledgeSettings().data)).get), nl=False)


async def _asked(since: dt.datetime) -> list[tuple[str, str]]:
    database = Database.open()
    async with database.session() as session:
        conversations = await conversations_since(session, since)
        asked = [
            pair
            for conversation in conversations
            for pair in unsure(
                Message(
                    citizen=message.sender == "citizen",
                    text=message.text,
                    told=(message.procedure or {}).get("code", ""),
                    pressed=message.payload is not None,
                )
                for message in conversation
            )
        ]
    await database.close()
    return asked
