"""Examples that editors add to intents: chosen by plain names, tried out by the worker, published, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api.console.access import Editor
from api.console.conversation import INTENT_NAMES
from api.console.pages import go, render
from api.dependencies import DatabaseDependency
from api.errors import ApiError, NotFound
from records.database import Database
from records.models import IntentVersion
from records.staff import intents
from records.staff.intents import ExampleRefused, TrialState

router = APIRouter(prefix="/knowledge/intents")

NOT_TYPED = frozenset({"nlu_fallback", "not_solved", "publish_feedback", "rate_feedback"})
"""Intents of buttons alone, which no text is understood as."""
CHOICES = {name: plain for name, plain in INTENT_NAMES.items() if name not in NOT_TYPED}
Text = Annotated[str, Form(max_length=300)]


class UnknownIntent(ApiError):
    """An intent that no text is understood as."""

    status = 422
    message = "Anh/chị chọn ý định trong danh sách rồi gửi lại."


@router.get("")
async def intents_page(
    request: Request, _: Editor, database: DatabaseDependency, phrase: Annotated[str, Query(max_length=300)] = ""
) -> Response:
    """The examples in use, every version, and a form in which ``phrase`` becomes one more example."""
    return await _overview(request, database, phrase)


@router.post("")
async def add_example(
    request: Request, signed_in: Editor, database: DatabaseDependency, phrase: Text, intent: Text
) -> Response:
    """A new version with one more example; its trial run begins."""
    if intent not in CHOICES:
        raise UnknownIntent
    try:
        async with database.session() as session:
            version = await intents.add(session, phrase, intent, signed_in.member)
    except ExampleRefused as error:
        return await _overview(request, database, phrase, intent, str(error))
    return go(f"/knowledge/intents/{version.number}")


@router.post("/remove")
async def remove_example(signed_in: Editor, database: DatabaseDependency, phrase: Text) -> Response:
    """A new version without an example; its trial run begins."""
    try:
        async with database.session() as session:
            version = await intents.remove(session, phrase, signed_in.member)
    except LookupError as error:
        raise NotFound from error
    return go(f"/knowledge/intents/{version.number}")


@router.get("/{number}")
async def intent_version_page(request: Request, _: Editor, database: DatabaseDependency, number: int) -> Response:
    """One version: what it adds and takes away, and what its trial run says."""
    return await _version(request, database, number)


@router.get("/{number}/live")
async def intent_version_live(request: Request, _: Editor, database: DatabaseDependency, number: int) -> Response:
    """The part of the page that changes by itself."""
    return await _version(request, database, number, template="intent_version_live.html")


@router.post("/{number}/try")
async def try_examples_again(_: Editor, database: DatabaseDependency, number: int) -> Response:
    """Begins a trial run anew that failed."""
    try:
        async with database.session() as session:
            await intents.try_again(session, number)
    except LookupError as error:
        raise NotFound from error
    return go(f"/knowledge/intents/{number}")


@router.post("/{number}/publish")
async def publish_examples(request: Request, signed_in: Editor, database: DatabaseDependency, number: int) -> Response:
    """Puts a version in use: a new one, or an earlier one again."""
    try:
        async with database.session() as session:
            await intents.publish(session, number, signed_in.member)
    except LookupError as error:
        raise NotFound from error
    except ExampleRefused as error:
        return await _version(request, database, number, str(error))
    return go(f"/knowledge/intents/{number}")


async def _overview(request: Request, database: Database, phrase: str, intent: str = "", error: str = "") -> Response:
    async with database.session() as session:
        versions, live = await intents.versions(session), await intents.live(session)
    return render(
        request,
        "intents.html",
        422 if error else 200,
        phrase=phrase,
        intent=intent,
        choices=sorted(CHOICES.items(), key=lambda choice: choice[1]),
        names=INTENT_NAMES,
        versions=versions,
        live=live,
        error=error,
    )


async def _version(
    request: Request, database: Database, number: int, error: str = "", template: str = "intent_version.html"
) -> Response:
    async with database.session() as session:
        version = await session.get(IntentVersion, number)
        if version is None:
            raise NotFound
        base, live = await session.get_one(IntentVersion, version.base), await intents.live(session)
    before, after = ({(each["text"], each["intent"]) for each in one.examples} for one in (base, version))
    return render(
        request,
        template,
        409 if error else 200,
        version=version,
        live=live,
        added=sorted(after - before),
        removed=sorted(before - after),
        names=INTENT_NAMES,
        TrialState=TrialState,
        error=error,
    )
