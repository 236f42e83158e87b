from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text

from records import agencies
from records.database import Database
from records.dossiers import DossierState, DossierView, HistoryEntry, NewDossier, look_up, store
from records.models import Agency, Dossier, DossierEvent
from records.second_factor import Asker
from records.synchronisation import MOST_ERRORS, Tally, read_batch, write_batch

CODE = "H99.14-240823-0001"
FIELDS = {"1.001193": "Hộ tịch", "1.012753": "Đất đai"}


@pytest.fixture
async def agency(database: Database) -> Agency:
    return await added(database, "Sở Mẫu")


async def added(database: Database, name: str, *fields: str) -> Agency:
    async with database.session() as session:
        await agencies.add(session, name, ["H99"], list(fields))
        return (await session.execute(select(Agency).where(Agency.name == name))).scalar_one()


def event(day: int, state: int, **more: Any) -> dict[str, Any]:
    return {"code": CODE, "state": state, "time": f"2024-09-{day:02}T08:00:00+07:00", **more}


async def push(
    database: Database, agency: Agency, *events: dict[str, Any] | bytes, tally: Tally | None = None
) -> Tally:
    tally = tally or Tally()
    lines = [event if isinstance(event, bytes) else json.dumps(event).encode() for event in events]
    batch = read_batch(database.vault, agency, lines, tally.lines + 1, FIELDS.get)
    async with database.session() as session:
        await write_batch(session, batch, tally, FIELDS.get)
    return tally


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.taken, tally.repeated, tally.late, tally.rejected


async def dossier(database: Database, code: str = CODE) -> dict[str, Any]:
    async with database.session() as session:
        row = (await session.execute(select(Dossier.__table__).where(Dossier.code == code))).mappings().one()
        events = select(DossierEvent.state, DossierEvent.at, DossierEvent.note, DossierEvent.details)
        wanted = events.where(DossierEvent.dossier_code == code)
        in_order = wanted.order_by(DossierEvent.at, DossierEvent.state, DossierEvent.agency_id)
        history = [tuple(event) for event in await session.execute(in_order)]
    return {name: value for name, value in row.items() if name not in {"code", "updated_at"}} | {"history": history}


async def read_to_its_owner(database: Database, digits: str) -> DossierView:
    view = await look_up(database, CODE, digits, Asker())
    assert isinstance(view, DossierView)
    return view


async def test_a_new_dossier_is_read_to_its_owner(database: Database, agency: Agency) -> None:
    first = event(1, 1, procedure_code="1.001193", procedure_name="Đăng ký khai sinh", phone="0900000021")
    asked = event(3, 5, missing=["Tờ khai"], note="Bổ sung trong 7 ngày", promised="2024-09-20")
    assert counts(await push(database, agency, first, asked)) == (2, 0, 0, 0)
    view = await read_to_its_owner(database, "0021")
    assert (view.state, view.procedure_name, view.agency) == (DossierState.MORE_PAPERS, "Đăng ký khai sinh", "Sở Mẫu")
    assert (view.submitted_on, view.promised_on) == (dt.date(2024, 8, 23), dt.date(2024, 9, 20))
    assert (view.missing, view.note) == (("Tờ khai",), "Bổ sung trong 7 ngày")
    assert [entry.state for entry in view.history] == [DossierState.SUBMITTED, DossierState.MORE_PAPERS]


async def test_what_belongs_to_a_state_ends_with_it(database: Database, agency: Agency) -> None:
    due = event(3, 6, fee_due=75000, fee_for="lệ phí", missing=["Biên lai"], note="x", promised="2024-09-20")
    await push(database, agency, due)
    assert (await dossier(database))["fee_due"] == 75000
    await push(database, agency, event(4, 4))
    stored = await dossier(database)
    assert (stored["fee_due"], stored["fee_for"], stored["missing"], stored["note"]) == (None, "", [], "")
    assert stored["promised_on"] == dt.date(2024, 9, 20)


async def test_repeated_events_change_nothing(database: Database, agency: Agency) -> None:
    assert counts(await push(database, agency, event(1, 1), event(1, 1))) == (1, 1, 0, 0)
    before = await dossier(database)
    assert counts(await push(database, agency, event(1, 1, note="khác"))) == (0, 1, 0, 0)
    assert await dossier(database) == before


