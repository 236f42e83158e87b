"""A console in this process, and people who work in it, each with a browser of their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.bot import Bot
from api.console.access import cookie_name
from api.settings import Settings
from knowledge.search import Knowledge
from records.database import Database
from records.models import StaffMember
from records.staff import accounts, sessions

URL = "http://console.test"
_NOBODY = "http://127.0.0.1:9"


@dataclass
class Browser:
    """Somebody's browser: follows redirects, keeps cookies, sends forms as the last page of theirs would."""

    client: httpx.AsyncClient
    page: str = ""
    csrf: str = ""
    status: int = 0
    path: str = ""
    headers: httpx.Headers = field(default_factory=httpx.Headers)

    async def open(self, path: str) -> str:
        """Opens a page and returns its text."""
        return self._seen(await self.client.get(f"/console{path}"))

    async def send(self, path: str, **form: Any) -> str:
        """Sends a form of the last page and returns what comes of it."""
        files = form.pop("files", None)
        data = {"csrf": self.csrf, **form}
        return self._seen(await self.client.post(f"/console{path}", data=data, files=files))

    def _seen(self, response: httpx.Response) -> str:
        self.page, self.status, self.headers = response.text, response.status_code, response.headers
        self.path = response.url.path.removeprefix("/console")
        if found := re.search(r'"X-CSRF-Token": "(\w+)"', self.page):
            self.csrf = found[1]
        return self.page

    def value(self, pattern: str) -> str:
        """What the first group of ``pattern`` matches on the page."""
        found = re.search(pattern, self.page)
        assert found is not None, self.page
        return found[1]


@dataclass
class Office:
    """The console and the database behind it."""

    app: FastAPI
    database: Database

    @classmethod
    def without_bot(cls, url: str, database: Database, knowledge: Knowledge) -> Self:
        """The console at ``url``; bot and action server are away."""
        app = create_app(Settings(public_url=url, bot_url=_NOBODY, actions_url=_NOBODY))
        app.state.database, app.state.knowledge, app.state.bot = database, knowledge, Bot(app.state.settings)
        return cls(app, database)

    @asynccontextmanager
    async def stranger(self) -> AsyncGenerator[Browser]:
        """A browser in which nobody is signed in."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=URL, follow_redirects=True) as client:
            yield Browser(client)

    @asynccontextmanager
    async def served(self, port: int) -> AsyncGenerator[str]:
        """The console on a port of this machine, for what needs a real connection; yields its address.

        At the end every connection breaks.
        """
        server = uvicorn.Server(uvicorn.Config(self.app, port=port, log_level="error", lifespan="off"))
        serving = asyncio.create_task(server.serve())
        for _ in range(1000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.force_exit = server.should_exit = True
            for listener in server.servers:
                listener.close()
            for connection in list(server.server_state.connections):
                connection.transport.abort()  # pyright: ignore[reportAttributeAccessIssue]
            await serving

    async def hire(self, login: str, *roles: str, name: str = "", **reach: Any) -> StaffMember:
        """An account whose sign-in is set up."""
        async with self.database.session() as session:
            await accounts.add(session, login, name or f"Cán bộ {login}", roles, **reach)
            member = await accounts.by_login(session, login)
            assert member is not None
            member.must_change_password = False
        return member

    @asynccontextmanager
    async def desk(self, member: StaffMember) -> AsyncGenerator[Browser]:
        """A browser in which ``member`` is signed in."""
        async with self.database.session() as session:
            signed_in = await sessions.start(session, member, "Test", second_factor=True)
        async with self.stranger() as browser:
            browser.client.cookies.set(cookie_name(self.app.state.settings), signed_in.token)
            browser.csrf = signed_in.csrf
            yield browser
