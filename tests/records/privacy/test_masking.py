from __future__ import annotations

from pathlib import Path

import pytest

from motcua.privacy_evaluation import REQUIRED, evaluate, read_sentences, table
from records.privacy.masking import masked

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gọi 0900000099\n\n  giúp  tôi", "gọi ‹số điện thoại›\n\n  giúp  tôi"),
        ("CCCD 001099000099, thư thu@example.com", "CCCD ‹số giấy tờ›, thư ‹thư điện tử›"),
        ("thẻ 4111 1111 1111 1111", "thẻ ‹số thẻ›"),
        ("4111111111111111", "‹số thẻ›"),
        ("hồ sơ H99.10-261102-0003 của Nguyễn Văn Thử", "hồ sơ ‹mã hồ sơ› của ‹tên người›"),
        ("lệ phí 150.000 đồng", "lệ phí 150.000 đồng"),
        ("", ""),
    ],
)
def test_only_personal_data_is_replaced(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(("name", "recall", "precision"), [("tuned", 0.99, 0.99), ("frozen", 0.97, 0.97)])
def test_the_measured_level_is_kept(name: str, recall: float, precision: float) -> None:
    score = evaluate(read_sentences(HERE / f"{name}.yml"))
    assert min(score.recall(kind).value for kind in REQUIRED) >= recall, table({name: score})
    assert score.precision.value >= precision, table({name: score})


def test_a_sentence_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cut.yml"
    path.write_text("- stk [bank:#### ####] giúp em\n", encoding="utf-8")
    with pytest.raises(ValueError, match="begins a comment"):
        list(read_sentences(path))
