"""What PostgreSQL and libpq complain about, as errors of ours (SQLSTATE: PostgreSQL manual, appendix A)."""

from typing import Final

import psycopg

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.declarations import PostgresqlDetails
from jackfield.catalog.sql.statements import Bound
from jackfield.errors import HubError, InvalidError

SYSTEM: Final = "PostgreSQL"
_TLS_SIGNS: Final = ("SSL", "certificate", "TLS")


def connect_fault(  # noqa: PLR0911  # one line per reason
    error: psycopg.Error, details: PostgresqlDetails, user: str
) -> HubError:
    """Why there is no connection; libpq tells it in words alone, those of the server in the server's language."""
    text = str(error)
    lower = text.lower()
    if "database" in lower and ("does not exist" in lower or "permission denied" in lower):
        return faults.no_database(SYSTEM, details.database)
    if "too many" in lower or "remaining connection slots" in lower or "starting up" in lower or "shutting" in lower:
        return faults.unavailable(SYSTEM, "it takes no further connections at the moment")
    if "no pg_hba.conf entry" in lower:
        return faults.sign_in(SYSTEM, user, "the server has no rule that lets this user in from here in this way")
    if "authentication method requirement" in lower:
        return faults.no_tls(
            SYSTEM, "the server asks for the password itself, and it is not proven that it is the right server"
        )
    if any(sign in text for sign in _TLS_SIGNS):
        return faults.no_tls(SYSTEM, _tls_reason(lower, details.host))
    pgconn = error.pgconn
    if "authentication failed" in lower or (pgconn is not None and pgconn.used_password):
        return faults.sign_in(SYSTEM, user)
    if "role" in lower and ("does not exist" in lower or "not permitted" in lower):
        return faults.sign_in(SYSTEM, user)
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return faults.unavailable(SYSTEM, f"{details.host}:{details.port} did not answer in time")
    if "refused" in lower:
        return faults.unavailable(SYSTEM, f"nothing answers at {details.host}:{details.port}")
    return faults.unavailable(SYSTEM, f"{details.host}:{details.port} did not take the connection")


def _tls_reason(lower: str, host: str) -> str:
    if "does not match host name" in lower:
        return f"the server's certificate is not one for {host}"
    if "does not support ssl" in lower:
        return "the server doesn't offer encryption"
    if "certificate verify failed" in lower:
        return "the server's certificate is not signed by an authority that is trusted here, or is out of date"
    return "the handshake failed"


def statement_fault(  # noqa: PLR0911  # one line per class
    error: psycopg.Error, bound: Bound | None, *, seconds: float
) -> HubError:
    """Why a statement failed; DETAIL is never shown, it has values."""
    state = error.sqlstate
    values = bound.parameters if bound is not None else ()
    if state is None:
        if isinstance(error, (psycopg.DataError, psycopg.ProgrammingError)):
            said = faults.without_values(str(error), values)
            return InvalidError(f"the parameters can't be given to {SYSTEM}: {said}", field="arguments.parameters")
        return faults.unavailable(SYSTEM, "the connection was lost")
    message = faults.without_values(error.diag.message_primary or "it doesn't say why", values)
    match state[:2], state:
        case _, "57014":
            return faults.timed_out(SYSTEM, seconds)
        case _, "25006":
            return faults.writes(SYSTEM)
        case ("40", _) | (_, "55P03"):
            return faults.retry_later(SYSTEM, message, state)
        case "08" | "53" | "57" | "58", _:
            return faults.unavailable(SYSTEM, message, status=state)
        case "28", _:
            return faults.sign_in(SYSTEM, "", message)
        case "23", _:
            return faults.constraint(SYSTEM, message, status=state)
        case "22", _:
            return faults.rejected(SYSTEM, faults.without_quoted(message), status=state)
        case _:
            place = error.diag.statement_position
            return faults.rejected(
                SYSTEM,
                message,
                status=state,
                place=bound.place(int(place) - 1) if bound is not None and place else "",
                hint=bool(bound and bound.statement.names and state in {"42601", "42P01", "42703"}),
            )
