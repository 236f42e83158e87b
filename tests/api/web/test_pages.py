"""The chat page's address, files and protection."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.conversations import GREETING, GREETING_BUTTONS
from api.errors import install
from api.web.pages import router
from records.database import Database
from records.settings import Settings

FOREVER = "public, max-age=31536000, immutable"


class Elements(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def addresses(self) -> set[str]:
        values = (attributes.get("src") or attributes.get("href") for _, attributes in self.found)
        return {value.partition("#")[0] for value in values if value and value.startswith("/")}


def client_for(settings: Settings) -> httpx.AsyncClient:
    app = FastAPI()
    install(app)
    app.state.database = Database.open(settings)
    app.include_router(router)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://motcua.test")


@pytest.fixture
async def client(tmp_path: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with client_for(Settings(data=tmp_path)) as client:
        yield client


async def static_address(client: httpx.AsyncClient, name: str) -> str:
    found = next(
        address for address in Elements((await client.get("/")).text).addresses() if address.endswith(f"/{name}")
    )
    assert re.fullmatch(rf"/static/web/[0-9a-f]{{16}}/{name}", found)
    return found


class TestChat:
    async def test_greets_before_any_script_has_run(self, client: httpx.AsyncClient) -> None:
        page = await client.get("/")

        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert '<html lang="vi">' in page.text
        assert GREETING in page.text
        assert page.text.count('class="choice"') == len(GREETING_BUTTONS)

    async def test_protects_itself(self, client: httpx.AsyncClient) -> None:
        headers = (await client.get("/")).headers

        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert policy["require-trusted-types-for"] == "'script'"
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cache-control"] == "no-cache"

    async def test_has_no_inline_script_or_style_and_nothing_from_elsewhere(self, client: httpx.AsyncClient) -> None:
        text = (await client.get("/")).text

        for tag, attributes in Elements(text).found:
            assert tag != "style"
            assert tag != "script" or attributes.get("src")
            assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", text) == []

    async def test_says_that_it_is_a_demonstration_except_in_production(
        self, client: httpx.AsyncClient, tmp_path: Path
    ) -> None:
        production = Settings(data=tmp_path, environment="production", secret_keys="a" * 32)  # pyright: ignore[reportArgumentType]

        assert "dữ liệu mẫu" in (await client.get("/")).text
        async with client_for(production) as client:
            assert "dữ liệu mẫu" not in (await client.get("/")).text


class TestStatic:
    async def test_every_file_that_the_page_names_is_there_and_kept_for_good(self, client: httpx.AsyncClient) -> None:
        addresses = Elements((await client.get("/")).text).addresses()

        assert len(addresses) > 10
        for address in addresses:
            file = await client.get(address)
            assert file.status_code == 200, address
            assert file.headers["cache-control"] == FOREVER
            assert file.headers["x-content-type-options"] == "nosniff"

    async def test_every_module_and_font_that_a_file_names_is_there(self, client: httpx.AsyncClient) -> None:
        root = (await static_address(client, "chat.js")).rpartition("/")[0]
        seen: set[str] = set()
        names = {"chat.js", "base.css"}
        while names - seen:
            name = (names - seen).pop()
            seen.add(name)
            file = await client.get(f"{root}/{name}")
            assert file.status_code == 200, name
            if name.endswith((".js", ".css")):
                names |= set(re.findall(r"""from '\./([^']+)'""", file.text))
                names |= set(re.findall(r"""url\("([^"]+)"\)""", file.text))

        assert {"api.js", "store.js", "fonts/be-vietnam-pro-latin-400.woff2"} <= seen

    @pytest.mark.parametrize(
        ("name", "content_type"),
        [
            ("chat.js", "text/javascript; charset=utf-8"),
            ("base.css", "text/css; charset=utf-8"),
            ("logo.svg", "image/svg+xml"),
            ("touch-icon.png", "image/png"),
        ],
    )
    async def test_content_types(self, client: httpx.AsyncClient, name: str, content_type: str) -> None:
        assert (await client.get(await static_address(client, name))).headers["content-type"] == content_type

    async def test_is_compressed_for_whoever_reads_that(self, client: httpx.AsyncClient) -> None:
        address = await static_address(client, "base.css")

        plain = await client.get(address, headers={"Accept-Encoding": "identity"})
        packed = await client.get(address, headers={"Accept-Encoding": "gzip"})
        smallest = await client.get(address, headers={"Accept-Encoding": "gzip, deflate, br;q=0.9"})

        assert "content-encoding" not in plain.headers
        assert (packed.headers["content-encoding"], smallest.headers["content-encoding"]) == ("gzip", "br")
        assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
        sizes = [int(each.headers["content-length"]) for each in (smallest, packed, plain)]
        assert sizes[0] < sizes[1] < sizes[2] / 2
        assert smallest.content == packed.content == plain.content

    async def test_the_address_of_another_release_works_but_is_not_kept(self, client: httpx.AsyncClient) -> None:
        file = await client.get("/static/web/0000000000000000/chat.js")

        assert file.status_code == 200
        assert file.headers["cache-control"] == "no-cache"

    @pytest.mark.parametrize("name", ["missing.js", "..%2fpages.py", "%2e%2e/templates/chat.html", ""])
    async def test_serves_nothing_else(self, client: httpx.AsyncClient, name: str) -> None:
        refused = await client.get(f"/static/web/0000000000000000/{name}")

        assert refused.status_code == 404
        assert refused.json()["error"]["code"] == "not_found"

    async def test_favicon(self, client: httpx.AsyncClient) -> None:
        icon = await client.get("/favicon.ico")

        assert icon.status_code == 200
        assert icon.content[:4] == b"\x00\x00\x01\x00"
