import pytest

from knowledge.index.facets import facets_of


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("Cấp lại giấy phép lái xe", {"again"}),
        ("bị mất bằng lái", {"again"}),
        ("Đăng ký kết hôn có yếu tố nước ngoài", {"foreign"}),
        ("Đăng ký khai sinh", set[str]()),
        ("xóa thế chấp", {"delete", "mortgage"}),
    ],
)
def test_what_is_to_be_done(text: str, facets: set[str]) -> None:
    assert facets_of(text) == facets
