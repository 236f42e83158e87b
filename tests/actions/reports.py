"""A report that is told message by message, as Rasa would ask for it."""

from __future__ import annotations

from tests.actions.conftest import Said, Talk

FORM = "validate_feedback_form"
FILLED = ("tôi muốn phản ánh đèn đường hỏng cả tuần", "ngõ 5 thôn Mẫu", "tối qua", "không có", "0900 000 011")


async def answered(talk: Talk, *messages: str) -> Said:
    """Fills the form with plain messages, asking for what Rasa would ask for; returns what was said last."""
    said = await talk.run(FORM, messages[0], "give_feedback")
    for message in messages[1:]:
        said = await answered_next(talk, message, confidence=0.9)
    talk.slots["requested_slot"] = "feedback_confirm"
    return said


async def answered_next(talk: Talk, text: str, intent: str = "nlu_fallback", confidence: float = 0.4) -> Said:
    """One more message to the form that ``answered`` began."""
    order = ("what", "where", "when", "attachments", "contact", "confirm")
    asked = next(f"feedback_{name}" for name in order if talk.slots.get(f"feedback_{name}") is None)
    talk.slots["requested_slot"] = asked
    return await talk.run(FORM, text, intent, confidence)
