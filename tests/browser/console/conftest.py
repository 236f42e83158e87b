"""The console on a port of its own, and people in front of it, each with a browser window of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from api.console.access import cookie_name
from knowledge.search import Knowledge
from records.database import Database
from records.models import StaffMember
from records.signals import Signals
from records.staff import sessions
from tests.api.console.office import Office
from tests.browser.conftest import listen
from tests.stack import free_port


@dataclass
class Counter:
    """The console as browsers see it."""

    office: Office
    url: str
    browser: Browser
    broken: list[str] = field(default_factory=list[str])
    opened: list[Page] = field(default_factory=list[Page])
    _line: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def mend(self) -> None:
        """Makes the console reachable."""
        await self._line.enter_async_context(self.office.served(urlsplit(self.url).port or 0))

    async def cut(self) -> None:
        """Breaks every connection to the console; nobody reaches it until it is mended."""
        await self._line.aclose()

    async def window(self, member: StaffMember | None = None, **options: Any) -> Page:
        """A new browser, in which ``member`` is signed in; takes Playwright's context options."""
        settings: dict[str, Any] = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce"}
        context = await self.browser.new_context(base_url=self.url, **{**settings, **options})
        page = await context.new_page()
        listen(page, self.broken)
        self.opened.append(page)
        if member is not None:
            await self.sign_in(page, member)
        return page

    async def sign_in(self, page: Page, member: StaffMember) -> None:
        """Gives the browser a session of ``member``."""
        async with self.office.database.session() as session:
            token = (await sessions.start(session, member, "Test", second_factor=True)).token
        name = cookie_name(self.office.app.state.settings)
        await page.context.add_cookies([{"name": name, "value": token, "url": self.url}])


@pytest.fixture
async def counter(browser: Browser, database: Database, knowledge: Knowledge) -> AsyncGenerator[Counter]:
    """A ``Counter``; at the end no script may have failed, and the pages' security policy may have stopped nothing."""
    url = f"http://127.0.0.1:{free_port()}"
    office = Office.without_bot(url, database, knowledge)
    expect.set_options(timeout=20_000)
    async with Signals.open(database.settings) as signals:
        office.app.state.signals = signals
        counter = Counter(office, url, browser)
        await counter.mend()
        yield counter
        for page in counter.opened:
            await page.context.close()
        await counter.cut()
    assert counter.broken == []
