"""Zalo's webhook: each event is checked, stored and answered within two seconds (Zalo for Developers, "Webhook").

Zalo repeats an event that is not answered with 200 in time, after 30 seconds and up to an hour, and switches a webhook
off that keeps failing; a message is known by its ``msg_id``.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import hmac
from typing import Annotated

import structlog
from fastapi import APIRouter, Header, Request

from api.channels.objects import json_object
from api.channels.zalo_events import UnreadableEvent, parse
from api.dependencies import DatabaseDependency, SettingsDependency
from api.errors import Forbidden, NotFound, Unavailable
from api.intake import take_from_channel

router = APIRouter(tags=["channels"])

OLDEST = dt.timedelta(hours=24)
"""Far longer than Zalo repeats; an older event was kept by somebody else and is sent again."""
STORE_SECONDS = 1.5
"""After this long, Zalo had better come again."""


@router.post("/channels/zalo")
async def zalo(
    request: Request,
    settings: SettingsDependency,
    database: DatabaseDependency,
    x_zevent_signature: Annotated[str, Header()] = "",
    x_zevent_timestamp: Annotated[str, Header()] = "",
) -> dict[str, str]:
    """Takes an event. An unsigned empty object is Zalo's question whether anyone is here."""
    if not settings.zalo_app_id or settings.zalo_oa_secret is None:
        raise NotFound
    log = structlog.get_logger().bind(channel="zalo")
    body = await request.body()
    event = json_object(body)
    if event == {} and not x_zevent_signature:
        return {}
    timestamp = str((event or {}).get("timestamp", ""))
    key = settings.zalo_oa_secret.get_secret_value()
    given = x_zevent_signature.strip().removeprefix("mac=").lower().encode()
    # Zalo documents the timestamp of the body; accounts were seen that sign with the header's.
    possible = [_mac(settings.zalo_app_id, body, signed_at, key) for signed_at in (timestamp, x_zevent_timestamp)]
    matches = [hmac.compare_digest(mac, given) for mac in possible]
    if event is None or not any(matches):
        log.warning("webhook refused", reason="no JSON object" if event is None else "wrong signature")
        raise Forbidden
    if not _recent(timestamp):
        log.warning("webhook refused", reason="too old")
        raise Forbidden
    log = log.bind(event_name=str(event.get("event_name"))[:50])
    try:
        incoming = parse(event)
    except UnreadableEvent as error:
        log.warning("event not read", reason=str(error))
        return {}
    if incoming is None:
        log.info("event without a message")
        return {}
    try:
        async with asyncio.timeout(STORE_SECONDS), database.session() as session:
            await take_from_channel(session, "zalo", incoming)
    except TimeoutError as error:
        log.error("database too slow", error="TimeoutError")  # noqa: TRY400
        raise Unavailable from error
    return {}


def _mac(app_id: str, body: bytes, timestamp: str, key: str) -> bytes:
    """``X-ZEvent-Signature`` without its ``mac=``: a plain SHA-256, the key at its end."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + key.encode()).hexdigest().encode()


def _recent(timestamp: str) -> bool:
    """Whether ``timestamp`` (milliseconds since 1970) is at most ``OLDEST`` away."""
    if not timestamp.isdecimal() or len(timestamp) > 15:
        return False
    now = dt.datetime.now(dt.UTC).timestamp()
    return abs(now - int(timestamp) / 1000) <= OLDEST.total_seconds()
