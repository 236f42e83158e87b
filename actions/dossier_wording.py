"""A dossier in plain words: where it stands, the promised date, what is missing, what to pay, what to do next."""

from __future__ import annotations

import datetime as dt

from records.dossiers import DossierState, DossierView

REFUSED = (
    "Dạ, em không tìm thấy hồ sơ nào khớp với mã và 4 số cuối anh/chị vừa cho ạ. Anh/chị kiểm tra lại cả"
    " hai rồi thử lại giúp em nhé."
)
LOCKED = (
    "Dạ, để bảo vệ thông tin hồ sơ, việc tra cứu đang tạm khóa vì nhập chưa khớp nhiều lần. Anh/chị"
    " thử lại sau ít phút,"
    " hoặc liên hệ nơi đã nộp hồ sơ ạ."
)

_NOW = {
    DossierState.SUBMITTED: "đã nộp và đang chờ cơ quan tiếp nhận kiểm tra",
    DossierState.ACCEPTED: "đã được tiếp nhận và chuyển cho bộ phận chuyên môn",
    DossierState.NOT_ACCEPTED: "chưa được tiếp nhận",
    DossierState.PROCESSING: "đang được xử lý",
    DossierState.MORE_PAPERS: "đang tạm dừng để chờ anh/chị bổ sung giấy tờ",
    DossierState.PAYMENT_DUE: "đang tạm dừng để chờ anh/chị nộp tiền",
    DossierState.WITHDRAWN: "đã dừng theo đề nghị rút hồ sơ của người nộp",
    DossierState.STOPPED: "đã dừng xử lý",
    DossierState.FINISHED: "đã xử lý xong, đang chờ trả kết quả",
    DossierState.RETURNED: "đã trả kết quả",
}
_NEXT = {
    DossierState.SUBMITTED: "Anh/chị chưa cần làm gì thêm, em mời anh/chị xem lại sau khi hồ sơ được tiếp nhận ạ.",
    DossierState.ACCEPTED: "Anh/chị chưa cần làm gì thêm ạ.",
    DossierState.NOT_ACCEPTED: "Anh/chị xem lý do, sửa hoặc bổ sung rồi nộp lại hồ sơ; chưa rõ thì hỏi nơi đã nộp ạ.",
    DossierState.PROCESSING: "Anh/chị chưa cần làm gì thêm ạ.",
    DossierState.MORE_PAPERS: "Anh/chị nộp bổ sung tại nơi đã nộp hồ sơ để cơ quan tiếp tục xử lý ạ.",
    DossierState.PAYMENT_DUE: "Anh/chị nộp khoản này để hồ sơ được xử lý tiếp ạ.",
    DossierState.WITHDRAWN: "Nếu vẫn cần làm, anh/chị nộp hồ sơ mới ạ.",
    DossierState.STOPPED: "Anh/chị liên hệ cơ quan giải quyết để biết lý do và cách làm tiếp ạ.",
    DossierState.FINISHED: (
        "Anh/chị mang giấy hẹn và giấy tờ tùy thân đến nơi đã nộp để nhận kết quả, hoặc chờ nhận theo"
        " cách đã đăng ký ạ."
    ),
    DossierState.RETURNED: "Hồ sơ đã hoàn tất. Nếu chưa nhận được kết quả, anh/chị hỏi nơi đã nộp ạ.",
}
_CLOSED = frozenset({DossierState.NOT_ACCEPTED, DossierState.WITHDRAWN, DossierState.STOPPED, DossierState.RETURNED})


def read_out(dossier: DossierView) -> str:
    """The whole answer about one dossier."""
    lines = [
        f"Dạ, hồ sơ {dossier.code} ({dossier.procedure_name}) {_NOW[dossier.state]}.",
        f"• Trạng thái: {dossier.state.label}",
        f"• Cơ quan giải quyết: {dossier.agency}",
        f"• Ngày nộp: {_day(dossier.submitted_on)}",
        *_promise(dossier),
    ]
    if dossier.missing:
        lines += ["• Cần bổ sung:", *(f"  – {paper}" for paper in dossier.missing)]
    if dossier.fee_due:
        what = f" ({dossier.fee_for})" if dossier.fee_for else ""
        lines.append(f"• Cần nộp: {_money(dossier.fee_due)}{what}")
    if dossier.fee_paid:
        lines.append(f"• Đã nộp: {_money(dossier.fee_paid)}")
    if dossier.note:
        lines.append(f"• Ghi chú của cơ quan: {dossier.note}")
    lines.append(_NEXT[dossier.state])
    if dossier.demonstration:
        lines.append("(Đây là hồ sơ minh họa, không có thật.)")
    return "\n".join(lines)


def _promise(dossier: DossierView) -> list[str]:
    if dossier.finished_on and dossier.state in (DossierState.FINISHED, DossierState.RETURNED):
        return [f"• Xử lý xong ngày: {_day(dossier.finished_on)}"]
    if dossier.promised_on is None or dossier.state in _CLOSED:
        return []
    line = f"• Ngày hẹn trả kết quả: {_day(dossier.promised_on)}"
    if dossier.overdue:
        return [f"{line} (đã quá hẹn)", *_apology(dossier)]
    return [line]


def _apology(dossier: DossierView) -> list[str]:
    """Nghị định 118/2025/NĐ-CP on the one-stop shop, as Nghị định 61/2018/NĐ-CP before it, has the agency apologise in
    writing with the reason and a new date; the article was not compared with the published text.
    """
    return [
        f"  {dossier.agency} chịu trách nhiệm giải quyết hồ sơ này. Chúng em xin lỗi anh/chị vì đã trễ hẹn; theo"
        " quy định, cơ quan phải có văn bản xin lỗi, nêu lý do và hẹn lại ngày trả kết quả.",
        "  Anh/chị có thể gửi phản ánh ngay tại đây, em đã ghi sẵn nội dung ạ.",
    ]


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _money(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + " đồng"
