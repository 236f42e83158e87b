"""Access tokens of the Zalo Official Account (Zalo for Developers, "Xác thực và ủy quyền cho ứng dụng", OAuth v4).

An access token lasts about 25 hours; a refresh token three months, and it works once.
"""

from __future__ import annotations

import datetime as dt

import httpx
import structlog
from pydantic import SecretStr

from api.channels.channel import ASK_OPERATOR, ChannelDown
from api.channels.objects import json_object
from api.settings import Settings
from records import channel_tokens
from records.channel_tokens import NoTokens, RenewalRefused, Tokens
from records.database import Database

LIFETIME_SECONDS = 90_000
"""Of an access token, where the answer does not say."""


class ZaloTokens:
    """Gives out access tokens and renews them in time, together with every other process on the same database."""

    def __init__(self, settings: Settings, database: Database, client: httpx.AsyncClient) -> None:
        self._url = f"{settings.zalo_oauth_url}/v4/oa/access_token"
        self._app_id = settings.zalo_app_id
        self._secret = settings.zalo_app_secret or SecretStr("")
        self._database = database
        self._client = client

    async def access(self, refused: str | None = None) -> str:
        """A token that works; ``refused`` is one that Zalo just turned down. Raises ``ChannelDown``."""
        try:
            return await channel_tokens.access(self._database, "zalo", self._renew, refused=refused)
        except (NoTokens, RenewalRefused) as error:
            structlog.get_logger().error("zalo needs a new token pair", reason=str(error), do="motcua zalo token")
            raise ChannelDown(f"no access token: {error}", ASK_OPERATOR) from error

    async def _renew(self, refresh_token: str) -> Tokens:
        """Exchanges the refresh token. A refusal may come with HTTP 200, as ``error_name`` or a number."""
        form = {"refresh_token": refresh_token, "app_id": self._app_id, "grant_type": "refresh_token"}
        headers = {"secret_key": self._secret.get_secret_value()}
        try:
            response = await self._client.post(self._url, data=form, headers=headers, timeout=20)
        except httpx.RequestError as error:
            raise ChannelDown(f"token server: {type(error).__name__}") from error
        answer = json_object(response.content)
        if response.status_code == 429 or response.is_server_error or answer is None:
            raise ChannelDown(f"token server answered {response.status_code}")
        if not (answer.get("access_token") and answer.get("refresh_token")):
            raise RenewalRefused(f"{answer.get('error', response.status_code)} {answer.get('error_name', '')}".strip())
        structlog.get_logger().info("zalo tokens renewed")
        seconds = str(answer.get("expires_in", ""))
        lifetime = dt.timedelta(seconds=int(seconds) if seconds.isdecimal() else LIFETIME_SECONDS)
        return Tokens(answer["access_token"], answer["refresh_token"], dt.datetime.now(dt.UTC) + lifetime)
