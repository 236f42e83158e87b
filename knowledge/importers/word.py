"""One entry of a ministry's Word export: cells of tables kept apart, texts as in the document."""

from __future__ import annotations

import re

from pydantic import Field

from knowledge.importers.agencies import agency_of_decision
from knowledge.importers.cells import (
    METHODS,
    UNIT_PATTERN,
    RawRecord,
    Text,
    conditions,
    duration,
    group_cases,
    levels,
    names,
    said,
    steps,
)
from knowledge.importers.laws import number_in
from knowledge.importers.money import fee, fee_in_words
from knowledge.model import Document, Fee, FeeKind, LegalBasis, Procedure, Source, Submission

_TIME = re.compile(rf"(\d+(?:[.,]\d+)?)\s*({UNIT_PATTERN})")
_FEE = re.compile(r"(Phí|Lệ phí)\s*:\s*(.*?)(?=\n\s*(?:Phí|Lệ phí)\s*:|\Z)", re.DOTALL)
_ATTACHED = re.compile(r"\n?\s*File đính kèm:.*")
_AMOUNT = re.compile(
    r"(?P<amount>\d[\d.,]*|[Kk]hông|o|)\s*(?P<currency>Đồng|USD)\s*(?:\((?P<words>.*)\)\s*)?", re.DOTALL
)
_WHOLE = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_COUNT = re.compile(r"Bản (chính|sao):\s*(\d+)")
_DECISION = re.compile(r"^Quyết định số\s*")


class _Metadata(RawRecord):
    code: str = Field(alias="mã_thủ_tục")
    name: str = Field(alias="tên_thủ_tục")
    decision: Text = Field("", alias="số_quyết_định")
    level: Text = Field("", alias="cấp_thực_hiện")
    field: Text = Field("", alias="lĩnh_vực")


class _Content(RawRecord):
    steps: Text = Field("", alias="trình_tự_thực_hiện")
    subjects: Text = Field("", alias="đối_tượng_thực_hiện")
    executing: Text = Field("", alias="cơ_quan_thực_hiện")
    authority: Text = Field("", alias="cơ_quan_có_thẩm_quyền")
    address: Text = Field("", alias="địa_chỉ_tiếp_nhận_hs")
    results: Text = Field("", alias="kết_quả_thực_hiện")
    conditions: Text = Field("", alias="yêu_cầu_điều_kiện_thực_hiện")


class _Method(RawRecord):
    hinh_thuc: str
    thoi_han_giai_quyet: Text = ""
    phi_le_phi: Text = ""
    mo_ta: Text = ""


class _Paper(RawRecord):
    ten_giay_to: Text = ""
    so_luong: Text = ""
    """The file name of the form: the export's columns are shifted by one."""
    ghi_chu: Text = ""
    """The numbers of originals and copies."""


class _Law(RawRecord):
    so_ky_hieu: Text = ""
    trich_yeu: Text = ""


class _Tables(RawRecord):
    methods: tuple[_Method, ...] = Field((), alias="hinh_thuc_nop")
    papers: tuple[_Paper, ...] = Field((), alias="thanh_phan_ho_so")
    laws: tuple[_Law, ...] = Field((), alias="can_cu_phap_ly")


class WordRecord(RawRecord):
    """The three parts of an entry."""

    metadata: _Metadata
    content: _Content
    tables: _Tables


def read_record(record: WordRecord) -> Procedure:
    """The entry in the common model. The export names no date for which it is true, nor cases.

    Raises ``ValueError`` for a way of submission that is not known.
    """
    metadata, content, tables = record.metadata, record.content, record.tables
    decision = _DECISION.sub("", said(metadata.decision))
    return Procedure(
        code=metadata.code.strip(),
        name=" ".join(metadata.name.split()),
        field=said(metadata.field),
        agency=agency_of_decision(decision),
        levels=levels(metadata.level),
        subjects=names(content.subjects),
        executing_agencies=names(content.executing),
        authority=said(content.authority),
        receiving_address=said(content.address),
        submissions=tuple(dict.fromkeys(_submission(method) for method in tables.methods)),
        cases=group_cases([("", [_document(paper) for paper in tables.papers if paper.ten_giay_to.strip()])]),
        steps=steps(content.steps),
        conditions=conditions(content.conditions),
        results=names(content.results),
        legal_bases=tuple(
            dict.fromkeys(
                LegalBasis(number=number_in(law.so_ky_hieu), title=" ".join(said(law.trich_yeu).split()))
                for law in tables.laws
            )
        ),
        source=Source(kind="word", decision=decision),
    )


def _submission(method: _Method) -> Submission:
    name = method.hinh_thuc.strip().casefold()
    if name not in METHODS:
        raise ValueError(f"hình thức nộp “{method.hinh_thuc}” chưa biết")
    told = said(method.thoi_han_giai_quyet)
    found = _TIME.fullmatch(told)
    words = "" if found or told.casefold() == "không quy định" else told
    return Submission(
        method=METHODS[name],
        time=duration(found[1], found[2]) if found else None,
        fees=tuple(dict.fromkeys(read for line in _FEE.finditer(method.phi_le_phi) if (read := _fee(line)))),
        description="\n".join(filter(None, [words, said(method.mo_ta)])),
    )


def _fee(line: re.Match[str]) -> Fee | None:
    kind = FeeKind.CHARGE if line[1] == "Phí" else FeeKind.FEE
    told = _ATTACHED.sub("", line[2]).strip()
    amount = _AMOUNT.fullmatch(told)
    if amount is None:
        words = told.strip(" ()")
        return fee_in_words(words, kind) if words else None
    words, currency = (amount["words"] or "").strip(), "VND" if amount["currency"] == "Đồng" else "USD"
    if amount["amount"] == "":
        return fee_in_words(words, kind) if words else None
    if amount["amount"].casefold() in {"không", "o"}:
        return fee(0, currency, words, kind)
    if _WHOLE.fullmatch(amount["amount"]):
        return fee(int(re.sub(r"[.,]", "", amount["amount"])), currency, words, kind)
    return fee_in_words(f"{amount['amount']} {amount['currency']} {words}".strip(), kind)


def _document(paper: _Paper) -> Document:
    counts = {kind: int(number) for kind, number in _COUNT.findall(paper.ghi_chu)}
    return Document(
        name=" ".join(paper.ten_giay_to.split()),
        originals=counts.get("chính", 0),
        copies=counts.get("sao", 0),
        forms=tuple(name.strip() for name in paper.so_luong.splitlines() if name.strip()),
    )
