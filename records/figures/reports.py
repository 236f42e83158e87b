"""Periodic reports: what is due from whom by when, filled from the data, signed, sent, and who is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Select, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from records import audit
from records.calendar import TIME_ZONE
from records.figures import cases
from records.figures.cases import OWN
from records.figures.cells import Cell, Row, guard
from records.figures.indicators import INDICATORS
from records.figures.periods import Every, Period
from records.models import Agency, Feedback, Report, ReportDefinition, ReportingAgency, StaffMember
from records.staff.permissions import somebody_of

_SHOWN = 12
"""Periods of one report that are listed."""


class ReportRefused(Exception):
    """Something that cannot be done with a report; the text says why and what to do."""


class ReportState(StrEnum):
    """How far a report got."""

    RUNNING = "running"
    OPEN = "open"
    LATE = "late"
    SIGNED = "signed"
    SENT = "sent"
    SENT_LATE = "sent_late"

    @property
    def label(self) -> str:
        """Vietnamese name."""
        return {
            "running": "Kỳ chưa hết",
            "open": "Chờ ký",
            "late": "Trễ hạn",
            "signed": "Đã ký, chờ gửi",
            "sent": "Đã gửi",
            "sent_late": "Đã gửi, trễ hạn",
        }[self]


@dataclass(frozen=True)
class Due:
    """One report that is owed: by whom, for which period, until which day, and what there is of it."""

    definition: ReportDefinition
    agency: Agency | None
    period: Period
    report: Report | None

    @property
    def key(self) -> str:
        """Its address: definition, agency (0 for the one-stop shop) and first day."""
        return f"{self.definition.id}/{self.agency.id if self.agency else 0}/{self.period.start}"

    @property
    def owner(self) -> str:
        """The name of who owes it."""
        return self.agency.name if self.agency else OWN

    @property
    def title(self) -> str:
        """``Báo cáo tháng 5/2026``."""
        return f"{self.definition.name}, {Every(self.definition.every).called(self.period)}"

    @property
    def due_on(self) -> dt.date:
        """The last day on which it is in time."""
        return self.period.last + dt.timedelta(days=self.definition.due_days)

    @property
    def state(self) -> ReportState:
        """How far it got, as of today."""
        today = dt.datetime.now(TIME_ZONE).date()
        if self.report is not None and self.report.sent_at is not None:
            late = self.report.sent_at.astimezone(TIME_ZONE).date() > self.due_on
            return ReportState.SENT_LATE if late else ReportState.SENT
        if today > self.due_on:
            return ReportState.LATE
        if self.report is not None:
            return ReportState.SIGNED
        return ReportState.RUNNING if today < self.period.end else ReportState.OPEN

    @property
    def can_be_signed(self) -> bool:
        """Whether its period is over and nobody has signed it."""
        return self.report is None and dt.datetime.now(TIME_ZONE).date() >= self.period.end


async def define(
    session: AsyncSession,
    member: StaffMember,
    name: str,
    indicators: Sequence[str],
    every: Every,
    due_days: int,
    agency_ids: Sequence[int],
) -> None:
    """A new report, due from the period of today on; 0 among ``agency_ids`` stands for the one-stop shop.

    Raises ``ReportRefused``.
    """
    wanted = [key for key in INDICATORS if key in indicators]
    known = set((await session.execute(select(Agency.id).where(Agency.id.in_(agency_ids)))).scalars()) | {0}
    taken = (await session.execute(select(ReportDefinition.id).where(ReportDefinition.name == name.strip()))).first()
    if not name.strip() or not wanted or not agency_ids or not known.issuperset(agency_ids):
        raise ReportRefused("Báo cáo cần có tên, ít nhất một chỉ tiêu và ít nhất một đơn vị báo cáo.")
    if not 1 <= due_days <= 90:
        raise ReportRefused("Hạn gửi là từ 1 đến 90 ngày sau khi hết kỳ.")
    if taken:
        raise ReportRefused("Đã có báo cáo tên này. Anh/chị chọn tên khác.")
    definition = ReportDefinition(
        name=name.strip(),
        indicators=wanted,
        every=every,
        due_days=due_days,
        since=dt.datetime.now(TIME_ZONE).date(),
        created_by=member.name,
    )
    session.add(definition)
    await session.flush()
    for agency_id in sorted(set(agency_ids)):
        session.add(ReportingAgency(definition_id=definition.id, agency_id=agency_id or None))


async def end(session: AsyncSession, definition_id: int) -> None:
    """From the next period on the report is not due any more."""
    definition = await session.get(ReportDefinition, definition_id)
    if definition is not None and definition.until is None:
        definition.until = dt.datetime.now(TIME_ZONE).date()


async def definitions(session: AsyncSession) -> Sequence[ReportDefinition]:
    """All reports that are due again and again, by name."""
    return (await session.execute(select(ReportDefinition).order_by(ReportDefinition.name))).scalars().all()


async def listing(session: AsyncSession, member: StaffMember) -> list[Due]:
    """What is owed, as far as ``member`` may see it: the newest periods first, at most a dozen of each report."""
    today = dt.datetime.now(TIME_ZONE).date()
    owed = [
        (definition, agency, period)
        for definition, agency in (await session.execute(_owed(member))).all()
        for period in list(Every(definition.every).since(definition.since, min(today, definition.until or today)))[
            -_SHOWN:
        ]
    ]
    first = min((period.start for *_, period in owed), default=today)
    signed = {
        (report.definition_id, report.agency_id, report.start): report
        for report in (await session.execute(select(Report).where(Report.start >= first))).scalars()
    }
    found = [
        Due(definition, agency, period, signed.get((definition.id, agency.id if agency else None, period.start)))
        for definition, agency, period in owed
    ]
    return sorted(found, key=lambda due: (-due.period.end.toordinal(), due.definition.name, due.owner))


async def find(
    session: AsyncSession, member: StaffMember, definition_id: int, agency_id: int, start: dt.date
) -> Due | None:
    """One report that is owed; ``None`` if there is no such one that ``member`` may see."""
    wanted = ReportDefinition.id == definition_id, ReportingAgency.agency_id.is_not_distinct_from(agency_id or None)
    row = (await session.execute(_owed(member).where(*wanted))).first()
    if row is None:
        return None
    definition, agency = row
    every = Every(definition.every)
    last = min(dt.datetime.now(TIME_ZONE).date(), definition.until or dt.date.max)
    if every.start(start) != start or not every.start(definition.since) <= start <= last:
        return None
    signed = select(Report).where(
        Report.definition_id == definition_id,
        Report.agency_id.is_not_distinct_from(agency_id or None),
        Report.start == start,
    )
    report = (await session.execute(signed.with_for_update())).scalar_one_or_none()
    return Due(definition, agency, Period(start, every.after(start)), report)


async def figures(session: AsyncSession, due: Due) -> dict[str, Cell]:
    """Its figures: as they were signed, or as they are now. What is about few people is hidden."""
    if due.report is not None:
        signed = due.report.figures
        cells = {key: Cell(signed[key]["value"], signed[key]["people"]) for key in due.definition.indicators}
    else:
        cells = await _now(session, due)
    return guard([Row("", "", cells)])[0].cells


async def sign(session: AsyncSession, member: StaffMember, due: Due, note: str) -> None:
    """Signs the report: its figures stand still from now on. Raises ``ReportRefused``."""
    _may(member, due)
    if not due.can_be_signed:
        raise ReportRefused("Báo cáo đã được ký hoặc kỳ báo cáo chưa hết. Anh/chị tải lại trang để xem.")
    cells = await _now(session, due)
    session.add(
        Report(
            definition_id=due.definition.id,
            agency_id=due.agency.id if due.agency else None,
            start=due.period.start,
            figures={key: {"value": cell.value, "people": cell.people} for key, cell in cells.items()},
            note=note.strip(),
            signed_by=member.name,
        )
    )
    await _audit(session, member, "report.sign", due)


async def take_back(session: AsyncSession, member: StaffMember, due: Due) -> None:
    """Takes the signature away again, as long as the report was not sent. Raises ``ReportRefused``."""
    _may(member, due)
    if due.report is None or due.report.sent_at is not None:
        raise ReportRefused("Báo cáo đã gửi thì không rút chữ ký được nữa.")
    await session.delete(due.report)
    await _audit(session, member, "report.take_back", due)


async def send(session: AsyncSession, member: StaffMember, due: Due) -> None:
    """Sends the signed report: it is in the feed from now on, and cannot be changed. Raises ``ReportRefused``."""
    _may(member, due)
    if due.report is None or due.report.sent_at is not None:
        raise ReportRefused("Báo cáo cần được ký trước khi gửi, và chỉ gửi một lần.")
    due.report.sent_by, due.report.sent_at = member.name, dt.datetime.now(dt.UTC)
    await _audit(session, member, "report.send", due)


async def sent_since(session: AsyncSession, since: dt.datetime, most: int) -> list[Due]:
    """Reports that were sent after ``since``, oldest first, at most ``most``."""
    rows = (
        select(Report, ReportDefinition, Agency)
        .join(ReportDefinition, ReportDefinition.id == Report.definition_id)
        .outerjoin(Agency, Agency.id == Report.agency_id)
        .where(Report.sent_at > since)
        .order_by(Report.sent_at, Report.id)
        .limit(most)
    )
    return [
        Due(definition, agency, Period(report.start, Every(definition.every).after(report.start)), report)
        for report, definition, agency in (await session.execute(rows)).all()
    ]


def _owed(member: StaffMember) -> Select[ReportDefinition, Agency]:
    """Reports and who owes them (no agency: the whole office), as far as ``member`` may see it."""
    own = true() if member.agency_id is None else ReportingAgency.agency_id == member.agency_id
    return (
        select(ReportDefinition, Agency)
        .join(ReportingAgency, ReportingAgency.definition_id == ReportDefinition.id)
        .outerjoin(Agency, Agency.id == ReportingAgency.agency_id)
        .where(own)
    )


def _may(member: StaffMember, due: Due) -> None:
    if member.agency_id != (due.agency.id if due.agency else None):
        raise ReportRefused(f"Báo cáo này do {due.owner} ký và gửi.")


async def _now(session: AsyncSession, due: Due) -> dict[str, Cell]:
    reach = Feedback.agency_id == due.agency.id if due.agency else true()
    return await cases.total(session, reach, due.period, due.definition.indicators)


async def _audit(session: AsyncSession, member: StaffMember, action: str, due: Due) -> None:
    await audit.record(session, somebody_of(member), action, f"report:{due.key}")
