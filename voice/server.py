"""The process of the hotline: AudioSocket for Asterisk, and HTTP for its dial plan, browsers and media gateways."""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
import logging
import re
import sys
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import httpx
import structlog
import uvicorn
from fastapi import Depends, FastAPI, Form, Header, HTTPException, Request, Response, WebSocket
from fastapi.responses import PlainTextResponse
from loguru import logger as pipecat_log
from sqlalchemy.exc import SQLAlchemyError

from knowledge.search import Knowledge
from knowledge.settings import Settings as KnowledgeSettings
from records import calls
from records.database import Database
from voice import announcements
from voice.dialogue.sounds import SoundIndex
from voice.executor import Overloaded, Workshop
from voice.hotline import Full, Hotline, Parts
from voice.inbox import Inbox
from voice.messages import watch
from voice.notes import TooLong, hear
from voice.recognition.service import RecognitionService
from voice.recognition.transcript import Recogniser
from voice.recognition.whisper import Whisper
from voice.settings import Settings
from voice.synthesis.service import SpeechService
from voice.synthesis.voices import open_voice
from voice.telephony.audiosocket import AudioSocketLine, ProtocolError, read_identifier
from voice.telephony.websocket import WebSocketLine
from voice.transcripts.reading import Unreadable
from voice.written import posts

_SWEEP_SECONDS = 3600
_INBOX_PAUSE_SECONDS = 60
_LONGEST_NUMBER = 20
_NUMBER = re.compile(r"\+?(?=0*[1-9])\d{8,15}")
"""What can be called: ITU-T E.164 has fifteen digits at most; withheld ones come as a word, as zeros or not at all."""
_SOUNDS_SECONDS = 3600
"""For so long Asterisk plays what it fetched before."""
_LONGEST_NAME = 60
"""Letters that a clerk's telephone shows for a caller's name."""


def open_parts(
    settings: Settings, database: Database, http: httpx.AsyncClient, recogniser: Recogniser, knowledge: Knowledge
) -> Parts:
    """Loads what a hotline needs beside its recogniser. Raises ``ValueError`` when something is missing."""
    lines = 8 * settings.voice_calls + settings.voice_waiting_calls
    names = [name for each in knowledge.snapshot.collection.documents.values() for name in each.labels]
    return Parts(
        settings=settings,
        database=database,
        http=http,
        recognition=RecognitionService(recogniser, Workshop("recognition", 1, 3 * settings.voice_calls)),
        speech=SpeechService(open_voice(settings), Workshop("speech", 1, lines)),
        sounds=SoundIndex(names),
        posts=posts(http, settings, database),
    )


async def serve_audiosocket(hotline: Hotline, settings: Settings) -> asyncio.Server:
    """Listens for Asterisk. A connection without an announced call is closed."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            call_id = await read_identifier(reader)
        except ProtocolError as error:
            structlog.get_logger().warning("line refused", reason=str(error))
            writer.close()
            return
        if not hotline.admits(call_id):
            structlog.get_logger().warning("line refused", reason="not announced")
            writer.close()
            return
        await hotline.answer(call_id, AudioSocketLine(reader, writer))

    return await asyncio.start_server(connected, settings.voice_host, settings.voice_audiosocket_port)


def _caller(caller: Annotated[str, Form(max_length=_LONGEST_NUMBER)] = "") -> str | None:
    return caller if _NUMBER.fullmatch(caller) else None


Caller = Annotated[str | None, Depends(_caller)]
"""The number that a line announces, if somebody can be called there."""


def create_app(hotline: Hotline, settings: Settings) -> FastAPI:
    """The HTTP side, on the internal network."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    def known(authorization: Annotated[str, Header()] = "") -> None:
        token = settings.internal_token.get_secret_value()
        if not token or not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise HTTPException(401, "MOTCUA_INTERNAL_TOKEN is needed")

    guarded = [Depends(known)]

    @app.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "ok", "calls": hotline.talking}

    @app.post("/calls", dependencies=guarded, response_class=PlainTextResponse)
    async def announce(caller: Caller) -> str:
        try:
            return str(await hotline.announce(caller))
        except Full:
            return "full"

    @app.post("/turned-away", dependencies=guarded, response_class=PlainTextResponse)
    async def turned_away(caller: Caller) -> str:
        return announcements.OFFER if caller else announcements.BUSY

    @app.post("/call-backs", dependencies=guarded, response_class=PlainTextResponse)
    async def call_back(caller: Caller) -> str:
        return str(await hotline.call_back(caller))

    @app.get("/sounds/{name}.wav")
    async def sound(name: str) -> Response:
        """Open: Asterisk fetches sounds without a token."""
        try:
            content = await announcements.as_wave(hotline.speech, name)
        except KeyError as error:
            raise HTTPException(404, "no such sound") from error
        except Overloaded as error:
            raise HTTPException(503, "too much is being said") from error
        return Response(content, media_type="audio/wav", headers={"Cache-Control": f"max-age={_SOUNDS_SECONDS}"})

    @app.get("/calls/{call_id}/next", dependencies=guarded, response_class=PlainTextResponse)
    async def next_step(call_id: uuid.UUID) -> str:
        return (await hotline.outcome(call_id))[0]

    @app.get("/calls/{call_id}/summary", dependencies=guarded, response_class=PlainTextResponse)
    async def summary(call_id: uuid.UUID) -> str:
        return (await hotline.outcome(call_id))[1][:_LONGEST_NAME]

    @app.post("/calls/{call_id}/missed", dependencies=guarded, response_class=PlainTextResponse)
    async def missed(call_id: uuid.UUID) -> str:
        await hotline.missed(call_id)
        return "ok"

    @app.post("/transcripts", dependencies=guarded)
    async def transcribe(request: Request) -> dict[str, str]:
        try:
            return {"text": await hear(hotline.recognition, await request.body())}
        except TooLong as error:
            raise HTTPException(413, "too long a recording") from error
        except Unreadable as error:
            raise HTTPException(415, "no sound that can be read") from error
        except Overloaded as error:
            raise HTTPException(503, "too much is being recognised") from error

    @app.websocket("/calls/{call_id}/stream")
    async def stream(websocket: WebSocket, call_id: uuid.UUID) -> None:
        if not hotline.admits(call_id):
            await websocket.close(4404)
            return
        await websocket.accept()
        await hotline.answer(call_id, WebSocketLine(websocket))

    return app


