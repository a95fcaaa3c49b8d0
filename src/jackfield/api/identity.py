"""Who is asking: a browser's session or an API token, and never anybody by default (SECURITY §1.3, fallback identity).

A request with an Authorization header is judged by it alone; a cookie counts only without one. Tokens are read from
that header and from nowhere else: what stands in an address is in every log on the way.
"""

from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

from jackfield.api.access import Access
from jackfield.api.rates import Buckets
from jackfield.api.security import OwnHosts, RawHeaders, SessionCookie, header_values
from jackfield.directory import Caller, Directory, Principal
from jackfield.errors import InvalidError, UnauthenticatedError
from jackfield.kernel import Door, RequestId, Secret
from jackfield.settings import Limits

CLIENT_HEADER: Final = b"jackfield-client"
"""Says `cli` when the command line asks; only for the record, it gives no right."""
_TOKEN_PARAMETERS: Final = frozenset(
    {"access_token", "api_key", "api-key", "apikey", "auth", "authorization", "bearer", "token"}
)
_MOST_TOKEN_BYTES: Final = 512


class TokenInQueryError(InvalidError):
    """A token stands in the address."""

    code = "token.in_query"


class Identity:
    """Makes the caller of a request, within the rate that he has."""

    def __init__(self, directory: Directory, cookie: SessionCookie, own_hosts: OwnHosts, limits: Limits) -> None:
        self._directory = directory
        self._cookie = cookie
        self._own_hosts = own_hosts
        self._principals = Buckets(limits.requests_per_second, limits.requests_burst)
        self._addresses = Buckets(limits.requests_per_second, limits.requests_burst)

    async def find_caller(self, request: Request, access: Access) -> Caller | None:
        """Who is asking; None at a public route.

        Raises:
            UnauthenticatedError: Nobody, or who can't be proven.
            ForbiddenError: He may not knock here, or another web page has his browser ask.
            LimitedError: He asks too often.
            TokenInQueryError: A token stands in the address.
        """
        headers: RawHeaders = request.scope["headers"]
        _refuse_tokens_in_query(request)
        authorization = header_values(headers, b"authorization")
        session = None if authorization else self._cookie.find(headers)
        self._own_hosts.require_own_origin(
            request.method, headers, request.scope["state"]["host"], with_cookie=session is not None
        )
        if access.is_public:
            if access.is_counted:
                self._addresses.take(address_of(request))
            return None
        try:
            principal = await self._principal(request, authorization, session)
        except UnauthenticatedError:
            self._addresses.take(address_of(request))
            raise
        self._principals.take(principal.person_id)
        caller = Caller(principal, _door(request, principal), request_id_of(request))
        access.require(caller)
        return caller

    def count(self, request: Request) -> None:
        """Count a request that was refused at a public route towards how often its address may ask.

        Raises:
            LimitedError: It asks too often.
        """
        self._addresses.take(address_of(request))

    async def _principal(self, request: Request, authorization: list[str], session: Secret | None) -> Principal:
        if authorization:
            return await self._directory.principal_of_token(_bearer_token(authorization), address_of(request))
        if session is not None:
            return await self._directory.principal_of_session(session)
        raise UnauthenticatedError("sign in, or send an API token as `Authorization: Bearer …`")


def request_id_of(request: Request) -> RequestId:
    """The id that the guard gave the request."""
    return request.scope["state"]["request_id"]


def address_of(request: Request) -> str:
    """Where the request came from, as the server's socket says; headers that claim something else are not believed."""
    client = request.scope.get("client")
    return client[0] if client else ""


def _bearer_token(authorization: list[str]) -> Secret:
    scheme, _, token = authorization[0].partition(" ") if len(authorization) == 1 else ("", "", "")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _MOST_TOKEN_BYTES:
        raise UnauthenticatedError("the Authorization header must be `Bearer` and an API token", code="token.malformed")
    return Secret(token)


def _refuse_tokens_in_query(request: Request) -> None:
    query: bytes = request.scope["query_string"]
    if not query:
        return
    names = {name.lower() for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)}
    if names & _TOKEN_PARAMETERS:
        raise TokenInQueryError(
            "an API token must not stand in the address, where logs keep it: send `Authorization: Bearer …`, and "
            "revoke this one",
            field="query",
        )


def _door(request: Request, principal: Principal) -> Door:
    return Door.UI if principal.session_id is not None else _door_without_session(request)


def approach_door(request: Request) -> Door:
    """Through which door somebody comes who is about to sign in: browsers name their origin."""
    return Door.UI if "origin" in request.headers else _door_without_session(request)


def _door_without_session(request: Request) -> Door:
    return Door.CLI if header_values(request.scope["headers"], CLIENT_HEADER) == ["cli"] else Door.REST
