"""Reads a file of procedures whatever its format: portal API, crawl or Word export; JSON lines, an array or one object.

The format is told by the content, entry by entry. What cannot be read becomes an ``Unreadable`` with its line (of the
file after decompression), and the reading goes on.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, cast

from pydantic import ValidationError

from knowledge.importers import crawl, portal, word
from knowledge.importers.cells import reason_of
from knowledge.model import Procedure, Unreadable

MAX_ENTRY_BYTES = 16 * 1024 * 1024
"""Longest line of JSON lines; the longest entry known takes 0.1 MB."""
MAX_DOCUMENT_BYTES = 512 * 1024 * 1024
"""Largest array or single object, which has to be held in memory."""
_CHUNK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(r"\n[ \t]*\{$")
_NOT_UTF8 = re.compile(r"[\udc80-\udcff]")

type _Entry = dict[str, object]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the file: its number from 1, its bytes, and what is wrong with it as a line."""

    number: int
    content: bytes
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """An entry of the file as JSON, before it is understood."""

    line: int
    fields: _Entry


def read(path: Path) -> Iterator[Procedure | Unreadable]:
    """Every entry of the file, in order. Raises ``OSError`` when the file cannot be opened."""
    for raw in read_raw(path):
        yield raw if isinstance(raw, Unreadable) else understand(raw)


def read_raw(path: Path) -> Iterator[Raw | Unreadable]:
    """Every entry of the file as JSON objects. Raises ``OSError`` when the file cannot be opened."""
    with path.open("rb") as file:
        compressed = file.read(2) == _GZIP
        file.seek(0)
        content = cast("IO[bytes]", gzip.GzipFile(fileobj=file)) if compressed else file
        yield from _entries(_lines(content))


def understand(raw: Raw) -> Procedure | Unreadable:
    """One entry in the common model, or why it does not fit."""
    code = _code_of(raw.fields)
    read_fields = _reader_of(raw.fields)
    if read_fields is None:
        return Unreadable(raw.line, code, "không nhận ra định dạng của mục này")
    try:
        return read_fields(raw.fields)
    except ValidationError as error:
        return Unreadable(raw.line, code, reason_of(error))
    except ValueError as error:
        return Unreadable(raw.line, code, str(error))


def _reader_of(fields: _Entry) -> Callable[[_Entry], Procedure] | None:
    if "ma_thu_tuc" in fields or "ten_thu_tuc" in fields:
        return lambda entry: crawl.read_record(crawl.CrawlRecord.model_validate(entry))
    if "metadata" in fields and "tables" in fields:
        return lambda entry: word.read_record(word.WordRecord.model_validate(entry))
    if fields.keys() & {"executionMethods", "executionCases", "executionSteps"}:
        return lambda entry: portal.read_record(portal.PortalRecord.model_validate(entry))
    return None


def _code_of(fields: _Entry) -> str:
    code = fields.get("ma_thu_tuc") or fields.get("thu_tuc_id") or fields.get("code")
    return code if isinstance(code, str) else ""


