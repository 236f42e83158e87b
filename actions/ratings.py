"""What a citizen says of the answer to a report: a rating with reasons, "not solved", whether it may be shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from actions.payloads import PERSON, button
from actions.turn import Outcome, Reply, Turn, TurnAction
from records.database import Database
from records.feedback import FeedbackState, answers, find_feedback
from records.feedback.answers import RATING_REASONS
from records.feedback.life import CITIZEN, OPEN, CaseError
from records.models import Feedback
from records.privacy import consents
from records.privacy.consents import Purpose

_SCORES = {
    5: "5 – Rất hài lòng",
    4: "4 – Hài lòng",
    3: "3 – Bình thường",
    2: "2 – Chưa hài lòng",
    1: "1 – Rất chưa hài lòng",
}
_CONTENT = 4
"""The score from which no reason is asked for."""
_NOT_SOLVED = {
    "same": "Vẫn như cũ",
    "partly": "Mới xong một phần",
    "other_matter": "Trả lời không đúng việc",
    "again": "Đã xong nhưng bị lại",
}
_EXPIRED = Reply("Dạ, nút này không còn dùng được ạ. Anh/chị nhắn mã phản ánh để em xem lại giúp.", (PERSON,))


class _Rating(TurnAction):
    """A button under an answer; what it stands for comes with it, so that words alone never rate or reopen a case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, turn: Turn) -> Outcome:
        """What the button asks for."""
        code = turn.entity("tracking_code") if turn.pressed else None
        return Outcome((await self._answer(turn, code) if code else _EXPIRED,))

    async def _answer(self, turn: Turn, code: str) -> Reply:
        raise NotImplementedError

    async def _do(self, step: Callable[..., Awaitable[Feedback]], *arguments: object, **more: object) -> Feedback:
        async with self._database.session() as session:
            return await step(session, *arguments, **more)


class RateFeedback(_Rating):
    """The rating: the score first, then why, where it is a low one."""

    label = "action_rate_feedback"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        score = turn.entity("score")
        if score is None or int(score) not in _SCORES:
            buttons = [button(title, "rate_feedback", tracking_code=code, score=str(n)) for n, title in _SCORES.items()]
            return Reply("Dạ, anh/chị hài lòng với trả lời này đến mức nào ạ?", tuple(buttons))
        reason = turn.entity("reason")
        reasons = [reason] if reason in RATING_REASONS else []
        try:
            case = await self._do(answers.rate, code, int(score), reasons)
        except CaseError as error:
            return Reply(f"Dạ, em chưa ghi được đánh giá ạ. {error}")
        if int(score) < _CONTENT and not reasons:
            why = [
                button(title, "rate_feedback", tracking_code=code, score=score, reason=name)
                for name, title in RATING_REASONS.items()
            ]
            return Reply("Dạ, em xin lỗi vì anh/chị chưa hài lòng. Anh/chị cho em biết lý do ạ?", tuple(why))
        if reason == "not_solved":
            again = button("Đề nghị giải quyết lại", "not_solved", tracking_code=code)
            return Reply("Dạ, em đã ghi đánh giá. Anh/chị muốn đề nghị giải quyết lại không ạ?", (again,))
        thanks = "Dạ, em đã ghi đánh giá của anh/chị, cảm ơn anh/chị nhiều ạ."
        if case.public_consent is not None:
            return Reply(thanks)
        return Reply(
            f"{thanks}\n{consents.wording(Purpose.PUBLICATION).text}",
            (
                button("Đồng ý", "publish_feedback", tracking_code=code, agree="yes"),
                button("Không đăng", "publish_feedback", tracking_code=code, agree="no"),
            ),
        )


class NotSolved(_Rating):
    """Takes the case up again; the reason is asked for first."""

    label = "action_not_solved"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        reason = _NOT_SOLVED.get(turn.entity("reason") or "")
        if reason is None:
            buttons = [
                button(title, "not_solved", tracking_code=code, reason=name) for name, title in _NOT_SOLVED.items()
            ]
            return Reply("Dạ, em rất tiếc ạ. Việc hiện nay thế nào, anh/chị chọn giúp em:", tuple(buttons))
        try:
            await self._do(answers.reopen, code, CITIZEN, reason=reason)
        except CaseError as error:
            return Reply(await self._refused(code, error), (PERSON,))
        return Reply(
            "Dạ, em đã chuyển đề nghị giải quyết lại cho cơ quan. Anh/chị có thêm chi tiết hay ảnh mới thì nhắn vào "
            "đây để cán bộ xem ạ."
        )

    async def _refused(self, code: str, error: CaseError) -> str:
        async with self._database.session() as session:
            seen = await find_feedback(session, code)
        if seen is not None and FeedbackState(seen.state) in OPEN:
            return "Dạ, phản ánh này đang được giải quyết lại rồi ạ; có kết quả em báo anh/chị ngay."
        return f"Dạ, em chưa mở lại được ạ. {error}"


class PublishFeedback(_Rating):
    """Keeps whether the case may stand on the public board."""

    label = "action_publish_feedback"

    async def _answer(self, turn: Turn, code: str) -> Reply:
        agrees = turn.entity("agree") == "yes"
        async with self._database.session() as session:
            case = await answers.consent(session, code, agrees=agrees)
            if case.conversation_id is not None:
                change = consents.give if agrees else consents.withdraw
                await change(session, case.conversation_id, Purpose.PUBLICATION)
        if agrees:
            return Reply("Dạ, em cảm ơn anh/chị. Cán bộ sẽ bỏ thông tin cá nhân rồi mới đăng ạ.")
        return Reply("Dạ, em ghi nhận: phản ánh của anh/chị sẽ không được đăng công khai ạ.")
