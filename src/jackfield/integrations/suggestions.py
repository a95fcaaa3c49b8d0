"""What a document suggests for a connection: where the API is, how one signs in there, what to test with (O2, O4, D22).

Only suggestions: nothing of it takes effect unless a person enters it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from jackfield.connectors import Effect
from jackfield.errors import HubError
from jackfield.openapi import Api, Operation, Place, SchemeType, SecurityScheme, base_url, classify

_MOST_PATHS: Final = 5


@dataclass(frozen=True, slots=True)
class SuggestedServer:
    """A server of the document."""

    url: str
    """As in the document, with its variables."""
    description: str
    endpoint: str | None
    """Absolute, with the defaults of its variables; None if the document doesn't say that much."""
    reason: str
    """Why there is no endpoint; empty if there is."""


@dataclass(frozen=True, slots=True)
class SuggestedSignIn:
    """A security scheme of the document, and the way to sign in that fits it."""

    key: str
    """Its name in the document."""
    kind: str
    """As the document has it: `apiKey`, `http`, `oauth2`, `openIdConnect`, `mutualTLS`."""
    description: str
    scheme: str | None
    """Of the connector; None if it isn't possible yet."""
    credentials: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is known of the credentials: names and scopes, never a secret."""
    token_url: str | None = None
    """Where the document says that tokens are fetched; a person must enter it."""
    reason: str = ""
    """Why it isn't possible, or what to know."""
    operations: int = 0
    """How many operations ask for it."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """All that a document suggests."""

    servers: tuple[SuggestedServer, ...]
    sign_in: tuple[SuggestedSignIn, ...]
    open_operations: int
    """How many operations ask for no credentials."""
    joined_operations: int
    """How many ask for several at once in every alternative."""
    test_paths: tuple[str, ...]
    """Paths that are read without any argument, under the endpoint."""


def suggest(api: Api) -> Suggestions:
    """What the document suggests."""
    return Suggestions(
        servers=_servers(api),
        sign_in=tuple(_sign_in(api, one) for one in api.schemes.values()),
        open_operations=sum(1 for one in api.operations if not one.security or any(not need for need in one.security)),
        joined_operations=sum(
            1 for one in api.operations if one.security and all(len(need) > 1 for need in one.security)
        ),
        test_paths=tuple(_test_paths(api))[:_MOST_PATHS],
    )


def _servers(api: Api) -> tuple[SuggestedServer, ...]:
    found: list[SuggestedServer] = []
    for server in api.servers:
        if not api.operations:
            break
        operation = replace(api.operations[0], servers=api.servers)
        try:
            endpoint = base_url(operation, server=server.url)
        except HubError as error:
            found.append(SuggestedServer(server.url, server.description, None, error.message))
            continue
        if endpoint.startswith(("http://", "https://")):
            found.append(SuggestedServer(server.url, server.description, endpoint, ""))
        else:
            reason = "the document doesn't say on which host it is"
            found.append(SuggestedServer(server.url, server.description, None, reason))
    return tuple(found)


def _sign_in(api: Api, scheme: SecurityScheme) -> SuggestedSignIn:
    made = SuggestedSignIn(
        scheme.key,
        scheme.type.value,
        scheme.description[:2000],
        None,
        operations=sum(1 for one in api.operations if any(scheme.key in need for need in one.security)),
    )
    match scheme.type:
        case SchemeType.API_KEY:
            return replace(made, scheme=_KEYS.get(scheme.place or Place.HEADER), credentials={"name": scheme.name})
        case SchemeType.HTTP if scheme.http_scheme in {"basic", "bearer"}:
            return replace(made, scheme=scheme.http_scheme)
        case SchemeType.HTTP:
            return replace(made, reason="this way to prove oneself over HTTP is not possible yet")
        case SchemeType.OAUTH2:
            return _oauth(made, scheme)
        case SchemeType.OPEN_ID_CONNECT:
            return replace(
                made,
                scheme="bearer",
                reason="signing in as a person is not possible yet; a token that is there can be used",
            )
        case SchemeType.MUTUAL_TLS:
            return replace(made, reason="certificates of clients are not possible yet")


def _oauth(made: SuggestedSignIn, scheme: SecurityScheme) -> SuggestedSignIn:
    for flow in scheme.flows:
        if flow.kind == "clientCredentials":
            return replace(
                made,
                scheme="oauth2_client_credentials",
                credentials={"scope": " ".join(flow.scopes)} if flow.scopes else {},
                token_url=flow.token_url,
                reason="tokens are fetched from the token URL, which is to be checked and entered by a person",
            )
    return replace(
        made, scheme="bearer", reason="signing in as a person is not possible yet; a token that is there can be used"
    )


_KEYS: Final = {Place.HEADER: "api_key_header", Place.QUERY: "api_key_query", Place.COOKIE: "api_key_cookie"}


def _test_paths(api: Api) -> list[str]:
    plain = [one for one in api.operations if one.method == "GET" and "{" not in one.path and not _needs(one)]
    # A GET whose words say that it does something is no harmless thing to try.
    found = [one for one in plain if classify(one).effect is Effect.READ]
    # Those that ask who one is say more than those that anybody may read.
    found.sort(key=lambda one: (not _is_about_oneself(one), not one.security, one.is_deprecated, len(one.path)))
    return [one.path.lstrip("/") for one in found]


def _needs(operation: Operation) -> bool:
    return any(one.is_required for one in operation.parameters)


def _is_about_oneself(operation: Operation) -> bool:
    return operation.path.rstrip("/").rpartition("/")[2].lower() in {
        "me",
        "user",
        "self",
        "whoami",
        "account",
        "myself",
    }
