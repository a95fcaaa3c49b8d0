"""HTTP of one reach: one session, one pool, every limit, and no repeating of its own."""

import asyncio
import io
import socket
import ssl
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import Connection
from aiohttp.http_exceptions import LineTooLong
from yarl import URL

from jackfield.deadlines import Deadlines
from jackfield.egress.bodies import Body, ByteBudget, Hold
from jackfield.egress.errors import (
    CertificateRefusedError,
    OriginRefusedError,
    RequestTooLargeError,
    ResponseTooLargeError,
)
from jackfield.egress.guard import Attempt, Guard, current_attempt
from jackfield.egress.models import HttpRequest, HttpResponse
from jackfield.egress.tls import find_tls_error, wants_client_certificate, why_not_trusted
from jackfield.egress.urls import Target, check_headers, check_method, read_url
from jackfield.errors import HubError, InvalidError, OutcomeUnknownError, RemoteUnavailableError
from jackfield.settings import Limits

MAX_HEADER_BYTES = 64 * 1024
MAX_HEADER_LINES = 100
MAX_LINE_BYTES = 16 * 1024
USER_AGENT = "Jackfield"
_LARGE_BODY = 1 << 20


class HttpClient:
    """Sends requests of one reach.

    Args:
        guard: Judges every socket.
        origins: When not empty, the only origins that requests go to.
        limits: Sizes and times.
        budget: Bytes held by all reaches together.
        deadlines: Of the requests of all reaches.
        make_context: Makes the TLS context; called once, at the first use.
    """

    def __init__(
        self,
        guard: Guard,
        origins: frozenset[str],
        limits: Limits,
        *,
        budget: ByteBudget,
        deadlines: Deadlines,
        make_context: Callable[[], ssl.SSLContext],
    ) -> None:
        self._guard = guard
        self._origins = origins
        self._limits = limits
        self._budget = budget
        self._deadlines = deadlines
        self._make_context = make_context
        self._session: aiohttp.ClientSession | None = None

    async def request(self, request: HttpRequest, seconds: float) -> HttpResponse:
        """Send one request once and read the whole answer, within `seconds` for everything."""
        check_method(request.method)
        check_headers(request.headers)
        target = read_url(request.url)
        if self._origins and target.origin not in self._origins:
            raise OriginRefusedError(
                f"the request would go to {target.origin}, but this connection belongs to {', '.join(self._origins)}",
                rule="C2",
                target=target.origin,
            )
        size = len(request.body) if request.body else 0
        if size > self._limits.request_bytes:
            raise RequestTooLargeError(
                f"the request is larger than {self._limits.request_bytes} bytes; nothing was sent",
                limit=self._limits.request_bytes,
                field="body",
            )
        attempt = Attempt(
            target.host,
            target.port,
            is_unencrypted_secret=request.has_credentials and target.scheme == "http",
            patience_seconds=self._limits.first_byte_seconds,
        )
        current_attempt.set(attempt)
        with Hold(self._budget, size) as hold:
            try:
                with self._deadlines.at(asyncio.get_running_loop().time() + seconds):
                    return await self._exchange(request, hold)
            except HubError:
                raise
            except (aiohttp.ClientError, OSError) as error:
                raise _failure(error, target, attempt, seconds) from None

    async def close(self) -> None:
        """Close the pool; requests under way end with an error."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _exchange(self, request: HttpRequest, hold: Hold) -> HttpResponse:
        session = self._session or self._open()
        body: bytes | io.BytesIO | None = request.body
        if body is not None and len(body) > _LARGE_BODY:
            body = io.BytesIO(body)  # written piece by piece, shares the bytes
        response = await session.request(
            request.method, URL(request.url, encoded=True), headers=request.headers, data=body, allow_redirects=False
        )
        try:
            return await self._read(response, hold)
        except BaseException:
            response.close()
            raise

    async def _read(self, response: aiohttp.ClientResponse, hold: Hold) -> HttpResponse:
        status = response.status
        headers: list[tuple[str, str]] = []
        size = 0
        for name, value in response.headers.items():
            size += len(name) + len(value) + 4
            headers.append((name, value if value.isascii() else _readable(value)))
        if size > MAX_HEADER_BYTES:
            raise _headers_too_large(status)
        if status == 101:
            raise OutcomeUnknownError(
                "it wants to switch to another protocol, which isn't spoken here; the request was sent", status=status
            )
        codings = response.headers.getall("Content-Encoding", ())
        body = Body(", ".join(codings), self._limits, hold, status)
        content = response.content
        if content.is_eof():
            # It came with the header, and nothing has to be waited for.
            if whole := content.read_nowait():
                body.feed(whole)
        else:
            self._expect_body(response, body)
            while chunk := await content.readany():
                body.feed(chunk)
        response.release()
        return HttpResponse(status, tuple(headers), body.finish())

    def _expect_body(self, response: aiohttp.ClientResponse, body: Body) -> None:
        length = response.content_length
        if length is not None and length > self._limits.response_bytes and response.method != "HEAD":
            raise body.too_large()
        connection = response.connection
        if connection is not None and connection.protocol is not None:
            current_attempt.get().patience_seconds = connection.protocol.read_timeout = self._limits.idle_seconds
            connection.protocol.start_timeout()

    def _open(self) -> aiohttp.ClientSession:
        limits = self._limits
        connector = aiohttp.TCPConnector(
            ssl=self._make_context(),
            resolver=_GuardedResolver(self._guard),
            use_dns_cache=False,
            socket_factory=self._guard.open_socket,
            limit=limits.calls_parallel,
            keepalive_timeout=limits.idle_seconds,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"},
            skip_auto_headers=("Content-Type",),
            timeout=aiohttp.ClientTimeout(
                total=None,
                sock_connect=limits.connect_seconds + limits.tls_seconds,
                sock_read=limits.first_byte_seconds,
            ),
            auto_decompress=False,
            trust_env=False,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADER_LINES,
            request_class=_Request,
            response_class=_Response,
        )
        return self._session


class _GuardedResolver(AbstractResolver):
    """Gives the HTTP client only addresses that may be dialled."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        permitted = await self._guard.vet(current_attempt.get())
        return [
            ResolveResult(hostname=host, host=str(one), port=port, family=family, proto=0, flags=0) for one in permitted
        ]

    async def close(self) -> None:
        pass


