"""Work that goes on beside the threads that ask for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress

_log = logging.getLogger(__name__)


class CatchingUp:
    """``work``, run in a thread of its own, once at a time; nobody waits past ``patience`` seconds from its start.

    What ``work`` raises is raised in those who wait for it, and logged.
    """

    def __init__(self, work: Callable[[], None], patience: float) -> None:
        self._work = work
        self._patience = patience
        self._lock = threading.Lock()
        self._running: Future[None] | None = None
        self._patient_until = 0.0

    def ask(self) -> None:
        """Start the work unless it goes on already, and wait for it as long as patience lasts."""
        with self._lock:
            running = self._running
            if running is None or running.done():
                running = self._running = Future()
                self._patient_until = time.monotonic() + self._patience
                threading.Thread(target=self._run, args=(running,), name="catching-up", daemon=True).start()
            left = self._patient_until - time.monotonic()
        with suppress(TimeoutError):
            running.result(max(left, 0))

    def _run(self, running: Future[None]) -> None:
        try:
            self._work()
        except Exception as error:
            _log.exception("search could not be brought up to date")
            running.set_exception(error)
        else:
            running.set_result(None)
