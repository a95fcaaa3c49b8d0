"""One connection's way out."""

import asyncio
import socket
import ssl

from jackfield.deadlines import Deadlines
from jackfield.egress.bodies import ByteBudget
from jackfield.egress.guard import Attempt, Guard, current_attempt
from jackfield.egress.http import HttpClient
from jackfield.egress.models import HttpRequest, HttpResponse, ReachPolicy, TlsOptions, VettedAddress
from jackfield.egress.resolver import Lookup, Resolver, system_lookup
from jackfield.egress.targets import AllowList, read_host
from jackfield.egress.tls import make_context
from jackfield.errors import InvalidError, RemoteUnavailableError
from jackfield.settings import Limits


class Reach:
    """The outside as one connection may see it; its session, pool, names and TLS trust are its own."""

    def __init__(self, egress: "Egress", policy: ReachPolicy, tls: TlsOptions, lookup: Lookup) -> None:
        self._egress = egress
        self._limits = egress.limits
        self._tls = tls
        self._guard = Guard(AllowList(policy.allowed), Resolver(lookup, egress.limits.dns_seconds))
        self._http = HttpClient(
            self._guard,
            frozenset(policy.origins),
            egress.limits,
            budget=egress.budget,
            deadlines=egress.deadlines,
            make_context=lambda: egress.http_context(tls),
        )

    async def request(self, request: HttpRequest, *, seconds: float | None = None) -> HttpResponse:
        """Send one request, once, and read the whole answer. No redirect is followed, no cookie kept.

        Args:
            request: What to send; fields that frame the message are written here and refused in it.
            seconds: For everything together; the installation's `call_seconds` when None.

        Raises:
            InvalidError: The URL, method or a header can't be sent as it is.
            LimitedError: The request or the answer is too large, or oddly encoded. Only when its `retryable` is true
                was nothing sent.
            ForbiddenError: The target is not a permitted one.
            RemoteUnavailableError: It can't be reached, or did not answer in time, and nothing was sent.
            OutcomeUnknownError: A byte of the request may have left, and no whole answer came back.
        """
        return await self._http.request(request, self._limits.call_seconds if seconds is None else seconds)

    async def resolve(self, host: str, port: int) -> VettedAddress:
        """Find and judge the address of a host, for libraries that take an address.

        Raises:
            InvalidError: It is neither an address nor a host name.
            ForbiddenError: Its addresses are not permitted ones.
            RemoteUnavailableError: The name can't be found.
        """
        attempt = _attempt(host, port)
        permitted = await self._guard.vet(attempt)
        return VettedAddress(attempt.host.rstrip("."), str(permitted[0]), port)

    async def connect(self, host: str, port: int) -> socket.socket:
        """A connected, non-blocking TCP socket to a vetted address; the caller closes it.

        Raises:
            InvalidError: It is neither an address nor a host name.
            ForbiddenError: Its addresses are not permitted ones.
            RemoteUnavailableError: The name can't be found, or no address answers in time.
        """
        attempt = _attempt(host, port)
        current_attempt.set(attempt)
        permitted = await self._guard.vet(attempt)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.connect_seconds
        problem = "no connection"
        for tried, address in enumerate(permitted):
            family = socket.AF_INET if address.version == 4 else socket.AF_INET6
            opened = self._guard.open_socket((family, socket.SOCK_STREAM, 0, "", (str(address), port)))
            share = (deadline - loop.time()) / (len(permitted) - tried)
            try:
                opened.setblocking(False)  # noqa: FBT003
                opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                async with asyncio.timeout(max(share, 0)):
                    await loop.sock_connect(opened, (str(address), port))
            except TimeoutError:
                opened.close()
                problem = f"no answer within {self._limits.connect_seconds:g} s"
            except OSError as error:
                opened.close()
                problem = (error.strerror or "no connection").lower()
            except BaseException:
                opened.close()
                raise
            else:
                return opened
        raise RemoteUnavailableError(
            f"{attempt.host}:{port} can't be reached ({problem}); nothing was sent", target=f"{attempt.host}:{port}"
        )

    def tls_context(self) -> ssl.SSLContext:
        """A new TLS context with this connection's trust, for protocol libraries; verifying, TLS 1.2 at least.

        Raises:
            InvalidError: The connection's CA certificates can't be read.
        """
        return make_context(self._tls.ca_pem)

    async def close(self) -> None:
        """Close the session and its pool."""
        self._egress.forget(self)
        await self._http.close()


class Egress:
    """Makes reaches, and holds what they share: limits and the budget of bytes in flight.

    Args:
        limits: Sizes and times of every call.
        lookup: Finds addresses of names; the operating system when not given.
    """

    def __init__(self, limits: Limits, *, lookup: Lookup = system_lookup) -> None:
        self.limits = limits
        self.budget = ByteBudget(limits.bytes_in_flight)
        self.deadlines = Deadlines()
        self._lookup = lookup
        self._reaches: set[Reach] = set()
        self._system_trust: ssl.SSLContext | None = None

    def reach(self, policy: ReachPolicy, tls: TlsOptions | None = None) -> Reach:
        """A new way out; must be closed.

        Raises:
            InvalidError: An allowed target is not a valid one.
        """
        reach = Reach(self, policy, tls or TlsOptions(), self._lookup)
        self._reaches.add(reach)
        return reach

    def http_context(self, tls: TlsOptions) -> ssl.SSLContext:
        """The TLS context for HTTP; reaches that trust the system's certificates share one that nobody changes."""
        if tls.ca_pem is not None:
            return _for_http(make_context(tls.ca_pem))
        if self._system_trust is None:
            self._system_trust = _for_http(make_context(None))
        return self._system_trust

    def forget(self, reach: Reach) -> None:
        """A reach was closed."""
        self._reaches.discard(reach)

    async def close(self) -> None:
        """Close every reach."""
        for reach in tuple(self._reaches):
            await reach.close()


def _attempt(host: str, port: int) -> Attempt:
    read = read_host(host.removeprefix("[").removesuffix("]"))
    if read is None:
        raise InvalidError("the host is neither an IP address in its usual spelling nor a DNS name", field="host")
    if not 0 < port < 65536:
        raise InvalidError("the port must be between 1 and 65535", field="port")
    return Attempt(read, port)


def _for_http(context: ssl.SSLContext) -> ssl.SSLContext:
    context.set_alpn_protocols(["http/1.1"])
    return context
