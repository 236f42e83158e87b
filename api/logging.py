"""One line of JSON per event, without personal data: ids and names of errors, never texts, numbers or addresses."""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from nlu.text.logs import mask_logs, without_personal_data


def configure() -> None:
    """Sets logging up for a process; libraries report warnings only, and without arguments that may hold messages."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            mask,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    mask_logs()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    for name in ("procrastinate", "httpx", "telegram"):
        logging.getLogger(name).setLevel(logging.ERROR)


def mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Takes personal data out of every text of an event; ids of conversations are none, though full of digits."""
    for key, value in event.items():
        if isinstance(value, str) and key != "conversation":
            event[key] = without_personal_data(value)
    return event
