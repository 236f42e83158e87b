"""What is said while a report or suggestion is filled in, sent and followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.payloads import button
from actions.turn import Reply
from records.feedback import FeedbackView, FiledFeedback
from records.privacy import consents
from records.privacy.consents import Purpose

KIND_NAMES = {"report": "phản ánh", "suggestion": "kiến nghị"}

QUESTIONS = {
    "feedback_what": Reply(
        "Dạ, anh/chị kể giúp em sự việc hoặc ý kiến cần gửi ạ. (Lúc nào anh/chị cũng có thể nói “thôi” để dừng.)"
    ),
    "feedback_where": Reply(
        "Dạ, việc này ở đâu ạ? Anh/chị ghi càng rõ càng tốt: số nhà, đường, xã/phường, tỉnh/thành phố.",
        (button("Không gắn với nơi nào", "deny"),),
    ),
    "feedback_when": Reply(
        "Dạ, việc xảy ra khi nào ạ?",
        (
            button("Đang diễn ra", "edit", field="now"),
            button("Hôm nay", "edit", field="today"),
            button("Không nhớ rõ", "deny"),
        ),
    ),
    "feedback_attachments": Reply(
        "Dạ, anh/chị có ảnh hoặc tệp kèm theo thì gửi vào đây ạ; gửi xong hoặc không có thì bấm nút bên dưới.",
        (button("Không có / Xong", "deny"),),
    ),
    "feedback_contact": Reply(
        consents.wording(Purpose.CONTACT).text, (button("Gửi ẩn danh", "edit", field="anonymous"),)
    ),
}

WHICH_FIELD = Reply(
    "Dạ, anh/chị muốn sửa mục nào ạ? Anh/chị cũng có thể nói luôn, ví dụ “sửa nơi xảy ra thành 12 đường Hoa Sữa”.",
    (
        button("Nội dung", "edit", field="feedback_what"),
        button("Nơi xảy ra", "edit", field="feedback_where"),
        button("Thời gian", "edit", field="feedback_when"),
        button("Ảnh, tệp", "edit", field="feedback_attachments"),
        button("Liên hệ", "edit", field="feedback_contact"),
    ),
)


def summary(values: Mapping[str, Any]) -> Reply:
    """Everything that was filled in, with the buttons to send, correct or drop it."""
    contact = values["feedback_contact"]
    files = len(values["feedback_files"] or ())
    text = "\n".join(
        (
            f"Dạ, em đọc lại {KIND_NAMES[values['feedback_kind'] or 'report']} của anh/chị:",
            f"• Nội dung: {values['feedback_what']}",
            f"• Nơi xảy ra: {values['feedback_where'] or 'không nêu'}",
            f"• Thời gian: {values['feedback_when'] or 'không nêu'}",
            f"• Ảnh, tệp kèm theo: {files or 'không có'}",
            f"• Liên hệ: {'gửi ẩn danh' if contact == 'anonymous' else contact}",
            "Anh/chị gửi đi, hay cần sửa chỗ nào ạ?",
        )
    )
    return Reply(text, (button("Gửi", "affirm"), button("Sửa", "edit"), button("Huỷ", "stop")))


def receipt(filed: FiledFeedback, kind: str) -> Reply:
    """The tracking code and the day by which an answer is due."""
    return Reply(
        f"Dạ, em đã gửi {KIND_NAMES[kind]} của anh/chị.\n"
        f"• Mã tra cứu: {filed.tracking_code}\n"
        f"• Hạn trả lời: {filed.due_on:%d/%m/%Y}\n"
        "Anh/chị giữ mã này; khi cần xem kết quả chỉ việc nhắn mã cho em ạ. Cảm ơn anh/chị đã góp ý."
    )


def status(seen: FeedbackView) -> str:
    """Where a case stands."""
    lines = [
        f"Dạ, {KIND_NAMES.get(seen.kind, 'phản ánh')} {seen.tracking_code}:",
        f"• Trạng thái: {seen.state.label}",
        f"• Ngày gửi: {seen.filed_on:%d/%m/%Y}",
        f"• Hạn trả lời: {seen.due_on:%d/%m/%Y}",
    ]
    if seen.note:
        lines.append(f"• Cơ quan trả lời: {seen.note}")
    if seen.demonstration:
        lines.append("(Đây là phản ánh minh họa, không có thật.)")
    return "\n".join(lines)
