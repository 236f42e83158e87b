"""Why search fails a question of the evaluation: the worst tuned questions, each with the reason in one line."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.evaluation import Answer, Report
from knowledge.index.ranking import Candidate, Verdict, Weights
from knowledge.search import Explanation, Knowledge

_PARTS_SHOWN = 3


def worst(knowledge: Knowledge, reports: Iterable[Report], count: int) -> list[str]:
    """The ``count`` questions that fail worst, as lines of text. Frozen questions are left out."""
    failed = [
        answer for report in reports for answer in report.answers if not answer.question.frozen and _badness(answer)
    ]
    ordered = sorted(failed, key=lambda answer: (-_badness(answer), answer.question.question))
    return [_line(answer, knowledge.explain(answer.question.question)) for answer in ordered[:count]]


def _badness(answer: Answer) -> float:
    """0 for what is right, up to 2 for a good question that was refused."""
    if not answer.question.codes:
        return 1.0 if answer.verdict is Verdict.CLEAR else 0.0
    refused = 1.0 if answer.verdict is Verdict.NOTHING else 0.0
    return refused + (1.0 - 1.0 / answer.rank if answer.rank else 1.0)


def _line(answer: Answer, explanation: Explanation) -> str:
    question = answer.question
    asked = f"[{question.style}] {question.question}"
    if not question.codes:
        return f"{asked}: answered with {explanation.groups[0].best.entry.document.name}, though nothing fits"
    place = f"rank {answer.rank}" if answer.rank else "not among ten"
    if answer.verdict is Verdict.NOTHING:
        place += ", refused"
    return f"{asked} ({', '.join(question.codes)}): {place}; {_reason(set(question.codes), explanation)}"


def _reason(wanted: set[str], explanation: Explanation) -> str:
    meant = next((group.best for group in explanation.groups if {group.best.code, *group.also} & wanted), None)
    if meant is None:
        return "no engine proposed it"
    winner = explanation.groups[0].best
    ranks = ", ".join(
        f"{name} {next((i for i, ranked in enumerate(ranking, 1) if ranked.code == meant.code), '–')}"
        for name, ranking in explanation.rankings.items()
    )
    if winner is meant:
        return f"first, but with probability {meant.probability:.2f} (ranks: {ranks})"
    lead = _lead(winner, meant, explanation.weights)
    return f"{winner.entry.document.name} won by {lead} (its own ranks: {ranks})"


def _lead(winner: Candidate, meant: Candidate, weights: Weights) -> str:
    """The evidence in which the winner leads most, in points of the score."""
    leads = weights.points(winner.evidence - meant.evidence)
    ordered = sorted(leads.items(), key=lambda lead: -lead[1])
    return ", ".join(f"{name} {points:+.1f}" for name, points in ordered[:_PARTS_SHOWN] if points > 0)
