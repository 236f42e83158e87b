"""Citizens and an agency that use a running stack while its processes are killed, and note what was promised to them.

Each of them repeats what was not acknowledged, under the same id, as the web page, Telegram and an agency's system do.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes import telegram
from tests.stack import Stack

_TEXTS = ("xin chào", "đăng ký tạm trú mất mấy ngày", "cảm ơn em", "làm căn cước cần giấy tờ gì", "em là ai")
_PATIENCE_SECONDS = 240
_PATIENT_FOR = 3
"""Unanswered messages after which a citizen waits instead of writing another one."""


@dataclass
class Promised:
    """What was acknowledged: messages by conversation, in order; reports of states; feedback by its key."""

    messages: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Our ids of the messages of a citizen, by ``web:<conversation>`` or ``telegram:<chat>``."""
    states: list[tuple[str, int, dt.datetime]] = field(default_factory=list[tuple[str, int, dt.datetime]])
    feedback: dict[str, str] = field(default_factory=dict[str, str])
    """Tracking codes by ``Idempotency-Key``."""
    acknowledged: Counter[str] = field(default_factory=Counter[str])
    """How many of each of ``Load.kinds``."""
    repeated: int = 0
    """Requests that were sent again because no acknowledgement came."""


class Load:
    """Everybody who uses the stack, each in a thread of their own."""

    kinds = ("web messages", "Telegram messages", "dossier states", "feedback")

    def __init__(self, stack: Stack, seed: int) -> None:
        self._stack = stack
        self._dice = random.Random(seed)
        self._stop = threading.Event()
        self._agency_key = _agency(stack)
        self.promised = Promised()
        self.errors: list[str] = []

    @contextmanager
    def running(self, web: int, telegrams: int) -> Iterator[None]:
        """Runs the load until the block ends and everything that was begun is acknowledged.

        What could not be is in ``errors``.
        """
        people: list[Callable[[], None]] = [self._web] * web + [self._agency, self._reporter]
        people += [lambda chat=5_100_000_000 + n: self._telegram(chat) for n in range(telegrams)]
        threads = [threading.Thread(target=self._guarded, args=(person,), daemon=True) for person in people]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _guarded(self, person: Callable[[], None]) -> None:
        try:
            person()
        except Exception as error:
            self.errors.append(repr(error))

    def _until_acknowledged(self, send: Callable[[], httpx.Response]) -> Any:
        """Repeats a request until it is answered with success; refuses anything that repeating cannot heal."""
        deadline, last = time.monotonic() + _PATIENCE_SECONDS, ""
        while time.monotonic() < deadline:
            try:
                response = send()
            except httpx.HTTPError as error:
                last = repr(error)
            else:
                if response.is_success:
                    return response.json()
                last = f"{response.status_code}: {response.text}"
                if response.status_code not in (429, 500, 502, 503):
                    raise AssertionError(last)
            self.promised.repeated += 1
            time.sleep(self._dice.uniform(0.2, 1))
        raise AssertionError(f"never acknowledged: {last}")

    def _pause(self, least: float, most: float) -> bool:
        """Waits; returns whether to go on."""
        return not self._stop.wait(self._dice.uniform(least, most))

    def _web(self) -> None:
        url = f"{self._stack.url}/api/v1/conversations"
        started = self._until_acknowledged(lambda: httpx.post(url, json={"channel": "web"}, timeout=30))
        sent = self.promised.messages[f"web:{started['id']}"] = []
        headers = {"Authorization": f"Bearer {started['token']}"}
        while self._pause(0.3, 1.5):
            message = {"text": self._dice.choice(_TEXTS), "client_id": uuid.uuid4().hex}
            answer = self._until_acknowledged(
                lambda body=message: httpx.post(
                    f"{url}/{started['id']}/messages", json=body, headers=headers, timeout=40
                )
            )
            sent.append(message["client_id"])
            self.promised.acknowledged["web messages"] += 1
            if answer["waiting"]:
                self._pause(3, 6)

    def _telegram(self, chat: int) -> None:
        citizen = telegram.Citizen(chat)
        sent = self.promised.messages[f"telegram:{chat}"] = []
        while self._pause(0.5, 2):
            got = sum(to == chat for _, to, _ in list(self._stack.telegram.delivered))
            if len(sent) - got > _PATIENT_FOR:
                continue
            update = citizen.says(self._dice.choice(_TEXTS))
            body, headers = telegram.signed(update)
            self._until_acknowledged(
                lambda content=body, head=headers: httpx.post(
                    f"{self._stack.url}/channels/telegram", content=content, headers=head, timeout=10
                )
            )
            sent.append(str(update["message"]["message_id"]))
            self.promised.acknowledged["Telegram messages"] += 1

    def _agency(self) -> None:
        headers = {"Authorization": f"Bearer {self._agency_key}", "Content-Type": "application/x-ndjson"}
        moment = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=1)
        while self._pause(0.3, 1.5):
            moment += dt.timedelta(seconds=1)
            dossiers = self._dice.sample(range(40), 20)
            batch = [(f"H99.77-251120-{number:04d}", self._dice.randint(1, 10), moment) for number in dossiers]
            lines = [json.dumps({"code": code, "state": state, "time": at.isoformat()}) for code, state, at in batch]
            body = "\n".join(lines).encode()
            answer = self._until_acknowledged(
                lambda content=body: httpx.put(
                    f"{self._stack.url}/api/v1/dossiers", content=content, headers=headers, timeout=30
                )
            )
            assert answer["rejected"] == 0, answer
            self.promised.states += batch
            self.promised.acknowledged["dossier states"] += len(batch)

    def _reporter(self) -> None:
        while self._pause(0.3, 1.5):
            key = uuid.uuid4().hex
            report = {"description": f"Đèn đường hỏng {key}", "address_string": "thôn Mẫu, xã Mẫu Một"}
            answer = self._until_acknowledged(
                lambda body=report, name=key: httpx.post(
                    f"{self._stack.url}/api/v1/feedback", json=body, headers={"Idempotency-Key": name}, timeout=30
                )
            )
            self.promised.feedback[key] = answer["tracking_code"]
            self.promised.acknowledged["feedback"] += 1


def _agency(stack: Stack) -> str:
    stack.run("agency", "add", "Sở Mẫu", "--prefix", "H99.77")
    return stack.run("agency", "key", "Sở Mẫu").strip()
