from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.channels.texts import split


class TestSplit:
    def test_leaves_a_short_text_alone(self) -> None:
        assert split("Dạ, em chào anh/chị.", 4096) == ["Dạ, em chào anh/chị."]

    def test_cuts_at_the_end_of_a_paragraph(self) -> None:
        assert split("Giấy tờ:\n- một\n- hai\n\nLệ phí: không", 30) == ["Giấy tờ:\n- một\n- hai", "Lệ phí: không"]

    @pytest.mark.parametrize(
        ("text", "pieces"),
        [
            ("một dòng\nhai dòng ba", ["một dòng", "hai dòng ba"]),
            ("Câu một. Câu hai", ["Câu một.", "Câu hai"]),
            ("mot hai ba bon", ["mot hai ba", "bon"]),
            ("a" * 13, ["a" * 12, "a"]),
        ],
    )
    def test_else_at_the_end_of_a_line_sentence_or_word(self, text: str, pieces: list[str]) -> None:
        assert split(text, 12) == pieces

    def test_counts_utf16_and_cuts_no_character_in_two(self) -> None:
        assert split("😀" * 5, 4) == ["😀😀", "😀😀", "😀"]

    def test_an_empty_text_is_one_empty_piece(self) -> None:
        assert split("", 10) == [""]

    @given(st.text(st.sampled_from("ab .\n😀ạ"), max_size=300), st.integers(2, 40))
    def test_nothing_but_space_is_lost_and_every_piece_fits(self, text: str, limit: int) -> None:
        pieces = split(text, limit)
        assert "".join("".join(pieces).split()) == "".join(text.split())
        assert max(len(piece.encode("utf-16-le")) // 2 for piece in pieces) <= limit
