from pathlib import Path

import pytest

from nlu.text.restorer import Restorer, everyday_texts, is_accented

OFFICIAL = [
    "Đăng ký khai sinh cho trẻ em tại Ủy ban nhân dân cấp xã",
    "Cấp lại giấy phép lái xe bị mất",
    "Đăng ký kết hôn, giấy chứng nhận kết hôn",
    "Cấp đổi thẻ căn cước công dân",
    "Cấp giấy chứng nhận quyền sử dụng đất",
]


@pytest.fixture(scope="module")
def restorer() -> Restorer:
    return Restorer.train([*((text, 5) for text in OFFICIAL), *((text, 1) for text in everyday_texts())])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky khai sinh cho con", "đăng ký khai sinh cho con"),
        ("mat giay phep lai xe", "mất giấy phép lái xe"),
        ("Dang Ky KET HON", "Đăng Ký KẾT HÔN"),
        ("lam giấy khai sinh", "làm giấy khai sinh"),
        ("giay khai xinh", "giấy khai sinh"),
        ("ddawng kys keets hoon", "đăng ký kết hôn"),
        ("d9a8ng ky1 ke6t1 ho6n", "đăng ký kết hôn"),
        ("giấy phwp lái xe", "giấy phép lái xe"),
        ("cấp lại sổ đõ", "cấp lại sổ đỏ"),
        ("mẫu 123 / ct01", "mẫu 123 / ct01"),
    ],
)
def test_what_was_meant(restorer: Restorer, typed: str, meant: str) -> None:
    assert restorer.restore(typed) == meant


@pytest.mark.parametrize(
    "text", ["đăng ký khai sinh cho con", "biếng ăn", "hiếm muộn", "nhà tôi ở quê", "", "!?", "😀"]
)
def test_right_text_stays(restorer: Restorer, text: str) -> None:
    assert restorer.restore(text) == text


def test_saved_model_is_the_same(restorer: Restorer, tmp_path: Path) -> None:
    restorer.save(tmp_path / "model" / "restorer.json.gz")
    loaded = Restorer.load(tmp_path / "model" / "restorer.json.gz")
    assert loaded.restore("cap doi the can cuoc") == restorer.restore("cap doi the can cuoc") == "cấp đổi thẻ căn cước"


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"no gzip")
    with pytest.raises(ValueError, match="no restorer model"):
        Restorer.load(tmp_path / "broken")


def test_accented_text_is_recognised() -> None:
    assert [is_accented(text) for text in ("đăng ký", "dang ky", "lam giấy khai sinh", "")] == [
        True,
        False,
        True,
        False,
    ]