async def test_the_same_moment_with_another_offset_is_the_same(database: Database, agency: Agency) -> None:
    await push(database, agency, event(1, 1))
    again = event(1, 1) | {"time": "2024-09-01T01:00:00Z"}
    assert counts(await push(database, agency, again)) == (0, 1, 0, 0)


async def test_a_late_event_goes_into_its_place(database: Database, agency: Agency) -> None:
    await push(database, agency, event(5, 9))
    late = event(2, 2, phone="0900000021", note="muộn")
    assert counts(await push(database, agency, late, event(4, 4))) == (0, 0, 2, 0)
    view = await read_to_its_owner(database, "0021")
    assert (view.state, view.note) == (DossierState.FINISHED, "")
    assert [int(entry.state) for entry in view.history] == [2, 4, 9]


async def test_reports_of_two_agencies_stand_side_by_side(database: Database, agency: Agency) -> None:
    other = await added(database, "Chi cục Mẫu")
    await push(database, agency, event(1, 4))
    assert counts(await push(database, other, event(1, 4))) == (1, 0, 0, 0)
    assert [state for state, *_ in (await dossier(database))["history"]] == [4, 4]


async def test_an_older_report_leaves_what_was_stored_otherwise(database: Database, agency: Agency) -> None:
    known = NewDossier(
        CODE, "1.001193", "Đăng ký khai sinh", "Xã Mẫu", DossierState.MORE_PAPERS, dt.date(2024, 8, 23),
        missing=["Tờ khai"], note="x", phone="0900000021",
        history=[HistoryEntry(DossierState.MORE_PAPERS, dt.datetime(2024, 9, 5, tzinfo=dt.UTC), "")],
    )  # fmt: skip
    async with database.session() as session:
        await store(session, known)
    assert counts(await push(database, agency, event(2, 4))) == (0, 0, 1, 0)
    view = await read_to_its_owner(database, "0021")
    assert (view.state, view.missing, view.note, view.agency) == (DossierState.MORE_PAPERS, ("Tờ khai",), "x", "Xã Mẫu")
    assert counts(await push(database, agency, event(6, 9))) == (1, 0, 0, 0)
    assert (await read_to_its_owner(database, "0021")).missing == ()


type Told = tuple[int, dict[str, Any]]
"""The place of an agency, and an event that it reports."""

EVENTS = st.lists(
    st.builds(
        lambda by, at, state, more: (by, event(at, state) | more),
        st.integers(0, 1),
        st.integers(1, 6),
        st.integers(1, 10),
        st.fixed_dictionaries(
            {},
            optional={
                "procedure_name": st.sampled_from(["A", "B"]),
                "agency": st.sampled_from(["Xã Một", "Xã Hai"]),
                "promised": st.sampled_from(["2024-10-01", "2024-10-02"]),
                "submitted": st.just("2024-08-30"),
                "finished": st.just("2024-09-30"),
                "phone": st.sampled_from(["0900000021", "0900000022"]),
                "identity": st.just("000000004321"),
                "missing": st.just(["Tờ khai"]),
                "note": st.sampled_from(["x", "y"]),
                "fee_due": st.just(5),
                "fee_for": st.just("lệ phí"),
            },
        ),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda told: (told[0], told[1]["state"], told[1]["time"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, data=st.data())
async def test_order_and_repetition_make_no_difference(
    database: Database, two_agencies: list[Agency], events: list[Told], data: st.DataObject
) -> None:
    sent = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=4))))
    size = data.draw(st.integers(1, len(sent)))
    ordered, shuffled = Tally(), Tally()
    in_order = sorted(events, key=lambda told: (told[1]["time"], told[1]["state"], told[0]))
    await push_each(database, two_agencies, in_order, ordered)
    expected = await dossier(database)
    await forget(database)
    for start in range(0, len(sent), size):
        await push_each(database, two_agencies, sent[start : start + size], shuffled)
    actual = await dossier(database)
    await forget(database)
    assert actual == expected
    assert (ordered.taken, ordered.late, ordered.repeated) == (len(events), 0, 0)
    assert shuffled.taken + shuffled.late == len(events)
    assert shuffled.repeated == len(sent) - len(events)


