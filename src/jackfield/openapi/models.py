"""The one internal form of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2: what an API offers, independent of the dialect.

Schemas are locations (`document#pointer`): they are looked at when a call needs them, never copied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jackfield.openapi.documents.pointers import under

Location = str
"""`document#pointer`; the document that was read has the empty name."""


class Version(StrEnum):
    """The specification that a document follows."""

    SWAGGER_2_0 = "2.0"
    OPENAPI_3_0 = "3.0"
    OPENAPI_3_1 = "3.1"
    OPENAPI_3_2 = "3.2"


class Place(StrEnum):
    """Where a parameter goes: its `in`."""

    PATH = "path"
    QUERY = "query"
    QUERYSTRING = "querystring"
    HEADER = "header"
    COOKIE = "cookie"


class Style(StrEnum):
    """How a value becomes text (OpenAPI 3.2 §4.12.2); the last one is Swagger 2.0's `tsv`."""

    MATRIX = "matrix"
    LABEL = "label"
    SIMPLE = "simple"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    COOKIE = "cookie"
    TAB_DELIMITED = "tabDelimited"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation."""

    name: str
    place: Place
    argument: str
    """Its name among all arguments of the operation, where no two are called the same."""
    is_required: bool
    location: Location
    schema: Location | None
    style: Style
    explode: bool
    allow_reserved: bool = False
    media_type: str | None = None
    """Of its `content`, in place of a style."""
    encoding: Mapping[str, "Encoding"] = field(default_factory=dict[str, "Encoding"])
    description: str = ""
    is_deprecated: bool = False
    item_styles: tuple[Style, ...] = ()
    """How lists in its list are joined, from the outer to the inner (Swagger 2.0)."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How one property of a form is sent."""

    content_type: str | None = None
    style: Style | None = None
    explode: bool | None = None
    allow_reserved: bool = False
    headers: Mapping[str, Location] = field(default_factory=dict[str, Location])
    item_styles: tuple[Style, ...] = ()
    """As of a parameter."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A `formData` parameter of Swagger 2.0."""

    name: str
    is_required: bool
    schema: Location
    style: Style
    explode: bool
    is_file: bool
    item_styles: tuple[Style, ...] = ()
    """As of a parameter."""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One way to send a body."""

    name: str
    """As in the document: `application/json`, `image/*`."""
    schema: Location | None
    item_schema: Location | None = None
    """Of each item of a sequence (3.2)."""
    encoding: Mapping[str, Encoding] = field(default_factory=dict[str, Encoding])
    fields: tuple[FormField, ...] = ()
    prefix_encoding: tuple[Encoding, ...] = ()
    """Of the first parts of a form without names (3.2)."""
    item_encoding: Encoding | None = None
    """Of the parts after them."""


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What an operation takes in its body."""

    is_required: bool
    content: tuple[MediaType, ...]
    argument: str = "body"
    name: str = "body"
    """What Swagger 2.0 calls its body parameter."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that the document announces."""

    status: str
    """`200`, `4XX` or `default`."""
    description: str
    media_types: tuple[str, ...]
    schema: Location | None
    """Of the first of them."""
    location: Location = ""
    has_link: bool = False
    """Whether it announces a `Link` header (RFC 8288)."""
    referred: Mapping[str, Location] = field(default_factory=dict[str, Location])
    """Of the media types that stand elsewhere (3.2): where."""

    def schema_of(self, media_type: str, version: Version) -> Location | None:
        """Where the schema of one of its media types would be; there may be nothing."""
        if version is Version.SWAGGER_2_0 or media_type == self.media_types[0]:
            return self.schema
        found = self.referred.get(media_type, under(self.location, "content", media_type))
        return under(found, "schema")


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of a server's URL."""

    default: str
    enum: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the API."""

    url: str
    """As in the document, with its variables."""
    description: str = ""
    variables: Mapping[str, ServerVariable] = field(default_factory=dict[str, ServerVariable])


class SchemeType(StrEnum):
    """The kinds of security schemes."""

    API_KEY = "apiKey"
    HTTP = "http"
    MUTUAL_TLS = "mutualTLS"
    OAUTH2 = "oauth2"
    OPEN_ID_CONNECT = "openIdConnect"


@dataclass(frozen=True, slots=True)
class OAuthFlow:
    """A way to a token; its URLs are suggestions for a person, nothing is contacted by them (case D22)."""

    kind: str
    """`implicit`, `password`, `clientCredentials`, `authorizationCode`, `deviceAuthorization`."""
    authorization_url: str | None
    token_url: str | None
    refresh_url: str | None
    scopes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A way to prove who calls (rule O4)."""

    key: str
    """Its name in the document."""
    type: SchemeType
    place: Place | None = None
    """Of an API key."""
    name: str = ""
    """Of the header, query parameter or cookie of an API key."""
    http_scheme: str = ""
    """`basic`, `bearer` and others, in lower case."""
    bearer_format: str = ""
    flows: tuple[OAuthFlow, ...] = ()
    open_id_url: str | None = None
    description: str = ""
    is_deprecated: bool = False


Requirement = Mapping[str, Sequence[str]]
"""Schemes that are needed together, each with its scopes; an empty one is a call without any."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: a verb on a path."""

    name: str
    """Distinct in the document, 64 characters of `A-Z a-z 0-9 _ - .` at most, the same at every reading."""
    operation_id: str | None
    method: str
    """As it is sent."""
    path: str
    """The template."""
    location: Location
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[Requirement, ...]
    servers: tuple[Server, ...]
    summary: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    is_deprecated: bool = False
    extensions: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The vendor's `x-…` of the operation."""
    says_security: bool = False
    """Whether the document says what it asks for, be it nothing; many documents don't."""
    ignored_headers: tuple[str, ...] = ()
    """Header parameters that the document declares and that are not a caller's to set, in lower case (case D21)."""

    @property
    def label(self) -> str:
        """`GET /path`."""
        return f"{self.method} {self.path}"

    @property
    def accepted(self) -> tuple[str, ...]:
        """The media types of the successful answers, in their order; `default` is one where no other is."""
        good = [one for one in self.responses if one.status[:1] == "2"]
        described = good or [one for one in self.responses if one.status == "default"]
        return tuple(dict.fromkeys(one for answer in described for one in answer.media_types))


@dataclass(frozen=True, slots=True)
class Tag:
    """A heading for operations."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Something to be told about the document."""

    reason: str
    pointer: str
    operation: str | None = None
    """`GET /path`, where it is about one."""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was understood, what was skipped, and why (rule O2)."""

    operations: int
    understood: int
    skipped: tuple[Note, ...]
    warnings: tuple[Note, ...]
