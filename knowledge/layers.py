"""What is true of a code that stands in several places: starter catalogue, imports, several times in one file.

Nothing here reads or writes files; ``knowledge.store`` keeps every single entry and asks these functions what to show.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.model import Case, Level, Procedure, State

LEVEL_NAMES = {
    Level.MINISTRY: "cấp trung ương",
    Level.PROVINCE: "cấp tỉnh",
    Level.DISTRICT: "cấp huyện",
    Level.COMMUNE: "cấp xã",
    Level.OTHER: "cơ quan khác",
}


class Layer(StrEnum):
    """Where an entry belongs: our reviewed wording, or what an authority published."""

    STARTER = "starter"
    OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Entry:
    """The newest version of one code from one source.

    ``gone`` says that the last complete file of the source no longer had the code; ``changed_at`` is in UTC.
    """

    procedure: Procedure
    changed_at: dt.datetime
    gone: bool = False

    @property
    def layer(self) -> Layer:
        """The layer that the entry's source belongs to."""
        return layer_of(self.procedure)

    @property
    def known_on(self) -> dt.date | None:
        """The day for which the entry is known to be true."""
        return self.procedure.source.checked_on


def layer_of(procedure: Procedure) -> Layer:
    """The layer of a procedure, which follows from its source."""
    return Layer.STARTER if procedure.source.kind == "starter" else Layer.OFFICIAL


def effective(entries: Sequence[Entry]) -> Procedure:
    """The one procedure to search and to answer from, out of all entries of one code (at least one).

    * title, summary and aliases: always from the starter entry, where there is one;
    * facts: from the starter entry, unless an official entry was checked on a later day;
    * of several official entries the one checked last counts, then the one that changed last;
    * an official entry that is no longer valid takes the procedure out of use, unless the starter entry was checked
      after the day on which that became known.
    """
    starter = next((entry for entry in entries if entry.layer is Layer.STARTER), None)
    officials = [entry for entry in entries if entry.layer is Layer.OFFICIAL]
    if not officials:
        return entries[0].procedure
    official = max(officials, key=lambda entry: (entry.known_on or dt.date.min, entry.changed_at))
    if starter is None or starter.gone:
        return official.procedure
    ours, theirs = starter.procedure, official.procedure
    if official.known_on and official.known_on > (starter.known_on or dt.date.min):
        aliases = _distinct([*ours.aliases, *theirs.aliases])
        return theirs.model_copy(update={"title": ours.title, "summary": ours.summary, "aliases": aliases})
    ended_on = official.known_on or official.changed_at.date()
    if theirs.state is not State.ACTIVE and ended_on >= (starter.known_on or dt.date.min):
        return ours.model_copy(update={"state": theirs.state, "superseded_by": theirs.superseded_by})
    return ours


def combine_variants(variants: Sequence[Procedure]) -> Procedure:
    """One procedure out of several entries with the same code in one file, without losing any of them.

    Lists are united. Names beyond the first become aliases. Cases, steps and submissions that differ are told apart by
    the levels of their entry (or its number in the file); single values that differ are joined with ``; ``.
    """
    first = variants[0]
    if len(variants) == 1:
        return first
    labels = _labels(variants)

    def united[T](pick: Callable[[Procedure], Iterable[T]]) -> tuple[T, ...]:
        return _distinct(item for variant in variants for item in pick(variant))

    def joined(pick: Callable[[Procedure], str]) -> str:
        return "; ".join(_distinct(text for variant in variants if (text := pick(variant))))

    steps_differ = len({variant.steps for variant in variants}) > 1
    ways_differ = len({variant.submissions for variant in variants}) > 1
    return first.model_copy(
        update={
            "title": joined(lambda variant: variant.title),
            "summary": joined(lambda variant: variant.summary),
            "aliases": tuple(
                alias
                for alias in united(lambda variant: (variant.name, *variant.aliases))
                if alias != first.name or alias in first.aliases
            ),
            "field": joined(lambda variant: variant.field),
            "agency": joined(lambda variant: variant.agency),
            "levels": united(lambda variant: variant.levels),
            "subjects": united(lambda variant: variant.subjects),
            "executing_agencies": united(lambda variant: variant.executing_agencies),
            "authority": joined(lambda variant: variant.authority),
            "receiving_address": joined(lambda variant: variant.receiving_address),
            "submissions": _distinct(
                way.model_copy(update={"description": _labelled(label, way.description)}) if ways_differ else way
                for label, variant in zip(labels, variants, strict=True)
                for way in variant.submissions
            ),
            "cases": _united_cases(labels, variants),
            "steps": _distinct(
                step.model_copy(update={"name": _labelled(label, step.name)}) if steps_differ else step
                for label, variant in zip(labels, variants, strict=True)
                for step in variant.steps
            ),
            "conditions": united(lambda variant: variant.conditions),
            "results": united(lambda variant: variant.results),
            "legal_bases": united(lambda variant: variant.legal_bases),
            "state": State.ACTIVE if any(variant.state is State.ACTIVE for variant in variants) else first.state,
        }
    )


def _united_cases(labels: Sequence[str], variants: Sequence[Procedure]) -> tuple[Case, ...]:
    same_name: dict[str, set[Case]] = {}
    for variant in variants:
        for case in variant.cases:
            same_name.setdefault(case.name, set()).add(case)
    united: dict[str, Case] = {}
    for label, variant in zip(labels, variants, strict=True):
        for case in variant.cases:
            name = _labelled(label, case.name) if len(same_name[case.name]) > 1 else case.name
            while name in united and united[name].documents != case.documents:
                name += " (khác)"
            united[name] = case.model_copy(update={"name": name})
    return tuple(united.values())


def _labels(variants: Sequence[Procedure]) -> list[str]:
    labels = [", ".join(LEVEL_NAMES[level] for level in variant.levels) for variant in variants]
    if "" in labels or len(set(labels)) < len(labels):
        return [f"mục {number}" for number in range(1, len(variants) + 1)]
    return labels


def _labelled(label: str, text: str) -> str:
    return f"{text} ({label})" if text else label


def _distinct[T](items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
