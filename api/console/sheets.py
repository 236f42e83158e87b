"""Tables that leave the console: as XLSX, PDF, CSV and JSON, with what each column means."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from fpdf import FPDF
from fpdf.fonts import FontFace
from openpyxl import Workbook
from openpyxl.styles import Font
from starlette.responses import Response

type Value = str | float | None
_FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
_UNSAFE = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that spreadsheets take for a formula."""


@dataclass(frozen=True)
class Sheet:
    """A table with its title, what stands under the title, and notes on what the columns mean."""

    title: str
    about: Sequence[str]
    columns: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str]


def download(sheet: Sheet, form: str, name: str) -> Response | None:
    """``sheet`` as a file called ``name``; ``None`` for a form that is not known."""
    known = FORMS.get(form)
    if known is None:
        return None
    content_type, write = known
    return Response(
        write(sheet),
        media_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def _csv(sheet: Sheet) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    writer.writerows([[_safe(value) for value in row] for row in sheet.rows])
    # With a mark of its encoding, without which Excel reads it as something else.
    return text.getvalue().encode("utf-8-sig")


def _json(sheet: Sheet) -> bytes:
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    told = {"title": sheet.title, "about": list(sheet.about), "rows": rows, "notes": list(sheet.notes)}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _xlsx(sheet: Sheet) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "Số liệu"
    for line in (sheet.title, *sheet.about):
        page.append([line])
    page.append([])
    page.append(list(sheet.columns))
    head = page.max_row
    for row in sheet.rows:
        page.append([_safe(value) for value in row])
    page.append([])
    for note in sheet.notes:
        page.append([_safe(note)])
    page.cell(1, 1).font = Font(bold=True, size=14)
    for cell in page[head]:
        cell.font = Font(bold=True)
    page.column_dimensions["A"].width = 40
    page.freeze_panes = f"B{head + 1}"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _pdf(sheet: Sheet) -> bytes:
    paper = FPDF(orientation="landscape" if len(sheet.columns) > 4 else "portrait")
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        paper.add_font("DejaVu", style, _FONTS / file)
    paper.set_title(sheet.title)
    paper.set_lang("vi")
    paper.add_page()
    paper.set_font("DejaVu", "B", 14)
    paper.multi_cell(0, 8, sheet.title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("DejaVu", "", 9)
    for line in sheet.about:
        paper.multi_cell(0, 5, line, new_x="LMARGIN", new_y="NEXT")
    paper.ln(3)
    widths = (3, *[1] * (len(sheet.columns) - 1))
    with paper.table(col_widths=widths, headings_style=FontFace(emphasis="BOLD"), line_height=6) as table:
        for row in (sheet.columns, *sheet.rows):
            table.row([_words(value) for value in row])
    paper.ln(3)
    for note in sheet.notes:
        paper.multi_cell(0, 5, note, new_x="LMARGIN", new_y="NEXT")
    return bytes(paper.output())


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_UNSAFE) else value


def _words(value: Value) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else f"{value:g}".replace(".", ",")


FORMS: dict[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _xlsx),
    "pdf": ("application/pdf", _pdf),
    "csv": ("text/csv; charset=utf-8", _csv),
    "json": ("application/json", _json),
}
"""By the end of the file's name."""
