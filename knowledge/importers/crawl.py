"""One entry of the crawled national catalogue (flat fields with Vietnamese names, tables run together)."""

from __future__ import annotations

from knowledge.importers.agencies import agency_of_folder
from knowledge.importers.cells import RawRecord, Text, conditions, levels, names, said, steps
from knowledge.importers.flat_documents import has_table, read_cases, read_results, without_debris
from knowledge.importers.flat_submissions import Table, read_submissions
from knowledge.importers.laws import read_laws
from knowledge.model import Procedure, Source, Step, Submission


class CrawlRecord(RawRecord):
    """The fields of an entry that are read."""

    ma_thu_tuc: str
    ten_thu_tuc: str
    detail_url: Text = ""
    so_quyet_dinh: Text = ""
    cap_thuc_hien: Text = ""
    linh_vuc: Text = ""
    doi_tuong_thuc_hien: Text = ""
    co_quan_co_tham_quyen: Text = ""
    dia_chi_tiep_nhan: Text = ""
    trinh_tu_thuc_hien: Text = ""
    cach_thuc_thuc_hien: Text = ""
    thanh_phan_ho_so: Text = ""
    can_cu_phap_ly: Text = ""
    co_quan_thuc_hien: Text = ""
    yeu_cau_dieu_kien: Text = ""
    ket_qua_xu_ly: Text = ""
    agency_folder: Text = ""


def read_record(record: CrawlRecord) -> Procedure:
    """The entry in the common model. The crawl names no date for which it is true."""
    told = record.trinh_tu_thuc_hien
    papers = record.thanh_phan_ho_so
    if not has_table(papers) and papers.strip(" -"):
        # The crawler cut the steps where they mention “thành phần hồ sơ” and took what follows for the papers.
        told = f"{told} “Thành phần hồ sơ” {papers}"
    table = read_submissions(record.cach_thuc_thuc_hien)
    return Procedure(
        code=record.ma_thu_tuc.strip(),
        name=" ".join(record.ten_thu_tuc.split()),
        field=said(record.linh_vuc),
        agency=agency_of_folder(record.agency_folder),
        levels=levels(record.cap_thuc_hien),
        subjects=names(record.doi_tuong_thuc_hien),
        executing_agencies=names(record.co_quan_thuc_hien),
        authority=said(record.co_quan_co_tham_quyen),
        receiving_address=said(record.dia_chi_tiep_nhan),
        submissions=_with_rest(table),
        cases=read_cases(papers),
        steps=(*steps(told), *_told_otherwise(table)),
        conditions=conditions(without_debris(record.yeu_cau_dieu_kien)),
        results=read_results(record.ket_qua_xu_ly),
        legal_bases=read_laws(record.can_cu_phap_ly),
        source=Source(kind="crawl", url=said(record.detail_url), decision=said(record.so_quyet_dinh)),
    )


def _with_rest(table: Table) -> tuple[Submission, ...]:
    """The ways; words in front of the first row go to its description."""
    if not table.submissions or not table.rest:
        return table.submissions
    first, *others = table.submissions
    return (first.model_copy(update={"description": f"{table.rest}\n{first.description}".strip()}), *others)


def _told_otherwise(table: Table) -> tuple[Step, ...]:
    """How to hand the dossier in, where the record says it in words instead of a table."""
    told = bool(table.rest) and not table.submissions
    return (Step(name="Cách thức thực hiện", description=table.rest),) if told else ()
