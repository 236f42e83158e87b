"""Telegram: messages and files through the Bot API (https://core.telegram.org/bots/api), by python-telegram-bot."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Self

import httpx
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import FileSizeLimit, MessageLimit
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from api.channels.channel import (
    ASK_OPERATOR,
    PICTURES,
    ChannelDown,
    ChannelRefused,
    Outgoing,
    OutgoingButton,
    OutgoingFile,
    Part,
)
from api.channels.download import download
from api.channels.parts import cut
from api.channels.telegram_updates import COMMANDS
from api.settings import Settings
from records.models import Json

READ_SECONDS = 15.0
"""How long Telegram may take to answer."""
TAKE_FILE_SECONDS = 60.0
"""How long it may take to answer when it was given a file: one that is given up too early is sent twice."""
SHORT_TITLE = 18
"""Characters of a button's title that half of a phone's width shows."""


class TelegramChannel:
    """The bot of ``settings.telegram_token``. Nothing is asked of Telegram before the first message."""

    name = "telegram"

    def __init__(self, settings: Settings) -> None:
        if settings.telegram_token is None:
            raise ValueError("MOTCUA_TELEGRAM_TOKEN is not set")
        self._request = HTTPXRequest(
            connection_pool_size=32, connect_timeout=5, read_timeout=READ_SECONDS, pool_timeout=READ_SECONDS
        )
        self._files = httpx.AsyncClient(timeout=httpx.Timeout(30, connect=5))
        self.bot = Bot(
            settings.telegram_token.get_secret_value(),
            base_url=f"{settings.telegram_url}/bot",
            base_file_url=f"{settings.telegram_url}/file/bot",
            request=self._request,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._request.shutdown()
        await self._files.aclose()

    def parts(self, message: Outgoing) -> list[Part]:
        """The message as the Bot API takes it."""
        return cut(message, MessageLimit.MAX_TEXT_LENGTH, _longest_caption)

    async def send(self, channel_user: str, part: Part) -> str | None:
        """Sends one message and returns its id."""
        with _errors():
            if part.file is not None:
                sent = await self._send_file(channel_user, part.text, part.file)
            else:
                sent = await self.bot.send_message(
                    channel_user,
                    part.text,
                    reply_markup=_keyboard(part.buttons),
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                )
        return str(sent.message_id)

    async def _send_file(self, channel_user: str, caption: str, file: OutgoingFile) -> Message:
        """Sends a picture as one, and as a document where Telegram does not take it so: for its width and height."""
        options: dict[str, Any] = {"filename": file.name, "caption": caption or None, "read_timeout": TAKE_FILE_SECONDS}
        if file.content_type in PICTURES and len(file.content) <= FileSizeLimit.PHOTOSIZE_UPLOAD:
            with suppress(BadRequest):
                return await self.bot.send_photo(channel_user, file.content, **options)
        return await self.bot.send_document(channel_user, file.content, **options)

    @asynccontextmanager
    async def fetch(self, remote: Json) -> AsyncGenerator[AsyncGenerator[bytes]]:
        """The content of the file ``remote["file_id"]``; Telegram gives bots files of up to 20 MB."""
        with _errors():
            file = await self.bot.get_file(remote["file_id"])
        if file.file_path is None:
            raise ChannelRefused("the file is gone")
        async with download(self._files, file.file_path) as blocks:
            yield blocks

    async def set_commands(self) -> None:
        """Writes the bot's menu."""
        await self.bot.set_my_commands([BotCommand(name, menu) for name, (_, menu) in COMMANDS.items()])


def _longest_caption(file: OutgoingFile) -> int | None:
    return MessageLimit.CAPTION_LENGTH if len(file.content) <= FileSizeLimit.FILESIZE_UPLOAD else None


def _keyboard(buttons: Sequence[OutgoingButton]) -> InlineKeyboardMarkup | None:
    if not buttons:
        return None
    keys = [InlineKeyboardButton(button.title, callback_data=button.reference) for button in buttons]
    width = 2 if all(len(button.title) <= SHORT_TITLE for button in buttons) else 1
    return InlineKeyboardMarkup([keys[start : start + width] for start in range(0, len(keys), width)])


@contextmanager
def _errors() -> Generator[None]:
    """Turns the library's errors into ours; ``BadRequest`` counts among its network errors, so it comes first."""
    try:
        yield
    except RetryAfter as error:
        after = error.retry_after
        raise ChannelDown(
            "flood control", after if isinstance(after, dt.timedelta) else dt.timedelta(seconds=after)
        ) from error
    except (BadRequest, Forbidden, ChatMigrated) as error:
        raise ChannelRefused(f"{type(error).__name__}: {error.message}") from error
    except (NetworkError, Conflict) as error:
        raise ChannelDown(f"{type(error).__name__}: {error.message}") from error
    except TelegramError as error:
        raise ChannelDown(f"{type(error).__name__}: {error.message}", ASK_OPERATOR) from error
