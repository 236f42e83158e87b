from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import pytest
from pydantic import SecretStr

from api.bot import Bot
from api.settings import Settings
from api.turns import Turns
from records.database import Database
from tests.api.rasa import ScriptedRasa


@pytest.fixture
def rasa() -> Generator[ScriptedRasa]:
    with ScriptedRasa.running() as running:
        yield running


@pytest.fixture
async def turns(database: Database, rasa: ScriptedRasa) -> AsyncGenerator[Turns]:
    bot = Bot(Settings(bot_url=rasa.url, bot_token=SecretStr("test"), bot_timeout_seconds=0.5))
    yield Turns(database, bot, at_once=8)
    await bot.close()
