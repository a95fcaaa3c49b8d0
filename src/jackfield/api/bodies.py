"""What comes in and goes out as JSON: parsed once, in the strict sense of types, with no name that isn't declared.

Case D17: every route has an input model of its own and refuses unknown names. Case D02: what is wrong is told with the
path, never with what was submitted.
"""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from starlette.requests import Request

from jackfield.errors import InvalidError, JsonValue
from jackfield.kernel import read_json, write_json

_MEDIA_TYPE: Final = "application/json"


class Input(BaseModel):
    """What a route reads."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True)


class Output(BaseModel):
    """What a route answers; can't hold a `Secret`, which refuses to be written."""

    model_config = ConfigDict(frozen=True)


class MediaTypeError(InvalidError):
    """The body isn't said to be JSON."""

    code = "body.media_type"


class BodyReader:
    """Reads the body of one route.

    Args:
        model: What the body is to be.
    """

    def __init__(self, model: Any) -> None:
        self._adapter: TypeAdapter[Any] = TypeAdapter(model)

    async def read(self, request: Request) -> tuple[bytes, Any]:
        """The body as it came, and as the model.

        Raises:
            InvalidError: No JSON, or not what the model says; `field` is the path as in `body.details.port`.
            LimitedError: Too large, too slow, too deep.
        """
        _require_json(request)
        raw = await request.body()
        if not raw:
            raise InvalidError("a JSON body is needed", field="body")
        return raw, self.parse(read_json(raw))

    def parse(self, value: JsonValue) -> Any:
        """The model of a JSON value.

        Raises:
            InvalidError: It doesn't fit.
        """
        try:
            text = write_json(value)
        except UnicodeEncodeError:
            raise InvalidError("the body has half a character in a text", code="json.invalid", field="body") from None
        if b"\\u0000" in text:
            _refuse_nul(value, "body")
        try:
            # Written anew for the model, so that nothing is read that the one parser above did not see.
            return self._adapter.validate_json(text, strict=True)
        except ValidationError as error:
            raise _invalid_body(error) from None


class ReadRequest(Request):
    """A request whose body was read and checked: what the framework is handed of it is the model itself."""

    def __init__(self, request: Request, raw: bytes, value: Any) -> None:
        super().__init__(request.scope, request.receive)
        self._body = raw
        self._value = value

    async def json(self) -> Any:
        """The model."""
        return self._value


def _require_json(request: Request) -> None:
    given = request.headers.getlist("content-type")
    media_type = given[0].partition(";")[0].strip().lower() if len(given) == 1 else ""
    if media_type != _MEDIA_TYPE:
        raise MediaTypeError(f"the body must be JSON, sent as {_MEDIA_TYPE}", field="header.content-type")


def _refuse_nul(value: JsonValue, path: str) -> None:
    # A list instead of recursion: `read_json` has bounded the depth, not this stack.
    todo: list[tuple[str, JsonValue]] = [(path, value)]
    while todo:
        where, item = todo.pop()
        if isinstance(item, str) and "\0" in item:
            raise InvalidError(f"{where} must not have a NUL character", field=where)
        if isinstance(item, list):
            todo.extend((f"{where}.{index}", one) for index, one in enumerate(item))
        if isinstance(item, dict):
            if any("\0" in name for name in item):
                raise InvalidError(f"{where} must not have a name with a NUL character", field=where)
            todo.extend((f"{where}.{name}", one) for name, one in item.items())


def _invalid_body(error: ValidationError) -> InvalidError:
    found = error.errors(include_input=False, include_context=False, include_url=False)
    problems: list[JsonValue] = []
    for one in found[:20]:
        # The name of an unknown field is part of what was submitted; a misspelt secret could stand there.
        path = ".".join(["body", *(str(part)[:60] for part in one["loc"])])
        problems.append({"field": path, "message": one["msg"].removeprefix("Value error, ")[:300]})
    first = problems[0]
    assert isinstance(first, dict)
    return InvalidError(f"{first['field']}: {first['message']}", field=first["field"], problems=problems)
