"""Whose program is at the other end of a connection that comes from this machine, as Linux tells it.

`/proc/net/tcp` has a line for each socket of the machine with the account that made it; nobody can claim another's.
"""

import os
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final

_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LOCAL: Final = 1
_ACCOUNT: Final = 7
_INODE: Final = 9
"""Columns of a line; proc(5), `/proc/net/tcp`."""
_ORPHAN: Final = "0"
"""The inode of a socket that its program has closed: it is nobody's any more, and its account reads as root's."""
_ROOT: Final = 0
"""Whoever is root can be everybody on this machine anyway."""


def can_tell_accounts() -> bool:
    """Whether this machine says whose a socket is; elsewhere than on Linux it doesn't."""
    return _TABLES[0].exists()


def is_own_account(address: str, port: int) -> bool:
    """Whether a program of the server's own account, or of root, has its end of a connection there.

    Args:
        address: The client's, an IP address of this machine.
        port: The client's.

    Returns:
        False as well where no such socket is there. True where the machine doesn't say whose a socket is.
    """
    if not can_tell_accounts():
        return True
    accounts = set(_accounts_at(_plain(ip_address(address)), port))
    return bool(accounts) and accounts <= {_ROOT, os.getuid()}


def _accounts_at(address: IPv4Address | IPv6Address, port: int) -> Iterator[int]:
    for table in _TABLES:
        # Without IPv6 there is no second table.
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            columns = line.split()
            digits, _, port_digits = columns[_LOCAL].partition(":")
            is_there = int(port_digits, 16) == port and _plain(_address_of(digits)) == address
            if is_there and columns[_INODE] != _ORPHAN:
                yield int(columns[_ACCOUNT])


def _address_of(digits: str) -> IPv4Address | IPv6Address:
    """An address as the kernel prints it: words of 32 bits in the order of the processor."""
    words = [int(digits[start : start + 8], 16) for start in range(0, len(digits), 8)]
    return ip_address(b"".join(word.to_bytes(4, sys.byteorder) for word in words))


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    return getattr(address, "ipv4_mapped", None) or address
