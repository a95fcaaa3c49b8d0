"""Finding addresses of names, with a time limit and a limit on answers, and nothing kept between two connections."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Sequence

from jackfield.egress.addresses import Address, read_address
from jackfield.errors import RemoteUnavailableError

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""Host name to addresses as text, in the order to try them; raises `OSError` when there are none."""

MAX_ANSWERS = 8
KEPT_SECONDS = 5.0
KEPT_NAMES = 16


async def system_lookup(host: str) -> Sequence[str]:
    """Ask the operating system.

    `getaddrinfo` can't be stopped, so each call has a thread of its own: a name server that never answers uses up
    no pool that others wait for, and doesn't hold up the end of the process.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(found: list[str] | OSError) -> None:
        if answer.done():
            return
        if isinstance(found, OSError):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    def ask() -> None:
        try:
            infos = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found: list[str] | OSError = [str(info[4][0]) for info in infos]
        except OSError as error:
            found = error
        except UnicodeError:
            found = OSError("not a host name")
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=ask, name="jackfield-dns", daemon=True).start()
    return await answer


class Resolver:
    """The names of one reach; asks for one name at a time, so that slow ones can't pile up."""

    def __init__(self, lookup: Lookup, seconds: float) -> None:
        self._lookup = lookup
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._kept: dict[str, tuple[float, tuple[Address, ...]]] = {}

    async def addresses(self, host: str) -> tuple[Address, ...]:
        """Up to `MAX_ANSWERS` addresses of a name, each once, as the name server ordered them.

        Raises:
            RemoteUnavailableError: There are none, or no answer in time.
        """
        if (known := self._known(host)) is not None:
            return known
        async with self._turn:
            if (known := self._known(host)) is not None:
                return known
            found = await self._ask(host)
            if len(self._kept) >= KEPT_NAMES:
                self._kept.clear()
            self._kept[host] = (time.monotonic() + KEPT_SECONDS, found)
            return found

    def _known(self, host: str) -> tuple[Address, ...] | None:
        until, addresses = self._kept.get(host, (0.0, ()))
        return addresses if time.monotonic() < until else None

    async def _ask(self, host: str) -> tuple[Address, ...]:
        try:
            async with asyncio.timeout(self._seconds):
                answers = await self._lookup(host)
        except TimeoutError:
            raise RemoteUnavailableError(
                f"the name server did not answer for {host} within {self._seconds:g} s; nothing was sent", target=host
            ) from None
        except OSError:
            raise RemoteUnavailableError(
                f"the host name {host} can't be found; check its spelling, or try again later", target=host
            ) from None
        read = (read_address(answer.partition("%")[0]) for answer in answers[: 4 * MAX_ANSWERS])
        found = tuple(dict.fromkeys(address for address in read if address is not None))[:MAX_ANSWERS]
        if not found:
            raise RemoteUnavailableError(f"the host name {host} has no address", target=host)
        return found
