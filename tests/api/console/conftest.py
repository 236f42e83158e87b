from __future__ import annotations

import pytest

from knowledge.search import Knowledge
from records.database import Database
from tests.api.console.office import URL, Office


@pytest.fixture
def office(database: Database, knowledge: Knowledge) -> Office:
    return Office.without_bot(URL, database, knowledge)
