"""Typed declarations of what people fill in; each gives its form's JSON schema and reads what was filled in."""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticKnownError, core_schema

from jackfield.errors import InvalidError, JsonValue
from jackfield.kernel import Secret, describe_wrong_input, place_of_wrong_input

MAX_SECRET_LENGTH: Final = 64 * 1024


class _SecretField:
    """Reads a JSON string into a `Secret`; writing one is an error."""

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.no_info_after_validator_function(
            Secret, core_schema.str_schema(strict=True, min_length=1, max_length=MAX_SECRET_LENGTH)
        )
        return core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.no_info_wrap_validator_function(_keep_secret, text),
            serialization=core_schema.plain_serializer_function_ser_schema(_refuse_to_write),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "format": "password", "writeOnly": True, "minLength": 1, "maxLength": 65536}


def _keep_secret(value: object, read: Callable[[object], Secret]) -> Secret:
    return value if isinstance(value, Secret) else read(value)


def _refuse_to_write(_value: Any) -> str:
    raise TypeError("a secret can't be written")


SecretText = Annotated[Secret, _SecretField]
"""A secret to fill in; `Field(json_schema_extra={"multiline": True})` gives it several lines."""


BYTES: Final[dict[str, JsonValue]] = {"unit": "bytes"}
SECONDS: Final[dict[str, JsonValue]] = {"unit": "seconds"}
"""What a number counts, as `Field(json_schema_extra=SECONDS)`: pages then show and take it as people say it, as in 2 MB."""


def _of_json(schema: Any) -> Any:
    """A schema whose numbers and booleans are those of JSON; Pydantic alone would also read them from text.

    A number without a fraction is a whole one however it is written, as JSON Schema has it (2020-12, §4.2.3).
    """
    if isinstance(schema, dict):
        read = {name: _of_json(value) for name, value in cast("dict[str, Any]", schema).items()}
        kind = read.get("type")
        if isinstance(kind, str) and kind in _NOT_OF_JSON:
            return core_schema.no_info_before_validator_function(_NOT_OF_JSON[kind], cast("CoreSchema", read))
        return read
    if isinstance(schema, (list, tuple)):
        several = [_of_json(one) for one in cast("Sequence[Any]", schema)]
        return several if isinstance(schema, list) else tuple(several)
    return schema


def _require_number(value: Any) -> Any:
    if isinstance(value, (str, bool)):
        raise PydanticKnownError("float_type")
    return value


def _require_whole(value: Any) -> Any:
    if isinstance(value, (str, bool)):
        raise PydanticKnownError("int_type")
    return value


def _require_truth(value: Any) -> Any:
    if not isinstance(value, bool):
        raise PydanticKnownError("bool_type")
    return value


_NOT_OF_JSON: Final[Mapping[str, Callable[[Any], Any]]] = {
    "int": _require_whole,
    "float": _require_number,
    "bool": _require_truth,
}
"""What refuses for each type what is none of JSON."""


class Filled(BaseModel):
    """What is filled in, of which whole numbers, numbers and booleans are those of JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, arbitrary_types_allowed=True)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The schema of the class, strict in these."""
        return _of_json(handler(source))


class Details(Filled):
    """General details: what isn't secret. Fixed once connected."""


class Credentials(Filled):
    """What proves who we are; every field of it is sealed, also those that are no `SecretText`."""


class NoCredentials(Credentials):
    """Nothing to prove."""


class Arguments(Filled):
    """What an action is called with."""


class Result(BaseModel):
    """What an action answers; written as JSON."""

    model_config = ConfigDict(frozen=True)


class FileValue(BaseModel):
    """A file in arguments or results."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(max_length=255)
    media_type: str = "application/octet-stream"
    base64: str = Field(repr=False)
    """The content, in base 64 (RFC 4648 §4)."""

    @classmethod
    def of(cls, name: str, data: bytes, media_type: str = "application/octet-stream") -> "FileValue":
        """A file from its content."""
        return cls(name=name[:255], media_type=media_type, base64=base64.b64encode(data).decode())

    @property
    def data(self) -> bytes:
        """The content.

        Raises:
            InvalidError: `base64` is not base 64.
        """
        try:
            return base64.b64decode(self.base64, validate=True)
        except ValueError:
            # Not only binascii.Error: a letter beyond ASCII is another one.
            raise InvalidError(f"the content of {self.name!r} is not base 64", field="base64") from None


M = TypeVar("M", bound=BaseModel)


def parse_fields(model: type[M], value: Mapping[str, Any], *, where: str) -> M:
    """Read what was filled in, in the JSON sense of types (no text for numbers).

    Args:
        model: The declaration.
        value: Names and values as they came, or `Secret`s for sealed ones.
        where: The path of the whole, as in `details`.

    Raises:
        InvalidError: `field` is the path of the first problem, `problems` has all, as `{field, message}`; never a value.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _invalid_input(error, value, where) from None


def _invalid_input(error: ValidationError, given: object, where: str) -> InvalidError:
    """The problems of a validation, without what was submitted (case D02)."""
    found: dict[str, str] = {}
    for one in error.errors(include_input=False, include_url=False)[:20]:
        place = place_of_wrong_input(one, given)
        path = ".".join(filter(None, (where, *place)))
        # Where several forms are possible, each says what it would have liked better: one of them is enough.
        found.setdefault(path, describe_wrong_input({**one, "type": _kind(one, given, place)}))
    path, message = next(iter(found.items()))
    problems: list[JsonValue] = [{"field": field, "message": said} for field, said in found.items()]
    return InvalidError(f"{path}: {message}", field=path, problems=problems)


def _kind(error: ErrorDetails, value: Any, place: Sequence[str]) -> str:
    """What is wrong, as Pydantic calls it; of a text that a type of ours measures, what it calls that of a text."""
    kind = error["type"]
    if kind not in {"too_short", "too_long"}:
        return kind
    for part in place:
        is_list = isinstance(value, list)
        value = value[int(part) if is_list else part]
    return f"string_{kind}" if isinstance(value, str) else kind
