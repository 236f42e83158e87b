"""Short-lived links to the picture of a payment's QR code, which nobody can make up."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeTimedSerializer

from records.settings import Settings

GOOD_FOR_SECONDS = 24 * 3600


def sign(settings: Settings, reference: str) -> str:
    """The path of the picture, good for a day."""
    return f"/payments/{_serializer(settings).dumps(reference)}.png"


def read(settings: Settings, token: str) -> str | None:
    """The reference that a link was made for; none when it is not ours or too old."""
    try:
        reference = _serializer(settings).loads(token, max_age=GOOD_FOR_SECONDS)
    except BadData:
        return None
    return reference if isinstance(reference, str) else None


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    """Signs with the newest key, which ``itsdangerous`` wants last."""
    return URLSafeTimedSerializer(settings.keys[::-1], salt="payment picture")
