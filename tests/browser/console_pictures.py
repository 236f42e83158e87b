"""Pictures of the console: ``python -m tests.browser.console_pictures FOLDER``, run by ``script/screenshots``.

They show the invented office of ``motcua demo --office`` in a running stack.
"""

from __future__ import annotations

import asyncio
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page
from sqlalchemy import select

from api.console.access import cookie_name
from api.settings import Settings
from motcua import demo_office
from motcua.demo_office import Size
from records.models import Feedback, Handover, Poll
from records.staff import accounts, sessions
from tests.browser import chromium
from tests.journeys.test_any_request import database_of
from tests.stack import Stack

_CASE = select(Feedback.tracking_code).join(Poll, Poll.feedback_id == Feedback.id).limit(1)
_PATIENCE_MS = 120_000
_POLL = select(Poll.id).limit(1)
_WAITING = select(Handover.conversation_id).where(Handover.ended_at.is_(None)).limit(1)


async def fill(stack: Stack) -> tuple[dict[str, str], dict[str, str]]:
    """Fills the office; session tokens by login, and the pages by the name of their picture."""
    async with database_of(stack) as database, database.session() as session:
        await demo_office.fill(session, Size())
        tokens: dict[str, str] = {}
        for login in ("lan.tran", "quan.do"):
            member = await accounts.by_login(session, login)
            assert member is not None
            member.must_change_password = False
            tokens[login] = (await sessions.start(session, member, "Chromium", second_factor=True)).token
        case = (await session.execute(_CASE)).scalar_one()
        poll = (await session.execute(_POLL)).scalar_one()
        waiting = (await session.execute(_WAITING)).scalar_one()
    return tokens, {
        "inbox": "lan.tran /inbox",
        "conversation": f"lan.tran /conversations/{waiting}",
        "case": f"lan.tran /cases/{case}",
        "poll": f"lan.tran /polls/{poll}",
        "figures": "lan.tran /figures",
        "league": "lan.tran /figures/cases?days=90",
        "knowledge": "quan.do /knowledge",
    }


async def take(browser: Browser, stack: Stack, folder: Path) -> None:
    """Takes all pictures, in light and for the inbox also in dark on a phone."""
    tokens, pages = await fill(stack)
    for name, wanted in pages.items():
        login, _, path = wanted.partition(" ")
        page = await _page(browser, stack, tokens[login], 1280, 860)
        await page.goto(f"{stack.url}/console{path}")
        await page.wait_for_timeout(1500)
        await _keep(page, folder / f"console-{name}.png")
    page = await _page(browser, stack, tokens["lan.tran"], 390, 844, dark=True)
    await page.goto(f"{stack.url}/console/inbox")
    await page.wait_for_timeout(1000)
    await _keep(page, folder / "console-phone-dark.png")


async def _keep(page: Page, path: Path) -> None:
    """Keeps what is on the screen in at most 256 colours, and closes the browser."""
    picture = Image.open(BytesIO(await page.screenshot()))
    picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    await page.context.close()


async def _page(browser: Browser, stack: Stack, token: str, width: int, height: int, *, dark: bool = False) -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",
    )
    name = cookie_name(Settings(public_url=stack.url))
    await context.add_cookies([{"name": name, "value": token, "url": stack.url}])
    context.set_default_navigation_timeout(_PATIENCE_MS)
    return await context.new_page()


async def main(stack: Stack, folder: Path) -> None:
    """Takes the pictures. Raises ``RuntimeError`` without Chromium."""
    path = chromium.find()
    if path is None:
        raise RuntimeError(f"no Chromium: none of {', '.join(chromium.NAMES)} is on PATH")
    async with chromium.running(path) as browser:
        await take(browser, stack, folder)


if __name__ == "__main__":
    with Stack.running() as running:
        asyncio.run(main(running, Path(sys.argv[1])))
