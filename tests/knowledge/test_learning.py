import numpy as np

from knowledge.learning import Example, fit


def test_finds_the_evidence_that_tells_right_from_wrong() -> None:
    chance = np.random.default_rng(7)
    names = ["words", "cosine", "facets"]
    examples: list[Example] = []
    for number in range(120):
        evidence = chance.random((8, len(names)), np.float32)
        right = np.zeros(8, bool)
        if number % 4:
            right[3] = True
            evidence[3, names.index("cosine")] += 1.5
        examples.append(Example(evidence, right))
    weights = fit(examples, names)
    assert max(names, key=lambda name: weights.evidence[name]) == "cosine"
    assert weights.nothing > 0
