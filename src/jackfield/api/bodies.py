"""What comes in and goes out as JSON: parsed once, in the strict sense of types, with no name that isn't declared.

Case D17: every route has an input model of its own and refuses unknown names. Case D02: what is wrong is told with the
path, never with what was submitted.
"""

import asyncio
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect, Request

from jackfield.api.security import RawHeaders, header_values
from jackfield.errors import InvalidError, JsonValue
from jackfield.kernel import describe_wrong_input, place_of_wrong_input, read_json, write_json

_MEDIA_TYPE: Final = "application/json"
_LARGE: Final = 256 * 1024
"""Bytes of a body that is read beside the event loop, so that nobody else waits for it (case D24)."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


def _read_moment(value: object) -> object:
    if not isinstance(value, str):
        return value
    refusal = "must be a moment with its zone, as in 2026-11-23T08:00:00Z (RFC 3339)"
    if not _MOMENT.fullmatch(value):
        raise ValueError(refusal)
    # RFC 3339 knows leap seconds, Python doesn't.
    text = f"{value[:17]}59{value[19:]}" if value[17:19] == "60" else value
    try:
        # In UTC, and so refused where its zone moves it out of the calendar.
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(refusal) from None


def _require_flag(value: object) -> object:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("must be true or false")
        return value == "true"
    return value


def several_of(values: Iterable[str]) -> BeforeValidator:
    """What refuses a query parameter that isn't some of these with commas between them, and says which there are."""
    known = tuple(values)

    def require(value: object) -> object:
        if isinstance(value, str) and not set(known).issuperset(value.split(",")):
            raise ValueError(f"must be one of {', '.join(known)}, or several with commas between them")
        return value

    return BeforeValidator(require)


def sorted_by(values: Iterable[str]) -> BeforeValidator:
    """What refuses a query parameter that is none of these, with or without `-` before it, and says which there are."""
    known = tuple(values)

    def require(value: object) -> object:
        if isinstance(value, str) and value.removeprefix("-") not in known:
            raise ValueError(f"must be one of {', '.join(known)}, with - before it to turn the order round")
        return value

    return BeforeValidator(require)


def _read_whole(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[datetime, BeforeValidator(_read_moment)]
"""A moment as RFC 3339 writes it; Pydantic alone would also read numbers."""
Flag = Annotated[bool, BeforeValidator(_require_flag)]
"""`true` or `false` in a query; Pydantic alone would also read `yes` and `1`."""
_LINE: Final = r"[^\x00-\x1f\x7f-\x9f\xad]"
_NAME: Final = rf"^{_LINE}*[^\s\x00-\x1f\x7f-\x9f\xad]{_LINE}*$"
Name = Annotated[str, Field(min_length=1, max_length=120, json_schema_extra={"pattern": _NAME})]
"""What people call something; the services say which characters it may have, the pattern says the most of it."""
SignInName = Annotated[str, Field(min_length=1, max_length=254, json_schema_extra={"pattern": _NAME})]
"""What one signs in with."""
Text = Annotated[str, Field(max_length=2000, json_schema_extra={"pattern": r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f\xad]*$"})]
"""A description, in several lines."""
Whole: Final = BeforeValidator(_read_whole)
"""Behind the bounds of a whole number: it may be written with nothing behind the point, as JSON schema has it."""
Count = Annotated[int, Field(ge=0, le=1 << 53), Whole]
"""How many there are of something."""
Search = Annotated[str, Query(max_length=200, description="Part of the name, in any case.")]


T = TypeVar("T")
U = TypeVar("U")


class Input(BaseModel):
    """What a route reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)


class Output(BaseModel):
    """What a route answers; can't hold a `Secret`, which refuses to be written."""

    model_config = ConfigDict(frozen=True)


class ListOf(Output, Generic[T]):
    """All of a short list."""

    items: list[T]

    @classmethod
    def of(cls, found: Iterable[U], show: Callable[[U], T]) -> "ListOf[T]":
        """Each thing as `show` makes it."""
        return cls(items=[show(one) for one in found])


class MediaTypeError(InvalidError):
    """The body isn't said to be JSON."""

    code = "body.media_type"


class BodyReader:
    """Reads the body of one route.

    Args:
        model: What the body is to be.
        is_plain: Whether the model has only what JSON itself has, and no text that stands for something else. Then it
            takes the values as they were read.
    """

    def __init__(self, model: Any, *, is_plain: bool = False) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(model)
        self._is_plain = is_plain

    async def read(self, request: Request) -> tuple[bytes, Any]:
        """The body as it came, and as the model.

        Raises:
            InvalidError: No JSON, or not what the model says; `field` is the path as in `details.port`.
            LimitedError: Too large, too slow, too deep.
        """
        _require_json(request.scope["headers"])
        raw = await _receive_body(request)
        if not raw:
            raise InvalidError("a JSON body is needed", field="body")
        if len(raw) > _LARGE:
            return raw, await asyncio.to_thread(self._parse, raw)
        return raw, self._parse(raw)

    def _parse(self, raw: bytes) -> Any:
        value = read_json(raw)
        if b"\\u0000" in raw:
            _refuse_nul(value)
        try:
            if self._is_plain:
                return self._adapter.validate_python(value, strict=True)
            # Written anew for the model, so that nothing is read that the one parser above did not see.
            return self._adapter.validate_json(write_json(value), strict=True)
        except ValidationError as error:
            raise _invalid_body(error, value) from None


class ReadRequest(Request):
    """A request whose body was read and checked: what the framework is handed of it is the model itself."""

    def __init__(self, request: Request, raw: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._body = raw
        self._value = value

    async def json(self) -> Any:
        """The model."""
        return self._value


async def _receive_body(request: Request) -> bytes:
    # As `request.body()` does, which costs as much as reading the JSON in it.
    parts: list[bytes] = []
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _require_json(headers: RawHeaders) -> None:
    given = header_values(headers, b"content-type")
    media_type = given[0].partition(";")[0].strip().lower() if len(given) == 1 else ""
    if media_type != _MEDIA_TYPE:
        raise MediaTypeError(f"the body must be JSON, sent as {_MEDIA_TYPE}", field="header.content-type")


def _refuse_nul(value: JsonValue) -> None:
    # A list instead of recursion: `read_json` has bounded the depth, not this stack.
    todo: list[tuple[str, JsonValue]] = [("", value)]
    while todo:
        path, item = todo.pop()
        named = path or "body"
        if isinstance(item, str) and "\0" in item:
            raise InvalidError(f"{named} must not have a NUL character", field=named)
        if isinstance(item, list):
            todo.extend((f"{path}.{index}".lstrip("."), one) for index, one in enumerate(item))
        if isinstance(item, dict):
            if any("\0" in name for name in item):
                raise InvalidError(f"{named} must not have a name with a NUL character", field=named)
            todo.extend((f"{path}.{name}".lstrip("."), one) for name, one in item.items())


def _invalid_body(error: ValidationError, given: Any) -> InvalidError:
    found = error.errors(include_input=False, include_url=False)
    problems: list[JsonValue] = []
    for one in found[:20]:
        # The name of an unknown field is part of what was submitted; a misspelt secret could stand there.
        path = ".".join(part[:60] for part in place_of_wrong_input(one, given)) or "body"
        problems.append({"field": path, "message": describe_wrong_input(one)})
    first = problems[0]
    assert isinstance(first, dict)
    return InvalidError(f"{first['field']}: {first['message']}", field=first["field"], problems=problems)
