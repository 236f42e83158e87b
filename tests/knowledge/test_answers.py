from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from knowledge.answer_parts import Term
from knowledge.answers import Part, answer, source_line
from knowledge.importers.detect import read
from knowledge.model import NO_CONDITIONS, Procedure
from knowledge.starter import read_starter
from tests.knowledge.procedures import procedure

CRAWL = Path(__file__).parent / "data" / "crawl.jsonl"
BY_WHEN = "Phải xin trong vòng 9 ngày kể từ ngày mua đèn."
PAGE = "https://vi-du.example/9.000001"


def full(**facts: Any) -> Procedure:
    known: dict[str, Any] = {
        "kind": "starter",
        "on": dt.date(2026, 11, 22),
        "source": {"url": PAGE, "checked_against": "Cổng Dịch vụ công quốc gia"},
        "title": "Thả đèn trời",
        "summary": "Xin phép thả đèn trời trong ngày hội.",
        "executing_agencies": ["Ủy ban nhân dân cấp xã"],
        "levels": ["commune"],
        "submissions": [
            {"method": "online", "time": "3 working_day", "fees": [{"amount": 5_000}]},
            {"method": "direct", "time": "5 working_day", "fees": [{"amount": 10_000}]},
        ],
        "cases": [{"documents": [{"name": "Đơn xin thả đèn", "originals": 1, "copies": 1, "forms": ["Mau.docx"]}]}],
        "steps": [{"description": "Nộp đơn."}, {"description": "Nhận giấy."}],
        "conditions": ["Không thả đèn khi có gió to."],
        "results": ["Giấy phép thả đèn"],
        "legal_bases": [{"number": "77/2022/NĐ-CP", "title": "Về đèn trời"}, {"title": "Lệ làng"}],
    }
    return procedure(**{**known, **facts})


def body(of: Procedure, part: Part, case: str | None = None) -> str:
    return answer(of, part, case=case).text.split("\n\n")[0]


