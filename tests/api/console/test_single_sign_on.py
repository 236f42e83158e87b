"""Against a real OpenID Connect provider, run in a thread."""

from __future__ import annotations

from collections.abc import Generator
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from pydantic import SecretStr

from records.models import StaffMember
from tests.api.console.office import Browser, Office

PEOPLE = [
    oidc_provider_mock.User(sub="7", claims={"preferred_username": "an"}),
    oidc_provider_mock.User(sub="8", claims={"preferred_username": "nobody"}),
    oidc_provider_mock.User(sub="9", claims={"preferred_username": "an"}),
]


@pytest.fixture
def provider(office: Office) -> Generator[str]:
    with oidc_provider_mock.run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        settings = office.app.state.settings
        settings.oidc_issuer = f"http://localhost:{server.server_port}"
        settings.oidc_client_id, settings.oidc_client_secret = "motcua", SecretStr("s3cret")
        yield settings.oidc_issuer


async def way_back(browser: Browser, subject: str) -> str:
    """Starts at the console, signs in with the provider, and returns the path that leads back."""
    browser.client.follow_redirects = False
    await browser.open("/oidc/start?next=/console/account")
    there = browser.headers["location"]
    assert parse_qs(urlsplit(there).query)["code_challenge_method"] == ["S256"]
    async with httpx.AsyncClient() as provider:
        answer = await provider.post(there, data={"sub": subject})
    browser.client.follow_redirects = True
    back = urlsplit(answer.headers["location"])
    return f"{back.path.removeprefix('/console')}?{back.query}"


async def test_somebody_whom_the_provider_knows_is_in_with_the_account_of_that_name(
    office: Office, provider: str
) -> None:
    member = await office.hire("an", "agent")
    async with office.stranger() as browser:
        await browser.open(await way_back(browser, "7"))
        assert (browser.path, "Cán bộ an" in browser.page) == ("/account", True)
    async with office.database.session() as session:
        bound = await session.get_one(StaffMember, member.id)
        assert (bound.issuer, bound.subject) == (provider, "7")


async def test_another_person_cannot_take_the_account_over_by_its_name(office: Office, provider: str) -> None:
    await office.hire("an", "agent")
    async with office.stranger() as first, office.stranger() as second:
        await first.open(await way_back(first, "7"))
        await second.open(await way_back(second, "9"))
        assert second.status == 401


async def test_without_an_account_here_nobody_is_let_in(office: Office, provider: str) -> None:
    async with office.stranger() as browser:
        page = await browser.open(await way_back(browser, "8"))
        assert (browser.status, "người quản trị" in page) == (401, True)


async def test_an_answer_that_was_not_asked_for_is_refused(office: Office, provider: str) -> None:
    await office.hire("an", "agent")
    async with office.stranger() as victim, office.stranger() as attacker:
        stolen = await way_back(attacker, "7")
        await victim.open(stolen)
        assert victim.status == 401


async def test_a_provider_that_is_down_is_said_to_be(office: Office) -> None:
    office.app.state.settings.oidc_issuer = "http://127.0.0.1:9"
    async with office.stranger() as browser:
        page = await browser.open("/oidc/start")
        assert (browser.status, "Chưa đăng nhập được" in page) == (401, True)


async def test_without_a_provider_there_is_no_such_door(office: Office) -> None:
    async with office.stranger() as browser:
        await browser.open("/oidc/start")
        assert browser.status == 404
