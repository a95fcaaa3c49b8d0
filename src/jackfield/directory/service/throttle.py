"""How often one may try to sign in: per account and per address, across restarts and processes (SECURITY §4.2).

A virtual-scheduling leaky bucket (GCRA, ITU-T I.371 annex A): `used_until` runs ahead of the clock by a minute's worth
of attempts at most, and an attempt that is refused moves nothing, so that nobody is locked out for good. An address
from which the owner has signed in before has an allowance of its own on the account: strangers can't use it up.
"""

import hashlib
import ipaddress
import math
from datetime import datetime, timedelta

from jackfield.db import Transaction
from jackfield.directory.errors import SignInThrottledError
from jackfield.directory.store import sign_in
from jackfield.kernel import PersonId, name_key
from jackfield.settings import Limits

_KNOWN_FOR = timedelta(days=30)


class Throttle:
    """Counts attempts."""

    def __init__(self, limits: Limits) -> None:
        self._per_account = limits.sign_ins_per_minute_account
        self._per_address = limits.sign_ins_per_minute_address

    def count_sign_in(self, tx: Transaction, sign_in_name: str, address: str, now: datetime) -> None:
        """Count an attempt to sign in.

        Raises:
            SignInThrottledError: It is one too many.
        """
        # The address first, always: two attempts never wait for each other's rows.
        _count(tx, _address_key(address), self._per_address, now)
        known = _known_key(sign_in_name, address)
        key = known if sign_in.is_known(tx, known, now) else _key("account", name_key(sign_in_name))
        _count(tx, key, self._per_account, now)

    def count_address(self, tx: Transaction, address: str, now: datetime) -> None:
        """Count an attempt with something other than a name, such as a code.

        Raises:
            SignInThrottledError: It is one too many.
        """
        _count(tx, _address_key(address), self._per_address, now)

    def count_password_change(self, tx: Transaction, person_id: PersonId, now: datetime) -> None:
        """Count an attempt at the present password by somebody who is signed in.

        Raises:
            SignInThrottledError: It is one too many.
        """
        _count(tx, _key("password", person_id), self._per_account, now)

    def forgive(self, tx: Transaction, sign_in_name: str, address: str, now: datetime) -> None:
        """Take back an attempt that succeeded, and know the address from now on."""
        key = _address_key(address)
        used_until = sign_in.lock_attempts(tx, key, now)
        sign_in.store_attempts(tx, key, used_until - timedelta(minutes=1) / self._per_address)
        sign_in.remember(tx, _known_key(sign_in_name, address), now, now + _KNOWN_FOR)


def _count(tx: Transaction, key: str, per_minute: int, now: datetime) -> None:
    interval = timedelta(minutes=1) / per_minute
    used_until = max(sign_in.lock_attempts(tx, key, now), now)
    wait = used_until - now - interval * (per_minute - 1)
    if wait > timedelta():
        seconds = math.ceil(wait.total_seconds())
        raise SignInThrottledError(f"too many attempts; try again in {seconds} seconds", retry_after=seconds)
    sign_in.store_attempts(tx, key, used_until + interval)


def _known_key(sign_in_name: str, address: str) -> str:
    return _key("known", f"{_network(address)} {name_key(sign_in_name)}")


def _address_key(address: str) -> str:
    return _key("address", _network(address))


def _network(address: str) -> str:
    # One household or machine has a whole /64 of IPv6 addresses to choose from.
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _key(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()}"
