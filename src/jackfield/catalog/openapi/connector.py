"""A system that an OpenAPI document describes: sends what a method's call is made of, with the connection's credentials."""

from typing import ClassVar
from urllib.parse import quote

from jackfield.catalog.openapi.answers import read_result
from jackfield.catalog.openapi.declarations import (
    ClientCredentials,
    MethodCall,
    MethodResult,
    OpenapiDetails,
)
from jackfield.catalog.openapi.sign_in import asked_by, choose, combine
from jackfield.catalog.openapi.tokens import Tokens
from jackfield.connectors import (
    Connector,
    HttpRequest,
    HttpResponse,
    RemoteIdentity,
    Scheme,
    TlsOptions,
    Use,
    split,
)
from jackfield.connectors.http import headers
from jackfield.connectors.http.answers import failure, for_people, is_success
from jackfield.connectors.http.sign_in import SCHEMES, Basic, Signature, name_of, sign
from jackfield.connectors.http.urls import Base, build_url, read_base
from jackfield.errors import InvalidError, JsonValue, RemoteError, RemoteRejectedError


class OpenapiConnector(Connector[OpenapiDetails]):
    """Requests that a document describes, to one endpoint."""

    key = "openapi"
    title = "OpenAPI"
    description = "Call the methods of any API that has an OpenAPI document, each as far as it is granted."
    details = OpenapiDetails
    schemes: ClassVar[tuple[Scheme, ...]] = (
        *SCHEMES,
        Scheme("oauth2_client_credentials", "OAuth 2 client credentials", ClientCredentials),
    )
    most_schemes = 4
    made_with = "integration"

    def __init__(self) -> None:
        self._tokens = Tokens()

    def origin(self, details: OpenapiDetails) -> str:
        """The endpoint as `scheme://host:port/path/`, and after a blank the token URL, where there is one."""
        endpoint = read_base(details.endpoint).origin
        return endpoint if details.token_url is None else f"{endpoint} {read_base(details.token_url).origin}"

    def http_origins(self, details: OpenapiDetails) -> tuple[str, ...]:
        """The server of the endpoint and that of the token URL."""
        found = [read_base(details.endpoint).server]
        if details.token_url is not None:
            found.append(read_base(details.token_url).server)
        return tuple(dict.fromkeys(found))

    def tls(self, details: OpenapiDetails) -> TlsOptions:
        """The connection's own certificates, where it has some."""
        return TlsOptions(details.ca_pem)

    async def test(self, use: Use[OpenapiDetails]) -> RemoteIdentity:
        """Ask for the test path with the credentials; without one, whether the endpoint answers and lets us in.

        Raises:
            InvalidError: The test path (`details.test_path`) isn't there, or leads elsewhere.
            RemoteSignInError: It doesn't accept the credentials.
            RemoteUnavailableError: It can't be reached.
        """
        base = read_base(use.details.endpoint)
        path = use.details.test_path
        call = MethodCall(method="GET", url=build_url(base, path or "", ()), headers={})
        response = await self._send(use, base, call)
        notes: dict[str, JsonValue] = {"status": response.status}
        if not is_success(response.status, None):
            problem = failure("GET", response, base.server)
            if not isinstance(problem, RemoteRejectedError):
                raise problem
            if path is not None:
                raise InvalidError(
                    f"{problem.message}, to GET {path}; give a test path that it answers with success",
                    field="details.test_path",
                )
            # Most APIs have nothing at their endpoint itself: it answers, and doesn't ask who we are.
            notes["tested"] = "reach"
        return RemoteIdentity(
            f"{_account(use)} at {base.host}:{base.port}",
            (response.header("server") or "")[:100],
            notes,
            for_people(f"GET {path or base.shown}", response),
        )

    async def send(self, use: Use[OpenapiDetails], call: MethodCall) -> MethodResult:
        """Send one request, and read the answer.

        Raises:
            InvalidError: An argument takes the place of the credentials; nothing was sent.
            SignInIncompleteError: It asks for credentials that the connection doesn't have all of; nothing was sent.
            RemoteError: What the answer's status means.
        """
        base = read_base(use.details.endpoint)
        response = await self._send(use, base, call)
        if not is_success(response.status, None):
            raise _failure(use, base, call, response)
        assert call.described is not None
        return await read_result(call.described, response)

    async def _send(self, use: Use[OpenapiDetails], base: Base, call: MethodCall) -> HttpResponse:
        chosen = choose(split(use.credentials), asked_by(call.described))
        if not chosen and use.scheme != "none":
            use.goes_without_sign_in()
        client = next((one for one in chosen if isinstance(one, ClientCredentials)), None)
        if client is None:
            return await _exchange(use, base, call, combine(map(sign, chosen)))
        others = [sign(one) for one in chosen if one is not client]
        token = await self._tokens.get(use, client)
        response = await _exchange(use, base, call, combine([*others, _bearer(token)]))
        if response.status == 401:
            # It refused before doing anything; a token may end before its time.
            self._tokens.drop(use, token)
            token = await self._tokens.get(use, client)
            response = await _exchange(use, base, call, combine([*others, _bearer(token)]))
        return response


