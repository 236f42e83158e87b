from __future__ import annotations

import datetime as dt
import io
import wave

import pytest
from sqlalchemy import func, select, true

from motcua import demo_office
from motcua.demo_office import Size
from records.calendar import TIME_ZONE
from records.database import Database
from records.figures import cases, dossiers, reports
from records.figures.cases import By
from records.figures.periods import last_days
from records.figures.reports import ReportState
from records.models import Call, Feedback, StaffMember
from records.recordings import as_wave, recording_path
from records.staff import accounts, call_backs, inbox
from records.staff.inbox import Filters


async def test_an_empty_office_is_full_of_plausible_work(database: Database) -> None:
    async with database.session() as session:
        passwords = await demo_office.fill(session, Size(cases=200, talks=60, dossiers=300, days=100))
        lead = await accounts.by_login(session, "lan.tran")
        assert lead is not None
        counts = await inbox.counts(session, lead)
        period = last_days(101, dt.datetime.now(TIME_ZONE).date())
        rows = await cases.league(session, true(), period, By.AGENCY, {})
        found = await inbox.listing(session, lead, Filters("conversations"))
        called = (await session.execute(select(Call))).scalars().all()
        left = (await call_backs.messages(session))[0][0]
        states = {due.state for due in await reports.listing(session, lead)}
        services = await dossiers.lines(session, period)
    assert set(passwords) == {"lan.tran", "minh.le", "hoa.pham", "quan.do", "tuan.vu"}
    assert counts["conversations"] == len(found) == 4
    assert counts["late"] > 3
    (talked,) = (call for call in called if call.recorded)
    with wave.open(io.BytesIO(as_wave(recording_path(database.settings, talked.id), database.vault))) as file:
        seconds = file.getnframes() / file.getframerate()
    assert talked.transcript[-1]["start"] < seconds < 60
    assert left.transcript
    assert left.transcript[0]["words"][-1]["end"] == pytest.approx(left.seconds, abs=0.1)
    assert sum(row.cells["received"].value or 0 for row in rows) == 200
    shares = [row.cells["on_time"].value or 0 for row in rows]
    assert max(shares) - min(shares) > 10
    assert {line.unit for line in services} == {"H97", "H98", "H99"}
    assert sum(line.finished for line in services) > 200
    assert {ReportState.SENT_LATE, ReportState.LATE} & states


async def test_it_never_mixes_with_what_is_there(database: Database) -> None:
    async with database.session() as session:
        await accounts.add(session, "an", "An", ["agent"])
        with pytest.raises(ValueError, match="already"):
            await demo_office.fill(session, Size())
        assert (await session.execute(select(func.count()).select_from(StaffMember))).scalar_one() == 1
        assert (await session.execute(select(func.count()).select_from(Feedback))).scalar_one() == 0


async def test_never_in_production(database: Database) -> None:
    production = Database(database.engine, database.settings.model_copy(update={"environment": "production"}))
    async with production.session() as session:
        with pytest.raises(ValueError, match="production"):
            await demo_office.fill(session, Size())
