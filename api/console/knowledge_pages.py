"""What the assistant does not know, and what editors make of it: phrasings, plain texts, versions, trial runs."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from api.console.access import Editor
from api.console.pages import go, render, taken
from api.console.questions import MOST, Group, grouped
from api.dependencies import DatabaseDependency
from api.errors import ApiError, NotFound
from knowledge import trial
from knowledge.answers import told_of_parts
from knowledge.edits import Edits
from knowledge.imports import differences
from knowledge.model import Procedure
from knowledge.outdated import UNCHECKED_AFTER
from knowledge.search import Hit, Knowledge
from knowledge.store import Version
from knowledge.trial import Asked
from records import audit, unanswered
from records.audit import Somebody
from records.database import Database
from records.privacy.masking import is_personal, masked
from records.unanswered import Question

router = APIRouter(prefix="/knowledge")

_SINCE = dt.timedelta(days=30)
_MOST_TRIED = 150
_HITS = 3
Text = Annotated[str, Form(max_length=4000)]


class PhraseRefused(ApiError):
    """A phrasing that search could not use."""

    status = 422
    message = "Một cách gọi cần từ 2 đến 25 từ, không có dữ liệu cá nhân (tên, số, địa chỉ…). Anh/chị sửa lại rồi gửi."


@router.get("")
async def unanswered_page(request: Request, _: Editor, database: DatabaseDependency) -> Response:
    """The questions of the last month that were not answered, or ended badly, by meaning."""
    knowledge: Knowledge = request.app.state.knowledge
    async with database.session() as session:
        questions = await unanswered.unanswered(session, dt.datetime.now(dt.UTC) - _SINCE, MOST)
    groups = await asyncio.to_thread(_groups, knowledge, questions)
    return render(request, "unanswered.html", groups=groups, asked=len(questions), days=_SINCE.days)


@router.get("/search")
async def search_page(
    request: Request,
    _: Editor,
    q: Annotated[str, Query(max_length=300)] = "",
    phrase: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """Procedures to edit, or to hang ``phrase`` on."""
    knowledge: Knowledge = request.app.state.knowledge
    wanted = q.strip() or phrase.strip()
    found = await asyncio.to_thread(knowledge.search, wanted, limit=10) if wanted else None
    return render(request, "knowledge_search.html", q=q, phrase=phrase, hits=found.hits if found else ())


@router.get("/procedures/{code}")
async def procedure_page(request: Request, _: Editor, code: str) -> Response:
    """What is said of a procedure beside the official words, its versions, and how imports changed it."""
    return _procedure_page(request, code)


@router.post("/procedures/{code}/phrases")
async def add_phrase(request: Request, signed_in: Editor, code: str, phrase: Text) -> Response:
    """A new version with one more way of calling the procedure; its trial run comes next."""
    wording = " ".join(phrase.split())
    if not _is_wording(wording):
        raise PhraseRefused
    edits = _edits(request)
    official = _official(request, code)
    now = edits.live(official.code)
    kept = (now.title, now.summary, now.aliases) if now else ("", "", ())
    new = edits.add(official.code, kept[0], kept[1], _distinct((*kept[2], wording)), signed_in.member.name)
    return go(f"/knowledge/procedures/{official.code}/versions/{new.number}")


@router.post("/procedures/{code}")
async def add_version(
    request: Request, signed_in: Editor, code: str, title: Text = "", summary: Text = "", aliases: Text = ""
) -> Response:
    """A new version of the plain title, the summary and the ways of calling it (a line each); not published yet."""
    official = _official(request, code)
    lines = _distinct(" ".join(line.split()) for line in aliases.splitlines() if line.strip())
    if not all(map(_is_wording, lines)):
        return _procedure_page(request, code, 422, PhraseRefused.message, (title, summary, aliases))
    new = _edits(request).add(official.code, title.strip(), summary.strip(), lines, signed_in.member.name)
    return go(taken(f"/knowledge/procedures/{official.code}/versions/{new.number}"))


@router.get("/procedures/{code}/versions/{number}")
async def version_page(request: Request, _: Editor, database: DatabaseDependency, code: str, number: int) -> Response:
    """One version: what it changes, and what a trial run over recent questions says of it."""
    knowledge: Knowledge = request.app.state.knowledge
    official = _official(request, code)
    edits = _edits(request)
    version = next((each for each in edits.of(official.code) if each.number == number), None)
    if version is None:
        raise NotFound
    now = edits.live(official.code)
    outcome = await _try(knowledge, database, version.over(official))
    return render(
        request,
        "knowledge_version.html",
        procedure=official,
        version=version,
        live=now,
        changes=_changes(now.over(official) if now else official, version.over(official)),
        outcome=outcome,
        masked=masked,
    )


@router.post("/procedures/{code}/versions/{number}/publish")
async def publish_version(
    request: Request, signed_in: Editor, database: DatabaseDependency, code: str, number: int
) -> Response:
    """Puts a version live: a new one, or an earlier one again."""
    knowledge: Knowledge = request.app.state.knowledge
    official = _official(request, code)
    try:
        _edits(request).publish(official.code, number)
    except LookupError as error:
        raise NotFound from error
    async with database.session() as session:
        who = Somebody("staff", str(signed_in.member.id), signed_in.member.name)
        await audit.record(session, who, "knowledge.publish", f"procedure:{official.code}", version=number)
    await asyncio.to_thread(knowledge.refresh)
    return go(f"/knowledge/procedures/{official.code}")


def _groups(knowledge: Knowledge, questions: Sequence[Question]) -> list[tuple[Group, Sequence[Hit]]]:
    """The questions by meaning, each with the procedures that are nearest."""
    return [(group, knowledge.search(group.asked, limit=_HITS).hits) for group in grouped(knowledge, questions)]


async def _try(knowledge: Knowledge, database: Database, changed: Procedure) -> trial.Outcome:
    """The trial run over what was answered and what was not in the last month."""
    since = dt.datetime.now(dt.UTC) - _SINCE
    async with database.session() as session:
        right = await unanswered.answered(session, since, _MOST_TRIED)
        wrong = await unanswered.unanswered(session, since, _MOST_TRIED)
    asked = {question.text: "" for question in wrong} | dict(right) | dict.fromkeys(changed.aliases, changed.code)
    questions = [Asked(text, code) for text, code in asked.items()]
    return await asyncio.to_thread(trial.run, knowledge, changed, questions)


def _procedure_page(
    request: Request, code: str, status: int = 200, error: str = "", draft: tuple[str, str, str] | None = None
) -> Response:
    knowledge: Knowledge = request.app.state.knowledge
    official = _official(request, code)
    edits = _edits(request)
    now = edits.live(official.code)
    history = knowledge.catalogue.history(official.code)
    checked = official.source.checked_on
    own = draft or ((now.title, now.summary, "\n".join(now.aliases)) if now else ("", "", ""))
    return render(
        request,
        "knowledge_procedure.html",
        status,
        procedure=official,
        draft=own,
        live=now,
        told=told_of_parts(official),
        versions=edits.of(official.code),
        imports=[(each, _import_changes(history, each)) for each in reversed(history)],
        old=checked is not None and dt.date.today() - checked > UNCHECKED_AFTER,  # noqa: DTZ011
        error=error,
    )


def _official(request: Request, code: str) -> Procedure:
    knowledge: Knowledge = request.app.state.knowledge
    found = knowledge.catalogue.without_edits(code)
    if found is None:
        raise NotFound
    return found


def _edits(request: Request) -> Edits:
    knowledge: Knowledge = request.app.state.knowledge
    return knowledge.catalogue.edits


def _changes(before: Procedure, after: Procedure) -> list[tuple[str, str, str]]:
    """Name of the part, and its text before and after, for every part that differs."""
    parts = [("Tên dễ hiểu", before.title, after.title), ("Tóm tắt", before.summary, after.summary)]
    parts.append(("Cách gọi", "\n".join(before.aliases), "\n".join(after.aliases)))
    return [(name, old, new) for name, old, new in parts if old != new]


def _import_changes(history: Sequence[Version], version: Version) -> Sequence[str]:
    """What an import changed against the version before of the same source, line by line."""
    before = next(
        (each for each in reversed(history) if each.source == version.source and each.number == version.number - 1),
        None,
    )
    if before is None:
        return ()
    return differences(before.procedure, version.procedure)


def _is_wording(text: str) -> bool:
    return 2 <= len(text.split()) <= 25 and not is_personal(text)


def _distinct[T](items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))
