"""The README's conversations: over the public API, Telegram and Zalo (tests/browser has them in a real browser)."""

from __future__ import annotations

import itertools

import pytest

from tests.fakes.telegram import Citizen
from tests.fakes.zalo import Follower
from tests.readme import Exchange, conversations
from tests.stack import Stack, text_of
from tests.talks import TelegramTalk, ZaloTalk

SAMPLES = conversations()
numbers = itertools.count(1)


def test_there_are_four_of_them() -> None:
    assert len(SAMPLES) == 4


@pytest.mark.parametrize("exchanges", SAMPLES.values(), ids=SAMPLES)
def test_over_the_api(stack: Stack, exchanges: list[Exchange]) -> None:
    chat = stack.chat()
    for exchange in exchanges:
        exchange.check(text_of(chat.say(exchange.says)))


@pytest.mark.parametrize("exchanges", SAMPLES.values(), ids=SAMPLES)
def test_over_telegram(stack: Stack, exchanges: list[Exchange]) -> None:
    talk = TelegramTalk(stack, Citizen(5_000_000_100 + next(numbers)))
    for exchange in exchanges:
        exchange.check(talk.say(exchange.says))


@pytest.mark.parametrize("exchanges", SAMPLES.values(), ids=SAMPLES)
def test_over_zalo(stack: Stack, exchanges: list[Exchange]) -> None:
    talk = ZaloTalk(stack, Follower(f"24600000000000001{next(numbers):02}"))
    for exchange in exchanges:
        exchange.check(talk.say(exchange.says))


def test_a_button_pressed_on_telegram(stack: Stack) -> None:
    talk = TelegramTalk(stack, Citizen(5_000_000_099))
    talk.say("đăng ký tạm trú mất mấy ngày")
    assert "đồng" in talk.press("Lệ phí")


def test_a_button_pressed_on_zalo(stack: Stack) -> None:
    talk = ZaloTalk(stack, Follower("2460000000000000099"))
    talk.say("đăng ký tạm trú mất mấy ngày")
    assert "đồng" in talk.press("Lệ phí")
