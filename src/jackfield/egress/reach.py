"""One connection's way out."""

import socket

from jackfield.egress.models import HttpRequest, HttpResponse, ReachPolicy, TlsOptions, VettedAddress
from jackfield.settings import Limits


class Reach:
    """The outside as one connection may see it; its session, pool, cookies and TLS trust are its own."""

    async def request(self, request: HttpRequest) -> HttpResponse:
        """Send one request and read the whole answer.

        Raises:
            LimitedError: The request or the answer is too large, or oddly encoded.
            ForbiddenError: The target is not a permitted one.
            RemoteUnavailableError: It can't be reached, or did not answer in time, and nothing was sent.
            OutcomeUnknownError: The request left and no answer came back.
        """
        raise NotImplementedError

    async def resolve(self, host: str, port: int) -> VettedAddress:
        """Find and judge the address of a host, for libraries that take an address.

        Raises:
            ForbiddenError: Its addresses are not permitted ones.
            RemoteUnavailableError: The name can't be found.
        """
        raise NotImplementedError

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connected, non-blocking TCP socket to a vetted address; the caller closes it."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close the session and its pool."""


class Egress:
    """Makes reaches, and holds what they share: limits and the budget of bytes in flight."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def reach(self, policy: ReachPolicy, tls: TlsOptions | None = None) -> Reach:
        """A new way out; must be closed."""
        raise NotImplementedError

    async def close(self) -> None:
        """Close every reach."""
