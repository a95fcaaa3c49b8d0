"""The list of outbound targets: which addresses inside may be reached, precisely by address (or name) and port."""

import re
from collections.abc import Iterable
from ipaddress import AddressValueError, NetmaskValueError, ip_network

from jackfield.egress.addresses import Address, Network, Place, place_of, plain, read_address
from jackfield.egress.models import AllowedTarget
from jackfield.errors import InvalidError

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_NUMERIC = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)")
_WITH_PORT = re.compile(r"(?:\[(?P<six>[^\[\]]*)\]|(?P<host>[^\[\]:]*)):(?P<port>[0-9]{1,5})")


def read_host(text: str) -> str | None:
    """The one spelling of a host: an IP address as `ipaddress` writes it, or a DNS name in lower case.

    None for anything else, also for what the C library would take for an address, as in `127.1` or `0x7f.2`, and for
    names that are not yet in their ASCII form (RFC 5890).
    """
    if (address := read_address(text)) is not None:
        return str(address)
    lowered = text.lower()
    if len(text) > 253 or not text.isascii() or not _NAME.fullmatch(lowered):
        return None
    return None if _NUMERIC.fullmatch(lowered.rstrip(".").rpartition(".")[2]) else lowered


def parse_target(text: str) -> AllowedTarget:
    """Read a target as people write it: `10.1.2.3:443`, `10.0.0.0/8`, `[fd00::1]:443`, `db.corp.example`, `*.corp:25`.

    Raises:
        InvalidError: It is none of these.
    """
    text = text.strip()
    if found := _WITH_PORT.fullmatch(text):
        return valid_target(AllowedTarget(found["six"] or found["host"], int(found["port"])))
    return valid_target(AllowedTarget(text.removeprefix("[").removesuffix("]")))


def valid_target(target: AllowedTarget) -> AllowedTarget:
    """The target in its one spelling.

    Raises:
        InvalidError: It names no address, network, host or `*.domain`, or no port.
    """
    if target.port is not None and not 0 < target.port < 65536:
        raise InvalidError("the port of an outbound target must be between 1 and 65535", field="port")
    network = _network(target.host)
    if network is not None:
        return AllowedTarget(str(network), target.port)
    host = read_host(target.host.removeprefix("*."))
    if host is None or (target.host.startswith("*.") and read_address(host) is not None):
        raise InvalidError(
            "an outbound target is an IP address, a network like 10.0.0.0/8, a host name, or *. and a domain",
            field="host",
        )
    return AllowedTarget(("*." if target.host.startswith("*.") else "") + host.rstrip("."), target.port)


def _network(text: str) -> Network | None:
    if "/" not in text:
        return None
    try:
        network = ip_network(text)
    except (AddressValueError, NetmaskValueError, ValueError):
        return None
    return network


class AllowList:
    """The targets of one reach, ready to be asked.

    Raises:
        InvalidError: A target is not a valid one.
    """

    def __init__(self, targets: Iterable[AllowedTarget]) -> None:
        self._addresses: set[tuple[Address, int | None]] = set()
        self._networks: list[tuple[Network, int | None]] = []
        self._names: set[tuple[str, int | None]] = set()
        self._domains: list[tuple[str, int | None]] = []
        for target in map(valid_target, targets):
            if (network := _network(target.host)) is not None:
                self._networks.append((network, target.port))
            elif (address := read_address(target.host)) is not None:
                self._addresses.add((plain(address), target.port))
            elif target.host.startswith("*."):
                self._domains.append((target.host[1:], target.port))
            else:
                self._names.add((target.host, target.port))

    def is_permitted(self, address: Address, port: int, *, answered_for: str | None, public_too: bool = True) -> bool:
        """Whether a socket may be opened to an address and port.

        Args:
            address: The concrete address of the socket.
            port: Its port.
            answered_for: The host name that this very resolution gave the address for; None for a literal address.
            public_too: Whether public addresses are permitted without being listed.
        """
        place = place_of(address)
        if (place is Place.PUBLIC and public_too) or self._has_address(plain(address), port):
            return True
        # A name may change its mind about where it points, so it opens no door to what is of a special kind.
        return place is not Place.SPECIAL and answered_for is not None and self._has_name(answered_for, port)

    def _has_address(self, address: Address, port: int) -> bool:
        if (address, port) in self._addresses or (address, None) in self._addresses:
            return True
        return any(address in network and wanted in {None, port} for network, wanted in self._networks)

    def _has_name(self, host: str, port: int) -> bool:
        host = host.rstrip(".")
        if (host, port) in self._names or (host, None) in self._names:
            return True
        return any(host.endswith(domain) and wanted in {None, port} for domain, wanted in self._domains)
