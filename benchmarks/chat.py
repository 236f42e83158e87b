"""Turns per second and latency of the whole stack, beside bare Rasa in the same run; and where a turn's time goes."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import psutil

from benchmarks.barerasa import bare_rasa
from benchmarks.report import percentile, publish
from records.settings import Settings as RecordsSettings
from tests.stack import Stack

TURNS = 320
"""Turns per measurement, shared by the conversations."""
ROUNDS = 3
"""Each measurement is taken this often in turn, ours and bare Rasa; the middle one is reported."""
MESSAGES = (
    "đăng ký khai sinh cho con cần giấy tờ gì",
    "cảm ơn em",
    "doi bang lai xe het bao nhieu tien",
    "xin chào",
    "thủ tục đăng ký tạm trú mất mấy ngày",
    "em giúp được những gì",
    "mở quán ăn thì đăng ký ở đâu",
    "tạm biệt",
)
"""Half of them questions that are searched for."""

LENGTH = 16
"""Turns of one conversation, before the citizen starts a new one."""

type Send = Callable[[int, str], Awaitable[None]]


@dataclass
class Measured:
    """One measurement: seconds per turn, and turns per second over all conversations."""

    seconds: list[float]
    rate: float


async def measure(send: Send, conversations: int) -> Measured:
    """Lets ``conversations`` citizens talk at once, each waiting for a reply before the next message."""
    seconds: list[float] = []

    async def citizen(number: int) -> None:
        messages = itertools.cycle(MESSAGES[number % len(MESSAGES) :] + MESSAGES[: number % len(MESSAGES)])
        for _ in range(TURNS // conversations):
            started = time.perf_counter()
            await send(number, next(messages))
            seconds.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(citizen(number) for number in range(conversations)))
    return Measured(seconds, len(seconds) / (time.perf_counter() - started))


async def through_the_stack(url: str, conversations: int) -> Measured:
    """Over the public API: stored, understood, searched where it asks, answered, stored."""
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=64)) as client:
        own: dict[int, dict[str, str]] = {}
        turns = Counter[int]()

        async def send(number: int, text: str) -> None:
            turns[number] += 1
            if turns[number] % LENGTH == 1:
                own[number] = (await client.post(f"{url}/api/v1/conversations", json={})).json()
            response = await client.post(
                f"{url}/api/v1/conversations/{own[number]['id']}/messages",
                json={"text": text},
                headers={"Authorization": f"Bearer {own[number]['token']}"},
            )
            assert response.json()["messages"], response.text

        return await measure(send, conversations)


async def through_rasa(url: str, conversations: int) -> Measured:
    """Over bare Rasa's REST channel."""
    run = uuid.uuid4().hex
    async with httpx.AsyncClient(timeout=60, limits=httpx.Limits(max_connections=64)) as client:
        turns = Counter[int]()

        async def send(number: int, text: str) -> None:
            turns[number] += 1
            message = {"sender": f"{run}-{number}-{turns[number] // LENGTH}", "message": text}
            response = await client.post(f"{url}/webhooks/rest/webhook", json=message)
            assert response.json(), response.text

        return await measure(send, conversations)


async def parts(stack: Stack) -> list[str]:
    """Where the time of one turn goes, from the outside in: each step is timed alone, 50 times."""
    token = RecordsSettings(data=stack.data).local_secret("bot")
    async with httpx.AsyncClient(timeout=60) as client:
        run, turns = uuid.uuid4(), itertools.count()

        async def bot(text: str) -> None:
            sender = str(uuid.uuid5(run, str(next(turns) // LENGTH)))
            message = {"sender": sender, "message_id": uuid.uuid4().hex, "text": text, "channel": "web"}
            url = f"{stack.environment['MOTCUA_BOT_URL']}/webhooks/motcua/webhook"
            (await client.post(url, json=message, headers={"Authorization": f"Bearer {token}"})).raise_for_status()

        async def search(text: str) -> None:
            (await client.get(f"{stack.url}/api/v1/procedures", params={"q": text})).raise_for_status()

        lines = list[str]()
        for name, call, text in (
            ("search alone (API, HTTP)", search, MESSAGES[0]),
            ("Rasa and action server, question", bot, MESSAGES[0]),
            ("Rasa and action server, greeting", bot, MESSAGES[3]),
        ):
            times = list[float]()
            for _ in range(50):
                started = time.perf_counter()
                await call(text)
                times.append(time.perf_counter() - started)
            lines.append(f"{name}: p50 {percentile(times, 0.5) * 1000:.1f} ms")
    return lines


def memory(stack: Stack) -> list[str]:
    """Proportional memory of each process with its children."""
    lines = list[str]()
    for name in ("postgres", "actions", "bot", "worker", "api"):
        process = psutil.Process(stack.pid(name))
        family = [process, *process.children(recursive=True)]
        used = sum(member.memory_full_info().pss for member in family)
        lines.append(f"memory {name}: {used / 2**20:.0f} MiB")
    return lines


def main() -> None:
    """Runs the benchmark: about five minutes."""
    rows: list[dict[str, Any]] = []
    with bare_rasa() as (bare, bare_process), Stack.running() as stack:
        for conversations in (1, 8, 32):
            ours, theirs = list[Measured](), list[Measured]()
            for _ in range(ROUNDS):
                ours.append(asyncio.run(through_the_stack(stack.url, conversations)))
                theirs.append(asyncio.run(through_rasa(bare, conversations)))
            for name, measured in (("Một Cửa", ours), ("bare Rasa", theirs)):
                middle = sorted(measured, key=lambda one: one.rate)[ROUNDS // 2]
                rows.append(
                    {
                        "server": name,
                        "conversations": conversations,
                        "p50 ms": percentile(middle.seconds, 0.5) * 1000,
                        "p95 ms": percentile(middle.seconds, 0.95) * 1000,
                        "turns/s": middle.rate,
                    }
                )
        notes = [*asyncio.run(parts(stack)), *memory(stack)]
        bare_memory = psutil.Process(bare_process.pid).memory_full_info().pss
        notes.append(f"memory bare Rasa: {bare_memory / 2**20:.0f} MiB")
    publish("chat", f"{TURNS} turns, half of them questions; middle of {ROUNDS} rounds", rows, notes)


if __name__ == "__main__":
    main()
