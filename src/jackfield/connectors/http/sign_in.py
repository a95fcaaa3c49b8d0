"""Ways to sign in to an HTTP API, and what each adds to a request."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from jackfield.connectors.connector import Scheme
from jackfield.connectors.fields import Credentials, NoCredentials, SecretText
from jackfield.connectors.http import headers
from jackfield.kernel import Secret


def _check_key_header(name: str) -> str:
    headers.check_name(name)
    if name.lower() in {"cookie", "cookie2", "set-cookie"}:
        raise ValueError("for a cookie, choose the API key in a cookie")
    return name


def _check_token(name: str) -> str:
    if not headers.TOKEN.fullmatch(name):
        raise ValueError("the name has only letters, digits and -._")
    return name


def _check_header_secret(secret: Secret) -> Secret:
    headers.check_value(secret.reveal())
    return secret


def _check_cookie_secret(secret: Secret) -> Secret:
    headers.check_value(secret.reveal())
    if set(secret.reveal()) & set(' ",;\\'):
        raise ValueError('the value of a cookie has no blank and none of " , ; \\ (RFC 6265 §4.1.1)')
    return secret


def _check_bearer(secret: Secret) -> Secret:
    headers.check_value(secret.reveal())
    if " " in secret.reveal():
        raise ValueError("a bearer token has no blank; leave out the word Bearer")
    return secret


def _check_user(name: str) -> str:
    if ":" in name or not name.isprintable():
        raise ValueError("a user name has no colon and no control characters (RFC 7617 §2)")
    return name


class ApiKeyHeader(Credentials):
    """A key in a header of its own."""

    name: Annotated[str, AfterValidator(_check_key_header)] = Field(title="Header", examples=["X-Api-Key"])
    value: Annotated[SecretText, AfterValidator(_check_header_secret)] = Field(title="Key")


class ApiKeyQuery(Credentials):
    """A key in the query of every URL."""

    name: str = Field(title="Parameter", min_length=1, max_length=200, examples=["api_key"])
    value: SecretText = Field(title="Key")


class ApiKeyCookie(Credentials):
    """A key in a cookie."""

    name: Annotated[str, AfterValidator(_check_token)] = Field(title="Cookie", examples=["session"])
    value: Annotated[SecretText, AfterValidator(_check_cookie_secret)] = Field(title="Key")


class Basic(Credentials):
    """A user and a password (RFC 7617)."""

    username: Annotated[str, AfterValidator(_check_user)] = Field(title="User", min_length=1, max_length=500)
    password: SecretText | None = Field(
        default=None, title="Password", description="May be empty where the API says so."
    )


class Bearer(Credentials):
    """A token (RFC 6750)."""

    token: Annotated[SecretText, AfterValidator(_check_bearer)] = Field(title="Token")


SCHEMES: Final = (
    Scheme("none", "No sign-in", NoCredentials),
    Scheme("api_key_header", "API key in a header", ApiKeyHeader),
    Scheme("api_key_query", "API key in the query", ApiKeyQuery),
    Scheme("api_key_cookie", "API key in a cookie", ApiKeyCookie),
    Scheme("basic", "User and password", Basic),
    Scheme("bearer", "Bearer token", Bearer),
)


_BEARER: Final = "bearer token"
_NOBODY: Final = "nobody in particular"
_KEY: Final = "API key"
NAMELESS: Final = frozenset({_BEARER, _NOBODY, _KEY})
"""What `name_of` says where there is no name."""


def name_of(credentials: Credentials) -> str:
    """As whom a system knows us by them, as people read it: the user's name, or else what proves who we are."""
    match credentials:
        case Basic(username=username):
            return username
        case Bearer():
            return _BEARER
        case NoCredentials():
            return _NOBODY
        case _:
            return _KEY


@dataclass(frozen=True, slots=True)
class Signature:
    """What credentials add to a request."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)


def sign(credentials: Credentials) -> Signature:
    """The header fields and query parameters with the credentials."""
    match credentials:
        case ApiKeyHeader(name=name, value=value):
            return Signature({name: value.reveal()})
        case ApiKeyQuery(name=name, value=value):
            return Signature(query=((name, value.reveal()),))
        case ApiKeyCookie(name=name, value=value):
            return Signature({"Cookie": f"{name}={value.reveal()}"})
        case Basic(username=username, password=password):
            pair = f"{username}:{password.reveal() if password is not None else ''}"
            return Signature({"Authorization": f"Basic {b64encode(pair.encode()).decode()}"})
        case Bearer(token=token):
            return Signature({"Authorization": f"Bearer {token.reveal()}"})
        case _:
            return Signature()
