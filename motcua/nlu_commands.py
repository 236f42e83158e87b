"""``motcua evaluate nlu`` and ``motcua understand``: how well messages are understood, and why one is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from knowledge.evaluation import Share
from motcua import entity_evaluation as entities
from motcua import model
from motcua.nlu_evaluation import (
    STYLES,
    Judged,
    Part,
    accuracy,
    acted_on,
    calibration_error,
    confusions,
    f1_by_intent,
    judge,
    likeliest,
    read_held_out,
    run_in_bot,
    scope,
)
from motcua.programs import ROOT

IMAGES = ROOT / "docs" / "images"
_SHOWN_CONFUSIONS = 15

console = Console(highlight=False, soft_wrap=True)


def evaluate_nlu(
    figures: Annotated[bool, typer.Option("--figures", help="Draw docs/images/nlu-*.png too.")] = False,
    shown: Annotated[int, typer.Option("--worst", help="How many wrong messages to print; never frozen ones.")] = 20,
) -> None:
    """Intents, calibration and entities of this checkout's trained model, with Wilson 95 % intervals."""
    _train()
    judged = judge(model.path(), read_held_out())
    parts = {part: [one for one in judged if one.message.part == part] for part in Part}
    console.print(_accuracy_table(parts))
    console.print(_intent_table(parts))
    console.print("Most confused, all parts: " + ", ".join(
        f"{meant} as {found} ({number})" for (meant, found), number in confusions(judged).most_common(_SHOWN_CONFUSIONS)
    ))  # fmt: skip
    console.print(_entity_table())
    wrong = [one for part in (Part.OWN, Part.TUNED) for one in parts[part] if not one.right]
    for one in sorted(wrong, key=lambda one: -one.confidence)[:shown]:
        console.print(f"{one.message.text}: {one.found} ({one.confidence:.2f}), not {one.message.intent}", markup=False)
    if figures:
        from motcua.nlu_figures import draw_confusions, draw_reliability

        draw_reliability({str(part): parts[part] for part in Part}, IMAGES / "nlu-reliability.png")
        draw_confusions(judged, IMAGES / "nlu-confusions.png")


def understand(
    text: Annotated[list[str], typer.Argument(help="One or more sentences, each in quotes.")],
) -> None:
    """What a sentence is understood as, and why: every step of its text, intents, the n-grams behind them, entities."""
    _train()
    for parsed in run_in_bot("bot.explain", model.path(), text):
        intent, confidence = likeliest(parsed)
        sure = "" if parsed["intent"] == intent else " (not sure: search is asked first)"
        console.print(f"[bold]{parsed['text']}[/bold]\n{intent} {confidence:.2f}{sure}")
        for step in parsed["steps"]:
            if step["before"] != step["after"]:
                console.print(f"  {step['name']}: {step['after']}", markup=False)
        for entity in parsed["entities"]:
            console.print(f"  {entity['entity']} = {entity['value']}", markup=False)
        console.print(_reason_table(parsed))


def _train() -> None:
    if not model.path().exists():
        with console.status("Training the bot …"):
            model.path().parent.mkdir(parents=True, exist_ok=True)
            model.train(model.path().parent / "train.log")


def _shown(share: Share) -> str:
    low, high = share.interval
    return f"{share.value:.3f} [{low:.3f}, {high:.3f}] of {share.total}" if share.total else "–"


def _accuracy_table(parts: dict[Part, list[Judged]]) -> Table:
    table = Table("", *parts, title="Intents that are right, 95 % intervals")
    table.add_row("all", *(_shown(accuracy(judged)) for judged in parts.values()))
    for style in ("mixed", *STYLES):
        table.add_row(
            style,
            *(_shown(accuracy(one for one in judged if one.message.style == style)) for judged in parts.values()),
        )
    actions = [acted_on(judged) for judged in parts.values()]
    table.add_row("acted on", *(_shown(sure) for sure, _ in actions))
    table.add_row("right of these", *(_shown(right) for _, right in actions))
    scopes = [scope([one for one in judged if one.message.style != "stripped"]) for judged in parts.values()]
    table.add_row("out of scope caught", *(_shown(caught) for caught, _ in scopes))
    table.add_row("taken for out of scope", *(_shown(false) for _, false in scopes))
    table.add_row("calibration error", *(f"{calibration_error(judged):.3f}" for judged in parts.values()))
    return table


def _intent_table(parts: dict[Part, list[Judged]]) -> Table:
    table = Table("F1", *parts)
    scores = {part: f1_by_intent(judged) for part, judged in parts.items()}
    for intent in sorted({intent for score in scores.values() for intent in score}):
        cells = (score.get(intent) for score in scores.values())
        table.add_row(intent, *(f"{cell[0]:.2f} ({cell[1]})" if cell else "–" for cell in cells))
    return table


def _entity_table() -> Table:
    marked = entities.read_messages()
    halves = {name: [one for one in marked if entities.is_frozen(one.text) == frozen] for name, frozen in _HALVES}
    table = Table("Entities", *halves)
    kinds = sorted({kind for one in marked for kind, _ in one.meant})
    table.add_row("messages", *(str(len(some)) for some in halves.values()))
    table.add_row("all, F1", *(_counted(some, ()) for some in halves.values()))
    for kind in kinds:
        table.add_row(f"{kind}, F1", *(_counted(some, (kind,)) for some in halves.values()))
    spoken = [entities.spoken_codes(frozen=frozen) for _, frozen in _HALVES]
    table.add_row("spoken codes found", *(_shown(found) for found, _, _ in spoken))
    table.add_row("spoken, none meant, none found", *(_shown(silent) for _, silent, _ in spoken))
    return table


_HALVES = (("tuned", False), ("frozen", True))


def _counted(messages: Sequence[entities.Marked], kinds: Sequence[str]) -> str:
    counted = entities.count(messages, kinds)
    return f"{counted.f1:.3f} ({counted.right} right, {counted.false} false, {counted.missed} missed)"


def _reason_table(parsed: dict[str, Any]) -> Table:
    chances = {each["name"]: each["confidence"] for each in parsed["ranking"]}
    table = Table("intent", "", "what spoke for it", box=None)
    for each in parsed["reasons"]:
        spoke = ", ".join(f"“{reason['words']}” {reason['weight']:.2f}" for reason in each["for"])
        table.add_row(each["intent"], f"{chances[each['intent']]:.2f}", spoke)
    return table