def _lines(content: IO[bytes]) -> Iterator[Line]:
    number = 0
    try:
        while line := content.readline(MAX_ENTRY_BYTES + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(_BOM)
            if len(line) > MAX_ENTRY_BYTES:
                yield Line(number, line, f"dòng dài hơn {MAX_ENTRY_BYTES // 1024 // 1024} MB")
                while line and not line.endswith(b"\n"):
                    line = content.readline(_CHUNK)
            else:
                yield Line(number, line)
    except EOFError:
        yield Line(number + 1, b"", "tệp nén bị cắt giữa chừng, phần còn lại không đọc được")
    except (gzip.BadGzipFile, zlib.error):
        yield Line(number + 1, b"", "tệp nén bị hỏng, phần còn lại không đọc được")


def _entries(lines: Iterator[Line]) -> Iterator[Raw | Unreadable]:
    written = (line for line in lines if line.fault or line.content.strip())
    first, second = next(written, None), next(written, None)
    if first is None:
        yield Unreadable(1, "", "tệp rỗng")
        return
    if not first.fault and not first.content.lstrip().startswith((b"{", b"[")) and not _is_utf8(first.content):
        yield Unreadable(first.number, "", "tệp nhị phân hoặc không phải văn bản UTF-8")
        return
    rest = written if second is None else chain([second], written)
    if _opens_a_document(first, second):
        yield from _document(first, rest)
    else:
        for line in chain([first], rest):
            yield _entry(line)


def _opens_a_document(first: Line, second: Line | None) -> bool:
    """Whether an array, or an object over several lines, begins; a broken first line of JSON lines does neither."""
    start = first.content.lstrip()
    if start.startswith(b"["):
        return True
    if first.fault or second is None or not start.startswith(b"{") or second.content.lstrip().startswith(b"{"):
        return False
    return not _is_json(first.content)


def _entry(line: Line) -> Raw | Unreadable:
    if line.fault:
        return Unreadable(line.number, "", line.fault)
    try:
        return _object(line.number, json.loads(line.content.decode("utf-8").rstrip()))
    except UnicodeDecodeError as error:
        return Unreadable(line.number, "", f"không phải UTF-8 (byte thứ {error.start + 1})")
    except (json.JSONDecodeError, RecursionError) as error:
        return Unreadable(line.number, "", _not_json(error))


def _document(first: Line, rest: Iterator[Line]) -> Iterator[Raw | Unreadable]:
    """The entries of an array, or a single object, that stretch over many lines."""
    parts, size = [first.content], len(first.content)
    number, fault = first.number, Unreadable(first.number, "", first.fault)
    for line in rest:
        if line.fault or size > MAX_DOCUMENT_BYTES:
            limit = f"tệp lớn hơn {MAX_DOCUMENT_BYTES // 1024 // 1024} MB mà không chia dòng"
            fault = Unreadable(line.number, "", line.fault or limit)
            break
        parts += [b"\n"] * (line.number - number - 1) + [line.content]
        size, number = size + len(line.content), line.number
    yield from _elements(b"".join(parts).decode("utf-8", "surrogateescape"), first.number)
    if fault.reason:
        yield fault


def _elements(text: str, first_line: int) -> Iterator[Raw | Unreadable]:
    """The objects of the text; after a broken one, the next that opens at the start of a line like the first does."""
    decoder = json.JSONDecoder()
    in_array = text.lstrip().startswith("[")
    at = _skip(text, 0, " \t\r\n[" if in_array else " \t\r\n")
    opening = _OPENING.search(text[:at] + "{")
    line, counted = first_line, 0
    while at < len(text) and not (in_array and text[at] == "]"):
        begin = at
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError) as error:
            following = text.find(opening[0], begin + 1) if opening else -1
            lost = "" if following >= 0 else "; phần còn lại của tệp không đọc được"
            yield Unreadable(line, "", f"{_not_json(error)}{lost}")
            if following < 0:
                return
            at = following
        else:
            escaped = _NOT_UTF8.search(text, begin, at)
            yield Unreadable(line, "", "không phải UTF-8") if escaped else _object(line, value)
        at = _skip(text, at, " \t\r\n,")
    if in_array and at >= len(text):
        yield Unreadable(first_line + text.count("\n"), "", "danh sách không có dấu “]” ở cuối, có thể tệp bị cắt")


def _skip(text: str, at: int, letters: str) -> int:
    while at < len(text) and text[at] in letters:
        at += 1
    return at


def _object(line: int, value: object) -> Raw | Unreadable:
    if isinstance(value, dict):
        return Raw(line, cast("_Entry", value))
    return Unreadable(line, "", "mục này không phải là một đối tượng JSON")


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def _not_json(error: json.JSONDecodeError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "JSON lồng nhau quá sâu"
    where = f"dòng {error.lineno}, cột {error.colno}" if error.lineno > 1 else f"cột {error.colno}"
    return f"không phải JSON hợp lệ ({where})"
