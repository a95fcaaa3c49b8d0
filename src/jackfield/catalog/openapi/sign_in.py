"""Which of a connection's credentials an operation is sent with (rule O4, docs/decisions/0060)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from jackfield.catalog.openapi.declarations import ClientCredentials, Described
from jackfield.catalog.openapi.errors import SignInIncompleteError
from jackfield.connectors import Credentials, NoCredentials
from jackfield.connectors.http.sign_in import ApiKeyCookie, ApiKeyHeader, ApiKeyQuery, Basic, Bearer, Signature
from jackfield.openapi import Place, SchemeType, SecurityScheme

Alternatives = tuple[tuple[SecurityScheme, ...], ...]
"""The credentials that an operation asks for: those of one of these, and of it all."""
_Spot = tuple[Place, str]
_AUTHORIZATION: Final[_Spot] = (Place.HEADER, "authorization")


def asked_by(described: Described | None) -> Alternatives | None:
    """What an operation asks for; nothing at all is an empty alternative. None where its document doesn't say.

    An alternative with a scheme that isn't declared can't be understood, and is none. A document that declares no scheme
    at all doesn't say: programs that write documents put `security: []` everywhere when they were told of none.
    """
    if described is None:
        return None
    api, operation = described.api, described.operation
    if not operation.says_security or not api.schemes:
        return None
    found = tuple(
        tuple(api.schemes[name] for name in need) for need in operation.security if need.keys() <= api.schemes.keys()
    )
    if found or not operation.security:
        return found or ((),)
    return None


def choose(credentials: Sequence[Credentials], asked: Alternatives | None) -> list[Credentials]:
    """The credentials to send: those of the first alternative that they satisfy.

    First by what the document calls them, then by where they go: documents say `apiKey` of an `Authorization` header, and
    `oauth2` of what takes any token. Where a sign-in is optional it is used. Credentials that the document knows nothing
    of, or that it says nothing about, are all sent, one in each place: whoever entered them knew why.

    Raises:
        SignInIncompleteError: It asks for several at once, and not all of them are there.
    """
    there = [one for one in credentials if not isinstance(one, NoCredentials)]
    needs = [one for one in asked or () if one]
    for fits in (_is_what, _goes_where):
        for need in needs:
            found = [_find(there, scheme, fits) for scheme in need]
            if None not in found:
                return _distinct(found)
    if asked is not None and len(needs) < len(asked):
        return []
    for need in needs:
        missing = [one for one in need if _find(there, one, _goes_where) is None]
        if len(missing) < len(need):
            raise _incomplete(need, missing)
    spots: dict[_Spot, Credentials] = {}
    for one in there:
        spots.setdefault(_spot_of(one), one)
    return list(spots.values())


def combine(signatures: Iterable[Signature]) -> Signature:
    """What several add to a request."""
    headers: dict[str, str] = {}
    query: list[tuple[str, str]] = []
    for one in signatures:
        query += one.query
        for name, value in one.headers.items():
            headers[name] = f"{headers[name]}; {value}" if name == "Cookie" and name in headers else value
    return Signature(headers, tuple(query))


def _distinct(found: Iterable[Credentials | None]) -> list[Credentials]:
    """One may stand for several schemes."""
    return list({id(one): one for one in found if one is not None}.values())


_Fits = Callable[[Credentials, SecurityScheme], bool]


def _find(credentials: Sequence[Credentials], scheme: SecurityScheme, fits: _Fits) -> Credentials | None:
    return next((one for one in credentials if fits(one, scheme)), None)


def _is_what(credentials: Credentials, scheme: SecurityScheme) -> bool:
    match scheme.type:
        case SchemeType.HTTP if scheme.http_scheme in {"basic", "bearer"}:
            return isinstance(credentials, Basic if scheme.http_scheme == "basic" else (Bearer, ClientCredentials))
        case SchemeType.OAUTH2 | SchemeType.OPEN_ID_CONNECT:
            return isinstance(credentials, (Bearer, ClientCredentials))
        case SchemeType.API_KEY:
            return _goes_where(credentials, scheme) and isinstance(credentials, tuple(_KEYS))
        case _:
            return False


def _goes_where(credentials: Credentials, scheme: SecurityScheme) -> bool:
    return _spot_of(credentials) == _spot_for(scheme)


_KEYS: Final[Mapping[type[Credentials], Place]] = {
    ApiKeyHeader: Place.HEADER,
    ApiKeyQuery: Place.QUERY,
    ApiKeyCookie: Place.COOKIE,
}


def _spot_of(credentials: Credentials) -> _Spot:
    match credentials:
        case ApiKeyHeader(name=name):
            return Place.HEADER, name.lower()
        case ApiKeyQuery(name=name):
            return Place.QUERY, name
        case ApiKeyCookie(name=name):
            return Place.COOKIE, name
        case _:
            return _AUTHORIZATION


def _spot_for(scheme: SecurityScheme) -> _Spot | None:
    match scheme.type:
        case SchemeType.API_KEY:
            place = scheme.place or Place.HEADER
            return place, scheme.name.lower() if place is Place.HEADER else scheme.name
        case SchemeType.MUTUAL_TLS:
            return None  # below HTTP, and not possible yet
        case _:
            return _AUTHORIZATION


def _incomplete(need: Sequence[SecurityScheme], missing: Sequence[SecurityScheme]) -> SignInIncompleteError:
    together = " and ".join(one.key[:60] for one in need)
    absent = ", ".join(_describe(one) for one in missing)
    return SignInIncompleteError(
        f"the method asks for {together} at once, and the connection has no credentials for {absent}; reconnect it with "
        "all of them, joined as one way to sign in",
        field="scheme",
        rule="O4",
    )


def _describe(scheme: SecurityScheme) -> str:
    match scheme.type:
        case SchemeType.API_KEY:
            return f"{scheme.key[:60]} (an API key, {(scheme.place or Place.HEADER).value} {scheme.name[:60]})"
        case SchemeType.MUTUAL_TLS:
            return f"{scheme.key[:60]} (a client's certificate, which is not possible yet)"
        case SchemeType.HTTP:
            return f"{scheme.key[:60]} ({scheme.http_scheme[:20]})"
        case _:
            return f"{scheme.key[:60]} ({scheme.type.value})"
