"""Settings of the API process, the worker and the channels."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment; every variable is described in ``docs/settings.md``."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", env_ignore_empty=True, extra="ignore")

    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, validation_alias="PORT")
    public_url: str = Field(default_factory=lambda data: f"http://127.0.0.1:{data['port']}")
    """Where citizens and channels reach this server, without a slash at the end."""
    proxies: int = Field(default=0, ge=0)
    """Reverse proxies before this server, each of which adds the address it sees to X-Forwarded-For."""

    bot_url: str = "http://127.0.0.1:5005"
    bot_token: SecretStr = SecretStr("")
    bot_timeout_seconds: float = Field(default=15.0, gt=0)
    internal_token: SecretStr = SecretStr("")
    """What the hotline shows to open a conversation; without one, no conversation is opened for a call."""
    voice_url: str = ""
    """The process ``voice``, which hears voice notes; without it they are not heard."""
    actions_url: str = "http://127.0.0.1:5055/webhook"
    turns_at_once: int = Field(default=16, ge=1)
    """How many conversations one process carries on at the same time; each takes a database connection."""

    payment_secret: SecretStr | None = Field(default=None, min_length=32)
    """What the payment provider signs its notices with; without it none is taken."""

    open311_keys: SecretStr | None = Field(default=None, min_length=1)
    """Keys with which other programs file requests, separated by commas; without them nobody does."""
    open311_jurisdiction: str = ""

    telegram_token: SecretStr | None = Field(default=None, min_length=1)
    telegram_secret: SecretStr | None = Field(default=None, min_length=1)
    """The secret token that Telegram repeats in a header of every webhook call."""
    telegram_mode: str = Field(default="polling", pattern="^(polling|webhook)$")
    telegram_url: str = "https://api.telegram.org"

    zalo_app_id: str = ""
    zalo_app_secret: SecretStr | None = None
    """Secret of the Zalo app, used to refresh tokens."""
    zalo_oa_secret: SecretStr | None = Field(default=None, min_length=1)
    """Secret key of the Official Account's webhook, used to check signatures."""
    zalo_url: str = "https://openapi.zalo.me"
    zalo_oauth_url: str = "https://oauth.zaloapp.com"
    zalo_file_hosts: Annotated[tuple[str, ...], NoDecode] = ("zdn.vn", "zadn.vn", "zalo.me")
    """Domains that files of citizens are fetched from, over https; ``http://host`` allows one plain host (tests)."""

    reports_token: SecretStr | None = Field(default=None, min_length=16)
    """What opens the feed of periodic reports; without it there is none."""

    oidc_issuer: str = ""
    """OpenID Connect provider that signs staff in; without it there are local accounts only."""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_login_claim: str = "preferred_username"
    """The claim that names the account which an administrator made."""

    @field_validator("public_url", "bot_url", "voice_url", "telegram_url", "zalo_url", "zalo_oauth_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @field_validator("zalo_file_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, hosts: object) -> object:
        return tuple(host.strip() for host in hosts.split(",") if host.strip()) if isinstance(hosts, str) else hosts