class TestParts:
    def test_overview(self) -> None:
        assert body(full(), Part.OVERVIEW) == (
            "Dạ, thủ tục “Thả đèn trời”: xin phép thả đèn trời trong ngày hội.\n"
            "• Nơi giải quyết: Ủy ban nhân dân cấp xã\n"
            "• Thời gian: từ 3 đến 5 ngày làm việc, tùy cách nộp\n"
            "• Phí, lệ phí: từ 5.000 đồng đến 10.000 đồng, tùy trường hợp và cách nộp\n"
            "• Cách nộp: trực tuyến và trực tiếp"
        )

    def test_overview_of_an_entry_without_our_wording(self) -> None:
        bare = procedure(name="Thủ tục đăng ký thả đèn trời", agency="Bộ Xây dựng")
        assert body(bare, Part.OVERVIEW) == (
            "Dạ, đây là thủ tục “đăng ký thả đèn trời”.\n• Nơi giải quyết: Bộ Xây dựng"
        )

    def test_overview_says_once_that_it_is_about_fees(self) -> None:
        fees = [{"kind": "khác", "condition": "do tỉnh quy định"}]
        told = body(full(submissions=[{"method": "online", "fees": fees}]), Part.OVERVIEW)
        assert "• Phí, lệ phí: do tỉnh quy định" in told

    def test_fee_per_way(self) -> None:
        assert body(full(), Part.FEE) == (
            "Dạ, phí, lệ phí tùy cách nộp:\n• Nộp trực tuyến: lệ phí 5.000 đồng\n• Nộp trực tiếp: lệ phí 10.000 đồng"
        )

    @pytest.mark.parametrize(
        ("fees", "told"),
        [
            ([{"amount": 0}], "Dạ, thủ tục này miễn phí ạ."),
            ([{"amount": 10_000, "condition": "mỗi đèn"}], "Dạ, lệ phí 10.000 đồng (mỗi đèn)."),
            ([{"condition": "Theo quyết định của tỉnh."}], "Dạ, lệ phí: theo quyết định của tỉnh."),
            (
                [{"kind": "khác", "condition": "Chưa quy định"}],
                "Dạ, phí, lệ phí: nguồn ghi “chưa quy định” mức thu.",
            ),
            ([{"kind": "khác", "condition": "do tỉnh quy định"}], "Dạ, phí, lệ phí: do tỉnh quy định."),
            (
                [{"amount": 10_000, "condition": "đèn nhỏ"}, {"amount": 0, "condition": "người cao tuổi"}],
                "Dạ, mức thu như sau:\n• Lệ phí 10.000 đồng (đèn nhỏ)\n• Miễn phí (người cao tuổi)",
            ),
        ],
    )
    def test_fee_that_is_the_same_for_every_way(self, fees: list[dict[str, object]], told: str) -> None:
        ways = [{"method": method, "fees": fees} for method in ("online", "direct")]
        assert body(full(submissions=ways), Part.FEE) == told

    def test_a_way_without_fee_is_not_called_free(self) -> None:
        ways = [{"method": "online", "fees": [{"amount": 5_000}]}, {"method": "postal"}]
        assert body(full(submissions=ways), Part.FEE).endswith("• Nộp qua bưu chính: chưa ghi mức thu")

    def test_time(self) -> None:
        ways = [{"method": "online", "time": "3 working_day"}, {"method": "direct", "description": "Trả ngay tại bến."}]
        assert body(full(submissions=ways), Part.TIME) == (
            "Dạ, thời gian giải quyết tùy cách nộp:\n"
            "• Nộp trực tuyến: 3 ngày làm việc\n"
            "• Nộp trực tiếp: trả ngay tại bến"
        )

    def test_place(self) -> None:
        assert body(full(receiving_address="Số 1 đường Gió"), Part.PLACE) == (
            "Dạ, cơ quan giải quyết là Ủy ban nhân dân cấp xã.\nĐịa chỉ tiếp nhận: Số 1 đường Gió.\n"
            "Cấp thực hiện: cấp xã.\nAnh/chị có thể nộp trực tuyến và trực tiếp."
        )

    def test_steps_are_numbered(self) -> None:
        assert body(full(), Part.STEPS) == "Dạ, các bước thực hiện như sau:\n1. Nộp đơn.\n2. Nhận giấy."

    def test_conditions(self) -> None:
        assert body(full(), Part.CONDITIONS) == "Dạ, yêu cầu, điều kiện gồm:\n• Không thả đèn khi có gió to."
        assert "không đặt ra yêu cầu" in body(full(conditions=[NO_CONDITIONS]), Part.CONDITIONS)

    def test_who_may_come_instead_and_who_has_to_come(self) -> None:
        papers = [{"name": "Giấy ủy quyền, nếu nhờ người khác"}, {"name": "Đơn xin thả đèn"}]
        steps = [{"description": "Nộp đơn, ghi số điện thoại chính chủ. Người xin phải có mặt."}]
        assert body(full(cases=[{"documents": papers}], steps=steps), Part.ATTENDANCE) == (
            "Dạ, về người đi làm và việc nhờ người khác, nguồn ghi:\n"
            "• Giấy ủy quyền, nếu nhờ người khác\n• Người xin phải có mặt.\n"
            "Anh/chị có thể nộp trực tuyến và trực tiếp."
        )
        assert body(full(steps=steps), Part.ATTENDANCE).startswith("Dạ, nguồn chưa ghi việc nhờ người khác làm thay;")

    def test_where_the_record_is_silent_on_who_comes_it_says_how_to_hand_it_in(self) -> None:
        assert body(full(), Part.ATTENDANCE) == (
            "Dạ, nguồn chưa ghi ai phải đi và việc nhờ người khác làm thay. "
            "Anh/chị có thể nộp trực tuyến và trực tiếp.\n"
            "Có nhờ người khác được không, anh/chị hỏi nơi nhận hồ sơ ạ."
        )
        assert "chưa ghi việc nhờ người khác làm thay" in body(full(submissions=[]), Part.ATTENDANCE)

    def test_by_when_the_law_and_the_record_want_it_done(self) -> None:
        term = Term("trong 7 ngày từ ngày mua đèn", "Luật Đèn trời, Điều 1")
        told = answer(full(conditions=[BY_WHEN]), Part.DEADLINE, term=term).text
        assert told.startswith(
            "Dạ, theo Luật Đèn trời, Điều 1, việc này phải làm trong 7 ngày từ ngày mua đèn.\n"
            f"Nguồn ghi:\n• {BY_WHEN}\nNếu đã quá thời hạn"
        )
        assert body(full(conditions=[BY_WHEN]), Part.DEADLINE).startswith(f"Dạ, nguồn ghi:\n• {BY_WHEN}")

    def test_online(self) -> None:
        assert body(full(), Part.ONLINE) == "Dạ, thủ tục này nộp trực tuyến được ạ. Ngoài ra có thể nộp trực tiếp."
        assert body(full(submissions=[{"method": "postal"}]), Part.ONLINE) == (
            "Dạ, theo nguồn, thủ tục này chưa ghi hình thức nộp trực tuyến; anh/chị nộp qua bưu chính ạ."
        )

    def test_result_and_legal_basis(self) -> None:
        assert body(full(), Part.RESULT) == "Dạ, kết quả anh/chị nhận được:\n• Giấy phép thả đèn"
        assert body(full(), Part.LEGAL) == "Dạ, căn cứ pháp lý gồm:\n• 77/2022/NĐ-CP: Về đèn trời\n• Lệ làng"


