"""Telegram without a public address: ``python -m api.channels.telegram_polling`` asks for updates instead."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import structlog
from procrastinate.exceptions import ProcrastinateException
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import TelegramError

from api import logging
from api.channels.telegram import TelegramChannel
from api.channels.telegram_updates import TAKEN, UnreadableUpdate, parse
from api.intake import take_from_channel
from api.settings import Settings
from records.database import Database

WAIT_SECONDS = 25
"""How long Telegram keeps a request open until there is an update."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds to wait after a failure; doubled with each further one."""


async def poll(channel: TelegramChannel, database: Database, *, pause: float = FIRST_PAUSE) -> None:
    """Takes updates in order until it is cancelled; each is confirmed to Telegram only after it is stored.

    A webhook that was set before is removed: Telegram gives updates one way only.
    """
    log = structlog.get_logger().bind(channel="telegram")
    offset, wait, ready = 0, pause, False
    while True:
        try:
            if not ready:
                await channel.bot.delete_webhook(drop_pending_updates=False)
                await channel.set_commands()
                ready = True
            for update in await _updates(channel, offset):
                await _take(channel, database, update)
                offset = update["update_id"] + 1
            wait = pause
        except (TelegramError, SQLAlchemyError, ProcrastinateException) as error:
            log.warning("polling interrupted", error=type(error).__name__, wait_seconds=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_PAUSE)


async def _updates(channel: TelegramChannel, offset: int) -> list[dict[str, Any]]:
    """The waiting updates as they came: the library's own method drops all of them when it cannot read one.

    Method names are case-insensitive; this spelling keeps the library from pointing to that method.
    """
    arguments = {"offset": offset, "timeout": WAIT_SECONDS, "allowed_updates": TAKEN}
    return await channel.bot.do_api_request("getupdates", arguments, read_timeout=WAIT_SECONDS + 10)


async def _take(channel: TelegramChannel, database: Database, update: dict[str, Any]) -> None:
    log = structlog.get_logger().bind(channel="telegram", update=update["update_id"])
    try:
        incoming = parse(update)
    except UnreadableUpdate as error:
        log.warning("update not read", error=str(error))
        return
    if incoming is None:
        log.info("update without a message")
        return
    async with database.session() as session:
        await take_from_channel(session, channel.name, incoming)
    if "callback_query" in update:
        with contextlib.suppress(TelegramError):  # it only takes the waiting sign off the button
            await channel.bot.answer_callback_query(update["callback_query"]["id"])


async def main() -> None:
    """Polls with the settings of the environment."""
    settings = Settings()
    if settings.telegram_mode != "polling":
        raise SystemExit("MOTCUA_TELEGRAM_MODE is webhook: polling would remove the webhook")
    database = Database.open()
    async with TelegramChannel(settings) as channel:
        await poll(channel, database)


if __name__ == "__main__":
    logging.configure()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())
