"""Links by which citizens see and carry away the own data: signed, for one conversation, and over after an hour."""

from __future__ import annotations

import uuid

from itsdangerous import BadData, URLSafeTimedSerializer

from records.settings import Settings

GOOD_FOR_MINUTES = 60


def sign(settings: Settings, conversation_id: uuid.UUID) -> str:
    """The address of the page with everything that is kept of a conversation."""
    return f"{settings.public_url}/du-lieu/{_serializer(settings).dumps(conversation_id.hex)}"


def read(settings: Settings, token: str) -> uuid.UUID | None:
    """The conversation that a link was made for; none when it is not ours or too old."""
    try:
        return uuid.UUID(_serializer(settings).loads(token, max_age=GOOD_FOR_MINUTES * 60))
    except BadData:
        return None


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    """Signs with the newest key, which ``itsdangerous`` wants last."""
    return URLSafeTimedSerializer(settings.keys[::-1], salt="own data")
