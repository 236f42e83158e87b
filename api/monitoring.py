"""Health of every part, and figures for Prometheus."""

from __future__ import annotations

import asyncio

import httpx
from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import State

from api import metrics
from api.bot import Bot
from api.dependencies import SessionDependency
from api.settings import Settings
from knowledge.search import Knowledge
from records import channel_tokens
from records.database import Database

router = APIRouter(tags=["monitoring"])

WELL = "ok"
"""What a part says with which nothing is wrong."""

_WORKER_ALIVE = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '45 seconds'"


class Health(BaseModel):
    """``status`` is ``ok`` when every part is; a part says ``ok`` or what is wrong with it."""

    status: str
    parts: dict[str, str]


@router.get("/health")
async def health(request: Request, response: Response) -> Health:
    """Asks every part; 503 when messages cannot even be stored."""
    parts = await ask_parts(request.app.state)
    if parts["database"] != WELL:
        response.status_code = 503
    return Health(status=WELL if set(parts.values()) == {WELL} else "degraded", parts=parts)


async def ask_parts(state: State) -> dict[str, str]:
    """Every part of the application, with ``WELL`` or what is wrong with it; takes some three seconds at most."""
    database: Database = state.database
    bot: Bot = state.bot
    settings: Settings = state.settings
    knowledge: Knowledge = state.knowledge
    records, bot_status, actions, search = await asyncio.gather(
        _records(database), bot.status(), _actions(settings), asyncio.to_thread(knowledge.status)
    )
    parts = {**records, **search, "bot": bot_status, "actions": actions}
    if settings.zalo_app_id and parts["database"] == WELL:
        async with database.session() as session:
            parts["zalo"] = await channel_tokens.status(session, "zalo")
    return parts


@router.get("/metrics", include_in_schema=False)
async def figures(session: SessionDependency) -> Response:
    """Figures of this process and of the queues, in Prometheus' text format."""
    await metrics.read_queues(session)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _records(database: Database) -> dict[str, str]:
    try:
        async with asyncio.timeout(3), database.session() as session:
            workers = (await session.execute(text(_WORKER_ALIVE))).scalar_one()
    except (SQLAlchemyError, TimeoutError) as error:
        return {"database": f"down ({type(error).__name__})", "worker": "unknown"}
    return {"database": WELL, "worker": WELL if workers else "down"}


async def _actions(settings: Settings) -> str:
    url = httpx.URL(settings.actions_url).copy_with(path="/health")
    try:
        async with httpx.AsyncClient(timeout=2) as client:
            (await client.get(url)).raise_for_status()
    except httpx.HTTPError as error:
        return f"down ({type(error).__name__})"
    return WELL
