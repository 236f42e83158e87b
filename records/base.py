"""What every table is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase

Json = dict[str, Any]


class Encrypted(LargeBinary):
    """A value as ``Vault.encrypt`` made it; ``records.rotation`` moves it to a new key."""


class KeyedHash(LargeBinary):
    """A hash as ``Vault.digest`` made it; ``info`` may say ``of`` which encrypted column, and for what ``purpose``."""


class Base(DeclarativeBase):
    """Columns are typed by their annotations."""

    type_annotation_map = {  # noqa: RUF012
        dt.datetime: TIMESTAMP(timezone=True),
        Json: JSONB(none_as_null=True),
        list[Json]: JSONB,
        list[str]: JSONB,
        bytes: LargeBinary,
        str: Text,
    }


def unique_where(name: str, *columns: str) -> Index:
    """A unique index over the rows whose last column is set; an empty first column counts as a value."""
    where = text(f"{columns[-1]} IS NOT NULL")
    return Index(name, *columns, unique=True, postgresql_where=where, postgresql_nulls_not_distinct=True)
