"""``motcua ask``, ``motcua evaluate dialogue``, ``motcua learn context``: talks, by hand and by the book."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import typer
from rich.console import Console

from api.settings import Settings as ApiSettings
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from motcua import model
from motcua.dialogue_evaluation import FROZEN, play, read_journeys, table
from motcua.evaluate_commands import app as evaluate_app
from motcua.evaluate_commands import learn_app
from motcua.programs import ROOT
from motcua.trace import story
from records.settings import Settings as RecordsSettings

JOURNEYS = ROOT / "tests" / "journeys"
PICTURE = ROOT / "docs" / "images" / "chat-phone-light.png"
console = Console(highlight=False, soft_wrap=True)


def ask(
    text: Annotated[str | None, typer.Argument(help="Without it, a conversation in the terminal.")] = None,
    trace: Annotated[
        bool, typer.Option(help="Tell the story of every turn: understood as, why, actions, slots.")
    ] = False,
    conversation: Annotated[UUID | None, typer.Option(help="With --trace: tell the story of this one instead.")] = None,
) -> None:
    """Talk with the running assistant, or look at a conversation from the inside."""
    if conversation is not None:
        _tell(str(conversation), 0)
        return
    base = f"{ApiSettings().public_url}/api/v1/conversations"
    told = 0
    try:
        started = httpx.post(base, json={"channel": "web"}).raise_for_status().json()
        with httpx.Client(headers={"Authorization": f"Bearer {started['token']}"}, timeout=30) as client:
            for line in [text] if text else iter(lambda: console.input("[bold]> [/bold]"), ""):
                sent = client.post(f"{base}/{started['id']}/messages", json={"text": line})
                if trace:
                    told = _tell(started["id"], told)
                else:
                    _print_answer(sent.json())
    except httpx.HTTPError as error:
        console.print(f"[red]The server at {base} does not answer ({error}); start it with script/server.[/red]")
        raise typer.Exit(1) from error
    except (EOFError, KeyboardInterrupt):
        console.print()


def _tell(conversation: str, after: int) -> int:
    """Prints the turns after the first ``after``; returns how many there are by now."""
    turns = story(RecordsSettings().bot_url, conversation)
    if not turns:
        console.print(f"The bot knows no conversation {conversation}.")
    for turn in turns[after:]:
        console.print(turn, markup=False)
    return len(turns)


def _print_answer(answer: dict[str, Any]) -> None:
    if "error" in answer:
        console.print(answer["error"])
        return
    for message in answer["messages"]:
        console.print(message["text"], markup=False)
        for button in message["buttons"]:
            console.print(f"  [cyan]\\[{button['title']}][/cyan]")


@evaluate_app.command()
def dialogue(
    folder: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Journeys; folders in it are told apart.")
    ] = JOURNEYS,
    shown: Annotated[
        bool, typer.Option("--faults/--no-faults", help="Print what went wrong, but for frozen ones.")
    ] = True,
) -> None:
    """Hold every journey with the running assistant: turns and conversations that went well, with Wilson intervals."""
    url, picture = ApiSettings().public_url, PICTURE.read_bytes()
    played = [play(url, journey, picture) for journey in read_journeys(folder)]
    console.print(table(played), markup=False)
    for each in played if shown else ():
        wrong = [(number, fault) for number, found in enumerate(each.faults, 1) for fault in found]
        if wrong and each.journey.group == FROZEN:
            console.print(f"\n{each.journey.name} (frozen): {len(wrong)} faults")
        elif wrong:
            console.print(f"\n{each.journey.name}")
            for number, fault in wrong:
                console.print(f"  turn {number}: {fault}", markup=False)


@learn_app.command("context")
def learn_context(
    data: Annotated[Path | None, typer.Option(help="Data folder with the procedures; else MOTCUA_DATA.")] = None,
) -> None:
    """Fit the weights that tell which procedure a message in a talk is about, on the conversations of tests/journeys.

    Prints how often the likeliest one was meant, each group of conversations by weights that were learned without it.
    """
    from motcua import context_learning  # scikit-learn takes a second

    knowledge = Knowledge.open(KnowledgeSettings() if data is None else KnowledgeSettings(data=data))
    steps = asyncio.run(context_learning.gather(knowledge, model.path(), read_journeys(JOURNEYS)))
    if not steps:
        console.print(
            "[red]No conversation is about a procedure of this catalogue; `motcua prepare` imports them.[/red]"
        )
        raise typer.Exit(1)
    console.print(context_learning.table(context_learning.left_out(steps)), markup=False)
    context_learning.write(context_learning.learn(steps))
