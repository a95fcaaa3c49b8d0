"""Forms: what somebody is asked for when he starts a run, or by a step that asks a person (P2, P5). Pure.

A form is a JSON schema of an object whose members a person can fill in one by one:

{"type": "object",
 "properties": {"amount": {"type": "number", "title": "Amount", "minimum": 0},
                "kind": {"type": "string", "enum": ["travel", "other"], "default": "other"}},
 "required": ["amount"]}

Of JSON Schema 2020-12 it has what can be drawn as fields and refused in a plain sentence: no nesting, no patterns, no
alternatives. A word that a form can't have is refused where it stands, when the form is saved.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from jackfield.errors import InvalidError, JsonValue
from jackfield.kernel import describe_wrong_input, place_of_wrong_input, write_json

_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_LONGEST: Final = 10_000
_MOST_ITEMS: Final = 1000

_BOUNDS: Final = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))

_Choice = Annotated[str, Field(min_length=1, max_length=200)]
_Choices = Annotated[tuple[_Choice, ...], Field(min_length=1, max_length=200)]
_Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,59}$")]


class _Words(BaseModel):
    """Words of JSON Schema; what isn't among them is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, allow_inf_nan=False)


class FormItems(_Words):
    """What each item of a list is."""

    type: Literal["string"]
    enum: _Choices | None = None


class _AnyField(_Words):
    title: Annotated[str, Field(max_length=120, description="What it is called on the form.")] = ""
    description: Annotated[str, Field(max_length=500, description="Help below it.")] = ""

    def label(self, name: str) -> str:
        """What it is called."""
        return self.title or name


class TextField(_AnyField):
    """A text, a choice, a date."""

    type: Literal["string"]
    enum: _Choices | None = None
    format: Literal["date", "date-time", "email", "uri"] | None = None
    multiline: Annotated[
        bool, Field(description="Drawn with several lines; the one word that isn't JSON Schema's.")
    ] = False
    minLength: Annotated[int, Field(ge=0, le=_LONGEST)] = 0  # noqa: N815  # JSON Schema's word
    maxLength: Annotated[int, Field(ge=1, le=_LONGEST)] = _LONGEST  # noqa: N815  # JSON Schema's word
    default: str | None = None

    def problem(self, value: Any) -> str | None:
        """What it must be instead of a value; None if that fits."""
        if not isinstance(value, str):
            return "a text" if self.enum is None else "one of its choices"
        if self.enum is not None:
            return None if value in self.enum else "one of its choices"
        if len(value) < self.minLength:
            return f"a text of at least {self.minLength} characters"
        if len(value) > self.maxLength:
            return f"a text of at most {self.maxLength} characters"
        if self.format is None:
            return None
        is_one, meant = _FORMATS[self.format]
        return None if is_one(value) else meant


class WholeField(_AnyField):
    """A whole number."""

    type: Literal["integer"]
    minimum: int | None = None
    maximum: int | None = None
    default: int | None = None

    def problem(self, value: Any) -> str | None:
        """What it must be instead of a value; None if that fits."""
        if not _is_whole(value):
            return "a whole number"
        return _range_problem(value, self.minimum, self.maximum)


class NumberField(_AnyField):
    """A number."""

    type: Literal["number"]
    minimum: float | None = None
    maximum: float | None = None
    default: float | int | None = None

    def problem(self, value: Any) -> str | None:
        """What it must be instead of a value; None if that fits."""
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not _is_finite(value):
            return "a number"
        return _range_problem(value, self.minimum, self.maximum)


class YesNoField(_AnyField):
    """Yes or no."""

    type: Literal["boolean"]
    default: bool | None = None

    def problem(self, value: Any) -> str | None:
        """What it must be instead of a value; None if that fits."""
        return None if isinstance(value, bool) else "yes or no"


