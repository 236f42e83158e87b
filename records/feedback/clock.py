"""The clock of cases: warnings before and breaches after the due time, each noted once, and staff told of them."""

from __future__ import annotations

import json

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records.feedback.life import SYSTEM

STAFF_CHANNEL = "staff"
"""PostgreSQL channel on which staff pages listen; payload ``{"feedback": code, "step", "clock"}``."""


async def note_due(session: AsyncSession) -> int:
    """Notes every warning and breach that has come since the last time; returns how many.

    They are steps of the case, ``warn`` and ``breach``, without a change of state or version; ``details`` holds
    ``clock`` (``triage`` or ``answer``) and ``due``. A due time that was moved is a new one, and may be noted again.
    """
    noted = await session.execute(_NOTE, {"kind": SYSTEM.kind.value, "name": SYSTEM.name, "iso": _ISO})
    rows = noted.all()
    for row in rows:
        payload = json.dumps({"feedback": row.tracking_code, "step": row.step, "clock": row.clock})
        await session.execute(
            text("SELECT pg_notify(:channel, :payload)"), {"channel": STAFF_CHANNEL, "payload": payload}
        )
    return len(rows)


_ISO = 'YYYY-MM-DD"T"HH24:MI:SS"Z"'
_NOTE = text("""
    WITH due AS (
        SELECT id, tracking_code, state, 'breach' AS step, 'triage' AS clock,
            to_char(triage_due_at AT TIME ZONE 'UTC', :iso) AS due FROM feedback
        WHERE state = 'received' AND triage_due_at <= now() AND paused_at IS NULL
        UNION ALL
        SELECT id, tracking_code, state, 'warn', 'answer', to_char(due_at AT TIME ZONE 'UTC', :iso) FROM feedback
        WHERE state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')
            AND warn_at <= now() AND due_at > now() AND paused_at IS NULL
        UNION ALL
        SELECT id, tracking_code, state, 'breach', 'answer', to_char(due_at AT TIME ZONE 'UTC', :iso) FROM feedback
        WHERE state IN ('received', 'accepted', 'assigned', 'forwarded', 'with_agency')
            AND due_at <= now() AND paused_at IS NULL
    ), noted AS (
        INSERT INTO feedback_events
            (feedback_id, step, state, actor_kind, actor_id, actor_name, reason, public_note, details)
        SELECT id, step, state, :kind, '', :name, '', '', jsonb_build_object('clock', clock, 'due', due)
        FROM due WHERE NOT EXISTS (
            SELECT 1 FROM feedback_events AS event WHERE event.feedback_id = due.id AND event.step = due.step
                AND event.details ->> 'clock' = due.clock
                AND event.details ->> 'due' = due.due
                AND event.step IN ('warn', 'breach'))
        ON CONFLICT DO NOTHING
        RETURNING feedback_id, step, details ->> 'clock' AS clock
    )
    SELECT tracking_code, step, clock FROM noted JOIN feedback ON feedback.id = noted.feedback_id
    ORDER BY feedback.due_at""")
