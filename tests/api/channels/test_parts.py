from __future__ import annotations

import pytest

from api.channels.channel import Outgoing, OutgoingButton, OutgoingFile, Part
from api.channels.parts import cut

DON = OutgoingFile("mau-don.pdf", "application/pdf", b"%PDF", "https://motcua.example/tep/a")
ANH = OutgoingFile("anh.png", "image/png", b"PNG", "https://motcua.example/tep/b")
BUTTONS = [OutgoingButton("Có", "b1.0")]


def parts(message: Outgoing, *, longest: int = 40, captions: int | None = 10) -> list[Part]:
    return cut(message, longest, lambda file: None if file.name.endswith(".xls") else captions)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (Outgoing("Dạ", BUTTONS), [Part("Dạ", BUTTONS)]),
        (Outgoing("Dạ", (), [DON]), [Part("Dạ", file=DON)]),
        (Outgoing("", (), [DON]), [Part("", file=DON)]),
        (Outgoing(" Dạ đây ạ ", (), [DON, ANH]), [Part("Dạ đây ạ", file=DON), Part("", file=ANH)]),
        (Outgoing("Dạ, mẫu đơn đây", (), [DON]), [Part("Dạ, mẫu đơn đây"), Part("", file=DON)]),
        (Outgoing("Dạ", BUTTONS, [DON]), [Part("Dạ", BUTTONS), Part("", file=DON)]),
    ],
)
def test_the_text_comes_first_and_with_the_file_where_it_fits(message: Outgoing, expected: list[Part]) -> None:
    assert parts(message) == expected


def test_a_long_text_has_the_buttons_under_its_end_and_the_file_after_it() -> None:
    first, last, file = parts(Outgoing("Một câu dài dòng. " * 3, BUTTONS, [DON]))
    assert (first.buttons, last.buttons, file) == ((), BUTTONS, Part("", file=DON))


def test_a_caption_is_measured_as_telegram_does() -> None:
    assert parts(Outgoing("🏠" * 5, (), [DON])) == [Part("🏠" * 5, file=DON)]
    assert len(parts(Outgoing("🏠" * 6, (), [DON]))) == 2


def test_a_file_that_is_not_taken_is_a_link_in_the_text() -> None:
    table = OutgoingFile("bảng phí.xls", "application/vnd.ms-excel", b"xls", "https://motcua.example/tep/c")
    link = "Tệp đính kèm: bảng phí.xls\nhttps://motcua.example/tep/c"
    assert parts(Outgoing("Dạ", (), [table]), longest=99) == [Part(f"Dạ\n\n{link}")]
    assert parts(Outgoing("", (), [table]), longest=99) == [Part(link)]
    assert parts(Outgoing("", (), [table, DON]), longest=99) == [Part(link), Part("", file=DON)]
