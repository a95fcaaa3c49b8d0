"""Run by Alembic: applies the versions on the connection that `schema.upgrade` hands in."""

from alembic import context

from jackfield.db import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can't alter most of a table in place: Alembic copies it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
