"""Places, times and matters in what people write while a report is filled in."""

from __future__ import annotations

import pytest

from actions.feedback_reading import address, happens, moment, vague, without_steering


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
        ("ngõ 5 thôn Mẫu Hai xã Mẫu Một", "ngõ 5 thôn Mẫu Hai xã Mẫu Một"),
        ("rồi, tiếp đi, ngõ 5 thôn Mẫu", "ngõ 5 thôn Mẫu"),
        ("ngõ 5 thôn Mẫu tối qua", "ngõ 5 thôn Mẫu"),
        ("đường Hoa Sữa", "đường Hoa Sữa"),
        ("có đứa bé ngã ở ngõ 5 thôn Mẫu", ""),
        ("đường bị hỏng", ""),
        ("xã không chịu làm", ""),
        ("trước ngõ nhà bác", ""),
        ("cho em hỏi", ""),
        ("hôm qua", ""),
    ],
)
def test_an_address_is_told_by_itself(text: str, expected: str) -> None:
    assert address(text) == expected


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
    ("text", "when", "rest"),
    [
        ("từ hôm rằm tới chừ, có xe ba gác tới đổ rác", "từ hôm rằm tới chừ", "có xe ba gác tới đổ rác"),
        ("tối qua có đứa bé ngã rồi đấy", "tối qua", "tối qua có đứa bé ngã rồi đấy"),
        ("khoảng 9 giờ tối hôm qua, không nhớ rõ mấy giờ", "", ""),
        ("bị cả tuần nay", "", ""),
        ("lâu lắm rồi tôi có để ý gì đâu", "", ""),
    ],
)
def test_a_time_and_what_is_told_besides(text: str, when: str, rest: str) -> None:
    assert moment(text) == (when, rest)


def test_what_happened_follows_a_time() -> None:
    assert happens("tối qua có đứa bé ngã")
    assert not happens("tối qua ở ngõ 5")
    assert not happens("Mẫu Một tối qua")
