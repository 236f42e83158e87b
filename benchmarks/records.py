"""Dossiers and cases as they grow: looking up, taking states in, filing reports. ``script/benchmark records 0.1 1 14``.

Sizes are in millions of dossiers. The database stays in ``var/benchmark-records`` and only grows, so that a run can be
split: ``--fill`` fills without measuring. Delete the folder to begin again.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import psycopg

from benchmarks.filling import code, digits, fill
from benchmarks.http import Client
from benchmarks.report import percentile, publish
from motcua.programs import ROOT
from records.settings import Settings
from records.vault import Vault
from tests.stack import free_port

FOLDER = ROOT / "var" / "benchmark-records"
CLIENTS = 50
THINKING = 1.0
"""Seconds that a citizen reads before asking again, on average."""
_LONGEST_THINKING = 4.0
"""The server closes a connection on which nothing happens for five seconds."""
SECONDS = 20
SYNC_SECONDS = 180
"""Long enough to see what comes after a checkpoint, when every page that changes goes to the log whole."""
UPLOAD_LINES = 60_000
_FASTEST = 10_000
"""States a second for which uploads are made beforehand."""
POSTGRES = {
    "shared_buffers": "10GB",
    "effective_cache_size": "16GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "15min",
}
"""What docs/scale.md advises for a machine of this size."""

_WARM = """
CREATE EXTENSION IF NOT EXISTS pg_prewarm;
SELECT sum(pg_prewarm(oid, 'buffer')) FROM pg_class
WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace
"""
"""Reads every table and index once, as a server that has run for a day has."""

type Call = Callable[[Client], Awaitable[None]]


@dataclass
class Measured:
    """Seconds of every call, and how long all of it took."""

    seconds: list[float] = field(default_factory=list[float])
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Calls in a second."""
        return len(self.seconds) / self.elapsed

    def ms(self, share: float) -> float:
        """A percentile in milliseconds."""
        return percentile(self.seconds, share) * 1000


async def clients(url: str, call: Call, seconds: float, thinking: float = 0.0) -> Measured:
    """``CLIENTS`` of them, each calling, thinking, calling again until the time is over."""
    measured, started = Measured(), time.perf_counter()

    async def one(number: int) -> None:
        dice = random.Random(number)  # noqa: S311
        async with Client(url) as client:
            await asyncio.sleep(dice.random() * thinking)
            while time.perf_counter() - started < seconds:
                asked = time.perf_counter()
                await call(client)
                measured.seconds.append(time.perf_counter() - asked)
                if thinking:
                    await asyncio.sleep(min(dice.expovariate(1 / thinking), _LONGEST_THINKING))

    await asyncio.gather(*(one(number) for number in range(CLIENTS)))
    measured.elapsed = time.perf_counter() - started
    return measured


def look_up(dossiers: int) -> Call:
    """Opens a dossier by chance with its second factor."""
    dice = random.Random(dossiers)  # noqa: S311

    async def call(client: Client) -> None:
        number = dice.randrange(dossiers)
        status, body = await client.send("GET", f"/api/v1/dossiers/{code(number)}?verify={digits(number)}")
        assert status == 200, body

    return call


async def report(client: Client) -> None:
    """Files a report."""
    body = json.dumps({"description": "Đèn đường hỏng, buổi tối đi lại rất khó", "address_string": "ngõ 5, xã Mẫu"})
    status, answer = await client.send("POST", "/api/v1/feedback", body.encode(), Content_Type="application/json")
    assert status == 201, answer


def uploads(dossiers: int, number: int) -> list[bytes]:
    """Bodies of new states of dossiers by chance, in gzip."""
    dice = random.Random(time.time_ns())  # noqa: S311
    now = int(time.time())

    def line() -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - dice.randrange(10**7)))
        state = {"code": code(dice.randrange(dossiers)), "state": dice.randrange(2, 11), "time": moment}
        return json.dumps(state | {"note": "Hồ sơ đã chuyển bộ phận chuyên môn", "promised": "2026-12-01"})

    return [gzip.compress("\n".join(line() for _ in range(UPLOAD_LINES)).encode(), 1) for _ in range(number)]


async def synchronise(url: str, key: str, bodies: list[bytes], seconds: float) -> float:
    """Uploads until the time is over or nothing is left; states taken in a second."""
    started, taken = time.perf_counter(), 0
    headers = {"Authorization": f"Bearer {key}", "Content_Type": "application/x-ndjson", "Content_Encoding": "gzip"}
    async with Client(url) as client:
        for body in bodies:
            status, answer = await client.send("PUT", "/api/v1/dossiers", body, **headers)
            assert status == 200, answer
            taken += json.loads(answer)["taken"] + json.loads(answer)["late"]
            if time.perf_counter() - started > seconds:
                break
        else:
            raise AssertionError("the uploads came to an end before the measurement")
    return taken / (time.perf_counter() - started)


