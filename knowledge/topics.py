"""What a conversation was about, by the procedures that its sentences ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from knowledge.model import Procedure
from knowledge.search import Knowledge, Verdict

_LEAST_WORDS = 4
_SENTENCES = 80
"""Of a long conversation, the first ones tell what it is about."""


def topics(knowledge: Knowledge, sentences: Iterable[str], most: int = 3) -> list[Procedure]:
    """The procedures that search is sure of, the most frequent first."""
    telling = [sentence for sentence in sentences if len(sentence.split()) >= _LEAST_WORDS][:_SENTENCES]
    weights: Counter[str] = Counter()
    procedures: dict[str, Procedure] = {}
    for sentence in telling:
        found = knowledge.search(sentence, limit=1)
        if found.verdict is Verdict.CLEAR:
            hit = found.hits[0]
            procedures[hit.procedure.code] = hit.procedure
            weights[hit.procedure.code] += 1
    return [procedures[code] for code, _ in weights.most_common(most)]
