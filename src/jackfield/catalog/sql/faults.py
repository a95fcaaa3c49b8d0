"""What databases complain about, as errors of ours.

Servers put values into their messages. What comes from here has none: quoted parts of messages about values are cut,
and values of parameters are blanked wherever they still stand.
"""

import re
from collections.abc import Iterable
from typing import Final

from jackfield.catalog.sql.parameters import Array, Json, Scalar, Value
from jackfield.catalog.sql.statements import HINT
from jackfield.errors import (
    ConflictError,
    InvalidError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteUnavailableError,
)

_LENGTH: Final = 300


def without_values(message: str, values: Iterable[Value]) -> str:
    """The first line of a message with the values of parameters blanked."""
    text = message.strip().split("\n", 1)[0]
    spelled = sorted({one for value in values for one in _spellings(value)}, key=len, reverse=True)
    for one in spelled:
        edge = r"(?<![\w.])" if len(one) < 4 else ""
        end = r"(?![\w.])" if len(one) < 4 else ""
        text = re.sub(edge + re.escape(one) + end, "…", text)
    return text[:_LENGTH]


def _spellings(value: Value) -> Iterable[str]:
    if isinstance(value, Array):
        for item in value.values:
            yield from _spellings(item)
    else:
        yield from (one for one in _scalar_spellings(value) if one.strip())


def _scalar_spellings(value: Scalar) -> Iterable[str]:
    match value:
        case None | bool():
            return
        case bytes():
            yield value.decode("utf-8", "replace")
            yield value.hex()
        case Json():
            yield value.text()
            if isinstance(value.value, str):
                yield value.value
        case str():
            yield value
            yield value.split("\n", 1)[0]
            yield value[:64]  # MySQL cuts values
        case _:
            yield str(value)


def without_quoted(message: str) -> str:
    """The message with everything between the first and the last quotation mark cut."""
    text = message.strip()
    marks = [at for at, char in enumerate(text) if char in "\"'"]
    if len(marks) < 2:
        return text.split("\n", 1)[0]
    return f"{text[: marks[0]]}…{text[marks[-1] + 1 :]}".split("\n", 1)[0]


def sign_in(system: str, user: str, reason: str = "") -> RemoteSignInError:
    """It doesn't let us in."""
    why = f": {reason}" if reason else ""
    return RemoteSignInError(f"{system} does not accept the user {user!r} with this password{why}")


def no_database(system: str, database: str) -> InvalidError:
    """The server doesn't have it."""
    return InvalidError(
        f"details.database: {system} has no database {database!r} that this user may use", field="details.database"
    )


def unavailable(system: str, reason: str, *, status: str | None = None) -> RemoteUnavailableError:
    """It can't be reached or used now."""
    return RemoteUnavailableError(f"{system} can't be used now: {reason}", status=status)


def no_tls(system: str, reason: str) -> RemoteUnavailableError:
    """No encryption as the details ask for it."""
    return RemoteUnavailableError(
        f"{system}: no encrypted connection as details.tls asks for: {reason}", code="sql.tls"
    )


def timed_out(system: str, seconds: float) -> RemoteUnavailableError:
    """The statement took too long and was cancelled; nothing was changed."""
    return RemoteUnavailableError(
        f"{system} did not finish within {seconds:g} seconds, and the statement was cancelled",
        code="sql.timed_out",
        timed_out=True,
    )


def retry_later(system: str, reason: str, status: str) -> RemoteUnavailableError:
    """A conflict with other users of the database that passes; nothing was changed."""
    return RemoteUnavailableError(
        f"{system} undid the statement because of others at work: {reason}", code="sql.busy", status=status
    )


def rejected(system: str, reason: str, *, status: str, place: str = "", hint: bool = False) -> RemoteRejectedError:
    """It said no to the statement."""
    at = f" at {place} of the SQL" if place else ""
    more = f" ({HINT})" if hint else ""
    return RemoteRejectedError(
        f"{system} refuses the statement{at}: {reason}{more}", code="sql.rejected", status=status
    )


def constraint(system: str, reason: str, *, status: str) -> RemoteRejectedError:
    """A constraint of the database stands against it."""
    return RemoteRejectedError(f"{system} refuses the change: {reason}", code="sql.constraint", status=status)


def writes(system: str) -> InvalidError:
    """A query that would change something."""
    return InvalidError(
        f"this would change something, and {system} was asked to read only; "
        "what changes something goes through the action execute",
        code="sql.not_a_query",
        field="arguments.sql",
    )


def too_many_changes(changed: int, limit: int) -> ConflictError:
    """The mass-change guard (D6)."""
    return ConflictError(
        f"this would change {changed} rows, and max_changes is {limit}; everything was rolled back. "
        "Narrow the statement, or raise max_changes if so many are meant",
        code="sql.too_many_changes",
        field="arguments.max_changes",
        rule="D6",
        expected=limit,
    )


def outcome_unknown(system: str) -> OutcomeUnknownError:
    """The connection was lost after the statement was sent."""
    return OutcomeUnknownError(
        f"the connection to {system} was lost after the statement was sent; whether it took effect is not known"
    )
