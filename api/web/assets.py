"""The files of the web page: read once, served from memory under an address that changes with their content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_TYPES = {".js": "text/javascript", ".woff2": "font/woff2"}
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Asset:
    content: bytes
    compressed: bytes | None
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
        if asset.compressed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["Content-Encoding"] = "gzip"
                content = asset.compressed
        return Response(content, headers=headers, media_type=asset.content_type)


def _read(path: Path) -> _Asset:
    content = path.read_bytes()
    content_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    compressed = gzip.compress(content, mtime=0)
    return _Asset(content, compressed if len(compressed) < 0.9 * len(content) else None, content_type)
