import pytest

from nlu.text.typing import slips, sounds_like, telex, vni


@pytest.mark.parametrize(
    ("keys", "syllable"),
    [
        ("ddawng", "đăng"),
        ("kys", "ký"),
        ("nguowif", "người"),
        ("keets", "kết"),
        ("dangd", "đang"),
        ("giaays", "giấy"),
        ("sinh", "sinh"),
    ],
)
def test_telex(keys: str, syllable: str) -> None:
    assert telex(keys) == syllable


@pytest.mark.parametrize(
    ("keys", "syllable"), [("d9a8ng", "đăng"), ("ky1", "ký"), ("ngu7o72i", "người"), ("ct01", "ct01")]
)
def test_vni(keys: str, syllable: str) -> None:
    assert vni(keys) == syllable


def test_a_slip_reaches_the_next_key() -> None:
    assert {"doanh", "sinh"} <= {*slips("doamh"), *slips("sonh")}


def test_sounds_that_regions_mix_up() -> None:
    assert {"sinh", "tra", "lan"} <= {*sounds_like("xinh"), *sounds_like("cha"), *sounds_like("nan")}
