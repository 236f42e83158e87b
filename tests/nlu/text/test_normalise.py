import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.text.normalise import fold, is_syllable, normalise, place_tone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hoà", "hòa"),
        ("Hoà Bình", "Hòa Bình"),
        ("thuỷ", "thủy"),
        ("qúy", "quý"),
        ("gía", "giá"),
        ("hoàn toàn", "hoàn toàn"),
        ("khuỷu", "khuỷu"),
        ("thuở", "thuở"),
        ("giường", "giường"),
        ("giếng", "giếng"),
        ("gì", "gì"),
        ("QUYẾT ĐỊNH", "QUYẾT ĐỊNH"),
        ("  giấy\t khai \n sinh  ", "giấy khai sinh"),
        ("giấy\u200b khai\ufeff sinh", "giấy khai sinh"),
        ("giấy\x00khai", "giấy khai"),
        ("H56.14–240823—0001", "H56.14-240823-0001"),
        ("ðăng ký", "đăng ký"),
    ],
)
def test_one_spelling(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_decomposed_text_becomes_composed() -> None:
    assert normalise(unicodedata.normalize("NFD", "Đường Nguyễn Huệ")) == "Đường Nguyễn Huệ"


def test_words_of_other_languages_stay() -> None:
    assert [place_tone(word) for word in ("déjà", "naïve", "señor")] == ["déjà", "naïve", "señor"]


def test_fold_takes_every_accent_and_the_bar_of_d() -> None:
    assert fold("Đăng ký Giấy Ủy quyền, ƯỚC LƯỢNG") == "dang ky giay uy quyen, uoc luong"


def test_syllables_are_told_from_other_letters() -> None:
    assert [is_syllable(word) for word in ("nghiêng", "quyết", "xyz", "netflix")] == [True, True, False, False]


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
