from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from motcua.cli import app
from records.database import Database


@pytest.fixture
def environment(database: Database) -> dict[str, str]:
    return {"MOTCUA_DATA": str(database.settings.data), "DATABASE_URL": ""}


def run(environment: dict[str, str], *arguments: str, code: int = 0) -> str:
    done = CliRunner(env={**environment, "COLUMNS": "200"}).invoke(app, ["agency", *arguments])
    assert done.exit_code == code, done.output
    return done.output


def test_an_agency_from_its_first_key_to_its_last(environment: dict[str, str]) -> None:
    run(environment, "add", "Sở Mẫu", "--prefix", "H99.14", "--prefix", "H99.15", "--field", "Hộ tịch")
    key = run(environment, "key", "Sở Mẫu").strip()
    assert re.fullmatch(r"mca\.[0-9a-f]{10}\.[\w-]{43}", key)
    listed = run(environment, "list")
    assert all(text in listed for text in ("Sở Mẫu", "H99.14, H99.15", "Hộ tịch", f"{key.split('.')[1]} in use"))
    assert key.split(".")[2] not in listed
    assert run(environment, "approval", "Sở Mẫu", "--on").strip() == "On."
    assert re.search(r"Hộ tịch +│ yes", run(environment, "list"))
    run(environment, "revoke", key.split(".")[1])
    assert f"{key.split('.')[1]} revoked 20" in run(environment, "list")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "Sở [Mẫu]", "--prefix", "14"), "not a unit of a dossier code"),
        (("key", "[Không có]"), "there is no agency '[Không có]'"),
        (("approval", "Không có", "--off"), "there is no agency 'Không có'"),
        (("revoke", "0000000000"), "there is no key '0000000000' in use"),
    ],
)
def test_what_is_refused_is_told(environment: dict[str, str], arguments: tuple[str, ...], told: str) -> None:
    assert told in run(environment, *arguments, code=1)
