from __future__ import annotations

from motcua.talk_commands import PICTURE


def test_the_picture_that_conversations_send_is_there() -> None:
    assert PICTURE.is_file()
