"""Procedures over the public API: search and one procedure, structured."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.errors import ApiError, NotFound
from knowledge.model import Level, Procedure
from knowledge.search import Knowledge
from nlu.text import places

router = APIRouter(prefix="/api/v1/procedures", tags=["procedures"])


class Result(BaseModel):
    """One procedure that may meet the need; ``also`` names the same need at other levels."""

    code: str
    name: str
    score: float
    level: list[Level]
    agency: str
    field: str
    also: list[str]


class Results(BaseModel):
    """Best first."""

    results: list[Result]


@router.get("")
async def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=500)],
    limit: Annotated[int, Query(ge=1, le=50)] = 5,
    agency: str | None = None,
    level: Level | None = None,
    province: Annotated[str | None, Query(max_length=60, description="Old or new name of a province.")] = None,
) -> Results:
    """Finds procedures by a need in any words; with a province, without what is only for others."""
    if province and places.province(province) is None:
        raise ApiError(f"Không có tỉnh, thành phố nào tên {province[:40]}.")
    knowledge: Knowledge = request.app.state.knowledge
    found = await asyncio.to_thread(knowledge.search, q, limit=limit, agency=agency, level=level, province=province)
    return Results(
        results=[
            Result(
                code=hit.procedure.code,
                name=hit.procedure.name,
                score=hit.score,
                level=list(hit.procedure.levels),
                agency=hit.procedure.agency,
                field=hit.procedure.field,
                also=list(hit.also),
            )
            for hit in found.hits
        ]
    )


@router.get("/{code}")
async def procedure(request: Request, code: str) -> Procedure:
    """One procedure."""
    knowledge: Knowledge = request.app.state.knowledge
    found = await asyncio.to_thread(knowledge.procedure, code)
    if found is None:
        raise NotFound(f"Không có thủ tục mã {code[:40]}.")
    return found
