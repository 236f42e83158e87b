"""A citizen's rights over the own data: what is kept, a copy of it, and having it erased."""

from __future__ import annotations

import re
import uuid

from actions.payloads import PERSON, button
from actions.turn import Outcome, Reply, Turn, TurnAction
from nlu.text.normalise import fold
from records.database import Database
from records.models import Conversation
from records.privacy import export_links, rights

_INTENT = "data_rights"
_ERASE = re.compile(r"\b(?:xoa|go|quen|huy|(?:dung|khong|ngung) (?:cho )?(?:phep )?(?:luu|giu))\b")
_WITHDRAW = re.compile(r"\b(?:rut (?:lai )?(?:su )?dong y|(?:khong|ngung) (?:cho phep|dong y))\b")
_COPY = re.compile(
    r"\b(?:tai (?:ve|xuong|du lieu|toan bo)|ban sao|xuat|download|file|(?:luu|giu) (?:nhung )?(?:thong tin )?gi)\b"
)

_SEE = button("Xem và tải về", _INTENT, field="copy")
_WISH = button("Xóa dữ liệu của tôi", _INTENT, field="erase")
_OVERVIEW = Reply(
    "Dạ, theo Luật Bảo vệ dữ liệu cá nhân (91/2025/QH15), anh/chị có quyền xem, nhận bản sao, sửa và yêu cầu xóa dữ "
    "liệu của mình ạ. Em lưu cuộc trò chuyện này, cùng tệp, phản ánh và liên hệ anh/chị đã gửi trong đó. Anh/chị muốn "
    "xem hay xóa ạ? Cần sửa thì em mời cán bộ giúp anh/chị.",
    (_SEE, _WISH, PERSON),
)
_CONSENT = Reply(
    "Dạ, nếu anh/chị rút lại sự đồng ý, em bỏ số liên hệ khỏi các phản ánh anh/chị đã gửi và gỡ phản ánh khỏi trang "
    "công khai. Kết quả em vẫn báo ở đây. Muốn bỏ hết thì anh/chị chọn xóa dữ liệu ạ.",
    (button("Rút lại đồng ý", _INTENT, field="consent", agree="yes"), _WISH, button("Thôi", _INTENT, field="keep")),
)
_WITHDRAWN = Reply("Dạ, em đã ghi nhận: anh/chị rút lại sự đồng ý, số liên hệ đã được bỏ ạ.", (_WISH,))
_KEPT = Reply("Dạ, em giữ nguyên, không xóa gì ạ.")
_HELD = Reply(
    "Dạ, dữ liệu này đang phải giữ lại theo yêu cầu của cơ quan có thẩm quyền nên em chưa xóa được ạ. Anh/chị gặp cán "
    "bộ để được giải thích.",
    (PERSON,),
)
_BY_PHONE = Reply(
    "Dạ, qua điện thoại em chưa gửi được bản sao dữ liệu ạ. Anh/chị gặp cán bộ để nhận giúp em.", (PERSON,)
)


class DataRights(TurnAction):
    """A copy at once, as a link in this very conversation; erasing only by a button under what it means."""

    label = "action_data_rights"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """What was wished for, or the choice."""
        wish, conversation = _wish(turn), uuid.UUID(turn.conversation_id)
        if wish == "copy":
            return Outcome((await self._copy(conversation),))
        if wish == "erase":
            act = self._erase if _agrees(turn) else self._what_it_means
            return Outcome((await act(conversation),))
        if wish == "consent":
            return Outcome((await self._withdraw(conversation) if _agrees(turn) else _CONSENT,))
        return Outcome((_KEPT if wish == "keep" else _OVERVIEW,))

    async def _copy(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            conversation = await session.get_one(Conversation, conversation_id)
        if conversation.channel == "voice":
            return _BY_PHONE
        link = export_links.sign(self._database.settings, conversation_id)
        return Reply(
            f"Dạ, tất cả dữ liệu em lưu về cuộc trò chuyện này ở đây ạ: {link}\nLiên kết mở được trong "
            f"{export_links.GOOD_FOR_MINUTES} phút. Ai có liên kết cũng xem được, nên anh/chị đừng chuyển cho ai ạ.",
            (_WISH,),
        )

    async def _what_it_means(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            cases = await rights.cases_of(session, conversation_id)
        kept = ""
        if cases:
            codes = ", ".join(case.tracking_code for case in cases)
            kept = (
                f"\nPhần phải giữ lại: nội dung phản ánh, kiến nghị đã gửi ({codes}), vì cơ quan có trách nhiệm trả "
                "lời và lưu hồ sơ. Việc đã xong thì số liên hệ cũng được bỏ."
            )
        return Reply(
            "Dạ, nếu anh/chị đồng ý, em xóa toàn bộ cuộc trò chuyện này: tin nhắn, tệp, ghi âm và đăng ký nhận tin "
            f"báo. Xóa rồi thì không lấy lại được ạ.{kept}",
            (
                button("Đồng ý xóa", _INTENT, field="erase", agree="yes"),
                _SEE,
                button("Thôi, không xóa", _INTENT, field="keep"),
            ),
        )

    async def _withdraw(self, conversation_id: uuid.UUID) -> Reply:
        async with self._database.session() as session:
            await rights.withdraw_consent(session, conversation_id)
        return _WITHDRAWN

    async def _erase(self, conversation_id: uuid.UUID) -> Reply:
        try:
            async with self._database.session() as session:
                await rights.request_erasure(session, conversation_id)
        except rights.Held:
            return _HELD
        minutes = int(rights.GRACE.total_seconds()) // 60
        return Reply(
            f"Dạ, em đã nhận yêu cầu. Sau khoảng {minutes} phút, dữ liệu của cuộc trò chuyện này được xóa, tin này "
            "cũng vậy ạ. Lần sau anh/chị nhắn, em bắt đầu lại từ đầu."
        )


def _agrees(turn: Turn) -> bool:
    return turn.pressed and turn.entity("agree") == "yes"


def _wish(turn: Turn) -> str | None:
    """``copy``, ``erase``, ``consent``, ``keep``, or none when it was left open."""
    if turn.pressed:
        return turn.entity("field")
    text = fold(turn.text)
    if _WITHDRAW.search(text):
        return "consent"
    if _ERASE.search(text):
        return "erase"
    return "copy" if _COPY.search(text) else None
