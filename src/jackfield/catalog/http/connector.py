"""Any HTTP API: one base URL, one way to sign in, one action."""

from typing import ClassVar, Final

from jackfield.catalog.http.bodies import write_body
from jackfield.catalog.http.declarations import HttpDetails, HttpResult, RequestArguments
from jackfield.catalog.http.schemas import AnswerMismatchError, SchemaCheck
from jackfield.connectors import (
    Connector,
    Effect,
    HttpRequest,
    RemoteIdentity,
    Repeat,
    Scheme,
    TlsOptions,
    Use,
    Weight,
    action,
)
from jackfield.connectors.http import headers
from jackfield.connectors.http.answers import SAFE_METHODS, failure, for_people, is_success, read_content
from jackfield.connectors.http.sign_in import SCHEMES, name_of, sign
from jackfield.connectors.http.urls import Base, build_url, query_pairs, read_base
from jackfield.errors import InvalidError, JsonValue, RemoteRejectedError

_WEIGHTS: Final = {
    "GET": Weight(Effect.READ, Repeat.READ),
    "HEAD": Weight(Effect.READ, Repeat.READ),
    "OPTIONS": Weight(Effect.READ, Repeat.READ),
    "PUT": Weight(Effect.WRITE, Repeat.REPEATABLE),
    "DELETE": Weight(Effect.DESTRUCTIVE, Repeat.REPEATABLE),
}
"""By what a method promises (RFC 9110 §9.2); the others promise nothing."""
_KEYED: Final = Weight(Effect.WRITE, Repeat.KEYED)
_ONCE: Final = Weight(Effect.WRITE, Repeat.ONCE)


def _weigh(arguments: RequestArguments) -> Weight:
    if (known := _WEIGHTS.get(arguments.method)) is not None:
        return known
    return _KEYED if arguments.idempotency_header else _ONCE


class HttpConnector(Connector[HttpDetails]):
    """Requests to one HTTP API."""

    key = "http"
    title = "HTTP"
    description = "Send requests to any HTTP API and read its answers."
    details = HttpDetails
    schemes: ClassVar[tuple[Scheme, ...]] = SCHEMES

    def origin(self, details: HttpDetails) -> str:
        """`scheme://host:port/path/`: the credentials are sent to URLs that begin so, and nowhere else."""
        return read_base(details.base_url).origin

    def http_origins(self, details: HttpDetails) -> tuple[str, ...]:
        """The one server of the base URL."""
        return (read_base(details.base_url).server,)

    def tls(self, details: HttpDetails) -> TlsOptions:
        """The connection's own certificates, where it has some."""
        return TlsOptions(details.ca_pem)

    async def test(self, use: Use[HttpDetails]) -> RemoteIdentity:
        """Ask for the test path with the credentials.

        Raises:
            InvalidError: The test path (`details.test_path`) isn't there, or leads elsewhere.
            RemoteSignInError: It doesn't accept the credentials.
            RemoteUnavailableError: It can't be reached.
        """
        base = read_base(use.details.base_url)
        request = _request(use, base, RequestArguments(path=use.details.test_path))
        response = await use.reach.request(request, seconds=_seconds(use.seconds))
        if not is_success(response.status, None):
            problem = failure("GET", response, base.server)
            if isinstance(problem, RemoteRejectedError):
                raise InvalidError(
                    f"{problem.message}, to GET {use.details.test_path}; give a test path that it answers with success",
                    field="details.test_path",
                )
            raise problem
        notes: dict[str, JsonValue] = {"status": response.status}
        return RemoteIdentity(
            f"{name_of(use.credentials)} at {base.host}:{base.port}",
            (response.header("server") or "")[:100],
            notes,
            for_people(f"GET {use.details.test_path}", response),
        )

    @action(title="Send a request", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE, weigh=_weigh)
    async def request(self, use: Use[HttpDetails], arguments: RequestArguments) -> HttpResult:
        """Send one request under the base URL and read the answer as JSON, text or a file.

        Raises:
            InvalidError: An argument can't be sent as it is; nothing was sent.
            RemoteError: What the answer's status means, unless it is expected or `fail_on_status` is off.
            AnswerMismatchError: The answer doesn't fit the response schema.
        """
        base = read_base(use.details.base_url)
        schema = SchemaCheck(arguments.response_schema) if arguments.response_schema is not None else None
        request = _request(use, base, arguments)
        response = await use.reach.request(request, seconds=_seconds(use.seconds))
        hoped_for = is_success(response.status, arguments.expect)
        if arguments.fail_on_status and not hoped_for:
            raise failure(arguments.method, response, base.server)
        found = await read_content(response, request.url.partition("?")[0])
        result = HttpResult(
            status=response.status,
            headers=dict(found.headers),
            data=found.data,
            text=found.text,
            file=found.file,
            note=found.note,
        )
        if schema is not None and hoped_for:
            if result.data is None and response.body.strip() != b"null":
                raise AnswerMismatchError(
                    f"the answer is not JSON, which the response schema is for ({result.note or 'by its media type'})",
                    status=response.status,
                )
            schema.check(response.status, result.data, len(response.body))
        return result


def _seconds(allowed: float) -> float:
    """A little less than the use may take, so that the answer says whether anything was sent."""
    return allowed - min(0.5, allowed / 10)


def _request(use: Use[HttpDetails], base: Base, arguments: RequestArguments) -> HttpRequest:
    """Exactly what is sent."""
    signed = sign(use.credentials)
    query = query_pairs(arguments.query)
    if taken := {name for name, _ in query} & {name for name, _ in signed.query}:
        raise InvalidError(
            f"the query's {taken.pop()} belongs to the connection's credentials", field="arguments.query"
        )
    url = build_url(base, arguments.path, [*query, *signed.query])
    body, typed = None, dict[str, str]()
    if arguments.body is not None:
        if arguments.method in SAFE_METHODS:
            raise InvalidError(f"{arguments.method} has no body", field="arguments.body")
        body, media_type = write_body(arguments.body)
        typed = {"Content-Type": media_type}
    idempotency = _idempotency(use, arguments)
    try:
        headers.check_distinct((*arguments.headers, *idempotency))
    except ValueError as error:
        raise InvalidError(str(error), field="arguments.headers") from None
    set_here = {name.lower() for name in (*arguments.headers, arguments.idempotency_header or "")}
    if taken := set_here & {name.lower() for name in signed.headers}:
        raise InvalidError(
            f"the header {taken.pop()} belongs to the connection's credentials", field="arguments.headers"
        )
    return HttpRequest(
        arguments.method,
        url,
        headers.join(use.details.headers, typed, arguments.headers, signed.headers, idempotency),
        body,
        has_credentials=use.scheme != "none",
    )


def _idempotency(use: Use[HttpDetails], arguments: RequestArguments) -> dict[str, str]:
    if arguments.idempotency_header is None or arguments.method in _WEIGHTS:
        return {}
    if use.idempotency_key is None:
        raise InvalidError(
            "a request with an idempotency header needs an idempotency key", field="arguments.idempotency_header"
        )
    return {arguments.idempotency_header: use.idempotency_key}
