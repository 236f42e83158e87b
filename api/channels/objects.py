"""JSON objects that others send."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from records.models import Json

_OBJECT = TypeAdapter(Json)


def json_object(body: bytes) -> Json | None:
    """The object in ``body``; none when it is broken, not UTF-8, or anything but an object."""
    try:
        return _OBJECT.validate_json(body)
    except ValidationError:
        return None
