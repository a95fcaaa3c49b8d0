"""The first thing every request meets and the last thing every answer passes, before any framework.

It gives the request its id, refuses foreign hosts, oversized heads and bodies and bodies that drip (M29, case D64), adds
the security headers, and turns whatever nobody caught into a problem that says nothing but the request id.
"""

import asyncio
import re
import traceback
from typing import Final

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, reset_contextvars

from jackfield.api.languages import texts_for
from jackfield.api.problems import Problem, problem_of, unexpected_problem
from jackfield.api.security import OwnHosts, RawHeaders, answer_headers, header_values
from jackfield.db import find_database_failure
from jackfield.deadlines import Deadlines
from jackfield.errors import HubError, InvalidError, LimitedError
from jackfield.kernel import RequestId, new_id
from jackfield.settings import Limits

_log = structlog.get_logger("jackfield.api")

PROBES: Final = frozenset({"/health", "/ready"})
"""Asked by machines that know us by address; they may name any host."""
_INTEGRATIONS: Final = "/api/integrations"
_DOCUMENTS: Final = frozenset({"readings", "updates", "versions"})
_MOST_DIGITS: Final = 15
"""Of a length that is read at all."""
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NUL: Final = re.compile(rb"%00|\x00")


class BodyTooLargeError(LimitedError):
    """The body is larger than may be."""

    code = "body.too_large"


class BodyTooSlowError(LimitedError):
    """The body wasn't there in time."""

    code = "body.too_slow"


class HeadersTooLargeError(LimitedError):
    """The head of the request is larger than may be."""

    code = "headers.too_large"


class BadRequestError(InvalidError):
    """The request can't be read."""

    code = "request.invalid"


class Guard:
    """The outermost ASGI app.

    Args:
        app: What answers.
        own_hosts: Which hosts are ours.
        limits: Sizes and deadlines of what comes in.
        is_secure: Whether people reach us by https.
    """

    def __init__(self, app: ASGIApp, *, own_hosts: OwnHosts, limits: Limits, is_secure: bool) -> None:
        self._app = app
        self._own_hosts = own_hosts
        self._limits = limits
        self._is_secure = is_secure
        self._deadlines = Deadlines()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; let the life cycle pass; refuse everything else."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        request_id = RequestId(new_id("req"))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        most = largest_body(scope["path"], self._limits)
        inbox = _Inbox(receive, scope["headers"], self._limits, most, self._deadlines)
        outbox = _Outbox(send, self._headers(scope["path"], request_id), inbox)
        # Not `bound_contextvars`, which first looks through every variable of the context.
        bound = bind_contextvars(request_id=request_id, **_client_request_id(scope["headers"]))
        try:
            state["host"] = self._check_head(scope)
            inbox.check_declared_length()
            await self._app(scope, inbox.receive, outbox.send)
        except HubError as error:
            await outbox.send_problem(problem_of(error, request_id).said_in(texts_for(scope["headers"])))
        except ClientDisconnect:
            _log.debug("client.left", method=scope["method"], path=scope["path"])
        except Exception as error:  # noqa: BLE001  # the last line: nothing may leave but the request id
            log_unexpected(error, method=scope["method"], path=scope["path"])
            await outbox.send_problem(unexpected_problem(error, request_id).said_in(texts_for(scope["headers"])))
        finally:
            reset_contextvars(**bound)

    def _headers(self, path: str, request_id: RequestId) -> list[tuple[bytes, bytes]]:
        return [*answer_headers(path, is_secure=self._is_secure), (b"x-request-id", request_id.encode())]

    def _check_head(self, scope: Scope) -> str:
        headers: RawHeaders = scope["headers"]
        size = sum(len(name) + len(value) + 4 for name, value in headers) + len(scope.get("raw_path") or b"")
        if size + len(scope["query_string"]) > self._limits.inbound_header_bytes:
            limit = self._limits.inbound_header_bytes
            raise HeadersTooLargeError(f"address and headers have more than {limit} bytes", limit=limit)
        if _NUL.search(scope.get("raw_path") or b"") or _NUL.search(scope["query_string"]):
            raise BadRequestError("the address has a NUL character")
        if scope["path"] in PROBES:
            return ""
        return self._own_hosts.require_host(headers)


def largest_body(path: str, limits: Limits) -> int:
    """How many bytes a body may have: calls take files along, and descriptions of APIs are long."""
    if path == "/api/calls":
        return limits.inbound_call_bytes
    if not path.startswith(_INTEGRATIONS):
        return limits.inbound_body_bytes
    last = path.rpartition("/")[2]
    if last == "calls":
        return limits.inbound_call_bytes
    is_document = path == _INTEGRATIONS or last in _DOCUMENTS
    return limits.inbound_document_bytes if is_document else limits.inbound_body_bytes


