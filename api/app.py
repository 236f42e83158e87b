"""The API process: public API, webhooks, the web chat and monitoring."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from api import (
    agencies,
    cases,
    conversations,
    errors,
    files,
    logging,
    monitoring,
    open311,
    own_data,
    payments,
    procedures,
    reports,
    sent_files,
)
from api.bot import Bot
from api.channels import telegram_webhook, zalo_webhook
from api.console.app import create_console
from api.limits import BodyLimit
from api.settings import Settings
from api.turns import Turns
from api.upload_process import Writer
from api.web import feedback_pages, pages
from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from records.database import Database
from records.settings import Settings as RecordsSettings
from records.signals import Signals


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    settings: Settings = app.state.settings
    database, bot = Database.open(), Bot(settings)
    async with Signals.open(database.settings) as signals:
        app.state.database, app.state.bot, app.state.signals = database, bot, signals
        app.state.turns = Turns(database, bot, settings.turns_at_once)
        app.state.knowledge = Knowledge.open(KnowledgeSettings())
        app.state.writer = Writer()
        yield
    app.state.writer.close()
    await bot.close()
    await database.close()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application; it connects to its parts when it starts."""
    app = FastAPI(title="Một Cửa", version="1", lifespan=_lifespan, docs_url=None, redoc_url=None)
    app.state.settings = settings or Settings()
    app.add_middleware(BodyLimit)
    errors.install(app)
    modules = (
        conversations,
        procedures,
        cases,
        agencies,
        payments,
        reports,
        own_data,
        files,
        sent_files,
        monitoring,
        telegram_webhook,
        zalo_webhook,
        pages,
        feedback_pages,
    )
    for router in [module.router for module in modules]:
        app.include_router(router)
    app.mount("/console", create_console(app.state.settings, RecordsSettings().keys[0], app.state))
    app.mount("/open311", open311.create(app.state))
    return app


def main() -> None:
    """Serves the API on ``HOST`` and ``PORT``."""
    logging.configure()
    settings = Settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )


if __name__ == "__main__":
    main()
