"""What PostgreSQL and MySQL have in common as connectors: a server, a user, a way to encrypt."""

from typing import ClassVar, TypeVar

from jackfield.catalog.sql.connector import SqlConnector
from jackfield.catalog.sql.declarations import PasswordCredentials, ServerDetails
from jackfield.connectors import Scheme, TlsOptions, Use

S = TypeVar("S", bound=ServerDetails)

UNVERIFIED = "The server's certificate is not checked: who can redirect the traffic can read and change it."
UNENCRYPTED = "Nothing is encrypted: who can see the traffic can read and change it."


class ServerConnector(SqlConnector[S]):
    """A database on a server."""

    schemes: ClassVar[tuple[Scheme, ...]] = (Scheme("password", "User and password", PasswordCredentials),)
    url_scheme: ClassVar[str]

    def origin(self, details: S) -> str:
        """Host, port and how the connection is encrypted: a password given for one is not sent to another."""
        host = f"[{details.host}]" if ":" in details.host else details.host
        return f"{self.url_scheme}+{details.tls.replace('_', '-')}://{host}:{details.port}/"

    def tls(self, details: S) -> TlsOptions:
        """Whom the connection trusts."""
        return TlsOptions(ca_pem=details.ca_pem)


def credentials_of(use: Use[S]) -> PasswordCredentials:
    """User and password of this use."""
    assert isinstance(use.credentials, PasswordCredentials)  # the only scheme there is
    return use.credentials


def account_of(user: str, details: ServerDetails, database: str) -> str:
    """`user@host/database`, as compared when reconnecting."""
    return f"{user}@{details.host}/{database}"


def warnings_of(details: ServerDetails) -> dict[str, str]:
    """What somebody should know about the way it is encrypted."""
    match details.tls:
        case "encrypt_only":
            return {"warning": UNVERIFIED}
        case "off":
            return {"warning": UNENCRYPTED}
        case _:
            return {}


def statement_seconds(seconds: float) -> float:
    """What the server gets of the whole time, so that it ends first and says so."""
    return max(seconds - 0.5, seconds * 0.8)
