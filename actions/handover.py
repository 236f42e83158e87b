"""A person, please."""

from __future__ import annotations

from actions.turn import Outcome, Reply, Turn, TurnAction
from records.conversations import request_person
from records.database import Database

_REASON = "Công dân đề nghị gặp cán bộ"


class Handover:
    """Puts conversations in the queue of staff."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask_for_person(self, turn: Turn) -> Outcome:
        """Queues the conversation; asking twice keeps the place."""
        async with self._database.session() as session:
            await request_person(session, turn.conversation_id, _REASON)
        text = (
            "Dạ, em đã chuyển yêu cầu của anh/chị đến cán bộ. Cán bộ sẽ trả lời ngay trong cuộc trò"
            " chuyện này khi tiếp nhận ạ."
            " Trong lúc chờ, anh/chị vẫn có thể hỏi em, hoặc ghi sẵn nội dung cần giúp để cán bộ nắm trước."
        )
        return Outcome((Reply(text),))


class RequestPerson(TurnAction):
    """Answers the wish for a person outside the forms."""

    label = "action_request_person"

    def __init__(self, handover: Handover) -> None:
        self._handover = handover

    async def take(self, turn: Turn) -> Outcome:
        """Queues the conversation."""
        return await self._handover.ask_for_person(turn)
