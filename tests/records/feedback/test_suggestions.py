from __future__ import annotations

import re

import pytest
import yaml

from motcua.feedback_evaluation import PARTS, REPORTS
from records.feedback import categories
from records.feedback.suggestions import EXAMPLES, suggest_agency, suggest_categories


@pytest.mark.parametrize(
    ("what", "category"),
    [
        ("Mặt đường trước nhà tôi đầy ổ gà, xe máy té hoài", "roads"),
        ("den duong hong ca tuan nay toi om", "lighting"),
        ("Quán bên cạnh hát karaoke ầm ĩ tới nửa đêm", "noise"),
        ("Cúp điện liên tục, trạm biến áp kêu ù ù", "electricity"),
    ],
)
def test_the_category_comes_first_with_the_words_that_spoke_for_it(what: str, category: str) -> None:
    best, *others = suggest_categories(what)
    assert best.category.code == category
    assert best.words
    assert set(" ".join(best.words).split()) <= set(re.findall(r"\w+", what.lower()))
    assert {each.category.code for each in (best, *others)} == set(categories.read())


def test_the_name_of_a_file_and_the_place_speak_too() -> None:
    plain = [each.category.code for each in suggest_categories("Đề nghị xử lý giúp")]
    named = [each.category.code for each in suggest_categories("Đề nghị xử lý giúp", files=["rac-thai_dau-ngo.jpg"])]
    placed = [each.category.code for each in suggest_categories("Đề nghị xử lý giúp", where="cạnh bãi rác")]
    assert plain[0] != "waste"
    assert named[0] == placed[0] == "waste"


def test_without_a_known_word_nothing_is_claimed() -> None:
    assert [(each.category.code, each.words) for each in suggest_categories("??? 🙂")] == [("other", ())]


@pytest.mark.parametrize(
    ("category", "what", "where", "agency"),
    [
        ("roads", "Ổ gà", "thôn 2, xã Mẫu Một", "Ủy ban nhân dân xã Mẫu Một"),
        ("traffic", "Xe đậu kín ở phường Mẫu 3", "", "Công an phường Mẫu 3"),
        ("roads", "Ổ gà trong xã", "", "Ủy ban nhân dân cấp xã"),
        ("health", "Bệnh viện", "tỉnh Lào Cai", "Sở Y tế tỉnh Lào Cai"),
    ],
)
def test_the_agency_is_that_of_the_place(category: str, what: str, where: str, agency: str) -> None:
    suggested = suggest_agency(categories.read()[category], what, where)
    assert suggested.name == agency
    assert categories.name_of(category) in suggested.reason


def test_examples_and_measured_reports_are_apart_and_of_known_categories() -> None:
    learned, *measured = (
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in (EXAMPLES, *(REPORTS / name for name in PARTS))
    )
    texts = {text for reports in learned.values() for text in reports}
    for part in measured:
        assert set(part) == set(learned) == set(categories.read())
        assert not texts & {text for reports in part.values() for text in reports}
