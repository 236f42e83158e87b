import pytest

from nlu.text.abbreviations import expand, read_table
from nlu.text.normalise import normalise


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("mất cccd dc cấp lại k", "mất căn cước công dân được cấp lại không"),
        ("nộp UBND phường", "nộp ủy ban nhân dân phường"),
        ("rút bhxh 1 lần", "rút bảo hiểm xã hội 1 lần"),
        ("ca trực, cô tu, ba tôi", "ca trực, cô tu, ba tôi"),
        ("phí 20 k", "phí 20 k"),
        ("hạng E", "hạng E"),
        ("tìm nha tro", "tìm nhé tro"),
        ("tim nha tro", "tim nha tro"),
        ("co phai xin giay phep hong", "co phai xin giay phep không"),
        ("duoc hong, noi di", "duoc không, noi di"),
        ("cần ba mẹ đi chung hk", "cần ba mẹ đi chung không"),
        ("k ve que lm dc hk", "không ve que làm được không"),
        ("dk onl dc hk hay pk len xa", "đăng ký onl được không hay phải không len xa"),
        ("có hk hay chưa", "có hộ khẩu hay chưa"),
        ("nhập hk, chuyển hk", "nhập hộ khẩu, chuyển hộ khẩu"),
        ("den duong bi hong", "den duong bi hong"),
        ("doi mau hong sang trang", "doi mau hong sang trang"),
        ("bao h co the, may h xong", "bao giờ co the, may giờ xong"),
    ],
)
def test_short_forms(short: str, full: str) -> None:
    assert expand(short) == full


@pytest.mark.parametrize("name", ["abbreviations.tsv", "teencode.tsv", "everyday_terms.tsv"])
def test_tables_have_two_columns_and_normal_spelling(name: str) -> None:
    for row in read_table(name):
        assert 2 <= len(row) <= 3, row
        assert all(normalise(cell) == cell == cell.lower() for cell in row), row
