"""What is said about notices, payments and late dossiers."""

from __future__ import annotations

from collections.abc import Sequence

from records.calendar import TIME_ZONE
from records.dossiers import DossierView
from records.models import Payment
from records.payments.vietqr import bank_name


def subscribed(code: str, *, new: bool) -> str:
    """That the citizen will hear of changes, where, and how to stop it."""
    if not new:
        return f"Dạ, em vẫn đang theo dõi hồ sơ {code} và sẽ báo anh/chị ngay khi có thay đổi ạ."
    return (
        f"Dạ vâng, khi hồ sơ {code} có thay đổi, em báo anh/chị ngay tại cuộc trò chuyện này ạ."
        " Lúc nào không muốn nhận nữa, anh/chị nhắn “thôi báo” giúp em."
    )


def unsubscribed(codes: Sequence[str]) -> str:
    """Which notices were ended."""
    if not codes:
        return "Dạ, hiện em không gửi tin báo hồ sơ nào cho anh/chị ạ."
    return f"Dạ, em đã dừng báo tin về hồ sơ {', '.join(codes)} ạ. Cần xem lại, anh/chị cứ nhắn mã hồ sơ cho em."


def nothing_due(dossier: DossierView) -> str:
    """That there is nothing to pay now."""
    paid = f" Số đã nộp: {money(dossier.fee_paid)}." if dossier.fee_paid else ""
    return f"Dạ, hồ sơ {dossier.code} hiện không có khoản nào phải nộp ạ.{paid}"


def paid_elsewhere(dossier: DossierView) -> str:
    """What is due, where the agency takes no payment here."""
    return (
        f"Dạ, hồ sơ {dossier.code} cần nộp {money(dossier.fee_due or 0)}{_for(dossier.fee_for)}. Cơ quan chưa nhận"
        f" nộp tiền qua đây; anh/chị nộp theo thông báo của {dossier.agency}, hoặc tại nơi đã nộp hồ sơ ạ."
    )


def to_pay(payment: Payment, picture: str) -> str:
    """What to pay, how, and what to beware of."""
    return "\n".join(
        (
            f"Dạ, hồ sơ {payment.dossier_code} cần nộp {money(payment.amount)}{_for(payment.purpose)}.",
            "Anh/chị mở ứng dụng ngân hàng rồi quét mã QR tại đây:",
            picture,
            "hoặc chuyển khoản:",
            f"• Ngân hàng: {bank_name(payment.bank)}",
            f"• Số tài khoản: {payment.number}",
            f"• Chủ tài khoản: {payment.holder}",
            f"• Số tiền: {money(payment.amount)}",
            f"• Nội dung: {payment.reference} (xin ghi đúng nội dung này)",
            "Khi ngân hàng xác nhận, em báo anh/chị ngay. Em không bao giờ hỏi số thẻ, mật khẩu hay mã OTP ạ.",
        )
    )


def settled(payment: Payment) -> str:
    """That the payment arrived, or arrived with another sum."""
    paid = money(payment.paid_amount or 0)
    when = f" lúc {payment.paid_at.astimezone(TIME_ZONE):%H:%M ngày %d/%m/%Y}" if payment.paid_at else ""
    if payment.state == "paid":
        return f"Dạ, khoản {paid} cho hồ sơ {payment.dossier_code} đã được ghi nhận{when} (mã {payment.reference}) ạ."
    return (
        f"Dạ, em nhận được {paid} cho hồ sơ {payment.dossier_code}{when}, khác số cần nộp {money(payment.amount)}."
        " Cán bộ đang kiểm tra; anh/chị chưa cần nộp thêm ạ."
    )


def complaint(dossier: DossierView) -> str:
    """The matter of a report about a late dossier, as the citizen would write it."""
    return (
        f"Hồ sơ {dossier.code} ({dossier.procedure_name}) nộp ngày {dossier.submitted_on:%d/%m/%Y} đã quá hẹn trả"
        f" kết quả {dossier.promised_on:%d/%m/%Y} mà chưa có kết quả. Đề nghị"
        f" {dossier.agency} cho biết lý do và ngày trả."
    )


def money(amount: int) -> str:
    """An amount of đồng."""
    return f"{amount:,} đồng".replace(",", ".")


def _for(purpose: str) -> str:
    return f" ({purpose})" if purpose else ""
