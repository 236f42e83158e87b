"""Work that keeps a processor busy, in threads of its own and with a queue of bounded length."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class Overloaded(Exception):
    """The queue is full."""


class Workshop:
    """Runs functions in ``workers`` threads; at most ``queue`` calls may wait."""

    def __init__(self, name: str, workers: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._room = workers + queue
        self._inside = 0

    async def run[R](self, work: Callable[[], R]) -> R:
        """The result of ``work``. Raises ``Overloaded``; a cancelled call that has not begun is not carried out."""
        if self._inside >= self._room:
            raise Overloaded
        self._inside += 1
        job = self._threads.submit(work)
        job.add_done_callback(lambda _: self._leave())
        return await asyncio.wrap_future(job)

    def _leave(self) -> None:
        self._inside -= 1

    def close(self) -> None:
        """Lets what runs come to its end and drops what waits."""
        self._threads.shutdown(wait=False, cancel_futures=True)
