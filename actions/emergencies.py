"""What to say when somebody is in danger: the number first."""

from __future__ import annotations

from actions.turn import Outcome, Reply, Turn, TurnAction

_FIRST = {
    "fire": (
        "📞 Gọi ngay 114 (cứu hỏa, cứu nạn). Anh/chị rời khỏi chỗ nguy hiểm trước, báo cho người xung quanh,"
        " không quay lại lấy đồ."
    ),
    "crime": "📞 Gọi ngay 113 (công an). Anh/chị tránh đến nơi an toàn trước, rồi cho biết địa chỉ đang có sự việc.",
    "medical": (
        "📞 Gọi ngay 115 (cấp cứu). Anh/chị cho biết địa chỉ, tình trạng người bệnh và làm theo hướng dẫn của tổng đài."
    ),
    "child": (
        "📞 Gọi ngay 111 (Tổng đài quốc gia bảo vệ trẻ em, miễn phí, trực cả ngày đêm)."
        " Nếu trẻ đang bị đe dọa, gọi 113."
    ),
    "self_harm": (
        "📞 Anh/chị hãy gọi ngay 115, hoặc nhờ người bên cạnh đưa đến bệnh viện gần nhất; nếu anh/chị"
        " chưa đủ 18 tuổi, gọi 111."
        " Anh/chị không phải chịu đựng một mình: xin hãy nói với một người thân đang ở gần."
    ),
}
_ANY = (
    "📞 Nếu đang có người gặp nguy hiểm, xin gọi ngay:\n"
    "• 113: công an (cướp, đánh nhau, bạo lực)\n"
    "• 114: cứu hỏa, cứu nạn\n"
    "• 115: cấp cứu y tế\n"
    "• 111: bảo vệ trẻ em"
)
_CLOSING = "Em là trợ lý tự động, không gọi giúp được ạ."


def first_aid(turn: Turn) -> Reply:
    """The number to call, by the kind of danger that was recognised; all of them where it was not."""
    return Reply(f"{_FIRST.get(turn.entity('emergency') or '', _ANY)}\n{_CLOSING}")


class Emergency(TurnAction):
    """Answers an emergency outside the forms."""

    label = "action_emergency"

    async def take(self, turn: Turn) -> Outcome:
        """The number to call."""
        return Outcome((first_aid(turn),))