def _failure(use: Use[OpenapiDetails], base: Base, call: MethodCall, response: HttpResponse) -> RemoteError:
    if response.status == 401 and use.scheme != "none" and not choose(split(use.credentials), asked_by(call.described)):
        return RemoteRejectedError(
            f"{base.server} answered 401: it asks for a sign-in, and the document says that this method needs none; give "
            "the integration a document that says what it needs",
            status=401,
            target=base.server,
        )
    return failure(call.method, response, base.server)


def _bearer(token: str) -> Signature:
    return Signature({"Authorization": f"Bearer {token}"})


async def _exchange(use: Use[OpenapiDetails], base: Base, call: MethodCall, signed: Signature) -> HttpResponse:
    request = HttpRequest(
        call.method,
        _signed_url(base, call.url, signed),
        _fields(use, call, signed),
        call.body,
        has_credentials=bool(signed.headers or signed.query),
    )
    # A little less than the use may take, so that the answer says whether anything was sent.
    return await use.reach.request(request, seconds=use.seconds - min(0.5, use.seconds / 10))


def _signed_url(base: Base, url: str, signed: Signature) -> str:
    """The URL with the credentials in its query; it stays under the endpoint, whoever built it (D20, D22)."""
    if not url.startswith(base.shown.rstrip("/") + "/") and url != base.shown:
        raise InvalidError("the request would leave the API endpoint", field="arguments")
    if not signed.query:
        return url
    address, mark, query = url.partition("?")
    taken = {pair.partition("=")[0] for pair in query.split("&")}
    pairs: list[str] = [query] if mark else []
    for name, value in signed.query:
        if quote(name, safe="") in taken:
            raise InvalidError(f"the query's {name} belongs to the connection's credentials", field="arguments")
        pairs.append(f"{quote(name, safe='')}={quote(value, safe='')}")
    return f"{address}?{'&'.join(pairs)}"


def _fields(use: Use[OpenapiDetails], call: MethodCall, signed: Signature) -> tuple[tuple[str, str], ...]:
    given = dict(call.headers)
    lowered = {name.lower(): name for name in given}
    added = dict(signed.headers)
    cookie = added.get("Cookie")
    if cookie is not None and "cookie" in lowered:
        own = given.pop(lowered.pop("cookie"))
        for name in _cookie_names(own) & _cookie_names(cookie):
            raise InvalidError(f"the cookie {name} belongs to the connection's credentials", field="arguments")
        added["Cookie"] = f"{own}; {cookie}"
    for name in added:
        if name.lower() in lowered:
            raise InvalidError(f"the header {name} belongs to the connection's credentials", field="arguments")
    if call.idempotency_header is not None and use.idempotency_key is not None:
        added[call.idempotency_header] = use.idempotency_key
    return headers.join(given, added)


def _cookie_names(header: str) -> set[str]:
    return {one.partition("=")[0].strip() for one in header.split(";")}


def _account(use: Use[OpenapiDetails]) -> str:
    """Of several ways to sign in that are joined, the one that names an account."""
    parts = split(use.credentials)
    for one in parts:
        match one:
            case Basic(username=name) | ClientCredentials(client_id=name):
                return name
            case _:
                pass
    return name_of(parts[0])
