from __future__ import annotations

import pytest
from sqlalchemy import select

from records import agencies
from records.database import Database
from records.models import Agency, AgencyKey


@pytest.fixture
async def key(database: Database) -> str:
    async with database.session() as session:
        await agencies.add(session, "Sở Mẫu", ["h99.14", "G99"], ["Hộ tịch"])
        return await agencies.issue_key(session, "Sở Mẫu")


async def opened_by(database: Database, key: str) -> str | None:
    async with database.session() as session:
        agency = await agencies.authenticate(session, key)
    return agency.name if agency else None


async def test_a_key_opens_its_agency(database: Database, key: str) -> None:
    assert await opened_by(database, key) == "Sở Mẫu"


async def test_the_key_itself_is_not_stored(database: Database, key: str) -> None:
    async with database.session() as session:
        stored = (await session.execute(select(AgencyKey))).scalar_one()
    assert stored.id == key.split(".")[1]
    assert key.split(".")[2].encode() not in stored.digest


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", lambda key: "", lambda key: "mca..x"])
async def test_a_key_that_is_nearly_right(database: Database, key: str, change: object) -> None:
    assert callable(change)
    assert await opened_by(database, str(change(key))) is None


async def test_the_id_of_one_key_does_not_help_the_secret_of_another(database: Database, key: str) -> None:
    async with database.session() as session:
        other = await agencies.issue_key(session, "Sở Mẫu")
    mixed = ".".join((*key.split(".")[:2], other.split(".")[2]))
    assert await opened_by(database, mixed) is None


async def test_a_revoked_key_opens_nothing_and_the_others_go_on(database: Database, key: str) -> None:
    async with database.session() as session:
        other = await agencies.issue_key(session, "Sở Mẫu")
        await agencies.revoke(session, key.split(".")[1])
    assert await opened_by(database, key) is None
    assert await opened_by(database, other) == "Sở Mẫu"
    async with database.session() as session:
        with pytest.raises(agencies.UnknownAgency):
            await agencies.revoke(session, key.split(".")[1])
        (listed,) = await agencies.listing(session)
    assert [known.revoked_at is None for known in listed.keys] == [False, True]


@pytest.mark.parametrize(
    ("name", "prefixes"),
    [("Sở Mẫu", ["H99"]), ("Khác", []), ("Khác", ["H9"]), ("Khác", ["H99%"]), ("Khác", ["H99-"]), (" ", ["H99"])],
)
async def test_agencies_that_are_not_added(database: Database, key: str, name: str, prefixes: list[str]) -> None:
    async with database.session() as session:
        with pytest.raises(ValueError, match=r"agency|unit"):
            await agencies.add(session, name, prefixes)
    async with database.session() as session:
        assert len(await agencies.listing(session)) == 1


async def test_a_key_for_an_unknown_agency(database: Database) -> None:
    async with database.session() as session:
        with pytest.raises(agencies.UnknownAgency):
            await agencies.issue_key(session, "Không có")


@pytest.mark.parametrize(
    ("code", "covered"),
    [
        ("H99.14-240823-0001", True),
        ("H99.14.02-240823-0001", True),
        ("G99-240823-0001", True),
        ("G99.20-20240823-0000001", True),
        ("H99.15-240823-0001", False),
        ("H99.141-240823-0001", False),
        ("H99-240823-0001", False),
        ("000.00.14.H99-240823-0001", False),
    ],
)
def test_a_prefix_covers_a_unit_and_those_below_it(code: str, covered: bool) -> None:
    assert agencies.covers(Agency(name="x", prefixes=["H99.14", "G99"], fields=[]), code) is covered


def test_fields_of_work() -> None:
    limited = Agency(name="x", prefixes=["H99"], fields=["Hộ tịch"])
    assert agencies.works_in(limited, "hộ tịch") is True
    assert agencies.works_in(limited, "Đất đai") is False
    assert agencies.works_in(Agency(name="x", prefixes=["H99"], fields=[]), "Đất đai") is True
