from knowledge.index.query import official_words, read
from nlu.text.restorer import Restorer


def test_a_question_is_taken_apart(restorer: Restorer) -> None:
    query = read("cho em hoi lam khai sanh cho con can giay to gi", restorer)
    assert query.words == ("làm", "khai", "sanh", "cho", "con")
    assert query.terms == ("lam", "khai", "sanh", "cho", "con")
    assert query.added == ("khai", "sinh")
    assert {"khai_sanh", "khai_sinh"} <= set(query.all_terms)


def test_the_longest_everyday_term_counts() -> None:
    assert official_words(["đổi", "bằng", "lái", "xe"]) == ["giấy phép lái xe"]
    assert official_words(["nhà"]) == []


def test_only_the_start_of_a_long_text_is_read() -> None:
    assert len(read("a b " * 100_000, None).analysis.text) <= 600
