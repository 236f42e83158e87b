"""Telegram's webhook: each update is stored and answered at once (https://core.telegram.org/bots/api#setwebhook)."""

from __future__ import annotations

import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Request

from api.channels.objects import json_object
from api.channels.telegram import TelegramChannel
from api.channels.telegram_updates import TAKEN, UnreadableUpdate, parse
from api.dependencies import DatabaseDependency, SettingsDependency
from api.errors import Forbidden, NotFound
from api.intake import take_from_channel
from api.settings import Settings

PATH = "/channels/telegram"

router = APIRouter(tags=["channels"])


@router.post(PATH)
async def telegram(
    request: Request,
    settings: SettingsDependency,
    database: DatabaseDependency,
    x_telegram_bot_api_secret_token: Annotated[str, Header()] = "",
) -> dict[str, str]:
    """Takes an update; the answer is empty, or tells Telegram to take the waiting sign off a pressed button.

    What cannot be read is answered with 200 as well: Telegram would repeat it for ever.
    """
    if settings.telegram_token is None or settings.telegram_secret is None:
        raise NotFound
    secret = settings.telegram_secret.get_secret_value()
    if not hmac.compare_digest(x_telegram_bot_api_secret_token.encode(), secret.encode()):
        structlog.get_logger().warning("webhook refused", channel="telegram", reason="wrong secret token")
        raise Forbidden
    log = structlog.get_logger().bind(channel="telegram")
    raw = json_object(await request.body()) or {}
    try:
        incoming = parse(raw)
    except UnreadableUpdate as error:
        log.warning("update not read", error=str(error))
        return {}
    if incoming is None:
        log.info("update without a message")
        return {}
    async with database.session() as session:
        await take_from_channel(session, "telegram", incoming)
    if "callback_query" in raw:
        return {"method": "answerCallbackQuery", "callback_query_id": raw["callback_query"]["id"]}
    return {}


async def register(settings: Settings) -> str:
    """Tells Telegram where the webhook is, and writes the bot's menu; waiting updates are kept. Returns the address.

    Raises ``ValueError`` when a setting is missing, and ``telegram.error.TelegramError``.
    """
    if settings.telegram_secret is None:
        raise ValueError("MOTCUA_TELEGRAM_SECRET is not set")
    if not settings.public_url.startswith("https://"):
        raise ValueError("MOTCUA_PUBLIC_URL must be an https address that Telegram reaches")
    url = settings.public_url + PATH
    async with TelegramChannel(settings) as channel:
        await channel.bot.set_webhook(
            url,
            secret_token=settings.telegram_secret.get_secret_value(),
            allowed_updates=TAKEN,
            drop_pending_updates=False,
        )
        await channel.set_commands()
    return url
