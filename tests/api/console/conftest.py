from __future__ import annotations

import pytest

from api.app import create_app
from api.settings import Settings
from knowledge.search import Knowledge
from records.database import Database
from tests.api.console.office import URL, Office


@pytest.fixture
def office(database: Database, knowledge: Knowledge) -> Office:
    app = create_app(Settings(public_url=URL))
    app.state.database, app.state.knowledge = database, knowledge
    return Office(app, database)
