"""What the endpoints need, as annotated dependencies; all of it is opened once in ``api.app``."""

from __future__ import annotations

import hmac
from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import NotFound, Unauthorised
from api.settings import Settings
from records import conversations
from records.database import Database
from records.models import Conversation
from records.second_factor import network_digest


async def _database(request: Request) -> Database:
    return request.app.state.database


async def _settings(request: Request) -> Settings:
    return request.app.state.settings


DatabaseDependency = Annotated[Database, Depends(_database)]
SettingsDependency = Annotated[Settings, Depends(_settings)]


async def _session(database: DatabaseDependency) -> AsyncGenerator[AsyncSession]:
    async with database.session() as session:
        yield session


SessionDependency = Annotated[AsyncSession, Depends(_session, scope="function")]
"""A session whose transaction commits before the response is sent."""


async def _network(request: Request, database: DatabaseDependency, settings: SettingsDependency) -> bytes | None:
    """Of the addresses in X-Forwarded-For, each of our own proxies has added one at the end."""
    address = request.client.host if request.client else None
    if settings.proxies:
        seen = request.headers.get("x-forwarded-for", "").split(",")
        address = seen[-settings.proxies].strip() if len(seen) >= settings.proxies else None
    return network_digest(database.vault, address)


NetworkDependency = Annotated[bytes | None, Depends(_network)]
"""Keyed hash of the network that the request comes from."""

_bearer = HTTPBearer(auto_error=False, description="The token that came with the conversation.")


async def _internal(
    settings: SettingsDependency, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> bool:
    token = settings.internal_token.get_secret_value()
    if not token or credentials is None:
        return False
    return hmac.compare_digest(credentials.credentials.encode(), token.encode())


InternalDependency = Annotated[bool, Depends(_internal)]
"""Whether the request comes from a process of ours, by ``MOTCUA_INTERNAL_TOKEN``."""


async def _own_conversation(
    conversation_id: UUID,
    database: DatabaseDependency,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Conversation:
    if credentials is None:
        raise Unauthorised
    async with database.reading() as session:
        conversation = await conversations.find(session, conversation_id)
    if conversation is None or not conversations.opens(conversation, credentials.credentials):
        raise NotFound
    return conversation


OwnConversation = Annotated[Conversation, Depends(_own_conversation)]
"""The conversation of the path, opened by its own token; an unknown id and a wrong token look the same."""
