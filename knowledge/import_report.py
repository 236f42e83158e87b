"""What an import did, and how much of the fees and times in a file came out structured.

An entry *names* a time where its table has a number with a unit, and a fee where it has an amount, ``Miễn phí`` or
words in the place of an amount. It counts as *structured* when every time that a way of submission names came out as
the same duration for that way, and every way that names a fee came out with at least one fee (an amount, or the
condition that stands in its place). The claims are counted from the raw text, by other means than the importers use.
Told apart beside it: entries whose fees are, at least for one way, known in words only, and entries with a number of
time but no unit.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from knowledge.importers.detect import Raw, read_raw, understand
from knowledge.model import Procedure, SubmissionMethod, TimeUnit, Unreadable
from knowledge.store import ImportReport

_METHODS = {
    "trực tuyến": SubmissionMethod.ONLINE,
    "trực tiếp": SubmissionMethod.DIRECT,
    "dịch vụ bưu chính": SubmissionMethod.POSTAL,
    "ONLINE": SubmissionMethod.ONLINE,
    "DIRECT": SubmissionMethod.DIRECT,
    "POSTAL": SubmissionMethod.POSTAL,
}
_UNITS = {
    "giờ": TimeUnit.HOUR,
    "ngày": TimeUnit.DAY,
    "ngày làm việc": TimeUnit.WORKING_DAY,
    "tháng": TimeUnit.MONTH,
    "năm": TimeUnit.YEAR,
}
_CELL_TIME = re.compile(r"(\d+(?:[.,]\d+)?) (Giờ|Ngày làm việc|Ngày|Tháng|Năm)")
_FLAT_METHOD = re.compile(r"(Trực tuyến|Trực tiếp|Dịch vụ bưu chính)(?=\d|Không có thông tin)")
_FLAT_FEE = re.compile(r"Miễn phí|\d (?:Việt Nam Đồng|VNĐ|USD)")
_FLAT_BARE_TIME = re.compile(r"\d+(?=Miễn phí|Không có thông tin)")
_SHOWN = 20

type _Time = tuple[SubmissionMethod, float, TimeUnit]


@dataclass(slots=True)
class _Claims:
    times: set[_Time] = field(default_factory=set["_Time"])
    fees: set[SubmissionMethod] = field(default_factory=set[SubmissionMethod])
    time_without_unit: bool = False


@dataclass(frozen=True, slots=True)
class Structuredness:
    """Numbers of entries; ``failures`` counts reasons (an entry may have two)."""

    entries: int
    naming_fee_or_time: int
    structured: int
    fee_in_words_only: int
    time_without_unit: int
    failures: dict[str, int]
    failed_codes: tuple[str, ...]

    @property
    def share(self) -> float:
        """Structured entries per entry that names a fee or a time, from 0 to 1; 1 when none names any."""
        return self.structured / self.naming_fee_or_time if self.naming_fee_or_time else 1.0


def measure(path: Path) -> Structuredness:
    """Compare what the raw entries of a file name with what came out.

    Raises ``OSError`` for a file that cannot be opened.
    """
    entries = naming = structured = in_words = without_unit = 0
    failures: Counter[str] = Counter()
    failed: list[str] = []
    for raw in read_raw(path):
        if isinstance(raw, Unreadable):
            continue
        entries += 1
        claims = _claims(raw)
        without_unit += claims.time_without_unit
        if not claims.times and not claims.fees:
            continue
        naming += 1
        read = understand(raw)
        reasons = ["không đọc được mục"] if isinstance(read, Unreadable) else list(_unmet(claims, read))
        failures.update(reasons)
        structured += not reasons
        if isinstance(read, Procedure):
            in_words += any(charge.amount is None for way in read.submissions for charge in way.fees)
        if reasons:
            failed.append(read.code)
    return Structuredness(entries, naming, structured, in_words, without_unit, dict(failures), tuple(failed))


def render(name: str, report: ImportReport, structuredness: Structuredness | None = None) -> RenderableType:
    """The report of one file for a terminal."""
    counts = Table(title=f"Nhập {name}", show_header=False)
    rows = [
        ("Mới", report.new),
        ("Thay đổi", report.changed),
        ("Không đổi", report.unchanged),
        ("Không còn trong nguồn", report.withdrawn),
        ("Mã lặp lại trong tệp, đã gộp", report.repeated),
        ("Không đọc được", report.unreadable),
    ]
    for label, codes in rows:
        counts.add_row(label, f"{len(codes)}")
    parts: list[RenderableType] = [counts]
    if report.withdrawal_withheld:
        parts.append(Text("Không đánh dấu mục nào là hết hiệu lực, vì tệp rỗng hoặc có phần không đọc được."))
    for label, codes in (("Thay đổi", report.changed), ("Không còn trong nguồn", report.withdrawn)):
        if codes:
            more = f" … và {len(codes) - _SHOWN} mã nữa" if len(codes) > _SHOWN else ""
            parts.append(Text(f"{label}: {', '.join(codes[:_SHOWN])}{more}"))
    if report.unreadable:
        parts.append(_unreadable_table(report.unreadable))
    if structuredness is not None:
        parts.append(_structuredness_table(structuredness))
    return Group(*parts)


def _unreadable_table(unreadable: tuple[Unreadable, ...]) -> Table:
    table = Table("Dòng", "Mã", "Lý do", title="Không đọc được")
    for entry in unreadable:
        table.add_row(f"{entry.line}", entry.code, entry.reason)
    return table


def _structuredness_table(figures: Structuredness) -> Table:
    table = Table(title="Phí và thời gian", show_header=False)
    table.add_row("Số mục", f"{figures.entries}")
    table.add_row("Có nêu phí hoặc thời gian", f"{figures.naming_fee_or_time}")
    table.add_row("Tách được", f"{figures.structured} ({figures.share:.1%})")
    table.add_row("Trong đó mức thu chỉ nêu bằng lời", f"{figures.fee_in_words_only}")
    table.add_row("Số thời gian không có đơn vị", f"{figures.time_without_unit}")
    for reason, count in figures.failures.items():
        table.add_row(f"Lỗi: {reason}", f"{count}")
    if figures.failed_codes:
        table.add_row("Mã cần xem lại", ", ".join(figures.failed_codes[:_SHOWN]))
    return table


def _unmet(claims: _Claims, read: Procedure) -> Iterator[str]:
    times = {(way.method, way.time.value, way.time.unit) for way in read.submissions if way.time}
    if claims.times - times:
        yield "thiếu thời gian"
    if times - claims.times:
        yield "thừa thời gian"
    if claims.fees - {way.method for way in read.submissions if way.fees}:
        yield "thiếu phí, lệ phí"


def _claims(raw: Raw) -> _Claims:
    fields = raw.fields
    if "cach_thuc_thuc_hien" in fields:
        return _flat_claims(str(fields["cach_thuc_thuc_hien"]))
    claims = _Claims()
    for way in _objects(_objects_of(fields, "tables").get("hinh_thuc_nop")):
        method = _METHODS.get(str(way.get("hinh_thuc")).strip().casefold())
        if method is not None:
            _claim_time(claims, method, str(way.get("thoi_han_giai_quyet")))
            if re.search(r"\d|[Kk]hông|\bo Đồng|\(", str(way.get("phi_le_phi"))):
                claims.fees.add(method)
    for way in _objects(fields.get("executionMethods")):
        method = _METHODS.get(str(way.get("submissionMethod")))
        if method is not None:
            unit = {"HOUR": "Giờ", "DAY": "Ngày", "WORKING_DAY": "Ngày làm việc", "MONTH": "Tháng", "YEAR": "Năm"}
            _claim_time(claims, method, f"{way.get('processingTime')} {unit.get(str(way.get('processingTimeUnit')))}")
            if any(charge.get("value") is not None for charge in _objects(way.get("fees"))):
                claims.fees.add(method)
    return claims


def _flat_claims(table: str) -> _Claims:
    claims = _Claims()
    pieces = _FLAT_METHOD.split(table)
    for name, row in zip(pieces[1::2], pieces[2::2], strict=True):
        method = _METHODS[name.casefold()]
        _claim_time(claims, method, row)
        claims.time_without_unit |= _FLAT_BARE_TIME.match(row) is not None
        if _FLAT_FEE.search(row[:60]):
            claims.fees.add(method)
    return claims


def _claim_time(claims: _Claims, method: SubmissionMethod, cell: str) -> None:
    found = _CELL_TIME.match(cell)
    if found and float(found[1].replace(",", ".")) > 0:
        claims.times.add((method, float(found[1].replace(",", ".")), _UNITS[found[2].casefold()]))


def _objects(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list):
        return []
    return [cast("dict[str, object]", item) for item in cast("list[object]", value) if isinstance(item, dict)]


def _objects_of(fields: dict[str, object], key: str) -> dict[str, object]:
    value = fields.get(key)
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
