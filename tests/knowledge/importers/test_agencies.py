from __future__ import annotations

from knowledge.importers.agencies import agency_of_decision, agency_of_folder


def test_agency_of_folder() -> None:
    assert (agency_of_folder("bo-tu-phap"), agency_of_folder("bo-gio")) == ("Bộ Tư pháp", "")


def test_agency_of_decision() -> None:
    assert (agency_of_decision("163/QĐ-BTP"), agency_of_decision("3980 /QĐ-BQP "), agency_of_decision("")) == (
        "Bộ Tư pháp",
        "Bộ Quốc phòng",
        "",
    )
