"""The outside channels that are set up in this deployment."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from api.channels.channel import Channel
from api.channels.telegram import TelegramChannel
from api.channels.zalo import ZaloChannel
from api.settings import Settings
from records.database import Database


@asynccontextmanager
async def open_channels(settings: Settings, database: Database) -> AsyncGenerator[dict[str, Channel]]:
    """The channels with credentials, by name, open until the block ends."""
    async with AsyncExitStack() as stack:
        channels: dict[str, Channel] = {}
        if settings.telegram_token is not None:
            channels["telegram"] = await stack.enter_async_context(TelegramChannel(settings))
        if settings.zalo_app_id:
            channels["zalo"] = await stack.enter_async_context(ZaloChannel(settings, database))
        yield channels
