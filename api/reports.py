"""The feed of periodic reports that were sent: ``GET /api/v1/reports``, for the system that they are due to."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, Field

from api.dependencies import SessionDependency, SettingsDependency
from api.errors import Unauthorised
from records.figures import reports
from records.figures.indicators import INDICATORS
from records.figures.reports import Due

router = APIRouter(prefix="/api/v1/reports", tags=["reports"])

_bearer = HTTPBearer(auto_error=False, description="``MOTCUA_REPORTS_TOKEN``.")
_MOST = 500


class Figure(BaseModel):
    """One figure; ``value`` is null where there is nothing to count, and where it is ``hidden``."""

    indicator: str
    name: str
    unit: str
    how: str = Field(description="How it is computed, in Vietnamese.")
    value: float | None
    hidden: bool = Field(description="It is about fewer than five people.")


class SentReport(BaseModel):
    """One report of one agency for one period; both days belong to the period."""

    report: str
    agency: str
    first_day: dt.date
    last_day: dt.date
    due: dt.date
    late: bool
    signed_by: str
    signed_at: dt.datetime
    sent_at: dt.datetime
    note: str
    figures: list[Figure]


class Feed(BaseModel):
    """Reports in the order in which they were sent."""

    reports: list[SentReport]


@router.get("")
async def sent_reports(
    session: SessionDependency,
    settings: SettingsDependency,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    since: Annotated[AwareDatetime | None, Query(description="Only those sent after this moment.")] = None,
) -> Feed:
    """Reports that were sent, at most 500; to go on, ask again with the last ``sent_at`` as ``since``."""
    token = settings.reports_token.get_secret_value() if settings.reports_token else ""
    given = credentials.credentials if credentials else ""
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Unauthorised("Cần mã truy cập báo cáo hợp lệ.")
    found = await reports.sent_since(session, since or dt.datetime(2000, 1, 1, tzinfo=dt.UTC), _MOST)
    return Feed(reports=[_sent(due, await _figures(session, due)) for due in found])


async def _figures(session: SessionDependency, due: Due) -> list[Figure]:
    cells = await reports.figures(session, due)
    return [
        Figure(
            indicator=key,
            name=INDICATORS[key].name,
            unit=INDICATORS[key].unit,
            how=INDICATORS[key].how,
            value=cell.value,
            hidden=cell.hidden,
        )
        for key, cell in cells.items()
    ]


def _sent(due: Due, figures: list[Figure]) -> SentReport:
    report = due.report
    assert report is not None
    assert report.sent_at is not None
    return SentReport(
        report=due.title,
        agency=due.owner,
        first_day=due.period.start,
        last_day=due.period.last,
        due=due.due_on,
        late=due.state is reports.ReportState.SENT_LATE,
        signed_by=report.signed_by,
        signed_at=report.signed_at,
        sent_at=report.sent_at,
        note=report.note,
        figures=figures,
    )
