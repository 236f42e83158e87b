from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import time
from typing import Any

import httpx
import pytest
import zxingcpp
from fastapi import FastAPI
from PIL import Image
from pydantic import SecretStr

from api import errors, payments
from api.settings import Settings
from records.models import Payment
from records.payments import links, service
from tests.records.payments.conftest import Office, office

__all__ = ["office"]

SECRET = "a-secret-of-the-provider-with-32-characters"
NONCES = (f"nonce-of-the-test-{number:06}" for number in itertools.count())


@pytest.fixture
def client(office: Office) -> httpx.AsyncClient:
    app = FastAPI()
    app.state.database, app.state.settings = office.database, Settings(payment_secret=SecretStr(SECRET))
    app.include_router(payments.router)
    errors.install(app)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")


@pytest.fixture
async def payment(office: Office) -> Payment:
    return await office.ask()


def notice(payment: Payment, **changes: Any) -> bytes:
    told = {
        "reference": payment.reference,
        "amount": payment.amount,
        "transaction": "FT1",
        "paid_at": "2024-09-02T09:00:00+07:00",
    }
    return json.dumps(told | changes).encode()


async def post(
    client: httpx.AsyncClient, body: bytes, *, nonce: str = "", at: float | None = None, secret: str = SECRET
) -> httpx.Response:
    stamp, nonce = str(int(at or time.time())), nonce or next(NONCES)
    signature = hmac.digest(secret.encode(), f"{stamp}.{nonce}.".encode() + body, hashlib.sha256).hex()
    headers = {"X-Motcua-Timestamp": stamp, "X-Motcua-Nonce": nonce, "X-Motcua-Signature": signature}
    return await client.post("/api/v1/payments/callback", content=body, headers=headers)


async def test_a_signed_notice_is_taken(client: httpx.AsyncClient, payment: Payment, office: Office) -> None:
    answer = await post(client, notice(payment))
    assert (answer.status_code, answer.json()) == (200, {"reference": payment.reference, "state": "paid"})
    assert (await office.ask()).state == "paid"


async def test_what_is_not_signed_rightly(client: httpx.AsyncClient, payment: Payment, office: Office) -> None:
    body = notice(payment)
    assert (await client.post("/api/v1/payments/callback", content=body)).status_code == 422
    assert (await post(client, body, secret="x" * 32)).status_code == 403
    assert (await post(client, body, at=time.time() - 400)).status_code == 403
    assert (await post(client, body, at=time.time() + 400)).status_code == 403
    stamp, nonce = str(int(time.time())), next(NONCES)
    signature = hmac.digest(SECRET.encode(), f"{stamp}.{nonce}.".encode() + body, hashlib.sha256).hex()
    headers = {"X-Motcua-Timestamp": stamp, "X-Motcua-Nonce": nonce, "X-Motcua-Signature": signature}
    changed = notice(payment, amount=payment.amount + 1)
    assert (await client.post("/api/v1/payments/callback", content=changed, headers=headers)).status_code == 403
    other = headers | {"X-Motcua-Nonce": next(NONCES)}
    assert (await client.post("/api/v1/payments/callback", content=body, headers=other)).status_code == 403
    assert (await office.ask()).state == "open"


async def test_without_a_secret_nothing_is_taken(client: httpx.AsyncClient, payment: Payment) -> None:
    client._transport.app.state.settings = Settings(payment_secret=None)  # pyright: ignore[reportAttributeAccessIssue]
    assert (await post(client, notice(payment), secret="")).status_code == 403


async def test_playing_a_notice_back(client: httpx.AsyncClient, payment: Payment) -> None:
    nonce = next(NONCES)
    assert (await post(client, notice(payment), nonce=nonce)).status_code == 200
    assert (await post(client, notice(payment), nonce=nonce)).status_code == 409
    assert (await post(client, notice(payment))).status_code == 200
    assert (await post(client, notice(payment, transaction="FT2"))).status_code == 409


@pytest.mark.parametrize(
    "changes", [{"amount": 0}, {"amount": "75000"}, {"card_number": "4111"}, {"paid_at": "2024-09-02T09:00:00"}]
)
async def test_what_is_no_notice(client: httpx.AsyncClient, payment: Payment, changes: dict[str, Any]) -> None:
    assert (await post(client, notice(payment, **changes))).status_code == 422


async def test_an_unknown_payment(client: httpx.AsyncClient, payment: Payment) -> None:
    assert (await post(client, notice(payment, reference="MC000000000000"))).status_code == 404


async def test_the_picture(client: httpx.AsyncClient, payment: Payment, office: Office) -> None:
    link = links.sign(office.database.settings, payment.reference)
    answer = await client.get(link)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(answer.content)).convert("L"))
    assert read.text == service.hand_over(payment).qr
    drawn = await client.get(link.replace(".png", ".svg"))
    assert drawn.headers["content-type"] == "image/svg+xml"
    for wrong in (f"/payments/{payment.reference}.png", link.replace("/payments/", "/payments/x"), "/payments/x.gif"):
        assert (await client.get(wrong)).status_code in {404, 422}
    await post(client, notice(payment))
    assert (await client.get(link)).status_code == 404


async def test_a_link_grows_old(
    client: httpx.AsyncClient,
    payment: Payment,
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    link = links.sign(office.database.settings, payment.reference)
    monkeypatch.setattr(links, "GOOD_FOR_SECONDS", 0)
    await asyncio.sleep(1.1)
    assert (await client.get(link)).status_code == 404
