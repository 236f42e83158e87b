"""``motcua evaluate search|privacy`` and ``motcua learn search``: measures against known answers, and the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from knowledge.evaluation import Part, Report, baselines, evaluate, read_questions, table
from knowledge.failures import worst
from knowledge.index.evidence import ENGLISH_KINDS, ENGLISH_WORD_KINDS, LEARNED_KINDS, WORD_KINDS
from knowledge.search import Knowledge
from knowledge.settings import Settings
from knowledge.training import Learned, ablation, gather, gather_english, learn, learn_projection, write
from motcua.programs import ROOT

QUESTIONS = ROOT / "tests" / "knowledge" / "questions"
ENGLISH_QUESTIONS = ROOT / "tests" / "knowledge" / "english"
SENTENCES = ROOT / "tests" / "records" / "privacy"
_SERVER_INDEX = "motcua-evaluation"

app = typer.Typer(no_args_is_help=True, help="Measure parts of the assistant against questions with known answers.")
console = Console(highlight=False, soft_wrap=True)


class EngineChoice(StrEnum):
    """Which lexical engine is measured."""

    EMBEDDED = "embedded"
    ELASTICSEARCH = "elasticsearch"
    BOTH = "both"


learn_app = typer.Typer(no_args_is_help=True, help="Learn what the programs ship with, from data in the repository.")


@learn_app.callback()
def learners() -> None:
    """Learn what the programs ship with, from data in the repository."""


@learn_app.command("search")
def learn_search(
    data: Annotated[Path | None, typer.Option(help="Data folder with the procedures; else MOTCUA_DATA.")] = None,
    by_parts: Annotated[
        bool, typer.Option("--ablation", help="Tell what each kind of evidence adds, and write nothing.")
    ] = False,
) -> None:
    """Fit projection and weights of search on the tuned questions and on aliases; write them to knowledge/index."""
    settings = (Settings() if data is None else Settings(data=data)).model_copy(update={"elasticsearch_url": None})
    knowledge = Knowledge.open(settings)
    if knowledge.model is None:
        console.print("[red]The dense model cannot run on this machine; its weights cannot be learned here.[/red]")
        raise typer.Exit(1)
    if by_parts:
        console.print("| without | all | colloquial |\n|---|---|---|")
        for part, learned in ablation(gather(knowledge, read_questions(QUESTIONS))):
            console.print(f"| {part} | {_recalls(learned)} | {_recalls(learned, 'colloquial')} |")
        return
    learn_projection(knowledge, knowledge.model).save()
    askings = gather(Knowledge.open(settings), read_questions(QUESTIONS))
    _keep({"with meaning": learn(askings, LEARNED_KINDS), "words alone": learn(askings, WORD_KINDS)})


@learn_app.command("english")
def learn_english(
    data: Annotated[Path | None, typer.Option(help="Data folder with the procedures; else MOTCUA_DATA.")] = None,
) -> None:
    """Fit the weights for English questions on those that are not blind and on the English wordings."""
    settings = Settings() if data is None else Settings(data=data)
    askings = gather_english(Knowledge.open(settings), read_questions(ENGLISH_QUESTIONS))
    _keep({"english": learn(askings, ENGLISH_KINDS), "english, words alone": learn(askings, ENGLISH_WORD_KINDS)})


def _keep(fitted: Mapping[str, Learned]) -> None:
    for name, learned in fitted.items():
        console.print(f"{name}: cross-validated by procedure, recall@1/@5 {_recalls(learned)}")
    write(fitted)


def _recalls(learned: Learned, style: str = "") -> str:
    return "/".join(f"{learned.recall(places, style).value:.2f}" for places in (1, 5))


@app.callback()
def parts() -> None:
    """Measure parts of the assistant against questions with known answers."""


@app.command()
def search(
    data: Annotated[Path | None, typer.Option(help="Data folder whose procedures are asked; else MOTCUA_DATA.")] = None,
    engine: Annotated[EngineChoice, typer.Option(help="Elasticsearch is that of ELASTICSEARCH_URL.")] = (
        EngineChoice.EMBEDDED
    ),
    questions: Annotated[
        list[Path] | None,
        typer.Option(exists=True, dir_okay=False, help="Question files; default: all but blind*.yml."),
    ] = None,
    tuned: Annotated[bool, typer.Option("--tuned", help="Only the questions that search was tuned on.")] = False,
    frozen: Annotated[bool, typer.Option("--frozen", help="Only the frozen questions.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="All questions in one table.")] = False,
    plain: Annotated[bool, typer.Option("--baselines/--no-baselines", help="Measure plain engines too.")] = True,
    shown: Annotated[int, typer.Option("--worst", help="How many of the worst tuned questions to print.")] = 20,
) -> None:
    """Recall, rank and refusals of search by style and by field, with Wilson 95 % intervals.

    Without --tuned, --frozen or --all, tuned and frozen questions are stated separately. No frozen question is printed.
    """
    asked = read_questions(QUESTIONS) if questions is None else read_questions(*questions)
    chosen = [part for part, wanted in zip(Part, (tuned, frozen, everything), strict=True) if wanted]
    asked_parts = [(part, part.of(asked)) for part in chosen or (Part.TUNED, Part.FROZEN)]
    settings = Settings() if data is None else Settings(data=data)
    plain_reports: list[Report] = []
    reports: list[Report] = []
    failures: list[str] = []
    fields: dict[str, str] = {}
    for name, knowledge in _opened(settings, engine):
        if not fields:
            documents = knowledge.documents()
            fields = {document.code: document.field for document in documents}
            console.print(f"{len(documents)} procedures, {len(asked)} questions\n")
            if plain:
                for part, some in asked_parts:
                    plain_reports += baselines(documents, knowledge.model, some, str(part))
        reports += [evaluate(knowledge, some, f"ours, {name}, {part}") for part, some in asked_parts]
        failures += [f"{name}: {line}" for line in worst(knowledge, reports[-len(asked_parts) :], shown)]
    console.print(table([*plain_reports, *reports]), markup=False)
    console.print("\nBy field of activity\n")
    console.print(table([report.by_field(fields) for report in reports]), markup=False)
    if failures:
        console.print("\nThe worst of the tuned questions\n")
        console.print("\n".join(failures), markup=False)


@app.command()
def privacy(
    shown: Annotated[
        bool, typer.Option("--failures", help="Print what was missed or masked needlessly (tuned).")
    ] = False,
) -> None:
    """Recall and precision of masking on labelled sentences, each in five draws of digits that must all be right."""
    from motcua.privacy_evaluation import evaluate as evaluate_privacy  # Presidio and spaCy take a second
    from motcua.privacy_evaluation import read_sentences
    from motcua.privacy_evaluation import table as privacy_table

    scores = {name: evaluate_privacy(read_sentences(SENTENCES / f"{name}.yml")) for name in ("tuned", "frozen")}
    console.print(privacy_table(scores), markup=False)
    if shown:
        console.print("\n".join(["", *scores["tuned"].missed, *scores["tuned"].needless]), markup=False)


def _opened(settings: Settings, engine: EngineChoice) -> Iterator[tuple[EngineChoice, Knowledge]]:
    """The knowledge with each engine asked for. Exits when Elasticsearch does not answer."""
    if engine is not EngineChoice.ELASTICSEARCH:
        yield EngineChoice.EMBEDDED, Knowledge.open(settings.model_copy(update={"elasticsearch_url": None}))
    if engine is not EngineChoice.EMBEDDED:
        knowledge = Knowledge.open(settings.model_copy(update={"elasticsearch_index": _SERVER_INDEX}))
        if knowledge.status().get("elasticsearch") != "ok":
            console.print("[red]Elasticsearch does not answer; ELASTICSEARCH_URL names it.[/red]")
            raise typer.Exit(1)
        yield EngineChoice.ELASTICSEARCH, knowledge