class _InterruptedError(aiohttp.ClientError):
    """The connection broke; of another class than the HTTP client's, which would make it send again."""


class _Request(aiohttp.ClientRequest):
    """Notes when it was sent. A middleware, which could as well, costs every request three coroutines more."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Begin to write; whatever breaks from here on, the HTTP client must not repeat."""
        try:
            response = await super().send(conn)
        except _BROKEN as error:
            raise _InterruptedError from error
        current_attempt.get().is_sent = True
        return response


class _Response(aiohttp.ClientResponse):
    """Keeps the HTTP client from sending again what broke."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        """Wait for the header."""
        try:
            return await super().start(connection)
        except _BROKEN as error:
            raise _InterruptedError from error


_BROKEN: Final = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)


def _failure(error: Exception, target: Target, attempt: Attempt, seconds: float) -> HubError:
    """One sentence for what went wrong; never the path or the query, they may hold secrets."""
    origin = target.origin
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return CertificateRefusedError(_distrust(error, origin), target=origin)
        case _InterruptedError() if (cause := find_tls_error(error)) and wants_client_certificate(cause):
            return CertificateRefusedError(_wants_certificate(origin), target=origin)
        case aiohttp.InvalidURL():
            return InvalidError("the URL can't be sent", code="egress.url_invalid", field="url")
        case aiohttp.ClientResponseError() if _is_about_headers(error):
            return _headers_too_large(None)
        case _:
            what = _what_happened(error, attempt, seconds)
    data: dict[str, Any] = {"target": origin, **({"timed_out": True} if isinstance(error, TimeoutError) else {})}
    if attempt.is_sent:
        return OutcomeUnknownError(f"{origin} {what}; whether the request took effect is not known", **data)
    return RemoteUnavailableError(f"{origin} {what}; nothing was sent", **data)


def _what_happened(error: Exception, attempt: Attempt, seconds: float) -> str:
    match error:
        case aiohttp.ClientResponseError():
            return "did not answer in HTTP"
        case aiohttp.ClientPayloadError():
            return "broke off its answer"
        case TimeoutError():
            return _what_took_too_long(error, attempt, seconds)
        case aiohttp.ClientConnectorError():
            return f"can't be reached ({_reason(error.os_error)})"
        case _:
            return "closed the connection without an answer"


def _what_took_too_long(error: TimeoutError, attempt: Attempt, seconds: float) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "did not accept the connection in time"
        case aiohttp.SocketTimeoutError():
            return f"sent nothing for {attempt.patience_seconds:g} s"
        case _:
            return f"did not answer in time (at most {seconds:g} s)"


def _distrust(error: Exception, origin: str) -> str:
    # What the HTTP client raises counts as one of TLS itself; what it stands for is its cause.
    cause = find_tls_error(error.__cause__)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate of {origin} is not trusted: {why_not_trusted(cause)}; nothing was sent"
    if cause is not None and wants_client_certificate(cause):
        return _wants_certificate(origin)
    return (
        f"no TLS connection to {origin} came about; it must speak TLS 1.2 or newer and ask for no certificate of its "
        f"client; nothing was sent"
    )


def _wants_certificate(origin: str) -> str:
    return f"{origin} asks for a certificate of its client, and a connection has none; it took no request"


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, ConnectionResetError) and error.errno is None:
        return "it ended the connection before TLS was agreed"
    return (error.strerror or "no connection").lower()[:100]


def _is_about_headers(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, LineTooLong) or "Too many headers" in str(error):
            return True
        error = error.__cause__
    return False


def _headers_too_large(status: int | None) -> ResponseTooLargeError:
    return ResponseTooLargeError(
        f"the answer's header is larger than {MAX_HEADER_BYTES} bytes or {MAX_HEADER_LINES} lines; the request was sent",
        limit=MAX_HEADER_BYTES,
        status=status,
    )


def _readable(value: str) -> str:
    """Header values as text: the client leaves bytes that are not UTF-8 as lone surrogates, which JSON can't hold."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
