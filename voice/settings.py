"""Settings of the hotline and of the speech parts, read from the environment (prefix ``MOTCUA_``)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.settings import Settings as KnowledgeSettings


class Settings(BaseSettings):
    """Every variable is described in ``docs/settings.md``."""

    model_config = SettingsConfigDict(
        env_prefix="MOTCUA_", env_ignore_empty=True, extra="ignore", protected_namespaces=()
    )

    speech_model: str | None = None
    """A CTranslate2 folder, or a model's name on a hub; without it, the weights of ``script/setup --with-speech``."""
    speech_device: Literal["auto", "cpu", "cuda"] = "auto"
    speech_compute: str = "default"
    """CTranslate2's compute type; ``default`` is int8 on a CPU and float16 on a GPU."""
    speech_threads: int = Field(default=2, ge=1)
    """Processor threads of one recognition."""

    def model(self) -> str | None:
        """The model to recognise with, or ``None`` when there is none on this machine."""
        if self.speech_model:
            return self.speech_model
        weights = base_weights()
        return str(weights) if (weights / "model.bin").exists() else None


def base_weights() -> Path:
    """Where ``script/setup --with-speech`` puts Whisper base, outside the checkout."""
    return KnowledgeSettings().cache / "speech" / "whisper-base"
