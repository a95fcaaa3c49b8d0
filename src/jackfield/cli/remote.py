"""Asking a server: one request, one answer, every refusal as one sentence."""

import asyncio
import json
import secrets
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from jackfield.cli.failures import FAILED, NOT_SIGNED_IN, UNREACHABLE, CommandError, UsageError
from jackfield.egress import (
    AllowedTarget,
    CertificateRefusedError,
    Egress,
    HttpRequest,
    HttpResponse,
    Reach,
    ReachPolicy,
)
from jackfield.errors import HubError, Kind
from jackfield.kernel import Secret, read_json
from jackfield.settings import Limits

Json = Any
"""JSON, as it came; checked where it is shown."""
JsonObject = dict[str, Any]

_PAGE: Final = 200
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_BYTES: Final = 64 << 20
_MAX_NAMES: Final = 1_000_000
_SECONDS: Final = 300
_NO_ANSWER: Final = frozenset({Kind.REMOTE_UNAVAILABLE, Kind.OUTCOME_UNKNOWN, Kind.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said, when it was no refusal."""

    status: int
    value: Json
    """The body as JSON; None when it was empty or something else."""
    body: bytes
    etag: str | None
    headers: tuple[tuple[str, str], ...]


class Remote:
    """A server, as somebody. Made with `open_remote`.

    Args:
        server: Its URL.
        reach: The way to it, and to nothing else.
        runner: Runs what waits for the network.
        token: Whose API token; None is nobody.
    """

    def __init__(self, server: str, reach: Reach, runner: asyncio.Runner, token: Secret | None) -> None:
        self.server = server
        self._reach = reach
        self._runner = runner
        self._headers: tuple[tuple[str, str], ...] = ()
        if token is not None:
            self._headers = (("authorization", f"Bearer {token.reveal()}"),)

    def act_in_session(self, cookie: str) -> None:
        """Go on with a person's session instead: as a browser would, with its cookie and our own origin."""
        self._headers = (("cookie", cookie), ("origin", self.server))

    def get(self, path: str, **query: Any) -> Json:
        """What is there. Query parameters that are None are left out.

        Raises:
            CommandError: It is refused, or the server doesn't answer.
        """
        return self.send("GET", path, query=query).value

    def post(self, path: str, body: Json = None, **query: Any) -> Json:
        """Make or do something, once: an answer that got lost is asked for again with the same key."""
        return self.send("POST", path, body=body, query=query, key=secrets.token_urlsafe(18)).value

    def patch(self, path: str, body: Json) -> Json:
        """Change what is named."""
        return self.send("PATCH", path, body=body).value

    def put(self, path: str, body: Json) -> Json:
        """Set something as a whole."""
        return self.send("PUT", path, body=body).value

    def delete(self, path: str, **query: Any) -> None:
        """Remove something."""
        self.send("DELETE", path, query=query)

    def list_items(self, path: str, *, limit: int | None, **query: Any) -> tuple[list[JsonObject], bool]:
        """The first `limit` of a list, or all of it; and whether there are more."""
        found: list[JsonObject] = []
        pages = self._pages(path, query, _PAGE if limit is None else limit)
        for items, has_more in pages:
            found += items
            if limit is not None and len(found) >= limit:
                return found[:limit], has_more or len(found) > limit
        return found, False

    def _pages(self, path: str, query: Mapping[str, Any], limit: int) -> Iterator[tuple[list[JsonObject], bool]]:
        cursor: str | None = None
        while True:
            page: JsonObject = self.get(path, **{**query, "limit": max(1, min(limit, _PAGE)), "cursor": cursor})
            cursor = page.get("next")
            yield page["items"], cursor is not None
            if cursor is None:
                return

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Answer:
        """One request. With an idempotency key it is sent a second time if no answer came back.

        Raises:
            CommandError: It is refused, or the server doesn't answer.
        """
        given = {name: _query_text(value) for name, value in (query or {}).items() if value is not None}
        sent: list[tuple[str, str]] = [*self._headers, ("jackfield-client", "cli"), ("accept", "application/json")]
        raw: bytes | None = None
        if body is not None:
            raw = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
            sent.append(("content-type", "application/json"))
        elif method in {"POST", "PUT", "PATCH"}:
            raw = b""
        if key is not None:
            sent.append(("idempotency-key", key))
        url = self.server + path + (f"?{urlencode(given)}" if given else "")
        request = HttpRequest(method, url, (*sent, *headers), raw, has_credentials=True)
        try:
            return self._read(self._exchange(request))
        except _LostError as lost:
            if key is None:
                raise lost.failure from None
        try:
            return self._read(self._exchange(request))
        except _LostError as lost:
            raise lost.failure from None

    def _exchange(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._runner.run(self._reach.request(request, seconds=_SECONDS))
        except CertificateRefusedError as error:
            raise CommandError(error.message, exit_code=UNREACHABLE) from None
        except HubError as error:
            if error.kind not in _NO_ANSWER:
                raise CommandError(error.message) from None
            failure = CommandError(
                f"{self.server} doesn't answer: {error.message}; is the server running?", exit_code=UNREACHABLE
            )
            if error.kind is Kind.OUTCOME_UNKNOWN:
                raise _LostError(failure) from None
            raise failure from None

    def _read(self, response: HttpResponse) -> Answer:
        if response.status >= 400:
            raise self._refusal(response)
        value: Json = None
        if response.body and _is_json(response):
            value = read_json(response.body, what="the server's answer", max_names=_MAX_NAMES)
        elif 300 <= response.status < 400:
            raise CommandError(f"{self.server} sends one elsewhere; give the server's own URL")
        return Answer(response.status, value, response.body, response.header("etag"), response.headers)

    def _refusal(self, response: HttpResponse) -> CommandError:
        value = _problem_in(response)
        message = value.get("detail")
        if not isinstance(message, str):
            return CommandError(
                f"{self.server} answers with status {response.status}, and not as Jackfield does; is this the right "
                f"URL?",
                exit_code=UNREACHABLE,
            )
        if response.status == 401:
            return CommandError(
                f"{message} (`jackfield sign-in {self.server} --name NAME`)", exit_code=NOT_SIGNED_IN, problem=value
            )
        if value.get("code") in {"server.failed", "database.unavailable"}:
            message = f"{message} {value.get('request_id')}"
        return CommandError(message, exit_code=FAILED, problem=value)


class _LostError(Exception):
    """The request may have arrived, and no answer came back."""

    def __init__(self, failure: CommandError) -> None:
        super().__init__(failure.message)
        self.failure = failure


@contextmanager
def open_remote(server: str, token: Secret | None) -> Generator[Remote]:
    """A server, as the owner of a token.

    Raises:
        UsageError: It isn't a URL of a server, or secrets would travel unencrypted.
    """
    target = _target(server)
    limits = Limits(first_byte_seconds=_SECONDS, call_seconds=_SECONDS, response_bytes=_BYTES, request_bytes=_BYTES)
    policy = ReachPolicy(allowed=(target,))
    with asyncio.Runner() as runner:
        egress = Egress(limits)
        try:
            yield Remote(server, runner.run(_reach(egress, policy)), runner, token)
        finally:
            runner.run(egress.close())


async def _reach(egress: Egress, policy: ReachPolicy) -> Reach:
    return egress.reach(policy)


def _target(server: str) -> AllowedTarget:
    try:
        url = urlsplit(server)
        host, port = url.hostname, url.port or {"https": 443, "http": 80}.get(url.scheme)
    except ValueError:
        host, port, url = None, None, urlsplit("")
    if not host or not port or url.path or url.query or url.fragment or url.username is not None:
        raise UsageError("the server's URL must be like https://jackfield.example.com, or http://127.0.0.1:8050")
    if url.scheme == "http" and host not in _LOOPBACK:
        raise UsageError(
            "over http to another machine, your password and token could be read on the way: use the server's https URL"
        )
    return AllowedTarget(host, port)


def _is_json(response: HttpResponse) -> bool:
    media_type = (response.header("content-type") or "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _problem_in(response: HttpResponse) -> JsonObject:
    try:
        value = read_json(response.body, what="the answer", max_names=_MAX_NAMES)
    except HubError:
        return {}
    return dict(value) if isinstance(value, dict) else {}


def _query_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def path_of(*parts: str) -> str:
    """A path of the API: as in `path_of("connections", reference, "test")`."""
    return "/api/" + "/".join(quote(part, safe="") for part in parts)
