"""Files of citizens, read from a channel's server block by block."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx

from api.channels.channel import ChannelDown, ChannelRefused


@asynccontextmanager
async def download(client: httpx.AsyncClient, url: str) -> AsyncGenerator[AsyncGenerator[bytes]]:
    """The content at ``url``. Raises ``ChannelDown`` or ``ChannelRefused`` on entering, ``ChannelDown`` on the way."""
    try:
        async with client.stream("GET", url) as response:
            if response.status_code == 429 or response.is_server_error:
                raise ChannelDown(f"file server answered {response.status_code}")
            if response.status_code != 200:
                raise ChannelRefused(f"file server answered {response.status_code}")
            yield _blocks(response)
    except httpx.RequestError as error:
        raise ChannelDown(f"file server: {type(error).__name__}") from error


async def _blocks(response: httpx.Response) -> AsyncGenerator[bytes]:
    async for block in response.aiter_bytes():
        yield block
