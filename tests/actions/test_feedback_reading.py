"""Places, times and matters in what people write while a report is filled in."""

from __future__ import annotations

import pytest

from actions.feedback_reading import Bearings, bearings, read_report, vague, without_steering


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("trước ngõ nhà bác", True),
        ("đầu kiệt", True),
        ("trước cổng trường", True),
        ("đường trước nhà tôi", True),
        ("ngõ 5", False),
        ("cổng trường Mẫu", False),
        ("thôn Mẫu Hai xã Mẫu Một", False),
        ("duong hoa sua", False),
    ],
)
def test_a_place_is_vague_where_nobody_else_could_find_it(where: str, expected: bool) -> None:
    assert vague(where) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rồi, tiếp cái vụ rác đi. bị từ hôm rằm", "bị từ hôm rằm"),
        ("thôi báo cái cống trước đã cháu nhé, tối qua", "tối qua"),
        ("quay lại vụ rác nhé", ""),
        ("ừ, hôm qua", "hôm qua"),
        ("ok", "ok"),
        ("báo công an rồi mà không ai xuống", "báo công an rồi mà không ai xuống"),
        ("tiếp diễn từ hôm qua, chưa thấy ai", "tiếp diễn từ hôm qua, chưa thấy ai"),
    ],
)
def test_what_only_steers_the_talk_is_left_out(text: str, expected: str) -> None:
    assert without_steering(text) == expected


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("ngõ 5 thôn Mẫu Hai xã Mẫu Một", "ngõ 5 thôn Mẫu Hai xã Mẫu Một"),
        ("rồi, tiếp đi, ngõ 5 thôn Mẫu", "ngõ 5 thôn Mẫu"),
        ("đường Hoa Sữa", "đường Hoa Sữa"),
        ("trong hẻm 12 đường Mẫu Trúc nớ, gần tiệm phở", "trong hẻm 12 đường Mẫu Trúc nớ, gần tiệm phở"),
        ("ấp Mẫu 4 nè, sát bên trường mầm non đó", "ấp Mẫu 4 nè, sát bên trường mầm non đó"),
        ("so 8 mau truc p mau bon", "so 8 mau truc p mau bon"),
        ("UBND xã Mẫu Tám đó", "UBND xã Mẫu Tám đó"),
        ("tinh lo 8 doan qua xa mau nam", "tinh lo 8 doan qua xa mau nam"),
    ],
)
def test_an_address_is_told_by_itself(text: str, where: str) -> None:
    assert bearings(text) == Bearings(where=where)


@pytest.mark.parametrize(
    "text",
    [
        "có đứa bé ngã ở ngõ 5 thôn Mẫu",
        "đường bị hỏng",
        "xã không chịu làm",
        "xã Mẫu Hai cũng bị như vậy",
        "cho em hỏi",
        "sau đó họ bỏ đi",
        "lâu lắm rồi tôi có để ý gì đâu",
        "tối qua có đứa bé ngã rồi đấy",
    ],
)
def test_what_tells_more_is_no_place_and_no_time_by_itself(text: str) -> None:
    assert bearings(text) == Bearings(rest=text)


@pytest.mark.parametrize(
    "text",
    [
        "khoảng 9 giờ tối hôm qua, không nhớ rõ mấy giờ",
        "bị cả tuần nay",
        "hồi hôm tới 1 giờ sáng lận",
        "từ bữa mưa hôm t7 tới h",
        "lâu rồi",
    ],
)
def test_a_time_is_told_by_itself(text: str) -> None:
    assert bearings(text) == Bearings(when=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ngay trước cái chùa, xã Mẫu Một, từ tối hôm kia tới chừ",
            Bearings("ngay trước cái chùa, xã Mẫu Một", "từ tối hôm kia tới chừ"),
        ),
        ("ngõ 5 thôn Mẫu tối qua", Bearings("ngõ 5 thôn Mẫu", "tối qua")),
        ("cho mau ba, duong so 4, tu thu 2 toi gio", Bearings("cho mau ba, duong so 4", "tu thu 2 toi gio")),
        (
            "từ hôm rằm tới chừ, có xe ba gác tới đổ rác",
            Bearings("", "từ hôm rằm tới chừ", "có xe ba gác tới đổ rác"),
        ),
        (
            "ngõ 3 phố Mẫu Liên, phường Mẫu Bốn, tối om ra đấy, em báo giùm bác",
            Bearings("ngõ 3 phố Mẫu Liên, phường Mẫu Bốn", "", "tối om ra đấy"),
        ),
    ],
)
def test_place_time_and_matter_are_told_apart(text: str, expected: Bearings) -> None:
    assert bearings(text) == expected


@pytest.mark.parametrize(
    ("text", "where", "when"),
    [
        ("cột điện ngã chắn ngang đường Mẫu Hoa chưa ai dọn", "đường Mẫu Hoa", ""),
        ("ổ gà trên đường Mẫu Lan đoạn qua cầu, xã Mẫu Hai", "trên đường Mẫu Lan đoạn qua cầu, xã Mẫu Hai", ""),
        ("rac chat dong truoc cong cho may ngay ko ai hot", "truoc cong cho", ""),
        ("cống hôi mấy bữa ni rồi", "", "mấy bữa ni rồi"),
        ("quán nhậu ở 12 phố Mẫu Đào lấn hết vỉa hè", "12 phố Mẫu Đào", ""),
        ("xe tai cho dat chay bui mu mit", "", ""),
    ],
)
def test_a_report_tells_place_and_time(text: str, where: str, when: str) -> None:
    told = read_report(text)

    assert (told.where, told.when) == (where, when)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Cháu ơi bác phản ánh cái đèn đường tắt", "cái đèn đường tắt"),
        ("báo giùm tôi vụ đổ trộm rác", "vụ đổ trộm rác"),
        ("alo ad, rac chat dong", "rac chat dong"),
        ("con bao giup vu ong nuoc be", "vu ong nuoc be"),
        ("em phan anh xe tai chay bui mu mit", "xe tai chay bui mu mit"),
        ("vâng nhưng em muốn báo hàng xóm lấn đất", "hàng xóm lấn đất"),
        ("bao giờ cũng ngập", "bao giờ cũng ngập"),
        ("chị hàng xóm đổ rác", "chị hàng xóm đổ rác"),
    ],
)
def test_the_matter_begins_without_greeting_and_opening(text: str, what: str) -> None:
    assert read_report(text).what == what