async def measure(url: str, key: str, dossiers: int) -> dict[str, Any]:
    """Everything at one size."""
    bodies = uploads(dossiers, 2 + SYNC_SECONDS * _FASTEST // UPLOAD_LINES)
    ask = look_up(dossiers)
    await clients(url, ask, 3)
    await synchronise(url, key, bodies[:2], 0)
    alone = await clients(url, ask, SECONDS, THINKING)
    uploading = synchronise(url, key, bodies[2:], SYNC_SECONDS)
    states, busy = await asyncio.gather(uploading, clients(url, ask, SYNC_SECONDS, THINKING))
    flat_out = await clients(url, ask, SECONDS / 2)
    filed = await clients(url, report, SECONDS / 2)
    return {
        "dossiers": dossiers,
        "lookup p50 ms": alone.ms(0.5),
        "p99 ms": alone.ms(0.99),
        "sync states/s": states,
        "lookup p50 ms, syncing": busy.ms(0.5),
        "p99 ms, syncing": busy.ms(0.99),
        "lookups/s, no pause": flat_out.rate,
        "p99 ms, no pause": flat_out.ms(0.99),
        "reports/s": filed.rate,
        "lookups measured": f"{len(alone.seconds)} + {len(busy.seconds)}",
    }


@contextlib.contextmanager
def process(*command: str, **environment: str) -> Generator[None]:
    """A program of ours in the background, stopped at the end."""
    with (FOLDER / f"{command[-1]}.log").open("a") as log:
        variables = {**os.environ, "MOTCUA_DATA": str(FOLDER), "OMP_NUM_THREADS": "1", **environment}
        running = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=variables, stdout=log, stderr=log)
        try:
            yield
        finally:
            running.send_signal(signal.SIGINT)
            running.wait(120)


@contextlib.contextmanager
def postgres(settings: Settings) -> Generator[None]:
    """The embedded server with the settings of a larger one."""
    with process("records.embedded"):
        _wait(lambda: psycopg.connect(settings.url("postgres")).close())
        with psycopg.connect(settings.url("postgres"), autocommit=True) as connection:
            for name, value in POSTGRES.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # pyright: ignore[reportArgumentType, reportCallIssue]
    with process("records.embedded"):
        _wait(lambda: psycopg.connect(settings.url("postgres")).close())
        yield


def run(*arguments: str) -> str:
    """``motcua`` as an operator would use it."""
    variables = {**os.environ, "MOTCUA_DATA": str(FOLDER)}
    command = [sys.executable, "-m", "motcua.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True, text=True).stdout


def _wait(attempt: Callable[[], None]) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError, psycopg.OperationalError):
            attempt()
            return
        time.sleep(0.1)
    raise TimeoutError


def _reach(port: int) -> None:
    socket.create_connection(("127.0.0.1", port)).close()


def _key() -> str:
    path = FOLDER / "agency.key"
    if not path.exists():
        run("agency", "add", "Sở Mẫu", "--prefix", "H99")
        path.write_text(run("agency", "key", "Sở Mẫu").strip())
    return path.read_text()


def main() -> None:
    """Fills to every size in turn, and measures there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=float, default=[0.1, 1, 14])
    parser.add_argument("--fill", action="store_true")
    arguments = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = Settings(data=FOLDER, DATABASE_URL=None)  # pyright: ignore[reportCallIssue]
    known = FOLDER / "rows.json"
    rows: dict[str, dict[str, Any]] = json.loads(known.read_text()) if known.exists() else {}
    with postgres(settings):
        run("prepare", "--no-bot")
        key = _key()
        for size in arguments.sizes:
            dossiers = int(size * 1_000_000)
            started = time.perf_counter()
            with psycopg.connect(settings.url()) as connection:
                fill(connection, Vault(settings.keys), dossiers)
                connection.execute(_WARM)
                stored = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            print(f"filled to {dossiers:,} in {time.perf_counter() - started:.0f} s", file=sys.stderr)
            if arguments.fill:
                continue
            port = free_port()
            with process("api.app", PORT=str(port), MOTCUA_VERIFICATION_NETWORK_LIMIT="1000000"):
                url = f"http://127.0.0.1:{port}"
                _wait(partial(_reach, port))
                rows[str(dossiers)] = asyncio.run(measure(url, key, dossiers))
            rows[str(dossiers)]["GB"] = (stored or (0,))[0] / 1e9
            known.write_text(json.dumps(rows))
    if rows and not arguments.fill:
        notes = [f"{CLIENTS} clients; a citizen reads for {THINKING} s on average, or not at all (no pause)."]
        publish("records", "Dossiers and cases as they grow", [rows[each] for each in sorted(rows, key=int)], notes)


if __name__ == "__main__":
    main()