class TestDocuments:
    CASES = (
        {"name": "a) Thả một đèn:", "documents": [{"name": "Đơn", "originals": 1}]},
        {"name": "", "documents": [{"name": "Ảnh", "copies": 2}, {"name": "Giấy tờ khác:"}]},
    )

    def test_one_case(self) -> None:
        assert body(full(), Part.DOCUMENTS) == (
            "Dạ, hồ sơ gồm:\n• Đơn xin thả đèn – 1 bản chính, 1 bản sao, có mẫu ở trang nguồn"
        )

    def test_cases_that_differ_are_offered(self) -> None:
        told = answer(full(cases=self.CASES), Part.DOCUMENTS)
        assert told.cases_to_choose == ("Thả một đèn", "Trường hợp chung")
        assert "Anh/chị thuộc trường hợp nào ạ?" in told.text
        assert "Đơn" not in told.text

    @pytest.mark.parametrize(
        ("chosen", "line"),
        [("Thả một đèn", "• Đơn – 1 bản chính"), ("trường hợp  chung", "• Ảnh – 2 bản sao")],
    )
    def test_the_chosen_case(self, chosen: str, line: str) -> None:
        told = answer(full(cases=self.CASES), Part.DOCUMENTS, case=chosen)
        assert told.cases_to_choose == ()
        assert told.text.split("\n\n")[0].split("\n")[1:] == [line]

    def test_an_unknown_case_is_asked_again(self) -> None:
        assert len(answer(full(cases=self.CASES), Part.DOCUMENTS, case="Đèn lồng").cases_to_choose) == 2

    def test_sections_are_no_cases(self) -> None:
        sections = [
            {"name": "* Lưu ý:", "documents": [{"name": "Giấy tờ nước ngoài phải dịch"}]},
            {"name": "Giấy tờ phải xuất trình", "documents": [{"name": "Căn cước", "originals": 1}]},
            {"name": "* Giấy tờ phải nộp:", "documents": [{"name": "Ảnh", "copies": 1}]},
            {"documents": [{"name": "Đơn", "originals": 1}]},
        ]
        told = answer(full(cases=sections), Part.DOCUMENTS)
        assert told.cases_to_choose == ()
        assert told.text.split("\n\n")[0].split("\n")[1:] == [
            "• Đơn – 1 bản chính",
            "• Ảnh – 1 bản sao",
            "• Xuất trình: căn cước – 1 bản chính",
            "• Lưu ý: giấy tờ nước ngoài phải dịch",
        ]

    def test_a_section_goes_with_every_case(self) -> None:
        cases = [*self.CASES, {"name": "Giấy tờ phải xuất trình", "documents": [{"name": "Căn cước"}]}]
        told = answer(full(cases=cases), Part.DOCUMENTS, case="Thả một đèn")
        assert "• Đơn – 1 bản chính\n• Xuất trình: căn cước" in told.text

    def test_cases_with_the_same_papers_are_not_asked_for(self) -> None:
        same = [{"name": name, "documents": [{"name": "Đơn"}]} for name in ("Một", "Hai")]
        assert answer(full(cases=same), Part.DOCUMENTS).cases_to_choose == ()


