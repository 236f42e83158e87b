"""One line of JSON per event, without personal data: ids and names of errors, never texts, numbers or addresses."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Sets logging up for a process; libraries report warnings only, and without arguments that may hold messages."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for name in ("procrastinate", "httpx", "telegram"):
        logging.getLogger(name).setLevel(logging.ERROR)
