from __future__ import annotations

import datetime as dt

import pytest

from knowledge.layers import Entry, combine_variants, effective
from knowledge.model import Level, Procedure, State
from tests.knowledge.procedures import procedure

EARLIER, LATER = dt.date(2026, 3, 1), dt.date(2026, 11, 22)


def entry(of: Procedure, *, changed: dt.date = EARLIER, gone: bool = False) -> Entry:
    return Entry(of, dt.datetime.combine(changed, dt.time(9), dt.UTC), gone=gone)


def starter(on: dt.date | None = EARLIER) -> Procedure:
    return procedure(
        kind="starter", on=on, title="Thả đèn trời", summary="Xin thả đèn.", aliases=("thả đèn",), field="A"
    )


class TestEffective:
    def test_facts_stay_with_the_starter_entry_when_the_official_one_has_no_date(self) -> None:
        assert effective([entry(procedure(field="B")), entry(starter())]) == starter()

    def test_a_later_official_entry_brings_the_facts_and_keeps_our_wording(self) -> None:
        shown = effective([entry(starter()), entry(procedure(on=LATER, field="B"))])
        assert (shown.title, shown.summary, shown.aliases, shown.field) == (
            "Thả đèn trời",
            "Xin thả đèn.",
            ("thả đèn",),
            "B",
        )

    def test_an_official_entry_of_the_same_day_does_not_replace_ours(self) -> None:
        assert effective([entry(starter()), entry(procedure(on=EARLIER, field="B"))]).field == "A"

    def test_of_two_official_entries_the_one_checked_last_counts(self) -> None:
        crawl, portal = procedure(field="B"), procedure(kind="portal", on=EARLIER, field="C")
        assert effective([entry(portal), entry(crawl, changed=LATER)]).field == "C"

    def test_a_withdrawal_seen_after_our_check_takes_the_procedure_out_of_use(self) -> None:
        withdrawn = procedure(state=State.WITHDRAWN)
        assert effective([entry(starter()), entry(withdrawn, changed=LATER)]).state == State.WITHDRAWN

    def test_a_withdrawal_seen_before_our_check_does_not(self) -> None:
        withdrawn = procedure(state=State.WITHDRAWN)
        assert effective([entry(starter(LATER)), entry(withdrawn, changed=EARLIER)]).state == State.ACTIVE

    def test_a_starter_entry_that_is_gone_leaves_the_official_one_alone(self) -> None:
        official = procedure(field="B")
        assert effective([entry(starter(), gone=True), entry(official)]) == official


class TestCombineVariants:
    def test_unites_levels_cases_and_names(self) -> None:
        combined = combine_variants(
            [
                procedure(levels=[Level.PROVINCE], cases=[{"documents": [{"name": "Đơn", "originals": 1}]}]),
                procedure(
                    name="Đăng ký thả đèn trời tại xã",
                    levels=[Level.COMMUNE],
                    cases=[{"documents": [{"name": "Đơn", "originals": 2}]}],
                ),
            ]
        )
        assert combined.levels == (Level.PROVINCE, Level.COMMUNE)
        assert combined.aliases == ("Đăng ký thả đèn trời tại xã",)
        assert [(case.name, case.documents[0].originals) for case in combined.cases] == [("cấp tỉnh", 1), ("cấp xã", 2)]

    def test_tells_variants_of_one_level_apart_by_their_number(self) -> None:
        ways = [[{"method": "direct", "time": f"{days} day"}] for days in (3, 5)]
        combined = combine_variants([procedure(submissions=way) for way in ways])
        assert [(way.time.value if way.time else 0, way.description) for way in combined.submissions] == [
            (3, "mục 1"),
            (5, "mục 2"),
        ]

    def test_what_variants_share_stands_once(self) -> None:
        combined = combine_variants(
            [
                procedure(
                    levels=[level], submissions=[{"method": "online"}], steps=[{"description": "Nộp đơn."}], field="A"
                )
                for level in (Level.PROVINCE, Level.COMMUNE)
            ]
        )
        assert (len(combined.submissions), len(combined.steps), combined.field) == (1, 1, "A")

    @pytest.mark.parametrize("names", [("", "mục 1"), ("mục 1", ""), ("mục 2 (mục 1)", "mục 2")])
    def test_the_result_is_a_valid_procedure_whatever_the_cases_are_called(self, names: tuple[str, str]) -> None:
        variants = [
            procedure(cases=[{"name": name, "documents": [{"name": f"Đơn {number}"}]} for name in names])
            for number in range(3)
        ]
        combined = combine_variants(variants)
        assert Procedure.model_validate(combined.model_dump()) == combined
        assert len(combined.cases) == 6
