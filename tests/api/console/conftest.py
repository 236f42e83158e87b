from __future__ import annotations

import pytest

from api.app import create_app
from api.settings import Settings
from records.database import Database
from tests.api.console.office import URL, Office


@pytest.fixture
def office(database: Database) -> Office:
    app = create_app(Settings(public_url=URL))
    app.state.database = database
    return Office(app, database)
