"""One conversation: what was said and how it was understood; taking over, answering, giving back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import yaml
from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.console.access import Converser, PersonalDataReader, Reader
from api.console.pages import go, render, taken
from api.console.recordings import lines_of
from api.conversations import blocks
from api.dependencies import DatabaseDependency
from api.errors import NotFound
from knowledge.answers import Part, answer
from knowledge.search import Knowledge
from records import attachments, calls, conversations, file_links
from records.attachments import AttachmentRefused
from records.database import Database
from records.feedback.contacts import cases_of_citizen
from records.feedback.life import FeedbackState
from records.models import Conversation, Delivery, Message, StaffMember
from records.privacy.masking import is_personal, masked
from records.staff import handovers, presence, replies
from records.staff.handovers import HandoverRefused
from records.staff.permissions import Permission, permissions_of, reaches
from records.staff.sessions import SignedIn

router = APIRouter(prefix="/conversations/{conversation_id}")

Text = Annotated[str, Form(max_length=4000)]
_SUGGESTIONS = 3
_LONGEST_LESSON = 300
INTENT_NAMES: Mapping[str, str] = yaml.safe_load(Path(__file__).with_name("intents.yml").read_text(encoding="utf-8"))
"""What the assistant takes messages for, by the name of the intent."""


@router.get("")
async def conversation_page(
    request: Request, signed_in: Reader, database: DatabaseDependency, conversation_id: UUID
) -> Response:
    """Shows the conversation."""
    return await _page(request, signed_in, database, conversation_id)


@router.get("/live")
async def conversation_live(
    request: Request, signed_in: Reader, database: DatabaseDependency, conversation_id: UUID
) -> Response:
    """The part of the page that changes by itself."""
    return await _page(request, signed_in, database, conversation_id, template="conversation_live.html")


@router.get("/suggestions")
async def suggestions(
    request: Request, signed_in: Converser, database: DatabaseDependency, conversation_id: UUID, q: str = ""
) -> Response:
    """Procedures that fit what the citizen said last, or ``q``, each with an answer ready to send."""
    await _visible(database, signed_in.member, conversation_id)
    async with database.session() as session:
        said = await conversations.transcript(session, conversation_id)
    asked = q.strip()[:300] or next((m.text for m in reversed(said) if m.sender == "citizen" and m.text), "")
    knowledge: Knowledge = request.app.state.knowledge
    found = await asyncio.to_thread(knowledge.search, asked, limit=_SUGGESTIONS) if asked else None
    answers = [(hit, answer(hit.procedure, Part.OVERVIEW).text) for hit in found.hits] if found else []
    return render(request, "suggestions.html", asked=masked(asked), answers=answers)


@router.post("/take")
async def take_conversation(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    conversation_id: UUID,
    from_somebody: Annotated[bool, Form()] = False,
) -> Response:
    """Takes the conversation over; a lead also from a colleague."""
    allowed = from_somebody and Permission.LEAD in permissions_of(signed_in.member)

    async def step(session: AsyncSession) -> None:
        await handovers.take_over(session, conversation_id, signed_in.member, from_somebody=allowed)

    return await _take(step, request, signed_in, database, conversation_id)


@router.post("/give-back")
async def give_conversation_back(
    request: Request, signed_in: Converser, database: DatabaseDependency, conversation_id: UUID
) -> Response:
    """Lets the assistant answer again."""

    async def step(session: AsyncSession) -> None:
        await handovers.give_back(session, conversation_id, signed_in.member)

    return await _take(step, request, signed_in, database, conversation_id)


@router.post("/reply")
async def reply(
    request: Request,
    signed_in: Converser,
    database: DatabaseDependency,
    conversation_id: UUID,
    text: Text = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Answers the citizen on their channel, with a file if there is one."""
    name = (file and file.filename) or ""

    async def step(session: AsyncSession) -> None:
        message = await handovers.reply(session, conversation_id, signed_in.member, text, with_file=bool(name))
        if file and name:
            await attachments.upload(session, conversation_id, name, blocks(file), message_id=message.id)

    return await _take(step, request, signed_in, database, conversation_id, draft=text)


@router.post("/again/{message_id}")
async def send_again(
    request: Request, signed_in: Converser, database: DatabaseDependency, conversation_id: UUID, message_id: int
) -> Response:
    """Tries a message once more that the channel did not take."""

    async def step(session: AsyncSession) -> None:
        await handovers.send_again(session, conversation_id, signed_in.member, message_id)

    return await _take(step, request, signed_in, database, conversation_id)


@router.post("/notes")
async def add_note(
    request: Request, signed_in: Converser, database: DatabaseDependency, conversation_id: UUID, text: Text
) -> Response:
    """Adds an internal note."""

    async def step(session: AsyncSession) -> None:
        await handovers.note(session, conversation_id, signed_in.member, text)

    return await _take(step, request, signed_in, database, conversation_id)


