"""Small pictures as cameras and phones make them."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
from __future__ import annotations

import io
from typing import Any

from PIL import Image


def png(side: int = 24) -> bytes:
    """A green square."""
    return _written(Image.new("RGB", (side, side), "green"), "PNG")


def photo(picture_format: str = "JPEG", *, orientation: int = 6) -> bytes:
    """A picture with a red corner, lying on its side, with everything in it that a camera notes: place, owner, time."""
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("red", (0, 0, 16, 16))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif[0x013B] = "Secret Owner"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (21.0, 1.0, 42.0)
    gps[3], gps[4] = "E", (105.0, 51.0, 12.0)
    more: dict[str, Any] = {"exif": exif.tobytes()}
    if picture_format == "JPEG":
        more |= {"comment": b"Secret comment", "xmp": b"<x:xmpmeta>Secret xmp</x:xmpmeta>", "quality": 90}
    return _written(picture, picture_format, **more)


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height of a picture in pixels."""
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def _written(picture: Image.Image, picture_format: str, **more: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, picture_format, **more)
    return buffer.getvalue()