@asynccontextmanager
async def opened(settings: Settings, database: Database, recogniser: Recogniser) -> AsyncGenerator[Hotline]:
    """A hotline that answers AudioSocket calls while the block runs."""
    knowledge = await asyncio.to_thread(Knowledge.open, KnowledgeSettings())
    async with httpx.AsyncClient() as http:
        hotline = Hotline(await asyncio.to_thread(open_parts, settings, database, http, recogniser, knowledge))
        beside = [
            asyncio.create_task(_forget(database, settings)),
            asyncio.create_task(watch(database, hotline.recognition)),
        ]
        if settings.voice_inbox is not None:
            inbox = Inbox(settings.voice_inbox, database, hotline.recognition, knowledge)
            beside.append(asyncio.create_task(_watch(inbox)))
        async with await serve_audiosocket(hotline, settings):
            yield hotline
        for task in beside:
            task.cancel()


async def _watch(inbox: Inbox) -> None:
    """Watches on, whatever happens to one recording; it is tried again with the next look."""
    while True:
        try:
            await inbox.watch()
        except (OSError, SQLAlchemyError) as error:
            structlog.get_logger().error("inbox interrupted", reason=type(error).__name__)
            await asyncio.sleep(_INBOX_PAUSE_SECONDS)


async def _forget(database: Database, settings: Settings) -> None:
    while True:
        before = dt.datetime.now(dt.UTC) - dt.timedelta(days=settings.voice_retention_days)
        try:
            async with database.session() as session:
                await calls.forget_recordings(session, before)
        except (OSError, SQLAlchemyError) as error:
            structlog.get_logger().error("recordings not deleted", reason=type(error).__name__)
        await asyncio.sleep(_SWEEP_SECONDS)


async def serve() -> None:
    """Answers calls until it is stopped. Raises ``ValueError`` for what is not set or not there."""
    settings = Settings()
    if not settings.internal_token.get_secret_value():
        raise ValueError("set MOTCUA_INTERNAL_TOKEN, for the hotline, the api and Asterisk alike")
    database = Database.open()
    async with opened(settings, database, await asyncio.to_thread(Whisper, settings)) as hotline:
        config = uvicorn.Config(
            create_app(hotline, settings),
            host=settings.voice_host,
            port=settings.voice_port,
            log_level="warning",
            access_log=False,
        )
        await uvicorn.Server(config).serve()
    await database.close()


def main() -> None:
    """The process ``voice``."""
    pipecat_log.remove()
    pipecat_log.add(sys.stderr, level="WARNING")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    try:
        asyncio.run(serve())
    except ValueError as error:
        raise SystemExit(f"The hotline cannot start: {error}") from error


if __name__ == "__main__":
    main()