class TestSilence:
    @pytest.mark.parametrize("part", [part for part in Part if part is not Part.OVERVIEW])
    def test_a_silent_record_says_so_and_points_on(self, part: Part) -> None:
        silent = procedure(source={"url": PAGE})
        told = answer(silent, part)
        assert told.missing
        assert told.text.startswith("Dạ, thông tin em có về thủ tục “Đăng ký thả đèn trời” chưa ghi ")
        assert PAGE in told.text

    def test_the_handling_agency_is_named(self) -> None:
        assert "hỏi Ủy ban nhân dân cấp xã ạ." in answer(full(results=[]), Part.RESULT).text

    def test_what_is_known_is_not_missing(self) -> None:
        known = full(conditions=[BY_WHEN], summary="Thả đèn trời; nhờ người khác thì phải có giấy ủy quyền.")
        assert [part for part in Part if answer(known, part).missing] == []


class TestSource:
    def test_names_code_place_day_and_link(self) -> None:
        assert source_line(full()) == (
            f"Nguồn: Đăng ký thả đèn trời (mã 9.000001), Cổng Dịch vụ công quốc gia, kiểm tra ngày 22/11/2026 – {PAGE}"
        )

    def test_our_own_codes_are_not_given_out_as_official(self) -> None:
        ours = full(code="MC.tha-den")
        assert "(chưa xác nhận được mã thủ tục chính thức)" in source_line(ours)
        assert "MC." not in source_line(ours).replace(PAGE, "")

    def test_a_source_without_date_or_link(self) -> None:
        assert source_line(procedure()) == "Nguồn: Đăng ký thả đèn trời (mã 9.000001), Cổng Dịch vụ công quốc gia"

    @pytest.mark.parametrize("part", list(Part))
    def test_closes_every_answer(self, part: Part) -> None:
        assert answer(full(), part).text.endswith(source_line(full()))


class TestWarnings:
    def test_a_withdrawn_procedure(self) -> None:
        assert "không còn trong danh mục hiện hành" in answer(full(state="withdrawn"), Part.FEE).text

    def test_a_superseded_procedure(self) -> None:
        told = answer(full(state="superseded", superseded_by="9.000009"), Part.OVERVIEW).text
        assert "đã được thay thế bằng thủ tục mã 9.000009" in told

    def test_the_district_is_gone(self) -> None:
        district = full(levels=["district"])
        assert "cấp huyện không còn từ ngày 01/7/2025" in answer(district, Part.PLACE).text
        assert "cấp huyện" not in answer(district, Part.FEE).text


def test_answers_over_the_whole_catalogue_are_fit_for_a_chat() -> None:
    crawled = [entry for entry in read(CRAWL) if isinstance(entry, Procedure)]
    odd = ("  ", "..", "( ", " ,", "Không có thông tin")
    for each in [*read_starter(), *crawled]:
        for part in Part:
            text = answer(each, part).text
            assert text.startswith("Dạ, ")
            assert len(text) <= 1_700, each.code
            assert [found for found in odd if found in text] == [], (each.code, part, text)
