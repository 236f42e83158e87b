"""The audit trail as a page: who did what to which subject, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.console.access import Auditor
from api.console.pages import render
from api.dependencies import DatabaseDependency
from records import audit
from records.feedback.life import Step

router = APIRouter(prefix="/audit")

_PAGE = 100
Text = Annotated[str, Query(max_length=100)]

ACTIONS = {
    "call_back.assign": "Giao việc gọi lại",
    "call_back.finish": "Ghi kết quả gọi lại",
    "call_back.leave": "Trả việc gọi lại về hàng chờ",
    "call_back.number.read": "Xem số điện thoại cần gọi lại",
    "conversation.give_back": "Trả cuộc trò chuyện cho trợ lý",
    "conversation.take_over": "Tiếp nhận cuộc trò chuyện",
    "hold.lift": "Bỏ lệnh giữ dữ liệu",
    "hold.place": "Giữ dữ liệu theo yêu cầu pháp lý",
    "intents.publish": "Công bố ví dụ của ý định",
    "keys.rotate": "Đổi khóa mã hóa",
    "knowledge.publish": "Công bố lời dễ hiểu của thủ tục",
    "personal_data.read": "Mở xem thông tin cá nhân",
    "poll.answer": "Trả lời lấy ý kiến",
    "poll.ask": "Lấy ý kiến cơ quan",
    "poll.end": "Kết thúc lấy ý kiến",
    "poll.remind": "Nhắc cơ quan trả lời lấy ý kiến",
    "privacy.consent.withdraw": "Người dân rút sự đồng ý",
    "privacy.erase": "Xóa dữ liệu theo yêu cầu",
    "privacy.erase.ask": "Người dân yêu cầu xóa dữ liệu",
    "privacy.erase.held": "Chưa xóa vì dữ liệu đang được giữ",
    "privacy.export": "Cung cấp dữ liệu cho người có dữ liệu",
    "recording.play": "Nghe ghi âm cuộc gọi",
    "report.send": "Gửi báo cáo",
    "report.sign": "Ký báo cáo",
    "report.take_back": "Rút chữ ký báo cáo",
    "retention.apply": "Xóa dữ liệu hết hạn lưu",
    "staff.add": "Mở tài khoản",
    "staff.change": "Đổi quyền của tài khoản",
    "staff.reset": "Cấp lại mật khẩu lần đầu",
    "voice_mail.assign": "Giao lời nhắn thoại",
    "voice_mail.finish": "Ghi kết quả xử lý lời nhắn thoại",
    "voice_mail.leave": "Trả lời nhắn thoại về hàng chờ",
    "voice_mail.number.read": "Xem số điện thoại của lời nhắn",
    "voice_mail.play": "Nghe lời nhắn thoại",
    **{f"feedback.{step}": f"Phản ánh: {step.label.lower()}" for step in Step},
}
"""What auditors read for each action, in the order in which the page offers them."""


@router.get("")
async def audit_page(
    request: Request,
    _: Auditor,
    database: DatabaseDependency,
    subject: Text = "",
    actor: Text = "",
    action: Text = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The newest entries first; of one subject, of one of staff by name, or of one action."""
    wanted = audit.Wanted(subject.strip(), actor.strip(), action.strip())
    async with database.session() as session:
        found = await audit.newest(session, wanted, before=before, limit=_PAGE)
    more = found[-1].id if len(found) == _PAGE else None
    return render(request, "audit.html", entries=found, wanted=wanted, more=more, actions=ACTIONS)
