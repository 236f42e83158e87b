"""What a change of one procedure would do to search, before it goes live: questions that it mends, and breaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.index.collection import Collection
from knowledge.index.document import document
from knowledge.index.evidence import Comparer
from knowledge.index.ranking import Verdict, candidates, grouped, verdict
from knowledge.model import Procedure
from knowledge.search import Knowledge, LookUp


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the code that it should lead to; empty where nobody knows yet."""

    question: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One question before and after: name of the first procedure that search was sure enough of, or empty."""

    question: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of ``asked`` questions, those that are answered rightly only with the change, and only without it."""

    asked: int
    mended: tuple[Result, ...]
    broken: tuple[Result, ...]


def run(knowledge: Knowledge, changed: Procedure, asked: Iterable[Asked]) -> Outcome:
    """Asks every question of the search as it is, and as it would be with ``changed`` in place of its entry.

    A question without a code counts as mended when it leads to ``changed``, and never as broken. What the engines
    propose is taken as it is, with the changed procedure added: only the weighing is done anew.
    """
    knowledge.refresh()
    state, new = knowledge.snapshot, document(changed)
    collection = state.collection.updated([new], ())
    dense = state.dense.updated(knowledge.model, [new], ()) if knowledge.model and state.dense else None
    after = Comparer.over(collection, dense)
    mended: list[Result] = []
    broken: list[Result] = []
    questions = list(asked)
    for one in questions:
        looked = knowledge.look_up(one.question, state=state)
        found = _first(state.comparer, state.collection, looked)
        similar = looked.similar
        if similar and dense and knowledge.model:
            similar = dense.similarities(knowledge.model.query(looked.query.meaning))
        anew = replace(looked, words=after.words(looked.query), similar=similar)
        found_after = _first(after, collection, anew, changed.code)
        wanted = one.code or changed.code
        if (wanted in found.codes) == (wanted in found_after.codes):
            continue
        result = Result(one.question, found.name, found_after.name)
        if wanted in found_after.codes:
            mended.append(result)
        elif one.code:
            broken.append(result)
    return Outcome(len(questions), tuple(mended), tuple(broken))


@dataclass(frozen=True, slots=True)
class _First:
    name: str = ""
    codes: frozenset[str] = frozenset()


def _first(judge: Comparer, collection: Collection, looked: LookUp, added: str = "") -> _First:
    proposed = list(dict.fromkeys([*looked.proposed, *filter(None, [added])]))
    evidence = judge.evidence(looked.query, proposed, looked.words, looked.similar)
    groups = grouped(candidates(evidence, collection), collection)
    if not groups or verdict(groups) is Verdict.NOTHING:
        return _First()
    best = groups[0].best
    return _First(best.entry.document.title or best.entry.document.name, frozenset((best.code, *groups[0].also)))
