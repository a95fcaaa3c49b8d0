"""The PostgreSQL that keeps an installation."""

import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

_CONNECTIONS: Final = 16
_SURE_SECONDS: Final = 0.5
"""How long a connection that just did something is taken to be there still."""


def make_postgres_engine(url: URL, now: Callable[[], float] = time.monotonic) -> Engine:
    """An engine whose connections outlive a restart of the server.

    One that lay idle is asked before it is used whether it is still there; `pool_pre_ping` would ask every time, which
    costs as much as most of what is read.
    """
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=_CONNECTIONS,
        connect_args={"target_session_attrs": "read-write", "connect_timeout": 10},
    )

    def note(_connection: object, record: Any) -> None:
        record.info["used_at"] = now()

    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if now() - record.info["used_at"] < _SURE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error:
            raise InvalidatePoolError from None

    event.listen(engine, "connect", note)
    event.listen(engine, "checkin", note)
    event.listen(engine, "checkout", ask)
    return engine
