from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from records import agencies, conversations
from records.database import Database
from records.dossiers import DossierView, view
from records.models import Agency, Message, Payment
from records.payments import accounts, service
from records.synchronisation import Tally, read_batch, write_batch

CODE = "H99.14-240823-0001"


@dataclass
class Office:
    """An agency with an account, a dossier that asks for money, and a citizen."""

    database: Database
    agency: Agency
    citizen: uuid.UUID

    async def push(self, day: int, state: int, **more: object) -> None:
        line = {"code": CODE, "state": state, "time": f"2024-09-{day:02}T08:00:00Z", **more}
        batch = read_batch(self.database.vault, self.agency, [json.dumps(line).encode()], 1, str)
        async with self.database.session() as session:
            await write_batch(session, batch, Tally(), str)

    async def dossier(self) -> DossierView:
        async with self.database.session() as session:
            return await view(session, CODE)

    async def ask(self) -> Payment:
        dossier = await self.dossier()
        async with self.database.session() as session:
            return await service.ask(session, dossier, self.citizen)

    async def told(self) -> list[str]:
        async with self.database.session() as session:
            said = select(Message.text).where(Message.conversation_id == self.citizen).order_by(Message.id)
            return list((await session.execute(said)).scalars())


@pytest.fixture
async def office(database: Database) -> Office:
    async with database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["H99"])
        await accounts.set_account(session, "Sở Mẫu", "970403", "0011 0123 45678", "SO MAU")
        agency = (await session.execute(select(Agency))).scalar_one()
        citizen = await conversations.of_channel_user(session, "telegram", "900")
    office = Office(database, agency, citizen.id)
    await office.push(1, 6, fee_due=75_000, fee_for="lệ phí", phone="0900000021")
    return office
