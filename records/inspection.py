"""What a file is, by its content, and pictures without what the camera wrote into them."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Literal

import filetype
from PIL import Image, ImageFile, ImageSequence

Kind = Literal["image", "audio", "video", "file", "location"]

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/apng": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
"""Pictures that can be written again without their metadata, with the name that Pillow gives the format."""
_FILES = {
    "application/pdf",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MOST_PIXELS = 64_000_000
_ORIENTATION = 0x0112
_LOOKS = ("icc_profile", "transparency", "background", "duration", "loop", "disposal", "blend", "default_image")
"""What Pillow knows of a picture that decides how it looks; all else it knows is dropped."""

EMPTY = "Tệp không có nội dung. Anh/chị kiểm tra và gửi lại giúp em."
WRONG_KIND = (
    "Em chỉ nhận ảnh (JPG, PNG, GIF, WebP), âm thanh, video, PDF, Word hoặc Excel. Anh/chị đổi sang một loại tệp đó "
    "giúp em."
)
BROKEN_PICTURE = "Ảnh bị hỏng hoặc quá lớn nên em chưa đọc được. Anh/chị chụp hoặc lưu lại ảnh rồi gửi giúp em."


class FileRefused(ValueError):
    """The file is not taken; the message is for the citizen."""


def content_type(file: Path) -> str:
    """The media type of ``file`` by its content. Raises ``FileRefused`` for a kind that is not taken."""
    if file.stat().st_size == 0:
        raise FileRefused(EMPTY)
    found = str(filetype.guess_mime(str(file)) or "")
    if found in _PICTURES or found in _FILES or found.startswith(("audio/", "video/")):
        return found
    raise FileRefused(WRONG_KIND)


def kind_of(content_type: str) -> Kind:
    """The kind of attachment that a media type is."""
    match content_type.partition("/")[0]:
        case "image" | "audio" | "video" as family:
            return family
        case _:
            return "file"


def remove_metadata(file: Path, content_type: str) -> None:
    """Writes a picture again without place, camera, comments and previews; its orientation and colours stay.

    Other files are left as they are. Raises ``FileRefused`` for a picture that cannot be read, or has more than 64
    million pixels, which would take 200 MB of memory.
    """
    if content_type not in _PICTURES:
        return
    clean = file.with_suffix(".clean")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file, formats=[_PICTURES[content_type]]) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise FileRefused(BROKEN_PICTURE)
                _write(picture, clean, _PICTURES[content_type])
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        clean.unlink(missing_ok=True)
        raise FileRefused(BROKEN_PICTURE) from error
    clean.rename(file)


def _write(picture: ImageFile.ImageFile, clean: Path, picture_format: str) -> None:
    orientation = picture.getexif().get(_ORIENTATION)
    exif = Image.Exif()
    if orientation is not None:
        exif[_ORIENTATION] = orientation
    options: dict[str, Any] = {"exif": exif.tobytes() if orientation is not None else b""}
    picture.load()
    if picture_format == "JPEG":
        options["quality"] = "keep" if picture.format == "JPEG" else 95
    elif picture_format == "WEBP":
        options |= {"quality": 90, "method": 2}
    if picture_format != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        options["save_all"] = True
        frames = [_bare(frame.copy()) for frame in ImageSequence.Iterator(picture)]
        frames[0].save(clean, picture_format, append_images=frames[1:], **options)
        return
    picture.info = _looks(picture)
    picture.save(clean, picture_format, **options)


def _bare(picture: Image.Image) -> Image.Image:
    picture.info = _looks(picture)
    return picture


def _looks(picture: Image.Image) -> dict[str | tuple[int, int], Any]:
    return {name: value for name, value in picture.info.items() if name in _LOOKS}
