"""Short links to files: signed, for one person, and over after some minutes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from records.models import Attachment
from records.settings import Settings

_PURPOSE = "motcua file link"


class LinkOver(Exception):
    """The link is not ours, was changed, or is too old."""


@dataclass(frozen=True)
class FileLink:
    """What a link opens, and for whom it was made."""

    attachment_id: uuid.UUID
    staff_id: str


def sign(settings: Settings, link: FileLink) -> str:
    """The token of a link, to be put behind ``/files/``."""
    return _serializer(settings).dumps([link.attachment_id.hex, link.staff_id])


def of(settings: Settings, attachments: Iterable[Attachment], staff_id: str) -> dict[uuid.UUID, str]:
    """Addresses of those files that can be opened, by their id."""
    return {
        file.id: f"/files/{sign(settings, FileLink(file.id, staff_id))}"
        for file in attachments
        if file.state == "stored" and file.kind != "location"
    }


def read(settings: Settings, token: str) -> FileLink:
    """The link of a token. Raises ``LinkOver``."""
    try:
        attachment, staff = _serializer(settings).loads(token, max_age=settings.file_link_minutes * 60)
    except BadSignature as error:
        raise LinkOver from error
    return FileLink(uuid.UUID(attachment), staff)


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    oldest_first = list(reversed(settings.keys))
    return URLSafeTimedSerializer(oldest_first, salt=_PURPOSE)
