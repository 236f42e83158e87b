"""Settings of the records: where the database is, and the keys that protect what is in it."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment; every variable is described in ``docs/settings.md``."""

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_", env_ignore_empty=True, populate_by_name=True, extra="ignore"
    )

    environment: Literal["local", "production"] = "local"
    data: Path = Path("var")
    port: int = Field(default=8000, validation_alias="PORT")
    public_url: str = Field(default_factory=lambda data: f"http://127.0.0.1:{data['port']}")
    """Where citizens reach the pages on which they follow their cases."""
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    database_pool: int = Field(default=20, ge=2)
    files: str | None = Field(default=None, pattern="^s3://")
    """S3-compatible store of attachments; without one they lie in ``attachments``."""
    files_endpoint: str | None = Field(default=None, validation_alias="AWS_ENDPOINT_URL")
    clamd: str | None = Field(default=None, pattern=r"^(unix:/.+|.+:\d+)$")
    """Where clamd listens, ``host:port`` or ``unix:/path``; without it files are not scanned."""
    file_link_minutes: int = Field(default=10, ge=1)
    """How long a link to a file opens it."""
    secret_keys: SecretStr | None = None
    bot_database_url: str | None = None
    """Rasa's own database, because its table ``events`` must not meet ours; else ``motcua_bot`` beside the records."""
    retention: Path = Path(__file__).parent / "privacy" / "retention.yml"
    calendar: Path = Path(__file__).parent / "calendar.yml"
    feedback_terms: Path = Path(__file__).parent / "feedback" / "terms.yml"
    voice_mail_hours: int = Field(default=8, ge=1)
    """Office hours within which a message that a caller left is to be seen to."""
    feedback_approval: bool = False
    """Whether the answer of a clerk goes out only after a lead approved it."""
    verification_limit: int = Field(default=5, ge=1)
    verification_window_minutes: int = Field(default=15, ge=1)
    """The first pause after too many wrong pairs; every further one doubles it."""
    verification_network_limit: int = Field(default=100, ge=1)
    network_days: int = Field(default=7, ge=1)

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @cached_property
    def keys(self) -> list[str]:
        """Secret keys, newest first: the first one encrypts, all of them decrypt."""
        given = self.secret_keys.get_secret_value() if self.secret_keys else self.local_secret("secret")
        return [key.strip() for key in given.split(",") if key.strip()]

    @property
    def attachments(self) -> Path:
        """Folder of stored attachments, outside anything that is served."""
        return self.data / "attachments"

    @property
    def recordings(self) -> Path:
        """Folder of recorded calls, encrypted."""
        return self.data / "recordings"

    def url(self, database: str | None = None) -> str:
        """PostgreSQL URL as libpq reads it: ``DATABASE_URL``, or the embedded server's socket.

        ``database`` asks for another database on the same server.
        """
        url = self.database_url or f"postgresql://postgres@/motcua?host={socket_folder(self.data / 'postgres')}"
        if database is None:
            return url
        base, question, query = url.partition("?")
        return f"{base.rpartition('/')[0]}/{database}{question}{query}"

    @property
    def bot_url(self) -> str:
        """PostgreSQL URL of Rasa's own database."""
        return self.bot_database_url or self.url("motcua_bot")

    def local_secret(self, name: str) -> str:
        """A secret that a local installation makes once and keeps in ``<data>/<name>.key``.

        Raises ``ValueError`` in production, where secrets are given by the environment.
        """
        if self.environment == "production":
            raise ValueError(f"the secret {name!r} must be set in production: see docs/settings.md")
        path = self.data / f"{name}.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32), encoding="ascii")
        return path.read_text(encoding="ascii").strip()


def database_name(url: str) -> str:
    """The database that a PostgreSQL URL leads to."""
    return url.partition("?")[0].rpartition("/")[2]


def socket_folder(folder: Path) -> Path:
    """``folder`` as the place of a Unix socket, or a short one in the temporary folder where it lies too deep.

    The name of a Unix socket holds 107 bytes at most (unix(7)).
    """
    folder = folder.resolve()
    if len(str(folder)) <= 85:
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"motcua-{digest}"
