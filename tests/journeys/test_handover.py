"""A person takes a conversation over and gives it back: the bot is silent in between, and no form is left open."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from records.database import Database
from records.models import StaffMember
from records.settings import Settings
from records.staff import handovers
from tests.stack import Chat, Stack, text_of


def as_staff(stack: Stack, work: Callable[[AsyncSession, StaffMember], Awaitable[object]]) -> None:
    """What the clerk on duty does, on the stack's own database."""

    async def done() -> None:
        database = Database.open(Settings(data=stack.data))
        async with database.session() as session:
            on_duty = (
                await session.execute(select(StaffMember).where(StaffMember.login == "truc"))
            ).scalar_one_or_none()
            if on_duty is None:
                on_duty = StaffMember(login="truc", name="Cán bộ trực", roles=["operator"])
                session.add(on_duty)
                await session.flush()
            await work(session, on_duty)
        await database.close()

    asyncio.run(done())


def said_since(chat: Chat, after: str) -> list[str]:
    """Everything in the transcript after a message of the citizen."""
    messages = chat.client.get("/messages").raise_for_status().json()["messages"]
    texts = [message["text"] for message in messages]
    return texts[texts.index(after) + 1 :]


def test_the_bot_is_silent_until_the_conversation_is_given_back(stack: Stack) -> None:
    chat = stack.chat()
    own = uuid.UUID(chat.id)
    chat.say("tôi muốn phản ánh đèn đường hỏng")
    assert "hàng chờ" in text_of(chat.say("cho tôi gặp cán bộ"))
    chat.say("tra cứu hồ sơ")

    as_staff(stack, lambda session, member: handovers.take_over(session, own, member))
    assert chat.say("đăng ký tạm trú lệ phí bao nhiêu")["messages"] == []
    as_staff(stack, lambda session, member: handovers.reply(session, own, member, "Chào anh/chị, tôi là cán bộ trực."))
    assert chat.say("H99.10-261102-0003")["messages"] == []
    assert said_since(chat, "đăng ký tạm trú lệ phí bao nhiêu") == [
        "Chào anh/chị, tôi là cán bộ trực.",
        "H99.10-261102-0003",
    ]

    as_staff(stack, lambda session, member: handovers.give_back(session, own, member))
    assert said_since(chat, "H99.10-261102-0003") == [handovers.GIVEN_BACK]
    after = text_of(chat.say("cảm ơn em"))
    assert "không có gì" in after
    assert "mã hồ sơ" not in after
    assert "1.004194" in text_of(chat.say("đăng ký tạm trú lệ phí bao nhiêu"))
