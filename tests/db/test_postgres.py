"""PostgreSQL as it is: restarted now and then, while connections to it lie idle."""

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from jackfield.db.postgres import make_postgres_engine
from servers import postgres

_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_WHO = text("SELECT pg_backend_pid()")


class Time:
    """As far as connections are concerned."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def pids(engine: Engine, count: int) -> set[int]:
    """Of as many connections, all open at the same time."""
    opened = [engine.connect() for _ in range(count)]
    try:
        return {one.execute(_WHO).scalar_one() for one in opened}
    finally:
        for one in opened:
            one.close()


def test_connections_that_lay_idle_while_the_server_restarted_are_made_anew() -> None:
    time = Time()
    with postgres.fresh_database() as url:
        engine = make_postgres_engine(make_url(url), time)
        before = pids(engine, 3)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(_OTHERS)
        time.now += 1

        after = pids(engine, 3)
        engine.dispose()
    assert len(before) == len(after) == 3
    assert not before & after


def test_one_that_was_just_used_fails_once_and_takes_the_others_with_it() -> None:
    with postgres.fresh_database() as url:
        engine = make_postgres_engine(make_url(url), Time())
        pids(engine, 3)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(_OTHERS)

        with pytest.raises(OperationalError):
            pids(engine, 1)
        assert len(pids(engine, 3)) == 3
        engine.dispose()
