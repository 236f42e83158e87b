"""Two requests in one message: "đèn đường hỏng, với lại làm hộ chiếu bao nhiêu tiền?" is a report and a question.

Such a message is carried on as two turns, questions before forms, so that the last reply asks what the form needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from rasa.core.channels.channel import UserMessage
from rasa.core.processor import MessageProcessor

from nlu.text.clauses import Clause, clauses

_FORMS = ("give_feedback", "dossier_status", "feedback_status")
_QUESTIONS = (
    "ask_conditions", "ask_documents", "ask_fee", "ask_legal", "ask_office", "ask_online", "ask_place", "ask_procedure",
    "ask_result", "ask_steps", "ask_time", "life_event",
)  # fmt: skip
_SURE = 0.6
_MOST_WORDS = 120
"""A longer message is a story, not two requests."""


@dataclass
class _Request:
    kind: str
    texts: list[str]
    added: bool
    asks: bool


async def separate(processor: MessageProcessor, message: UserMessage) -> list[UserMessage]:
    """The messages that ``message`` stands for, in the order of answering; itself alone where it is one request."""
    text = message.text or ""
    parts = clauses(text) if not text.startswith("/") and len(text.split()) <= _MOST_WORDS else []
    if len(parts) < 2:
        return [message]
    requests = await _requests(processor, parts)
    questions = [request for request in requests if request.kind == "question"]
    forms = [request for request in requests if request.kind in _FORMS]
    apart = bool(questions) and len({request.kind for request in forms}) == 1
    if not apart and not _both_ask(requests, questions):
        return [message]
    told = [" ".join(request.texts) for request in questions]
    if apart:
        told.append(". ".join(text for request in forms for text in request.texts))
    return [_part(message, number, said, last=number == len(told) - 1) for number, said in enumerate(told)]


def _both_ask(requests: list[_Request], questions: list[_Request]) -> bool:
    """Whether there are two questions and nothing else, told apart by more than a full stop."""
    return len(questions) == 2 == len(requests) and (questions[1].added or all(request.asks for request in questions))


async def _requests(processor: MessageProcessor, parts: list[Clause]) -> list[_Request]:
    """What each part asks for; a part that asks for nothing by itself belongs to the one before, or the one after."""
    found: list[_Request] = []
    before: list[str] = []
    for part in parts:
        kind = await _kind(processor, part)
        if kind is None and found:
            found[-1].texts.append(part.text)
        elif kind is None:
            before.append(part.text)
        elif found and found[-1].kind == kind and kind != "question":
            found[-1].texts.append(part.text)
        else:
            found.append(_Request(kind, [*before, part.text], part.added, part.asks))
            before = []
    return found


async def _kind(processor: MessageProcessor, part: Clause) -> str | None:
    parsed = await processor.parse_message(UserMessage(part.text))
    intent = parsed["intent"]
    if intent["confidence"] < _SURE:
        return None
    if intent["name"] in _FORMS:
        return str(intent["name"])
    return "question" if intent["name"] in _QUESTIONS else None


def _part(message: UserMessage, number: int, text: str, *, last: bool) -> UserMessage:
    """One of the requests of ``message`` as a message of its own; files go with the last one."""
    metadata = dict(message.metadata or {})
    if not last:
        metadata["attachments"] = []
    return UserMessage(
        text,
        message.output_channel,
        message.sender_id,
        input_channel=message.input_channel,
        message_id=message.message_id if number == 0 else f"{message.message_id}+{number}",
        metadata=metadata,
    )
