import numpy as np

from knowledge.index.ranking import WEIGHTS
from knowledge.learning import Example, fit, row


def test_finds_the_evidence_that_tells_right_from_wrong() -> None:
    chance = np.random.default_rng(7)
    names = list(WEIGHTS)
    examples: list[Example] = []
    for number in range(120):
        evidence = chance.random((8, len(names)))
        right = np.zeros(8, bool)
        if number % 4:
            right[3] = True
            evidence[3, names.index("cosine")] += 1.5
        examples.append(Example(evidence, right))
    weights, nothing = fit(examples)
    assert max(weights, key=lambda name: weights[name]) == "cosine"
    assert nothing > 0


def test_rows_follow_the_order_of_the_weights() -> None:
    assert row({name: float(i) for i, name in reversed(list(enumerate(WEIGHTS)))}) == [
        float(i) for i in range(len(WEIGHTS))
    ]
