"""A PostgreSQL server: the one of `JACKFIELD_TEST_POSTGRES`, or the machine's."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache

import psycopg
from psycopg import sql

from servers import needs

_CANDIDATES = (
    os.environ.get("JACKFIELD_TEST_POSTGRES", ""),
    "postgresql://postgres@127.0.0.1:5432/postgres",
    "postgresql:///postgres",
)


def _answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


@cache
def admin_url() -> str:
    """The URL of a server on which databases can be made; skips where there is none."""
    found = next(filter(_answers, filter(None, _CANDIDATES)), None)
    return found or needs(
        "a PostgreSQL server", "apt-get install postgresql, or set JACKFIELD_TEST_POSTGRES to a superuser's URL"
    )


@contextmanager
def fresh_database(template: str | None = None) -> Generator[str]:
    """The URL of an empty database (or a copy of `template`), dropped afterwards."""
    url = admin_url()
    name = f"jackfield_test_{secrets.token_hex(6)}"
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(statement)
    try:
        yield url.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