class _Inbox:
    """The request's body as it comes: counted, and whole by the deadline."""

    def __init__(self, receive: Receive, headers: RawHeaders, limits: Limits, most: int, deadlines: Deadlines) -> None:
        self._receive = receive
        self._deadlines = deadlines
        self._limits = limits
        self._most = most
        self._lengths = header_values(headers, b"content-length")
        self._deadline = asyncio.get_running_loop().time() + limits.inbound_body_seconds
        self._seen = 0
        is_coded = bool(header_values(headers, b"transfer-encoding"))
        self.is_whole = not is_coded and self._lengths in ([], ["0"])
        self._length = _find_length(self._lengths) if not is_coded else None
        self._is_end_due = False

    def check_declared_length(self) -> None:
        """Refuse before reading what says itself that it is too large."""
        for length in self._lengths:
            if not (length.isascii() and length.isdigit()):
                raise BadRequestError("Content-Length is not a number")
            if len(length) > _MOST_DIGITS or int(length) > self._most:
                raise self._too_large()

    async def receive(self) -> Message:
        """The next part; once the body is whole, wait for the end of the connection as long as it takes."""
        if self.is_whole:
            message = await self._receive()
            if self._is_end_due and message["type"] == "http.request":
                self._is_end_due = False
                message = await self._receive()
            return message
        try:
            with self._deadlines.at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise BodyTooSlowError(
                f"the body was not there after {self._limits.inbound_body_seconds:g} seconds",
                limit=self._limits.inbound_body_seconds,
                retry_after=1,
            ) from None
        if message["type"] == "http.request":
            self._seen += len(message.get("body", b""))
            if self._seen > self._most:
                raise self._too_large()
            self.is_whole = not message.get("more_body", False)
            if self._seen == self._length and not self.is_whole:
                # All that was declared is there (RFC 9112 §6.2). The server says so with its next message only, which
                # comes from another thread.
                self.is_whole = self._is_end_due = True
                message = {**message, "more_body": False}
        return message

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"the body has more than {self._most} bytes", limit=self._most)


class _Outbox:
    """The answer as it goes: with the headers that every answer has."""

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], inbox: _Inbox) -> None:
        self._send = send
        self._headers = headers
        self._inbox = inbox
        self._started = False
        self._finished = False

    async def send(self, message: Message) -> None:
        """Pass a part on."""
        if message["type"] == "http.response.start":
            self._started = True
            headers = list(message.get("headers", ()))
            # ASGI wants names in lower case, some don't obey.
            given = {name.lower() for name, _ in headers}
            headers += [one for one in self._headers if one[0] not in given]
            if not self._inbox.is_whole:
                # What is left of the body would be read as the next request.
                headers.append((b"connection", b"close"))
            message = {**message, "headers": headers}
        self._finished = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def send_problem(self, problem: Problem) -> None:
        """Answer with a problem.

        Raises:
            ConnectionAbortedError: An answer is on its way; the server breaks it off, so that nobody takes it for whole.
        """
        if self._finished:
            return
        if self._started:
            raise ConnectionAbortedError("the answer broke off; the log says why")
        response = problem.response()
        await self.send({"type": "http.response.start", "status": problem.status, "headers": response.raw_headers})
        await self.send({"type": "http.response.body", "body": response.body})


def _find_length(declared: list[str]) -> int | None:
    """The one length that is declared, where it is one."""
    if len(declared) != 1 or not (declared[0].isascii() and declared[0].isdigit()) or len(declared[0]) > _MOST_DIGITS:
        return None
    return int(declared[0])


def log_unexpected(error: BaseException, **where: str) -> None:
    """Write down what nobody foresaw: which exceptions, and where in the code; never their text, which may hold data.

    Of the database's own failures, as a full disk, what it says: it is about itself.
    """
    chain: list[str] = []
    current: BaseException | None = error
    while current is not None and len(chain) < 8:
        frames = traceback.extract_tb(current.__traceback__)[-12:]
        places = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
        chain.append(f"{type(current).__module__}.{type(current).__qualname__} at {places}")
        current = current.__cause__ or current.__context__
    said = find_database_failure(error)
    _log.error("request.failed", failure=chain, **where, **({} if said is None else {"database": said}))


def _client_request_id(headers: RawHeaders) -> dict[str, str]:
    # Somebody else's id is only ever noted beside ours, and only if it can do no harm in a log.
    values = header_values(headers, b"x-request-id")
    return {"client_request_id": values[0]} if len(values) == 1 and _CLIENT_ID.fullmatch(values[0]) else {}
