"""Settings of this room, read from the environment (prefix ``MOTCUA_``)."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "motcua"


class Settings(BaseSettings):
    """Where the knowledge lives and which engine searches it."""

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_",
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    data: Path = Path("var")
    """Folder of everything that the program writes; the catalogue and its index are in ``knowledge`` below it."""

    elasticsearch_url: str | None = Field(
        default=None, validation_alias=AliasChoices("ELASTICSEARCH_URL", "MOTCUA_ELASTICSEARCH_URL")
    )
    """Address of an Elasticsearch 8 server (``ELASTICSEARCH_URL``); without it the embedded index answers."""

    elasticsearch_index: str = "motcua-procedures"
    """Alias under which Elasticsearch serves the procedures; the indices behind it carry a version as suffix."""

    cache: Path = Field(default_factory=_cache)
    """Folder for what can be computed again, such as vectors; shared by all data folders."""
