"""Numbers of legal documents, also where a crawler ran titles and numbers together into one string.

    table = (title number)*
    number = [kind " số "] (serial "/" year "/" type | serial "/" type | serial ["/" year])

A number ends a row when it touches the text before or behind it without a space; one inside a title does not.
"""

from __future__ import annotations

import re

from knowledge.importers.cells import LOWER, UPPER, said
from knowledge.model import LegalBasis

HEADER = "Tên văn bản pháp lýMã văn bản"
_KIND = (
    r"(?:Bộ luật|Luật|Pháp lệnh|Nghị định|Nghị quyết liên tịch|Nghị quyết|Thông tư liên tịch|Thông tư|Quyết định|Lệnh|"
    r"Chỉ thị|Hiến pháp|Văn bản hợp nhất|NĐ|TT|QĐ|NQ)"
)
_PREFIX = rf"(?:{_KIND}\s+)?(?:[Ss]ố:?\s*)?"
_ISSUER = (
    r"(?:CP|TTg|BTC|BCA|BTP|BXD|BGTVT|BNNPTNT|BNNMT|BTNMT|BNN|NHNN|BYT|BQP|BCT|BKHĐT|BNV|BLĐTBXH|BGDĐT|BVHTTDL|"
    r"BKHCN|BTTTT|TANDTC|VKSNDTC|TTCP|BNG|UBDT|BHXH|HĐTP|UBTVQH\d\d|CTN|UBTƯMTTQVN|BDTTG|BTS|BVHTT|BCN|BTM|VPCP|KTNN)"
)
_KNOWN_TYPE = rf"(?:QH\d\d|UBTVQH\d\d|[A-ZĐ]+(?:(?:-\s|[-_/]){_ISSUER}(?![A-ZĐƯ]*-[A-ZĐ]{{2}}))+)"
_TYPE = rf"(?:{_KNOWN_TYPE}|[A-ZĐ]+(?:[-_/][A-ZĐƯ]+)+)"
_FULL = re.compile(rf"(?P<serial>\d+(?:\.(?:\d+|[a-z]))?)/(?:(?P<year>\d{{4}})/?)?(?P<type>{_TYPE})")
_BARE = re.compile(
    rf"(?:(?<=[{LOWER}{UPPER}.,;)])(?:{_KIND} số )?|(?<=[ ](?:19|20)\d\d))"
    rf"(?P<number>\d{{1,4}}(?:/\d{{4}})?)(?=[{UPPER}]|$)"
)
_SHORT_FORM = re.compile(rf"\d+/\d{{4}}(?=[{UPPER}]|$)")
_GOES_ON = (",", ".", ";", ":", ")", "(", "ngày", "của")
_GLUED_PREFIX = re.compile(rf"(?<=[{LOWER}.,;)]){_KIND}\s+(?:[Ss]ố:?\s*)?$")
_ENDS_IN_PREFIX = re.compile(rf"(?:{_KIND}\s+(?:[Ss]ố:?\s*)?|\b[Ss]ố:?\s*)$")
_DEBRIS = re.compile(r"Cơ quan thực hiện(?=[A-ZĐ]).*$", re.DOTALL)


def number_in(text: str) -> str:
    """The number of a cell such as ``Thông tư số 104/2024/TT-BQP``; the cell itself where it holds no full number."""
    found = _FULL.search(text)
    return found[0] if found else said(text)


def read_laws(text: str) -> tuple[LegalBasis, ...]:
    """The legal bases in the order of the text; numbers without a title have an empty one and the other way round."""
    body = _DEBRIS.sub("", said(text).removeprefix(HEADER))
    if body == "Không có thông tin":
        return ()
    rows: list[LegalBasis] = []
    begin = 0
    numbers = [_span(found) for found in _FULL.finditer(body)]
    for index, (start, end, number) in enumerate(numbers):
        if start < begin or not _ends_a_row(body, begin, start, end, numbers[index + 1 :]):
            continue
        again = _SHORT_FORM.match(body, end)
        if again and number.startswith(f"{again[0]}/"):
            rows += _bare_rows(body[begin:end], number)
            begin = again.end()
        else:
            rows += _bare_rows(body[begin:start], number)
            begin = end
    rows += _bare_rows(body[begin:], "")
    return tuple(dict.fromkeys(rows))


def _span(found: re.Match[str]) -> tuple[int, int, str]:
    """Where the number stands, without a year in front that belongs to the title, nor the next title's first letter."""
    serial, start, end = found["serial"], found.start(), found.end()
    if len(serial) > 4 and re.match(r"(?:19|20)\d\d[1-9\d]", serial):
        start += 4
    if found.string[end : end + 1].islower() and not re.fullmatch(_KNOWN_TYPE, found["type"]):
        end -= 1
    return start, end, found.string[start:end]


def _ends_a_row(body: str, begin: int, start: int, end: int, later: list[tuple[int, int, str]]) -> bool:
    if end == len(body.rstrip()):
        return True
    title = body[begin:start]
    if later:
        next_start, _, next_number = later[0]
        between = body[end:next_start]
        repeated = next_number == body[start:end]
        if repeated and (not between or (re.fullmatch(rf"\s*{_PREFIX}", between) and not title.strip())):
            return False
    touches_before = bool(title) and (not title[-1].isspace() or _GLUED_PREFIX.search(title) is not None)
    touches_behind = not body[end].isspace() and not body.startswith(_GOES_ON, end)
    return touches_before or touches_behind


def _bare_rows(segment: str, number: str) -> list[LegalBasis]:
    rows: list[LegalBasis] = []
    begin = 0
    for bare in _BARE.finditer(_FULL.sub(lambda found: " " * len(found[0]), segment)):
        rows.append(_basis(bare["number"], segment[begin : bare.start()]))
        begin = bare.end()
    rest = segment[begin:]
    if number or rest.strip(" .;,"):
        rows.append(_basis(number, rest))
    return rows


def _basis(number: str, title: str) -> LegalBasis:
    words = _ENDS_IN_PREFIX.sub("", title) if number else title
    return LegalBasis(number=number, title=" ".join(words.split()))
