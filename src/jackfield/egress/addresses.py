"""Which addresses are public, which are inside, and which are of a special kind: pure, and stricter than `is_global`.

`ipaddress.is_global` says yes to multicast, to IPv4 hidden in IPv6 and to several special ranges (SECURITY §1.7), so
IPv6 is judged by what is known to be public, and an address that carries another one is judged by that, too.
Sources: the IANA special-purpose registries (RFC 6890) and the formats of RFC 4291, 6052, 8215, 3056, 4380 and 5214.
"""

from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Place(StrEnum):
    """Where an address is."""

    PUBLIC = "public"
    INSIDE = "inside"
    """In a private network or this machine."""
    SPECIAL = "special"
    """Link-local (where clouds keep their metadata), multicast, reserved, or hiding another address."""


_INSIDE_4 = tuple(
    map(
        IPv4Network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10", "198.18.0.0/15"),
    )
)
_SPECIAL_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_INSIDE_6 = (IPv6Network("fc00::/7"), IPv6Network("::1/128"))
_UNICAST_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "3ffe::/16"))
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def read_address(text: str) -> Address | None:
    """The address of a text in its usual spelling: no zone, no octal, no missing parts; else None."""
    if not text.isascii():
        return None
    try:
        return IPv6Address(text) if ":" in text and "%" not in text else IPv4Address(text)
    except (AddressValueError, ValueError):
        return None


def plain(address: Address) -> Address:
    """IPv4 written as IPv6 (`::ffff:a.b.c.d`) reaches the IPv4 address, so it is that address."""
    if isinstance(address, IPv6Address) and (mapped := address.ipv4_mapped) is not None:
        return mapped
    return address


def place_of(address: Address) -> Place:
    """Where an address is, looking into what it hides."""
    address = plain(address)
    return _place_of_4(address) if isinstance(address, IPv4Address) else _place_of_6(address)


def _place_of_4(address: IPv4Address) -> Place:
    if any(address in network for network in _INSIDE_4):
        return Place.INSIDE
    if any(address in network for network in _SPECIAL_4) or not address.is_global:
        return Place.SPECIAL
    return Place.PUBLIC


def _place_of_6(address: IPv6Address) -> Place:
    if any(address in network for network in _INSIDE_6):
        return Place.INSIDE
    number = int(address)
    hidden = IPv4Address(number & 0xFFFF_FFFF)
    if address in _NAT64:
        return Place.PUBLIC if _place_of_4(hidden) is Place.PUBLIC else Place.SPECIAL
    if address not in _UNICAST_6 or any(address in network for network in _SPECIAL_6):
        return Place.SPECIAL
    if (number >> 32) & 0xFFFF_FFFF in _ISATAP and _place_of_4(hidden) is not Place.PUBLIC:
        return Place.SPECIAL
    return Place.PUBLIC
