"""What people fill in for a connection to an HTTP API, and what a request is made of."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StrictInt, StrictStr

from jackfield.connectors import Arguments, Details, FileValue, Result
from jackfield.connectors.http import headers
from jackfield.connectors.http.fields import BaseUrl, Certificates, PathUnderBase
from jackfield.connectors.http.urls import QueryValue

Method = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
_NAME = Annotated[str, Field(min_length=1, max_length=512)]
Fields = dict[_NAME, QueryValue | list[QueryValue]] | list[tuple[_NAME, QueryValue]]
"""`{"name": value}`, `{"name": [value, value]}` or `[["name", value], …]`, in that order."""
MediaType = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}(?:; ?[A-Za-z0-9-]{1,40}=[A-Za-z0-9._-]{1,80})*$",
        max_length=200,
    ),
]


def _check_defaults(values: dict[str, str]) -> dict[str, str]:
    for name, value in values.items():
        headers.check_default(name)
        headers.check_value(value)
    headers.check_distinct(values)
    return values


def _check_settable(values: dict[str, str]) -> dict[str, str]:
    for name, value in values.items():
        headers.check_settable(name)
        headers.check_value(value)
    headers.check_distinct(values)
    return values


def _check_idempotency_header(name: str) -> str:
    headers.check_settable(name)
    return name


class HttpDetails(Details):
    """Where the API is."""

    base_url: BaseUrl = Field(
        title="Base URL",
        description="Every request stays under it; the credentials are bound to it.",
        examples=["https://api.example.com/v1/"],
        max_length=2000,
    )
    test_path: PathUnderBase = Field(
        default="/",
        title="Test path",
        description="Asked with GET to test the connection; it should need the credentials and change nothing.",
        max_length=2000,
    )
    headers: Annotated[dict[str, str], AfterValidator(_check_defaults)] = Field(
        default_factory=dict,
        title="Default headers",
        description="Sent with every request; never secrets.",
        max_length=20,
    )
    ca_pem: Certificates = Field(
        default=None,
        title="CA certificates",
        description="In PEM; trusted by this connection instead of the system's certificates.",
        max_length=256 * 1024,
        json_schema_extra={"multiline": True},
    )


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class JsonBody(_Body):
    """A value, written as JSON."""

    type: Literal["json"]
    value: JsonValue
    media_type: MediaType = "application/json"


class TextBody(_Body):
    """Text, sent in the charset that the media type names."""

    type: Literal["text"]
    value: str
    media_type: MediaType = "text/plain; charset=utf-8"


class FormBody(_Body):
    """Fields of a form, `application/x-www-form-urlencoded`."""

    type: Literal["form"]
    fields: Fields


class FilePart(_Body):
    """A file in a form."""

    name: _NAME
    file: FileValue


class MultipartBody(_Body):
    """Fields and files of a form, `multipart/form-data` (RFC 7578)."""

    type: Literal["multipart"]
    fields: Fields = Field(default_factory=dict[str, QueryValue | list[QueryValue]])
    files: list[FilePart] = Field(default_factory=list[FilePart], max_length=50)


class FileBody(_Body):
    """A file as the whole body."""

    type: Literal["file"]
    file: FileValue


Body = JsonBody | TextBody | FormBody | MultipartBody | FileBody


class RequestArguments(Arguments):
    """One request under the base URL."""

    method: Method = "GET"
    path: str | list[StrictStr | StrictInt] = Field(
        default="",
        description="Under the base URL, as in users/42; or its segments one by one, each encoded whole.",
        max_length=8192,
    )
    query: Fields | None = None
    headers: Annotated[dict[str, str], AfterValidator(_check_settable)] = Field(default_factory=dict, max_length=50)
    body: Annotated[Body, Field(discriminator="type")] | None = None
    expect: list[Annotated[int, Field(ge=200, le=599)]] | None = Field(
        default=None, description="Statuses that are a success; all from 200 to 299 when not given.", max_length=100
    )
    fail_on_status: bool = Field(default=True, description="Whether another status is an error.")
    response_schema: dict[str, JsonValue] | bool | None = Field(
        default=None, description="A JSON schema that the answer must fit."
    )
    idempotency_header: Annotated[str, AfterValidator(_check_idempotency_header)] | None = Field(
        default=None,
        description="The header in which the API takes an idempotency key; POST and PATCH can then be repeated safely.",
        examples=["Idempotency-Key"],
    )


class HttpResult(Result):
    """The answer."""

    status: int
    headers: dict[str, str]
    """Names in lower case, several values joined by a comma; without cookies."""
    data: Any = None
    """The body, where it is JSON."""
    text: str | None = None
    """The body, where it is text."""
    file: FileValue | None = None
    """The body, where it is neither."""
    note: str | None = None
    """Why the body is not what its media type says."""
