import pytest

from nlu.text.abbreviations import read_table
from nlu.text.communes import find_communes
from nlu.text.places import provinces


def found(text: str) -> list[str]:
    return [commune.name for commune in find_communes(text)]


def test_the_table_has_every_commune_of_every_province() -> None:
    rows = read_table("communes.tsv")
    assert {province for province, _, _ in rows} == {one.name for one in provinces()}
    assert sum(len(names.split(", ")) for _, _, names in rows) == 3321


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ubnd phường Bến Thành", ["phường Bến Thành"]),
        ("phuong sai gon lam viec may gio", ["phường Sài Gòn"]),
        ("em ở xã Mẫu Một", ["xã Mẫu Một"]),
        ("nhà ở xã mẫu ba", ["xã mẫu ba"]),
        ("P. Cửa Nam", ["phường Cửa Nam"]),
        ("đặc khu phú quốc", ["đặc khu Phú Quốc"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text", ["bảo hiểm xã hội", "lên xã xin giấy", "đường liên xã hỏng", "p có đó không", "phường"]
)
def test_the_kind_alone_is_no_commune(text: str) -> None:
    assert found(text) == []
