"""Names of procedures by their sound."""

from __future__ import annotations

import pytest

from voice.dialogue.sounds import SoundIndex, sound_of

NAMES = SoundIndex(
    ["Đăng ký khai sinh", "Đăng ký khai tử", "Đăng ký kết hôn", "Đổi giấy phép lái xe", "Xác nhận tình trạng hôn nhân"]
)


@pytest.mark.parametrize(
    ("one", "other"),
    [("chứng", "trứng"), ("sinh", "xin"), ("lái", "nái"), ("giấy", "dấy"), ("rồi", "dồi"), ("lan", "lang")],
)
def test_what_regions_merge_sounds_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


@pytest.mark.parametrize(("one", "other"), [("tử", "sinh"), ("hôn", "khai"), ("xe", "nhà")])
def test_different_words_stay_different(one: str, other: str) -> None:
    assert sound_of(one) != sound_of(other)


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("đăng khí khai xin", "Đăng ký khai sinh"),
        ("đăng kí cết hồn", "Đăng ký kết hôn"),
        ("đổi dấy phép nái se", "Đổi giấy phép lái xe"),
        ("xác nhận tình trang hôn dân", "Xác nhận tình trạng hôn nhân"),
    ],
)
def test_misheard_names_are_found(heard: str, meant: str) -> None:
    assert NAMES.nearest(heard) == meant


@pytest.mark.parametrize("heard", ["hôm nay trời đẹp quá", "alo", "cho hỏi chút", "đăng ký"])
def test_other_words_name_nothing(heard: str) -> None:
    assert NAMES.nearest(heard) is None
