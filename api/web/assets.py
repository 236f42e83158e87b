"""The files of the web page: read once, served from memory under an address that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli  # pyright: ignore[reportMissingTypeStubs]
from starlette.requests import Request
from starlette.responses import Response

_TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}
_BROTLI_QUALITY = 9
"""The best that takes no seconds at the start."""
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Asset:
    content: bytes
    packed: dict[str, bytes]
    """By encoding, the smallest first; empty where packing gains next to nothing."""
    content_type: str


class Assets:
    """All files under ``folder``.

    They share one ``version`` in their address, so that a module's relative imports lead to the same version.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        self._assets = {path.relative_to(folder).as_posix(): _read(path) for path in paths}
        digest = hashlib.sha256()
        for name, asset in self._assets.items():
            digest.update(f"{name}\0{len(asset.content)}\0".encode())
            digest.update(asset.content)
        self.version = digest.hexdigest()[:16]

    def respond(self, name: str, request: Request, version: str | None = None) -> Response | None:
        """The file, or ``None`` where there is none.

        Only the current version may be kept for good; a page that another release of the server sent still gets its
        files, but must not remember them.
        """
        asset = self._assets.get(name)
        if asset is None:
            return None
        headers = {
            "Cache-Control": _FOREVER if version == self.version else "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        content = asset.content
        if asset.packed:
            headers["Vary"] = "Accept-Encoding"
            offered = request.headers.get("accept-encoding", "").split(",")
            accepted = {each.partition(";")[0].strip() for each in offered}
            if encoding := next((each for each in asset.packed if each in accepted), None):
                headers["Content-Encoding"] = encoding
                content = asset.packed[encoding]
        return Response(content, headers=headers, media_type=asset.content_type)


def _read(path: Path) -> _Asset:
    content = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = {"br": _brotli(content), "gzip": gzip.compress(content, mtime=0)}
    return _Asset(content, packed if len(packed["br"]) < 0.9 * len(content) else {}, content_type)


def _brotli(content: bytes) -> bytes:
    return brotli.compress(content, quality=_BROTLI_QUALITY)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
