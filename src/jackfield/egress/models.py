"""What is asked of the outside, and what may be reached."""

from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AllowedTarget:
    """A target inside the company's network that may be reached; public addresses may be reached without."""

    host: str
    """An address, a network in CIDR notation, a host name, or `*.` and a domain."""
    port: int | None = None
    """None is every port."""


@dataclass(frozen=True, slots=True)
class ReachPolicy:
    """What one connection may reach, as decided outside: allow lists of the installation and the business unit."""

    allowed: tuple[AllowedTarget, ...] = ()
    origins: tuple[str, ...] = ()
    """When not empty: the only `scheme://host:port` that HTTP requests may go to (the permitted origin, C2 and D22)."""


class TlsMode(StrEnum):
    """How TLS starts."""

    NONE = "none"
    START = "start"
    """The connection begins with TLS."""
    UPGRADE = "upgrade"
    """STARTTLS; refused when the other side doesn't offer it."""


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """Trust of one connection; never of another (D32)."""

    ca_pem: str | None = None
    """Certificates to trust instead of the system's."""


@dataclass(frozen=True, slots=True)
class VettedAddress:
    """An address that was judged and may be dialled."""

    host: str
    """The name that was asked for, for TLS."""
    address: str
    """The IP address, in its canonical spelling."""
    port: int


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """Exactly what is sent; its `repr` has none of what may be secret (D10)."""

    method: str
    url: str = field(repr=False)
    """Absolute and already encoded; sent as it is."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    has_credentials: bool = False
    """Whether it carries a secret anywhere: such a request goes unencrypted only to targets that were allowed (D32)."""


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back: whole, decoded once, within the limits."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in any case."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
