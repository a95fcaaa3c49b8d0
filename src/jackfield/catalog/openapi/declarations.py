"""What people fill in for a system that an OpenAPI document describes, and what a method's call is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from jackfield.connectors import Arguments, Credentials, Details, FileValue, Result, SecretText
from jackfield.connectors.http import headers
from jackfield.connectors.http.fields import BaseUrl, Certificates, PathUnderBase
from jackfield.connectors.http.urls import read_base
from jackfield.openapi import Api, Operation, Paging


def _read_token_url(text: str | None) -> str | None:
    if text is None:
        return None
    address, mark, _ = text.partition("?")
    if mark or "#" in text:
        raise ValueError("the token URL has no query and no fragment")
    found = read_base(address).shown
    # as it was written: a slash at its end makes another address
    return found if address.endswith("/") else found.rstrip("/")


def _check_scope(text: str | None) -> str | None:
    if text is not None:
        headers.check_value(text)
    return text


class OpenapiDetails(Details):
    """Where the API is; the servers of the document are only suggestions."""

    endpoint: BaseUrl = Field(
        title="API endpoint",
        description="Every request stays under it, whatever servers the document names; the credentials are bound to it.",
        examples=["https://api.example.com/v1/"],
        max_length=2000,
    )
    test_path: PathUnderBase | None = Field(
        default=None,
        title="Test path",
        description="Asked with GET to test the connection; it should need the credentials and change nothing. Without it, "
        "it is only tested that the endpoint answers.",
        max_length=2000,
    )
    token_url: Annotated[str | None, AfterValidator(_read_token_url)] = Field(
        default=None,
        title="Token URL",
        description="For OAuth 2: where tokens are fetched with the client's credentials, which are bound to it, too. Never "
        "taken from the document by itself.",
        max_length=2000,
    )
    ca_pem: Certificates = Field(
        default=None,
        title="CA certificates",
        description="In PEM; trusted by this connection instead of the system's certificates.",
        max_length=256 * 1024,
        json_schema_extra={"multiline": True},
    )


class ClientCredentials(Credentials):
    """A client that fetches tokens for itself (OAuth 2, RFC 6749 §4.4)."""

    client_id: Annotated[str, AfterValidator(_check_scope)] = Field(title="Client", min_length=1, max_length=500)
    client_secret: SecretText = Field(title="Client secret")
    scope: Annotated[str | None, AfterValidator(_check_scope)] = Field(
        default=None, title="Scopes", description="With blanks between them, as the API asks for.", max_length=2000
    )
    sent_in: Literal["header", "body"] = Field(
        default="header",
        title="Client sent in",
        description="How the client proves itself when it fetches a token (RFC 6749 §2.3.1).",
    )


SHOWN_HEADERS: Final = frozenset(
    {
        "allow",
        "content-disposition",
        "content-language",
        "content-location",
        "content-range",
        "content-type",
        "date",
        "deprecation",
        "etag",
        "last-modified",
        "link",
        "location",
        "ratelimit",
        "ratelimit-limit",
        "ratelimit-policy",
        "ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "sunset",
        "x-correlation-id",
        "x-next-page",
        "x-page",
        "x-per-page",
        "x-prev-page",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
        "x-total",
        "x-total-count",
        "x-total-pages",
    }
)
"""The header fields that a caller is shown."""


@dataclass(frozen=True, slots=True)
class Described:
    """The operation that a call is made of, as its document has it."""

    api: Api
    operation: Operation
    arguments: Mapping[str, Any]
    """Of the call, flat by the operation's own names: what those of the next page are made of."""
    paging: Paging | None = None
    """How it pages; None where it doesn't, or nothing shows it."""


class MethodCall(Arguments):
    """One request, complete but for the credentials; made from a method and its arguments by the room above."""

    method: str
    url: str = Field(repr=False)
    """Absolute and encoded."""
    headers: Mapping[str, str] = Field(repr=False)
    body: bytes | None = Field(default=None, repr=False)
    idempotency_header: str | None = None
    """Where the API takes an idempotency key."""
    described: Described | None = Field(default=None, repr=False)
    """What it is made of; None for what no operation is behind, as a test of the connection."""


class AnsweredPage(Result):
    """A part of a list that comes in pages."""

    kind: str
    """How the next one is asked for: `link`, `url`, `cursor`, `last_item`, `page` or `offset`."""
    said_by: str
    """What says so."""
    items: list[str] | None = None
    """Where the list is in `body`: names of members from its top, none where it is the body itself; null if not known."""
    count: int | None = None
    """How many there are of them here."""
    next: dict[str, Any] | None = None
    """The arguments of the next page, to be sent as they are; null on the last, and where nobody can know."""


class SaidLimits(Result):
    """What the API says of how often it may be called; null is: nothing."""

    retry_after: float | None = None
    """Seconds until the same request may be sent again."""
    limit: int | None = None
    """Requests in one window."""
    remaining: int | None = None
    """Requests that are left of them."""
    reset_after: float | None = None
    """Seconds until there are all of them again."""
    window: float | None = None
    """Seconds."""


class MethodResult(Result):
    """What the API answered."""

    status: int
    media_type: str
    """Without parameters; empty where there is no body."""
    headers: dict[str, str]
    """Names in lower case, several values joined by a comma; only those that a caller can use."""
    body: Any = None
    """The body, where it is JSON; of JSON values one a line a list, of a form its fields."""
    text: str | None = None
    """The body, where it is text."""
    file: FileValue | None = None
    """The body, where it is neither."""
    checked: Literal["fits", "differs", "not_checked"] = "not_checked"
    """Whether it is what the document says: checked where it is JSON and there is a schema."""
    warnings: list[str] = Field(default_factory=list[str])
    """Where the answer is not what its media type or the document says; places as JSON pointers."""
    truncated: bool = False
    """Whether `body` is not all that came."""
    page: AnsweredPage | None = None
    """Where the method pages."""
    limits: SaidLimits | None = None
    """Where the API says something of them."""
