"""The portal's crawled catalogue: imported into the running stack, and asked soon after (needs shared data)."""

from __future__ import annotations

import time
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.stack import Stack, text_of

ASKED = {
    "cấp chứng chỉ hành nghề thú y cần giấy tờ gì": "Cấp Chứng chỉ hành nghề thú y",
    "thu tuc thanh lap van phong cong chung": "văn phòng công chứng",
    "cấp lại giấy chứng nhận đăng ký tàu cá mất bao lâu": "tàu cá",
    "xin cap giay phep khai thac nuoc duoi dat": "khai thác nước dưới đất",
}

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def crawled(shared: Path) -> Generator[Stack]:
    with Stack.running() as stack:
        assert not _knows_the_import(stack)
        printed = stack.run("import", str(shared / "procedures" / "portal-crawl-2642.jsonl.gz"), "--report")
        assert "2642" in printed
        until = time.monotonic() + 60
        while not _knows_the_import(stack):
            assert time.monotonic() < until, "the running stack did not take the import up"
        yield stack


def _knows_the_import(stack: Stack) -> bool:
    return "Thành lập Văn phòng công chứng" in text_of(stack.chat().say("thủ tục thành lập văn phòng công chứng"))


@pytest.mark.parametrize(("question", "name"), ASKED.items())
def test_an_imported_procedure_is_found(crawled: Stack, question: str, name: str) -> None:
    answer = crawled.chat().say(question)
    titles = [button["title"] for message in answer["messages"] for button in message["buttons"]]
    assert name.lower() in (text_of(answer) + "\n".join(titles)).lower()


def test_the_starter_wording_stays(crawled: Stack) -> None:
    answer = text_of(crawled.chat().say("lệ phí đăng ký thường trú bao nhiêu"))
    assert "1.004222" in answer
    assert "đồng" in answer


def test_importing_again_changes_nothing(crawled: Stack, shared: Path) -> None:
    printed = crawled.run("import", str(shared / "procedures" / "portal-crawl-2642.jsonl.gz"))
    figures = {
        line.split("│")[1].strip(): line.split("│")[2].strip() for line in printed.splitlines() if line.count("│") == 3
    }
    assert (figures["Mới"], figures["Thay đổi"], figures["Không đổi"]) == ("0", "0", "2642")
