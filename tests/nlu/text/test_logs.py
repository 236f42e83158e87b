from __future__ import annotations

import io
import logging
from collections.abc import Generator

import pytest

from nlu.text.logs import mask_logs

PHONE = "0900000099"


@pytest.fixture
def written() -> Generator[io.StringIO]:
    factory, stream = logging.getLogRecordFactory(), io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger("test.masking").addHandler(handler)
    mask_logs()
    yield stream
    logging.setLogRecordFactory(factory)
    logging.getLogger("test.masking").removeHandler(handler)


def test_messages_and_arguments_are_masked(written: io.StringIO) -> None:
    logging.getLogger("test.masking").warning("row %s of %d", f"(phone={PHONE})", 7)
    assert written.getvalue() == "row (phone=<phone>) of 7\n"


def test_events_of_structlog_stay_events(written: io.StringIO) -> None:
    logging.getLogger("test.masking").warning({"event": f"gọi {PHONE}", "n": 1})
    assert written.getvalue() == "{'event': 'gọi <phone>', 'n': 1}\n"


def test_traces_are_masked(written: io.StringIO) -> None:
    try:
        int(PHONE + "x")
    except ValueError:
        logging.getLogger("test.masking").exception("failed")
    assert "Traceback" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert PHONE not in written.getvalue()
