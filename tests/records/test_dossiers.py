from __future__ import annotations

import datetime as dt
import uuid

import pytest
from sqlalchemy import func, select

from records.conversations import start_web
from records.database import Database
from records.dossiers import (
    DossierState,
    DossierView,
    HistoryEntry,
    Locked,
    NewDossier,
    Refused,
    look_up,
    store,
)
from records.models import Verification
from records.second_factor import Asker

CODE = "H99.10-240823-0001"


def new_dossier(**changes: object) -> NewDossier:
    values: dict[str, object] = {
        "code": CODE,
        "procedure_code": "1.001193",
        "procedure_name": "Đăng ký khai sinh",
        "agency": "Ủy ban nhân dân xã Mẫu",
        "state": DossierState.MORE_PAPERS,
        "submitted_on": dt.date(2024, 8, 23),
        "promised_on": dt.date(2024, 8, 26),
        "missing": ["Giấy chứng sinh"],
        "phone": "0900000021",
        "identity": "000000004321",
        "history": [HistoryEntry(DossierState.SUBMITTED, dt.datetime(2024, 8, 23, 2, tzinfo=dt.UTC), "")],
    }
    return NewDossier(**{**values, **changes})  # pyright: ignore[reportArgumentType]


@pytest.fixture
async def conversation(database: Database) -> uuid.UUID:
    async with database.session() as session:
        await store(session, new_dossier())
        return (await start_web(session))[0].id


async def attempt(
    database: Database, conversation: uuid.UUID | None, digits: str, message_id: str | None, code: str = CODE
) -> DossierView | Refused | Locked:
    return await look_up(database, code, digits, Asker(conversation, message_id))


@pytest.mark.parametrize("digits", ["0021", "4321"])
async def test_either_number_on_file_opens_it(database: Database, conversation: uuid.UUID, digits: str) -> None:
    view = await attempt(database, conversation, digits, "1", code=f" {CODE.lower()} ")
    assert isinstance(view, DossierView)
    assert (view.code, view.state, view.missing) == (CODE, DossierState.MORE_PAPERS, ("Giấy chứng sinh",))
    assert [entry.state for entry in view.history] == [DossierState.SUBMITTED]


async def test_unknown_code_and_wrong_digits_look_the_same(database: Database, conversation: uuid.UUID) -> None:
    wrong = await attempt(database, conversation, "1111", "1")
    unknown = await attempt(database, conversation, "0021", "2", code="H99.10-240823-9999")
    assert wrong == unknown == Refused()


async def test_digits_of_one_dossier_do_not_open_another(database: Database, conversation: uuid.UUID) -> None:
    async with database.session() as session:
        await store(session, new_dossier(code="H99.10-240823-0002", phone="0900000055", identity=None))
    assert await attempt(database, conversation, "0021", "1", code="H99.10-240823-0002") == Refused()


@pytest.mark.parametrize("code", [CODE, "H99.10-240823-9999"])
async def test_after_five_wrong_pairs_the_right_one_is_locked_too(
    database: Database, conversation: uuid.UUID, code: str
) -> None:
    for number in range(5):
        assert await attempt(database, conversation, "1111", str(number), code) == Refused()
    assert isinstance(await attempt(database, conversation, "0021", "9", code), Locked)


async def test_the_limit_of_a_code_holds_across_conversations(database: Database, conversation: uuid.UUID) -> None:
    for number in range(5):
        await attempt(database, None, "1111", str(number))
    assert isinstance(await attempt(database, conversation, "0021", "9"), Locked)


async def test_a_message_handed_in_twice_counts_once(database: Database, conversation: uuid.UUID) -> None:
    for _ in range(8):
        assert await attempt(database, conversation, "1111", "7") == Refused()
    async with database.session() as session:
        assert (await session.execute(select(func.count(Verification.id)))).scalar_one() == 1


async def test_the_lock_opens_with_time(database: Database, conversation: uuid.UUID) -> None:
    for number in range(5):
        await attempt(database, conversation, "1111", str(number))
    async with database.session() as session:
        for past in (await session.execute(select(Verification))).scalars():
            past.at -= dt.timedelta(minutes=16)
    assert isinstance(await attempt(database, conversation, "0021", "9"), DossierView)


@pytest.mark.parametrize(
    ("state", "promised", "overdue"),
    [
        (DossierState.PROCESSING, dt.date(2024, 8, 26), True),
        (DossierState.PROCESSING, dt.date(2199, 1, 1), False),
        (DossierState.PROCESSING, None, False),
        (DossierState.MORE_PAPERS, dt.date(2024, 8, 26), False),
        (DossierState.PAYMENT_DUE, dt.date(2024, 8, 26), False),
        (DossierState.RETURNED, dt.date(2024, 8, 26), False),
    ],
)
async def test_only_a_dossier_whose_clock_runs_is_overdue(
    database: Database, state: DossierState, promised: dt.date | None, overdue: bool
) -> None:
    async with database.session() as session:
        await store(session, new_dossier(state=state, promised_on=promised))
    view = await attempt(database, None, "0021", None)
    assert isinstance(view, DossierView)
    assert view.overdue is overdue
