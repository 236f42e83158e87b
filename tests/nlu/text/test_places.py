import pytest

from nlu.text.places import find_provinces, nothing_else, province, province_of_code, provinces


def found(text: str) -> list[str]:
    return [place.province.name for place in find_provinces(text)]


def test_thirty_four_provinces_hold_the_sixty_three_from_before() -> None:
    every = provinces()
    former = [old for one in every for old in one.merged]
    assert len(every) == 34
    assert len(set(former)) == len(former) == 29
    assert sorted(code for one in every for code in one.codes) == [f"H{number:02}" for number in range(1, 64)]
    assert sum(one.kind == "thành phố" for one in every) == 6


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("em ở Thanh Hóa muốn làm lại bằng lái", ["Thanh Hóa"]),
        ("em o thanh hoá, mun lam lai", ["Thanh Hóa"]),
        ("nhà em dưới bến tre", ["Vĩnh Long"]),
        ("tui ở vung tau lên sai gon làm", ["Hồ Chí Minh", "Hồ Chí Minh"]),
        ("UBND tỉnh Bà Rịa - Vũng Tàu", ["Hồ Chí Minh"]),
        ("Đăk Lăk và Đắk Nông", ["Đắk Lắk", "Lâm Đồng"]),
        ("que o gia lai", ["Gia Lai"]),
        ("tp hcm, ha noi", ["Hồ Chí Minh", "Hà Nội"]),
        ("ở Huế", ["Huế"]),
        ("Điện Biên, Gia Lai", ["Điện Biên", "Gia Lai"]),
    ],
)
def test_finds_old_and_new_names(text: str, names: list[str]) -> None:
    assert found(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "xin danh gia lai ket qua",
        "nha toi co hai phong ngu",
        "don hoa hue",
        "ket qua dien bien the nao",
        "hai duong thang",
        "định giá lại đất",
        "bằng lái xe",
        "",
    ],
)
def test_ordinary_words_are_no_place(text: str) -> None:
    assert found(text) == []


def test_a_former_province_is_named_with_its_present_one() -> None:
    place = next(find_provinces("hộ khẩu của tôi ở Thái Bình"))
    assert (place.province.full_name, place.former) == ("tỉnh Hưng Yên", "Thái Bình")
    assert "hộ khẩu của tôi ở Thái Bình"[place.start : place.end] == "Thái Bình"


@pytest.mark.parametrize("name", ["Huế", "hue", "Thừa Thiên Huế", "thành phố Huế", "TP Huế", "tỉnh Thừa Thiên Huế"])
def test_a_province_by_itself(name: str) -> None:
    one = province(name)
    assert one is not None
    assert one.full_name == "thành phố Huế"


@pytest.mark.parametrize("name", ["", "Paris", "Hà", "Thanh Hóa Paris"])
def test_no_province(name: str) -> None:
    assert province(name) is None


@pytest.mark.parametrize(
    ("code", "name"), [("H54", "Hưng Yên"), ("1.004222.000.00.00.H40", "Ninh Bình"), ("G01", None)]
)
def test_the_province_of_an_agency_code(code: str, name: str | None) -> None:
    one = province_of_code(code)
    assert (one.name if one else None) == name


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("dạ em đang ở Cần Thơ ạ", True), ("tôi ở Cần Thơ muốn làm hộ chiếu", False), ("ở đây", False)],
)
def test_a_message_that_says_only_the_place(text: str, nothing: bool) -> None:
    assert nothing_else(text) is nothing
