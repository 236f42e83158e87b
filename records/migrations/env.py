"""Alembic's entry: runs the migrations in one transaction under a lock, so that two starting processes don't meet."""

from alembic import context
from sqlalchemy import create_engine, text

from records.models import Base

engine = create_engine(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('motcua migrations'))"))
        context.run_migrations()
engine.dispose()
