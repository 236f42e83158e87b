"""Figures: the live wall, the league table with the way down to its cases, and the use of services."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from api.console.access import FigureReader, NotAllowed, Reader
from api.console.pages import CHANNEL_NAMES, packed, render
from api.console.questions import MOST, grouped
from api.console.sheets import FORMS, Sheet, Value, download
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from knowledge.search import Knowledge
from nlu.text.places import province_of_code
from records import unanswered
from records.calendar import TIME_ZONE
from records.figures import cases, dossiers, talks
from records.figures.cases import By
from records.figures.cells import FEWEST, Cell, Row, guard
from records.figures.indicators import INDICATORS, Indicator, shown
from records.figures.periods import Period, last_days
from records.models import StaffMember
from records.privacy.masking import masked
from records.staff.permissions import Permission, permissions_of, within_reach

router = APIRouter(prefix="/figures")

HIDDEN = f"dưới {FEWEST}"
"""What stands in place of a figure about too few people."""
HIDDEN_NOTE = f"“{HIDDEN}”: số liệu về ít hơn {FEWEST} người, hoặc giúp suy ra số liệu như vậy, không hiển thị."
_DAYS = {7: "7 ngày", 30: "30 ngày", 90: "90 ngày", 365: "1 năm"}
_ALL = "Tất cả"
_LONGEST = dt.timedelta(days=366 * 3)
_MOST_BEHIND = 100
_MOST_ASKED = 15
_MOST_IN_VAIN = 10


async def _period(
    days: Annotated[int, Query(ge=1, le=366)] = 30, start: dt.date | None = None, end: dt.date | None = None
) -> Period:
    today = dt.datetime.now(TIME_ZONE).date()
    if start is None or end is None or not start <= end or end - start > _LONGEST or end.year > today.year + 1:
        return last_days(days, today)
    return Period(start, end + dt.timedelta(days=1))


Wanted = Annotated[Period, Depends(_period)]


@router.get("")
async def wall_page(request: Request, signed_in: FigureReader, database: DatabaseDependency) -> Response:
    """What is going on now and today."""
    return await _wall(request, signed_in.member, database, "wall.html")


@router.get("/wall")
async def wall_live(request: Request, signed_in: FigureReader, database: DatabaseDependency) -> Response:
    """The part of the wall that changes by itself."""
    return await _wall(request, signed_in.member, database, "wall_live.html")


@router.get("/cases")
async def league_page(
    request: Request,
    signed_in: FigureReader,
    database: DatabaseDependency,
    period: Wanted,
    by: By = By.AGENCY,
    sort: str = "on_time",
) -> Response:
    """The league table of agencies, categories or channels, best first, beside the period before, and its course."""
    member = signed_in.member
    sort = sort if sort in INDICATORS else "on_time"
    found = await cases.overview(database, within_reach(member), period, by, CHANNEL_NAMES)
    return render(
        request,
        "league.html",
        rows=_ranked(_as_seen(member, found.rows), INDICATORS[sort]),
        sort=sort,
        total=_as_seen(member, [Row("", _ALL, found.whole)])[0],
        before={row.key: row.cells for row in _as_seen(member, found.before)},
        course=_as_seen(member, found.course),
        indicators=INDICATORS,
        by_label=by.label,
        kinds=[(each.value, each.label) for each in By],
        forms=list(FORMS),
        cell_text=cell_text,
        hidden_note=HIDDEN_NOTE,
        trend=_trend,
        behind=_sees_cases(member),
        **_period_choices(period, by=by.value, sort=sort),
    )


@router.get("/cases/download/{form}")
async def league_download(
    signed_in: FigureReader, database: DatabaseDependency, period: Wanted, form: str, by: By = By.AGENCY
) -> Response:
    """The league table as a file; figures about few people are hidden in it from everyone."""
    async with database.session() as session:
        rows = await cases.league(session, within_reach(signed_in.member), period, by, CHANNEL_NAMES)
    sheet = Sheet(
        f"Kết quả xử lý phản ánh, kiến nghị theo {by.label.lower()}",
        [f"Từ {period.start:%d/%m/%Y} đến {period.last:%d/%m/%Y}"],
        [by.label, *(f"{each.name} ({each.unit})" for each in INDICATORS.values())],
        [[row.name, *(outside(key, cell) for key, cell in row.cells.items())] for row in guard(rows)],
        [*(f"{each.name}: {each.how}" for each in INDICATORS.values()), HIDDEN_NOTE],
    )
    return file_or_404(sheet, form, f"phan-anh-{by}-{period.start}-{period.last}")


@router.get("/cases/behind")
async def behind_page(
    request: Request,
    signed_in: FigureReader,
    _: Reader,
    database: DatabaseDependency,
    period: Wanted,
    indicator: str = "received",
    by: By = By.AGENCY,
    key: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """The cases behind one figure, of one line or without ``key`` of all, for those who may read cases."""
    if indicator not in INDICATORS:
        raise NotFound
    reach = within_reach(signed_in.member)
    if key is not None:
        reach &= by.column == key
    async with database.session() as session:
        found = await cases.behind(session, reach, period, INDICATORS[indicator], _MOST_BEHIND)
    return render(
        request,
        "behind.html",
        cases=found,
        indicator=INDICATORS[indicator],
        name=_ALL if key is None else cases.name_of(by, key, CHANNEL_NAMES),
        most=_MOST_BEHIND,
        masked=masked,
        **_period_choices(period, by=by.value),
    )


@router.get("/services")
async def services_page(
    request: Request, _: FigureReader, database: DatabaseDependency, period: Wanted, by: str = "province"
) -> Response:
    """Dossiers by province or field with the share on time, and what citizens ask about."""
    kinds = {"province": "Tỉnh, thành phố", "field": "Lĩnh vực"}
    by = by if by in kinds else "province"
    knowledge: Knowledge = request.app.state.knowledge
    async with database.session() as session:
        lines = await dossiers.lines(session, period)
        asked = await talks.asked_about(session, period)
    table = _services(lines, by, knowledge)
    fields = _united((_field(knowledge, each.code), each.talks) for each in asked)
    return render(
        request,
        "services.html",
        rows=table,
        asked=[each for each in asked if each.talks >= FEWEST][:_MOST_ASKED],
        fields={name: count for name, count in fields.items() if count >= FEWEST},
        by_label=kinds[by],
        kinds=list(kinds.items()),
        hidden_note=HIDDEN_NOTE,
        fewest=FEWEST,
        **_period_choices(period, by=by),
    )


@router.get("/unanswered")
async def unanswered_part(
    request: Request, signed_in: FigureReader, database: DatabaseDependency, period: Wanted
) -> Response:
    """What most people asked in vain, in words that hold no personal data; for the office, which has conversations."""
    if signed_in.member.agency_id is not None:
        raise NotAllowed
    knowledge: Knowledge = request.app.state.knowledge
    start, end = period.moments
    async with database.session() as session:
        questions = await unanswered.unanswered(session, start, MOST, until=end)
    groups = await asyncio.to_thread(grouped, knowledge, questions)
    common = [group for group in groups if group.people >= FEWEST and group.lesson][:_MOST_IN_VAIN]
    return render(request, "services_unanswered.html", groups=common, fewest=FEWEST)


def outside(indicator: str, cell: Cell) -> Value:
    """A guarded cell as it leaves the console; counts are whole numbers."""
    if cell.hidden or cell.value is None:
        return HIDDEN if cell.hidden else None
    return round(cell.value) if INDICATORS[indicator].value is None else round(cell.value, 2)


def cell_text(indicator: str, cell: Cell) -> str:
    """A cell as the console shows it."""
    return HIDDEN if cell.hidden else shown(INDICATORS[indicator], cell.value)


def file_or_404(sheet: Sheet, form: str, name: str) -> Response:
    """``sheet`` as a file. Raises ``NotFound`` for a form that there is not."""
    response = download(sheet, form, name)
    if response is None:
        raise NotFound
    return response


def _sees_cases(member: StaffMember) -> bool:
    return Permission.READ_INBOX in permissions_of(member)


def _as_seen(member: StaffMember, rows: Sequence[Row]) -> Sequence[Row]:
    """Whoever may read the cases may count them; others get no figure about few people."""
    return rows if _sees_cases(member) else guard(rows)


def _ranked(rows: Sequence[Row], indicator: Indicator) -> list[Row]:
    """The best first, or the most where neither more nor less is better; lines without a figure at the end."""
    sign = 1 if indicator.better < 0 else -1

    def place(row: Row) -> tuple[bool, float]:
        value = row.cells[indicator.key].value
        return value is None, sign * (value or 0.0)

    return sorted(rows, key=place)


def _trend(indicator: str, now: Cell, before: Mapping[str, Cell] | None) -> tuple[str, str]:
    """How a cell changed against the period before, as text, and ``good``, ``bad`` or nothing."""
    earlier = (before or {}).get(indicator)
    if earlier is None or now.value is None or earlier.value is None:
        return "", ""
    change = now.value - earlier.value
    if abs(change) < 0.05:
        return "không đổi", ""
    text = f"{'tăng' if change > 0 else 'giảm'} {shown(INDICATORS[indicator], abs(change))}"
    better = INDICATORS[indicator].better * change
    return text, "good" if better > 0 else "bad" if better < 0 else ""


async def _wall(request: Request, member: StaffMember, database: DatabaseDependency, template: str) -> Response:
    today = last_days(1, dt.datetime.now(TIME_ZONE).date())
    of_office = member.agency_id is None
    async with database.session() as session:
        lines = await talks.channels(session, today) if of_office else []
        opened, late = await talks.late_cases(session, within_reach(member))
        waiting_long = await talks.waiting_too_long(session) if of_office else 0
        hours = await talks.by_hour(session, today) if of_office else {}
        whole = await cases.total(session, within_reach(member), last_days(30, today.start))
    seen = _as_seen(member, [Row("", "", whole)])[0].cells
    page = render(
        request,
        template,
        lines=lines,
        now=sum(line.now for line in lines),
        waiting=sum(line.waiting for line in lines),
        with_person=sum(line.with_person for line in lines),
        talks=sum(line.talks for line in lines),
        alone=sum(line.alone for line in lines),
        waiting_long=waiting_long,
        opened=opened,
        late=late,
        hours=hours if sum(hours.values()) else {},
        month={key: cell_text(key, seen[key]) for key in ("on_time", "satisfaction", "days")},
        of_office=of_office,
    )
    return packed(request, page)


def _services(lines: Iterable[dossiers.Line], by: str, knowledge: Knowledge) -> list[tuple[str, ...]]:
    """Name, filed, finished, share on time; small numbers hidden."""
    grouped: dict[str, list[dossiers.Line]] = defaultdict(list)
    for line in lines:
        province = province_of_code(line.unit)
        unit = province.full_name if province else line.unit and f"Đơn vị {line.unit}"
        grouped[(_field(knowledge, line.procedure) if by == "field" else unit) or "Không rõ"].append(line)
    rows: list[Row] = []
    for name, own in grouped.items():
        filed, finished = sum(each.filed for each in own), sum(each.finished for each in own)
        promised, on_time = sum(each.promised for each in own), sum(each.on_time for each in own)
        share = Cell(100 * on_time / promised if promised else None, promised)
        rows.append(
            Row(name, name, {"filed": Cell(filed, filed), "finished": Cell(finished, finished), "share": share})
        )
    ordered = sorted(guard(rows), key=lambda row: (-(row.cells["filed"].value or 0), row.name))
    return [(row.name, *(_plain(row.cells[name]) for name in ("filed", "finished", "share"))) for row in ordered]


def _plain(cell: Cell) -> str:
    if cell.hidden or cell.value is None:
        return HIDDEN if cell.hidden else "–"
    return f"{cell.value:.1f}".replace(".", ",").removesuffix(",0")


def _field(knowledge: Knowledge, code: str) -> str:
    procedure = knowledge.procedure(code)
    return procedure.field if procedure else ""


def _united(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    together: dict[str, int] = defaultdict(int)
    for name, count in counts:
        together[name or "Không rõ"] += count
    return dict(sorted(together.items(), key=lambda pair: -pair[1]))


def _period_choices(period: Period, **kept: str) -> dict[str, Any]:
    dates = {"start": period.start.isoformat(), "end": period.last.isoformat()}
    return {
        "period": period,
        "dates": urlencode(dates),
        "by": kept["by"],
        "quick": {label: urlencode({"days": days, **kept}) for days, label in _DAYS.items()},
    }
