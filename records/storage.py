"""Where the content of attachments lies: a folder outside anything that is served, or an S3-compatible store."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path

import obstore
from obstore.store import LocalStore, ObjectStore, S3Store

from records.settings import Settings


class FileStore:
    """Files by key. A key is a name of ours, never a citizen's."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def open(cls, settings: Settings) -> FileStore:
        """The store of ``MOTCUA_FILES``, ``s3://bucket/prefix``; without one, the folder ``attachments`` of the data.

        S3 takes ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_REGION`` and ``AWS_ENDPOINT_URL`` as usual.
        """
        if settings.files:
            plain = bool(settings.files_endpoint and settings.files_endpoint.startswith("http://"))
            return cls(S3Store.from_url(settings.files, client_options={"allow_http": plain}))
        return cls(LocalStore(settings.attachments, mkdir=True))

    async def put(self, key: str, file: Path) -> None:
        """Stores the content of ``file``, which is there as a whole or not at all."""
        await obstore.put_async(self._store, key, file)

    async def delete(self, key: str) -> None:
        """Takes a content away for good; one that is not there is no error."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, key)

    async def stream(self, key: str) -> AsyncGenerator[bytes]:
        """The content, block by block. Raises ``FileNotFoundError`` on the first one."""
        found = await obstore.get_async(self._store, key)
        async for block in found.stream():
            yield bytes(block)
