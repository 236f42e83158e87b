"""Log lines without personal data, whatever a library or a mistake puts into them."""

from __future__ import annotations

import logging
import traceback
import unicodedata
from typing import Any, cast

from nlu.text.personal import find_personal


def without_personal_data(text: str) -> str:
    """``text`` with each piece of personal data replaced by its kind, such as ``<phone>``."""
    text = unicodedata.normalize("NFC", text)
    for found in reversed(find_personal(text)):
        text = f"{text[: found.start]}<{found.kind}>{text[found.end :]}"
    return text


class MaskedRecord(logging.LogRecord):
    """A log record whose message, with its arguments, and whose trace are masked before any handler sees them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        message: Any = self.msg
        if isinstance(message, dict):  # an event of structlog on its way to its own formatter
            event = cast("dict[str, Any]", message)
            self.msg = {key: without_personal_data(v) if isinstance(v, str) else v for key, v in event.items()}
        else:
            self.msg, self.args = without_personal_data(self.getMessage()), None
        if self.exc_info and self.exc_info[0]:
            # Formatters take a text that is there already, and write no trace of their own.
            self.exc_text = without_personal_data("".join(traceback.format_exception(*self.exc_info)).rstrip())


def mask_logs() -> None:
    """Makes every logger of this process write masked records."""
    logging.setLogRecordFactory(MaskedRecord)