@pytest.fixture
async def two_agencies(database: Database, agency: Agency) -> list[Agency]:
    return [agency, await added(database, "Chi cục Mẫu")]


async def push_each(database: Database, by: list[Agency], events: Sequence[Told], tally: Tally) -> None:
    for place, told in groupby(events, key=lambda told: told[0]):
        await push(database, by[place], *(event for _, event in told), tally=tally)


async def forget(database: Database) -> None:
    async with database.session() as session:
        await session.execute(delete(DossierEvent))
        await session.execute(delete(Dossier))


async def test_a_bad_line_is_reported_and_the_others_taken(database: Database, agency: Agency) -> None:
    outside = event(1, 1) | {"code": "H98.14-240823-0001"}
    tally = await push(database, agency, event(1, 1), b"{", b"", outside, event(2, 11), event(3, 4))
    assert counts(tally) == (2, 0, 0, 3)
    assert tally.lines == 6
    assert [error["line"] for error in tally.errors] == [2, 4, 5]
    assert tally.errors[1]["reason"] == "code: the unit is outside the scope of this agency"
    async with database.session() as session:
        assert (await session.execute(select(func.count()).select_from(Dossier))).scalar_one() == 1


async def test_only_so_many_errors_are_described(database: Database, agency: Agency) -> None:
    tally = await push(database, agency, *[b"{"] * (MOST_ERRORS + 5))
    assert (tally.rejected, len(tally.errors)) == (MOST_ERRORS + 5, MOST_ERRORS)


async def test_an_agency_limited_to_fields_of_work(database: Database, agency: Agency) -> None:
    limited = await added(database, "Phòng Hộ tịch", "hộ tịch")
    land = event(1, 1, procedure_code="1.012753") | {"code": "H99.14-240823-0002"}
    await push(database, agency, land)
    birth, unknown = event(1, 1, procedure_code="1.001193"), event(1, 2, procedure_code="1.999999")
    grabbed = land | {"procedure_code": "1.001193", "state": 2}
    tally = await push(database, limited, birth, land | {"state": 3}, unknown, event(2, 4), grabbed)
    assert counts(tally) == (1, 0, 0, 4)
    assert [error["reason"] for error in tally.errors] == [
        "procedure_code: outside the fields of work of this agency",
        "procedure_code: outside the fields of work of this agency",
        "procedure_code: is needed, because this agency is limited to fields of work",
        "code: the dossier's procedure is outside the fields of work of this agency",
    ]
    assert (await dossier(database, land["code"]))["state"] == 1


async def test_uploads_of_the_same_dossiers_at_once(database: Database, agency: Agency) -> None:
    def batch(number: int) -> list[dict[str, Any]]:
        codes = [f"H99.14-240823-{serial:04}" for serial in range(200)]
        events = [event(day, day) | {"code": code} for code in codes for day in range(1, 6)]
        return events[::-1] if number % 2 else events

    tallies = await asyncio.gather(*(push(database, agency, *batch(number)) for number in range(6)))
    assert sum(tally.taken + tally.late for tally in tallies) == 1000
    assert sum(tally.repeated for tally in tallies) == 5000
    async with database.session() as session:
        states = (await session.execute(select(Dossier.state).distinct())).scalars().all()
        assert (await session.execute(select(func.count()).select_from(DossierEvent))).scalar_one() == 1000
    assert states == [5]


async def test_personal_numbers_are_nowhere_in_the_database(database: Database, agency: Agency) -> None:
    tally = await push(database, agency, event(1, 1, phone="0900000021", identity="000000004321"))
    async with database.session() as session:
        rows = [
            str(row)
            for table in ("dossiers", "dossier_events")
            for row in await session.execute(text(f"TABLE {table}"))
        ]
    assert len(rows) == 2
    assert not any(number in row for row in rows for number in ("0900000021", "000000004321"))
    assert dataclasses.asdict(tally)["errors"] == []
