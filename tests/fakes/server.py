"""A server of the outer world, run in a thread of its own on a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Self

import uvicorn
from fastapi import FastAPI


class FakeServer:
    """Serves ``self.app`` at ``self.url``."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.url = ""

    @classmethod
    @contextmanager
    def running(cls) -> Generator[Self]:
        """A server that runs until the block ends."""
        fake = cls()
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            fake.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            config = uvicorn.Config(fake.app, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
            thread.start()
            while not server.started:
                assert thread.is_alive()
                time.sleep(0.01)
            try:
                yield fake
            finally:
                server.should_exit = True
                thread.join()
