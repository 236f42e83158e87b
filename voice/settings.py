"""Settings of the hotline and of the speech parts, read from the environment (prefix ``MOTCUA_``)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
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

    voice: bool = True
    """Whether the hotline runs where there are speech weights."""
    voice_host: str = "127.0.0.1"
    voice_audiosocket_port: int = Field(default=9092, ge=1, le=65535)
    """Where Asterisk's AudioSocket connects."""
    voice_port: int = Field(default=9093, ge=1, le=65535)
    """Where the dial plan announces calls, and browsers and media gateways stream."""
    voice_api_url: str = "http://127.0.0.1:8000"
    """The api process, as seen from here."""
    internal_token: SecretStr = SecretStr("")
    """What the hotline, its dial plan and the api know each other by."""
    voice_calls: int = Field(default=4, ge=1)
    """Calls that are answered at the same time."""
    voice_waiting_calls: int = Field(default=8, ge=0)
    """Further calls that hear that all lines are busy and are offered a call-back."""
    voice_piper: Path | None = None
    """A piper voice (``.onnx``); without it espeak-ng speaks."""
    voice_espeak: str = "vi"
    """espeak-ng's voice: ``vi`` (North), ``vi-vn-x-central``, ``vi-vn-x-south``."""
    voice_record: bool = True
    """Whether calls are recorded at all; the caller is told, and may refuse."""
    voice_mail_seconds: int = Field(default=120, ge=0)
    """Longest message that a caller may leave when no clerk is there; 0 takes none."""
    sms_url: str = ""
    """Where an SMS gateway takes messages; without one nothing is sent by SMS."""
    sms_token: SecretStr = SecretStr("")
    voice_inbox: Path | None = None
    """Folder in which the call centre puts its own recordings; without it none are transcribed."""
    voice_retention_days: int = Field(default=90, ge=1)
    """Days after which recordings are deleted."""

    @property
    def answers(self) -> bool:
        """Whether the process ``voice`` runs here."""
        return self.voice and self.model() is not None

    def model(self) -> str | None:
        """The model to recognise with, or ``None`` when there is none on this machine."""
        if self.speech_model:
            return self.speech_model
        weights = base_weights()
        return str(weights) if (weights / "model.bin").exists() else None


def base_weights() -> Path:
    """Where ``script/setup --with-speech`` puts Whisper base, outside the checkout."""
    return KnowledgeSettings().cache / "speech" / "whisper-base"
