from nlu.text.tokens import bigrams, key, keys, tokens


def test_tokens_are_lower_case_syllables_and_numbers() -> None:
    assert tokens("Mẫu CT01, Nghị định 123/2015!") == ["mẫu", "ct01", "nghị", "định", "123", "2015"]


def test_two_spellings_of_i_meet() -> None:
    assert [key(word) for word in ("ký", "kí", "lý", "lí", "quý")] == ["ki", "ki", "li", "li", "qui"]


def test_final_y_after_a_vowel_is_another_sound() -> None:
    assert keys("thủy tây mai may") == ["thuy", "tay", "mai", "may"]


def test_bigrams() -> None:
    assert bigrams(["khai", "sinh", "lai"]) == ["khai_sinh", "sinh_lai"]
