"""The papers and the results of the crawled catalogue, whose cells were run together into one string.

papers  = (case header paper*)*          case = words | "--"
paper   = words file* originals " bản chính" ["," copies " bản sao"]
results = (words "Mã: " code)*
"""

from __future__ import annotations

import re

from knowledge.importers.cells import LOWER, UPPER, group_cases, is_silent
from knowledge.model import Case, Document

HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
_COUNT = re.compile(r"(?<=[^\s(])(?P<originals>\d) bản chính(?:,(?P<copies>\d{1,2}) bản sao)?")
_NUMBER_IN_WORDS = re.compile(r"(?:^|[\s(])0$")
_FILE = re.compile(rf"\.(?i:docx?|pdf|xlsx?|rtf|odt|zip|rar|jpe?g|png)(?=$|[{UPPER}\d(\[])")
_FILE_START = re.compile(
    rf"(?<=[{LOWER}.,;:)\]”\"…])(?=[{UPPER}\d])|(?<=[)\]”\".;])(?=[a-z])|(?<=\d)(?=M[ẫa]u|Ph[ụu] ?l[ụu]c)"
)
_FORM_WORD = re.compile(r"m[ẫâa]u|ph[ụu] ?l[ụu]c|b[iả]|tk|tờ khai|đơn|don|pl|\d", re.IGNORECASE)
_FILE_NAME_LENGTH = 120
_RESULT = re.compile(
    r"\s*(?P<name>.+?)Mã: ?(?:[A-ZĐ0-9]+[.\-_])*"
    rf"(?:[A-ZĐ]{{2,}}\d*(?![{LOWER}])|[A-ZĐ]*\d+|[A-ZĐ]+?(?=[A-ZĐ]?[{LOWER}]))",
    re.DOTALL,
)
_DEBRIS = re.compile(r"Từ khóa\s*(?:Không có thông tin|Mô tả|$).*|Chọn cơ quan thực hiện.*", re.DOTALL)


def read_cases(text: str) -> tuple[Case, ...]:
    """Cases in the order of the text; the papers of nameless cases, and of cases of one name, are put together."""
    name, *bodies = text.split(HEADER)
    found: list[tuple[str, list[Document]]] = []
    for body in bodies:
        documents, next_name = _documents(body)
        found.append((name, documents))
        name = next_name
    return group_cases(found)


def has_table(text: str) -> bool:
    """Whether there is a table of papers at all."""
    return HEADER in text


def without_debris(text: str) -> str:
    """The text without what the crawler took along from the web page behind it."""
    return _DEBRIS.sub("", text).strip()


def read_results(text: str) -> tuple[str, ...]:
    """Names of the results, without their codes."""
    told = without_debris(text)
    found = [match["name"] for match in _RESULT.finditer(told)] if "Mã:" in told else [told]
    names = (_one_line(name).strip(" .…;") for name in found if not is_silent(name))
    return tuple(dict.fromkeys(name for name in names if name))


def _documents(body: str) -> tuple[list[Document], str]:
    documents: list[Document] = []
    begin = 0
    for count in _COUNT.finditer(body):
        if not _ends_a_row(body, count):
            continue
        name, forms = _split_files(body[begin : count.start()])
        if name:
            originals, copies = int(count["originals"]), int(count["copies"] or 0)
            documents.append(Document(name=name, originals=originals, copies=copies, forms=forms))
        begin = count.end()
    return documents, body[begin:]


def _ends_a_row(body: str, count: re.Match[str]) -> bool:
    before, after = body[: count.start()], body[count.end() :]
    if _NUMBER_IN_WORDS.search(before) or re.match(r"\d bản chính", after):
        return False
    return before[-1:] not in "0123456789" or not after[:1].isspace()


def _split_files(text: str) -> tuple[str, tuple[str, ...]]:
    """The words and the names of the files glued to their end."""
    pieces: list[str] = []
    begin = 0
    for extension in _FILE.finditer(text):
        pieces.append(text[begin : extension.end()])
        begin = extension.end()
    tail = text[begin:]
    if not pieces:
        return _one_line(text), ()
    words, first = _split_first(pieces[0])
    return _one_line(words or first) + (f" {_one_line(tail)}" if tail.strip() else ""), (
        tuple(_one_line(name) for name in [first, *pieces[1:]] if name) if words else ()
    )


def _split_first(piece: str) -> tuple[str, str]:
    first = max(0, len(piece) - _FILE_NAME_LENGTH)
    starts = [found.start() for found in _FILE_START.finditer(piece, first, piece.rindex("."))]
    if not starts:
        return piece, ""
    likely = [start for start in starts if _FORM_WORD.match(piece[start:])]
    start = (likely or starts)[0]
    return piece[:start], piece[start:]


def _one_line(text: str) -> str:
    return " ".join(text.split())
