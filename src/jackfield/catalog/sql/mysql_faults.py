"""What MySQL, MariaDB and PyMySQL complain about, as errors of ours (numbers: MySQL and MariaDB error references)."""

import re
import ssl
from typing import Final

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.declarations import MysqlDetails
from jackfield.catalog.sql.statements import Bound
from jackfield.errors import HubError

LOST: Final = frozenset({0, 2006, 2013, 2014, 2027, 2055, 1053, 1927, 1184, 1158, 1159, 1160, 1161})
_SIGN_IN: Final = frozenset({1045, 1130, 1698, 1820, 1862, 3118, 4151})
_DATABASE: Final = frozenset({1044, 1049})
_FULL: Final = frozenset({1040, 1129, 1203, 1226, 1041, 1135})
_BUSY: Final = frozenset({1205, 1213, 1020, 3572})
_TIME: Final = frozenset({1028, 1317, 1969, 3024})
_READ_ONLY: Final = frozenset({1792})
_CONSTRAINT: Final = frozenset({1048, 1062, 1169, 1216, 1217, 1364, 1451, 1452, 1557, 1586, 1761, 1762, 3819, 4025})
_SYNTAX: Final = frozenset({1064, 1149})
_NAMES: Final = frozenset({1054, 1146, 1305})
_TLS: Final = frozenset({2026, 3159})
_VALUE: Final = re.compile(r"'.*'(?= for (?:column|key)\b|\s*$)", re.DOTALL)


def _number_of(error: Exception) -> int:
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def is_lost(error: Exception) -> bool:
    """Whether the connection is gone."""
    return _number_of(error) in LOST


def connect_fault(  # noqa: PLR0911  # one line per reason
    error: Exception, details: MysqlDetails, user: str, system: str
) -> HubError:
    """Why there is no connection."""
    cause = getattr(error, "original_exception", error)
    number = _number_of(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        if "hostname" in str(cause).lower() or "ip address" in str(cause).lower():
            return faults.no_tls(system, f"the server's certificate is not one for {details.host}")
        return faults.no_tls(
            system, "the server's certificate is not signed by an authority that is trusted here, or is out of date"
        )
    if isinstance(cause, ssl.SSLError):
        return faults.no_tls(system, "the handshake failed")
    if isinstance(error, RuntimeError):
        return faults.no_tls(system, "this user's way to sign in needs an encrypted connection")
    if number in _TLS:
        offered = "asks for the password itself" in str(error)
        return faults.no_tls(
            system,
            "the server asks for the password itself, and it is not proven that it is the right server"
            if offered
            else "the server doesn't offer encryption, or demands it",
        )
    if number in _SIGN_IN:
        reason = "the server lets nobody in from here" if number == 1130 else ""
        return faults.sign_in(system, user, reason)
    if number in _DATABASE:
        return faults.no_database(system, details.database)
    if number in _FULL:
        return faults.unavailable(system, "it takes no further connections at the moment", status=str(number))
    return faults.unavailable(system, f"{details.host}:{details.port} did not take the connection")


def statement_fault(  # noqa: PLR0911  # one line per class
    error: Exception, bound: Bound | None, *, seconds: float, system: str
) -> HubError:
    """Why a statement failed."""
    number = _number_of(error)
    said = str(error.args[1]) if len(error.args) > 1 else "it doesn't say why"
    values = bound.parameters if bound is not None else ()
    message = faults.without_values(_VALUE.sub("…", said), values)
    status = str(number)
    if number in LOST or isinstance(error, RuntimeError):
        return faults.unavailable(system, "the connection was lost")
    if number in _TIME:
        return faults.timed_out(system, seconds)
    if number in _READ_ONLY:
        return faults.writes(system)
    if number in _BUSY:
        return faults.retry_later(system, message, status)
    if number in _FULL:
        return faults.unavailable(system, message, status=status)
    if number in _CONSTRAINT:
        return faults.constraint(system, message, status=status)
    named = bool(bound and bound.statement.names)
    if number in _SYNTAX:
        line = re.search(r"at line (\d+)$", said)
        place = f"line {line[1]}" if line else ""
        return faults.rejected(system, "there is a syntax error", status=status, place=place, hint=named)
    return faults.rejected(system, message, status=status, hint=named and number in _NAMES)
