"""Work that keeps a processor busy, in threads of its own and with a queue of bounded length."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Overloaded(Exception):
    """The queue is full."""


class Workshop:
    """Runs functions in ``workers`` threads; at most ``queue`` calls may wait."""

    def __init__(self, name: str, workers: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._room = threading.Semaphore(workers + queue)

    async def run[R](self, work: Callable[[], R]) -> R:
        """The result of ``work``. Raises ``Overloaded``; a cancelled call that has not begun is not carried out."""
        if not self._room.acquire(blocking=False):
            raise Overloaded
        job = self._threads.submit(work)
        job.add_done_callback(lambda _: self._room.release())
        return await asyncio.wrap_future(job)

    def close(self) -> None:
        """Lets what runs come to its end and drops what waits."""
        self._threads.shutdown(wait=False, cancel_futures=True)