@router.post("/open")
async def open_conversation(
    request: Request,
    signed_in: PersonalDataReader,
    database: DatabaseDependency,
    conversation_id: UUID,
    reason: Annotated[str, Form(max_length=300)],
) -> Response:
    """Shows personal data in the conversation to somebody who does not carry it on, with a reason that is kept."""

    async def step(session: AsyncSession) -> None:
        await handovers.disclose(session, signed_in.member, f"conversation:{conversation_id}", reason)

    return await _take(step, request, signed_in, database, conversation_id)


@router.post("/cases")
async def open_case(
    request: Request,
    signed_in: PersonalDataReader,
    database: DatabaseDependency,
    conversation_id: UUID,
    case_id: Annotated[int, Form()],
    reason: Annotated[str, Form(max_length=300)],
) -> Response:
    """Opens another case of the citizen, with a reason that is kept."""
    async with database.session() as session:
        cases = await cases_of_citizen(session, conversation_id)
    case = next((case for case in cases if case.id == case_id and reaches(signed_in.member, case)), None)
    if case is None:
        raise NotFound

    async def step(session: AsyncSession) -> None:
        await handovers.disclose(session, signed_in.member, f"feedback:{case.tracking_code}", reason)

    return await _take(step, request, signed_in, database, conversation_id, then=f"/cases/{case.tracking_code}")


async def _take(
    step: Callable[[AsyncSession], Coroutine[Any, Any, None]],
    request: Request,
    signed_in: SignedIn,
    database: Database,
    conversation_id: UUID,
    *,
    draft: str = "",
    then: str = "",
) -> Response:
    """One step in one transaction; what it refuses is told on the page, beside what the others did."""
    await _visible(database, signed_in.member, conversation_id)
    try:
        async with database.session() as session:
            await step(session)
    except (HandoverRefused, AttachmentRefused) as error:
        return await _page(request, signed_in, database, conversation_id, status=409, error=str(error), draft=draft)
    return go(then or taken(f"/conversations/{conversation_id}"))


async def _visible(database: Database, member: StaffMember, conversation_id: UUID) -> Conversation:
    """The conversation. Raises ``NotFound`` also for people of an outside agency, who see its cases alone."""
    async with database.session() as session:
        conversation = await conversations.find(session, conversation_id)
    if conversation is None or member.agency_id is not None:
        raise NotFound
    return conversation


async def _page(
    request: Request,
    signed_in: SignedIn,
    database: Database,
    conversation_id: UUID,
    *,
    template: str = "conversation.html",
    status: int = 200,
    error: str = "",
    draft: str = "",
) -> Response:
    member = signed_in.member
    conversation = await _visible(database, member, conversation_id)
    subject = f"conversation:{conversation_id}"
    async with database.session() as session:
        messages = await conversations.transcript(session, conversation_id)
        files = await attachments.of_messages(session, [message.id for message in messages])
        handover = await handovers.current(session, conversation_id)
        holder = await session.get(StaffMember, handover.staff_id) if handover and handover.staff_id else None
        deliveries = select(Delivery).where(Delivery.conversation_id == conversation_id)
        call = await calls.of_conversation(session, conversation_id)
        cases = [case for case in await cases_of_citizen(session, conversation_id) if reaches(member, case)]
        context = {
            "deliveries": {each.message_id: each for each in (await session.execute(deliveries)).scalars()},
            "notes": await handovers.notes(session, conversation_id),
            "watchers": (await presence.watchers(session, [subject], but=member.id)).get(subject, []),
            "canned": await replies.everything(session),
            "open": await handovers.disclosed(
                session, member, [subject, *(f"feedback:{case.tracking_code}" for case in cases)]
            ),
        }
    codes = {code for message in messages for code in (message.understanding or {}).get("procedures", ())}
    knowledge: Knowledge = request.app.state.knowledge
    procedures = {code: await asyncio.to_thread(knowledge.procedure, code) for code in codes}
    mine = holder is not None and holder.id == member.id
    opened = mine or subject in context["open"]
    filed_here = (case.tracking_code for case in cases if case.conversation_id == conversation_id)
    values = replies.known_values(member, next(filed_here, None))
    return render(
        request,
        template,
        status,
        conversation=conversation,
        messages=messages,
        intent_names=INTENT_NAMES,
        procedure_names={code: procedure.name for code, procedure in procedures.items() if procedure},
        files={message.id: [file for file in files if file.message_id == message.id] for message in messages},
        handover=handover,
        holder=holder,
        mine=mine,
        opened=opened,
        shown=str if opened else masked,
        lessons=_lessons(messages) if Permission.EDIT_KNOWLEDGE in permissions_of(member) else {},
        links=file_links.of(database.settings, files, str(member.id)) if opened else {},
        cases=cases,
        case_states={state.value: state.label for state in FeedbackState},
        fill=partial(replies.fill, values=values),
        subject=subject,
        call=call if call and call.ended_at else None,
        lines=lines_of(call.transcript, opened=opened) if call else [],
        error=error,
        draft=draft,
        **context,
    )


def _lessons(messages: Sequence[Message]) -> dict[int, str]:
    """What citizens typed that search or the assistant may learn from, by the id of the message."""
    typed = {message.id: message.text for message in messages if message.sender == "citizen" and not message.payload}
    return {key: text for key, text in typed.items() if 0 < len(text) <= _LONGEST_LESSON and not is_personal(text)}
