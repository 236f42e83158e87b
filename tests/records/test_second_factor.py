from __future__ import annotations

import asyncio
import datetime as dt
import statistics
import time
import uuid

import pytest
from sqlalchemy import func, insert, select, update

from records import second_factor
from records.conversations import start_web
from records.database import Database
from records.dossiers import DossierState, DossierView, Locked, NewDossier, Refused, look_up, store
from records.models import Conversation, Verification
from records.second_factor import Asker, forget_networks, network_digest, opened

CODE, UNKNOWN = "H99.10-240823-0001", "H99.10-240823-9999"


@pytest.fixture(autouse=True)
async def stored(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.dossiers.REFUSAL_SECONDS", 0.0)
    async with database.session() as session:
        for number in (1, 2):
            code = f"{CODE[:-1]}{number}"
            day = dt.date(2024, 8, 23)
            await store(session, NewDossier(code, "", "", "Xã Mẫu", DossierState.PROCESSING, day, phone="0900000021"))


def network(database: Database, address: str) -> Asker:
    return Asker(network=network_digest(database.vault, address))


async def age(database: Database, by: dt.timedelta) -> None:
    async with database.session() as session:
        await session.execute(update(Verification).values(at=Verification.at - by))


@pytest.mark.parametrize(
    ("wrong", "minutes"), [(4, None), (5, 15), (6, 30), (7, 60), (8, 120), (12, 24 * 60), (500, 24 * 60)]
)
async def test_pauses_grow(database: Database, wrong: int, minutes: int | None) -> None:
    digest = database.vault.digest("dossier code", CODE)
    last = dt.datetime.now(dt.UTC)
    guesses = [{"code_digest": digest, "succeeded": False, "at": last - dt.timedelta(seconds=n)} for n in range(wrong)]
    async with database.session() as session:
        await session.execute(insert(Verification), guesses)
    found = await look_up(database, CODE, "0021", Asker())
    if minutes is None:
        assert isinstance(found, DossierView)
    else:
        assert found == Locked(last + dt.timedelta(minutes=minutes))


async def test_the_second_pause_is_longer(database: Database) -> None:
    for _ in range(5):
        assert await look_up(database, CODE, "1111", Asker()) == Refused()
    assert isinstance(await look_up(database, CODE, "0021", Asker()), Locked)
    await age(database, dt.timedelta(minutes=16))
    assert await look_up(database, CODE, "1111", Asker()) == Refused()
    await age(database, dt.timedelta(minutes=16))
    assert isinstance(await look_up(database, CODE, "0021", Asker()), Locked)
    await age(database, dt.timedelta(minutes=16))
    assert isinstance(await look_up(database, CODE, "0021", Asker()), DossierView)


async def test_the_limit_of_a_citizen_holds_across_codes(database: Database) -> None:
    async with database.session() as session:
        citizen = Asker((await start_web(session))[0].id, None)
    for number in range(5):
        await look_up(database, f"H99.10-240823-10{number:02}", "1111", citizen)
    assert isinstance(await look_up(database, CODE, "0021", citizen), Locked)
    assert isinstance(await look_up(database, CODE, "0021", Asker()), DossierView)


async def test_the_limit_of_a_network_holds_across_codes_and_conversations(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.settings, "verification_network_limit", 12)
    home = network(database, "203.0.113.7")
    async with database.session() as session:
        talks = [(await start_web(session, home.network))[0].id for _ in range(4)]
    for number in range(12):
        code = f"H99.10-240823-10{number:02}"
        assert await look_up(database, code, "1111", Asker(talks[number % 4], str(number))) == Refused()
    assert isinstance(await look_up(database, CODE, "0021", home), Locked)
    assert isinstance(await look_up(database, CODE, "0021", network(database, "203.0.113.8")), DossierView)


async def test_guesses_at_the_same_moment_count_like_guesses_in_turn(database: Database) -> None:
    guesses = await asyncio.gather(*(look_up(database, CODE, f"11{n:02}", Asker()) for n in range(16)))
    assert sum(isinstance(guess, Refused) for guess in guesses) == 5


def test_networks(database: Database) -> None:
    vault = database.vault
    same = network_digest(vault, "2001:db8:1:2::5")
    assert same == network_digest(vault, "2001:db8:1:2:ffff::9")
    assert same != network_digest(vault, "2001:db8:1:3::5")
    assert network_digest(vault, "203.0.113.7") == network_digest(vault, "::ffff:203.0.113.7")
    assert network_digest(vault, "testclient") is network_digest(vault, None) is None


async def test_networks_are_forgotten(database: Database) -> None:
    home = network(database, "203.0.113.7")
    async with database.session() as session:
        await start_web(session, home.network)
    await look_up(database, CODE, "1111", home)
    for days, left in ((6, 1), (1, 0)):
        await age(database, dt.timedelta(days=days))
        async with database.session() as session:
            past = Conversation.created_at - dt.timedelta(days=days)
            await session.execute(update(Conversation).values(created_at=past))
            await forget_networks(session)
            for table in (Verification, Conversation):
                kept = select(func.count()).select_from(table).where(table.network_digest.is_not(None))
                assert (await session.execute(kept)).scalar_one() == left


async def test_who_opened_a_dossier(database: Database) -> None:
    async with database.session() as session:
        citizen, other = [(await start_web(session))[0].id for _ in range(2)]
    await look_up(database, CODE, "1111", Asker(other, "1"))
    await look_up(database, CODE, "0021", Asker(citizen, "2"))
    hour = dt.timedelta(hours=1)

    async def open_to(conversation: uuid.UUID, code: str = CODE) -> bool:
        async with database.session() as session:
            return await opened(session, code, conversation, hour)

    assert await open_to(citizen)
    assert not await open_to(other)
    assert not await open_to(citizen, f"{CODE[:-1]}2")
    await age(database, hour)
    assert not await open_to(citizen)


def apart(one: list[float], other: list[float], least: float = 0.0) -> float:
    """The share of pairs in which the time of ``one`` is the longer one: 0.5 for times that nobody can tell apart.

    Times within ``least`` seconds of each other are alike, and count for one half.
    """
    longer, shorter = (
        sum(a - b > least for a in these for b in those) for these, those in ((one, other), (other, one))
    )
    return 0.5 + (longer - shorter) / (2 * len(one) * len(other))


async def refusals(database: Database, rounds: int) -> tuple[list[float], list[float]]:
    """Seconds of refusals for a known and an unknown code, in turn, each on a clean slate."""
    times: dict[str, list[float]] = {CODE: [], UNKNOWN: []}
    for number in range(2 * rounds):
        code = (CODE, UNKNOWN)[number % 2]
        started = time.perf_counter()
        assert await look_up(database, code, "1111", Asker()) == Refused()
        times[code].append(time.perf_counter() - started)
    return times[CODE], times[UNKNOWN]


@pytest.fixture
def unlimited(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database.settings, "verification_limit", 10**6)


@pytest.mark.usefixtures("unlimited")
async def test_a_known_code_takes_as_long_as_an_unknown_one(database: Database) -> None:
    """Even before the time that every refusal takes at least: 400 each, told apart no better than by chance."""
    known, unknown = await refusals(database, 400)
    assert apart(known, unknown) == pytest.approx(0.5, abs=0.1)


@pytest.mark.usefixtures("unlimited")
async def test_what_takes_longer_inside_does_not_show(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of a known dossier that has to be read from disk, say: 30 ms in here are told apart nearly every time."""
    compare = second_factor.check

    async def slow(session: object, code: str, *rest: object) -> object:
        await asyncio.sleep(0.03 * (code == CODE))
        return await compare(session, code, *rest)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(second_factor, "check", slow)
    known, unknown = await refusals(database, 30)
    assert apart(known, unknown) > 0.8
    monkeypatch.setattr("records.dossiers.REFUSAL_SECONDS", 0.2)
    known, unknown = await refusals(database, 40)
    # A timer is late by a tenth of a millisecond more after a longer wait; no network carries that.
    assert apart(known, unknown, least=0.001) == pytest.approx(0.5, abs=0.2)
    assert statistics.median(known) == pytest.approx(statistics.median(unknown), abs=0.003)
