"""The decision at the socket: each address is judged where it is dialled, whatever was written in the URL."""

import socket
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from jackfield.egress.addresses import Address, read_address
from jackfield.egress.errors import TargetRefusedError
from jackfield.egress.resolver import Resolver
from jackfield.egress.targets import AllowList

AddressInfo = tuple[int, int, int, str, Any]
"""As `socket.getaddrinfo` gives them."""


@dataclass(slots=True)
class Attempt:
    """One attempt to reach one host."""

    host: str
    port: int
    answers: tuple[Address, ...] = ()
    """What this very resolution gave for the host; empty for a literal address."""
    is_unencrypted_secret: bool = False
    """Whether a secret would travel without TLS; then public addresses must be listed, too."""
    is_sent: bool = False
    """Whether a byte of the request may have been written."""
    patience_seconds: float = 0
    """How long the other side may send nothing at the moment."""


current_attempt: ContextVar[Attempt] = ContextVar("current_attempt")
"""Whose sockets are being opened; set anew by every request, so none sees another's answers."""


class Guard:
    """Judges names and sockets of one reach."""

    def __init__(self, allowed: AllowList, resolver: Resolver) -> None:
        self._allowed = allowed
        self._resolver = resolver

    async def vet(self, attempt: Attempt) -> tuple[Address, ...]:
        """The addresses of the attempt's host that may be dialled, at least one.

        Raises:
            TargetRefusedError: There are addresses, and none is permitted.
            RemoteUnavailableError: The name can't be found.
        """
        literal = read_address(attempt.host)
        if literal is not None:
            attempt.answers = ()
            found: tuple[Address, ...] = (literal,)
        else:
            attempt.answers = found = await self._resolver.addresses(attempt.host)
        permitted = tuple(address for address in found if self._is_permitted(address, attempt.port, attempt))
        if not permitted:
            raise refusal(attempt)
        return permitted

    def open_socket(self, info: AddressInfo) -> socket.socket:
        """Make the socket for an address, if it may be dialled; the factory of the HTTP client.

        Raises:
            TargetRefusedError: It may not.
        """
        family, kind, protocol, _, place = info
        attempt = current_attempt.get()
        address = read_address(str(place[0]))
        has_zone = len(place) > 3 and place[3] != 0
        if address is None or has_zone or not self._is_permitted(address, int(place[1]), attempt):
            raise refusal(attempt)
        return socket.socket(family, kind, protocol)

    def _is_permitted(self, address: Address, port: int, attempt: Attempt) -> bool:
        answered_for = attempt.host if address in attempt.answers else None
        return self._allowed.is_permitted(
            address, port, answered_for=answered_for, public_too=not attempt.is_unencrypted_secret
        )


def refusal(attempt: Attempt) -> TargetRefusedError:
    """What the caller is told; not which address a name led to, that would map the network for him."""
    host = f"[{attempt.host}]" if ":" in attempt.host else attempt.host
    target = f"{host}:{attempt.port}"
    if attempt.is_unencrypted_secret:
        return TargetRefusedError(
            f"credentials would be sent to {target} unencrypted, which is permitted to none but listed targets; use "
            "https, or it can be allowed under outbound targets by a super admin",
            rule="egress.encrypted",
            target=target,
            who_can_change="a super admin",
        )
    return TargetRefusedError(
        f"{target} is inside the network and not permitted; it can be allowed under outbound targets by a super admin",
        rule="egress.targets",
        target=target,
        who_can_change="a super admin",
    )
