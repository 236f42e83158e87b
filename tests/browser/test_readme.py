"""The README's four conversations in a real browser, typed as a citizen would."""

from __future__ import annotations

import pytest

from tests.browser.chatting import said, say_and_wait
from tests.browser.conftest import Visit
from tests.readme import Exchange, conversations

SAMPLES = conversations()


@pytest.mark.parametrize("exchanges", SAMPLES.values(), ids=SAMPLES)
async def test_conversation(visit: Visit, exchanges: list[Exchange]) -> None:
    page = await visit()
    for exchange in exchanges:
        known = await said(page, "bot").count()
        await say_and_wait(page, exchange.says)
        replies = await said(page, "bot").all_inner_texts()
        exchange.check("\n".join(replies[known:]))