class ListField(_AnyField):
    """Several texts or choices."""

    type: Literal["array"]
    items: FormItems
    minItems: Annotated[int, Field(ge=0, le=_MOST_ITEMS)] = 0  # noqa: N815  # JSON Schema's word
    maxItems: Annotated[int, Field(ge=1, le=_MOST_ITEMS)] = _MOST_ITEMS  # noqa: N815  # JSON Schema's word
    default: list[str] | None = None

    def problem(self, value: Any) -> str | None:
        """What it must be instead of a value; None if that fits."""
        if not isinstance(value, list) or not self.minItems <= len(value) <= self.maxItems:  # pyright: ignore[reportUnknownArgumentType]
            return f"a list of {self.minItems} to {self.maxItems} texts"
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(item, str) or len(item) > _LONGEST:
                return f"a list of texts of at most {_LONGEST} characters"
            if self.items.enum is not None and item not in self.items.enum:
                return "a list of its choices"
        return None


FormField = Annotated[TextField | WholeField | NumberField | YesNoField | ListField, Field(discriminator="type")]


class Form(_Words):
    """All that is asked for: a JSON schema of an object whose members a person can fill in."""

    schema_: Annotated[str, Field(alias="$schema", max_length=200)] = ""
    type: Literal["object"]
    title: Annotated[str, Field(max_length=120)] = ""
    description: Annotated[str, Field(max_length=1000)] = ""
    properties: Annotated[dict[_Name, FormField], Field(max_length=100)]
    required: Annotated[tuple[str, ...], Field(max_length=100)] = ()

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for name in self.required:
            if name not in self.properties:
                raise ValueError(f"required names {name[:60]!r}, which is not among the properties")
        for name, field in self.properties.items():
            for least, most in _BOUNDS:
                low, high = getattr(field, least, None), getattr(field, most, None)
                if low is not None and high is not None and low > high:
                    raise ValueError(f"nothing fits {name}: its {least} is more than its {most}")
            if field.default is not None and (problem := field.problem(field.default)) is not None:
                raise ValueError(f"the default of {name} must be {problem}")
        return self

    def read(self, values: Mapping[str, Any], *, where: str) -> dict[str, JsonValue]:
        """What was filled in, with the defaults of what wasn't.

        Raises:
            InvalidError: `field` is the first that doesn't fit; never with what was filled in.
        """
        if unknown := sorted(values.keys() - self.properties.keys()):
            raise InvalidError(
                f"{where} has a field that the form doesn't know: {unknown[0][:60]!r}",
                field=f"{where}.{unknown[0][:60]}",
            )
        found: dict[str, JsonValue] = {}
        for name, field in self.properties.items():
            value: Any = values.get(name)
            if value is None or value == "":
                value = field.default
            if value is None:
                if name in self.required:
                    raise InvalidError(f"{field.label(name)} is needed", field=f"{where}.{name}")
                continue
            if (problem := field.problem(value)) is not None:
                raise InvalidError(f"the form's field {field.label(name)} must be {problem}", field=f"{where}.{name}")
            found[name] = int(value) if isinstance(field, WholeField) else value
        return found


def read_form(value: Mapping[str, Any], *, where: str = "form") -> Form:
    """A form as it was written.

    Raises:
        InvalidError: It is none; `field` says where.
    """
    try:
        return Form.model_validate_json(write_json(value))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join([where, *place_of_wrong_input(first, value)])
        if first["type"] == "extra_forbidden":
            raise InvalidError(f"{place} is more than a form can have", field=place) from None
        raise InvalidError(f"{place}: {describe_wrong_input(first)}", field=place) from None


def _is_whole(value: Any) -> bool:
    """Also when it is written with nothing behind the point, as JSON Schema has it (2020-12, §4.2.3)."""
    return value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        # A whole number of more than some 300 digits, which no number of a form is.
        return False


def _range_problem(value: float, minimum: float | None, maximum: float | None) -> str | None:
    if minimum is not None and value < minimum:
        return f"at least {minimum}"
    if maximum is not None and value > maximum:
        return f"at most {maximum}"
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return bool(_MOMENT.fullmatch(text))


_FORMATS: Final[Mapping[str, tuple[Callable[[str], object], str]]] = {
    "date": (_is_date, "a date, as in 2026-11-27"),
    "date-time": (_is_moment, "a moment with its zone, as in 2026-11-27T08:00:00Z"),
    "email": (re.compile(r"[^\s@]+@[^\s@]+").fullmatch, "a mail address"),
    "uri": (re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+").fullmatch, "an address, as in https://example.com"),
}
"""What a text must be like, and how that is said."""
