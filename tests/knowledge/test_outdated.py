from __future__ import annotations

import datetime as dt
from pathlib import Path

from knowledge.imports import Change
from knowledge.model import Procedure, Source, State
from knowledge.outdated import Reason, outdated
from knowledge.store import Catalogue, Layer

TODAY = dt.date(2026, 11, 20)


def procedure(code: str, name: str = "Cấp giấy phép", checked_on: dt.date | None = TODAY, **more: object) -> Procedure:
    source = Source(kind="portal", checked_on=checked_on)
    return Procedure(code=code, name=name, source=source, **more)  # pyright: ignore[reportArgumentType]


def take(catalogue: Catalogue, *entries: Procedure, complete: bool = False) -> None:
    catalogue.import_entries(entries, Layer.OFFICIAL, complete=complete)


def codes(catalogue: Catalogue) -> dict[Reason, list[str]]:
    return {reason: [entry.code for entry in found] for reason, found in outdated(catalogue, TODAY).items()}


def test_what_is_out_of_force_or_was_not_checked_for_a_year(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    old = TODAY - dt.timedelta(days=366)
    replaced = procedure("1.000002", state=State.SUPERSEDED, superseded_by="1.000003")
    take(catalogue, procedure("1.000001"), replaced, procedure("1.000003", checked_on=old), procedure("1.000004"))
    take(catalogue, replaced, procedure("1.000003", checked_on=old), procedure("1.000004"), complete=True)
    assert codes(catalogue) == {
        Reason.WITHDRAWN: ["1.000001"],
        Reason.SUPERSEDED: ["1.000002"],
        Reason.BEHIND: [],
        Reason.UNCHECKED: ["1.000003"],
    }
    assert outdated(catalogue, TODAY)[Reason.SUPERSEDED][0].successor == "1.000003"


def test_plain_words_are_behind_when_the_official_text_changed_after_them(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    take(catalogue, procedure("1.000001"))
    catalogue.edits.add("1.000001", "Xin giấy phép", "", (), "Biên tập")
    catalogue.edits.publish("1.000001", 1)
    assert codes(catalogue)[Reason.BEHIND] == []
    take(catalogue, procedure("1.000001", "Cấp giấy phép mới"))
    (changed,) = catalogue.imports.official_changes().values()
    with catalogue._connect() as connection:  # pyright: ignore[reportPrivateUsage]
        connection.execute("UPDATE edit SET at = ?", ((changed - dt.timedelta(days=2)).isoformat(),))
    assert codes(catalogue)[Reason.BEHIND] == ["1.000001"]
    catalogue.edits.add("1.000001", "Xin giấy phép mới", "", (), "Biên tập")
    catalogue.edits.publish("1.000001", 2)
    assert codes(catalogue)[Reason.BEHIND] == []


def test_an_import_tells_what_it_changed(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.db")
    take(catalogue, procedure("1.000001"), procedure("1.000002"))
    take(catalogue, procedure("1.000001", "Cấp giấy phép mới"), complete=True)
    last, first = catalogue.imports.newest(10)
    assert [(each.new, each.changed) for each in (first, last)] == [(2, 0), (0, 2)]
    changed, withdrawn = catalogue.imports.changes(last.source, last.at, limit=10)
    assert changed.lines == ('- "name": "Cấp giấy phép",', '+ "name": "Cấp giấy phép mới",')
    assert (changed.withdrawn, withdrawn.withdrawn) == (False, True)
    assert catalogue.imports.changes(last.source, last.at, after="1.000001", limit=10) == [withdrawn]
    assert all(isinstance(each, Change) and each.new for each in catalogue.imports.changes("portal", first.at, limit=9))
