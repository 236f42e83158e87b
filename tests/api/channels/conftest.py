"""Fakes of Telegram and Zalo, and the webhooks as the API serves them."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator, Generator, Sequence

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.channels.telegram_webhook import router as telegram_router
from api.channels.zalo_webhook import router as zalo_router
from api.errors import install
from api.limits import BodyLimit
from api.settings import Settings
from records.channel_tokens import Tokens, store_first
from records.database import Database
from records.models import Message
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Generator[FakeTelegram]:
    with FakeTelegram.running() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
def zalo(monkeypatch: pytest.MonkeyPatch) -> Generator[FakeZalo]:
    with FakeZalo.running() as fake:
        for name, value in fake.environment.items():
            monkeypatch.setenv(name, value)
        yield fake


@pytest.fixture
async def zalo_tokens(zalo: FakeZalo, database: Database) -> Tokens:
    """The first pair, stored and good for an hour."""
    tokens = Tokens(zalo.access, zalo.refresh, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    async with database.session() as session:
        await store_first(session, "zalo", tokens)
    return tokens


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[httpx.AsyncClient]:
    """The webhooks, with the settings of the environment."""
    async with webhooks(database) as client:
        yield client


def webhooks(database: Database) -> httpx.AsyncClient:
    app = FastAPI()
    app.add_middleware(BodyLimit)
    install(app)
    app.include_router(telegram_router)
    app.include_router(zalo_router)
    app.state.settings, app.state.database = Settings(), database
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://motcua.test")


async def stored(database: Database) -> Sequence[Message]:
    """All messages, in order."""
    async with database.session() as session:
        return (await session.execute(select(Message).order_by(Message.id))).scalars().all()
