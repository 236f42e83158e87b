from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from records import agencies, uploads
from records.database import Database
from records.models import Agency, DossierUpload
from records.synchronisation import Tally


@pytest.fixture
async def agency(database: Database) -> int:
    async with database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99"])
        return (await session.execute(select(Agency.id))).scalar_one()


async def save(database: Database, agency: int, before: int, tally: Tally) -> None:
    async with database.session() as session:
        await uploads.save(session, agency, "a", before, tally)


async def found(database: Database, agency: int) -> Tally | None:
    async with database.session() as session:
        return await uploads.find(session, agency, "a")


async def test_an_upload_is_found_where_it_stands(database: Database, agency: int) -> None:
    assert await found(database, agency) is None
    first, second = Tally(2, 1, 0, 0, 1, [{"line": 2, "reason": "x"}]), Tally(5, 2, 1, 1, 1)
    await save(database, agency, 0, first)
    assert await found(database, agency) == first
    await save(database, agency, 2, second)
    assert await found(database, agency) == second


@pytest.mark.parametrize("before", [0, 1, 5])
async def test_only_one_of_two_requests_goes_on(database: Database, agency: int, before: int) -> None:
    await save(database, agency, 0, Tally(lines=2))
    with pytest.raises(uploads.Overtaken):
        await save(database, agency, before, Tally(lines=9))
    assert await found(database, agency) == Tally(lines=2)


async def test_old_uploads_are_forgotten(database: Database, agency: int) -> None:
    await save(database, agency, 0, Tally(lines=2))
    for days, kept in ((uploads.KEPT_DAYS - 1, True), (uploads.KEPT_DAYS + 1, False)):
        async with database.session() as session:
            stored = await session.get_one(DossierUpload, (agency, "a"))
            stored.updated_at = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
            await session.flush()
            await uploads.forget_old(session)
        assert (await found(database, agency) is not None) is kept
