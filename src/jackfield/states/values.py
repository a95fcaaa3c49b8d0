"""The values of fields: constants, paths, intrinsic functions, JSONata, and templates with these inside.

A field is read once, when the definition is, and evaluated whenever a state comes to it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol, cast

from jackfield.states import intrinsics, jsonata
from jackfield.states.chance import Chance
from jackfield.states.failures import INTRINSIC_FAILURE, QUERY_EVALUATION, RUNTIME, StateFailedError
from jackfield.states.intrinsics import Call, IntrinsicError, IntrinsicSyntaxError, Part, Text
from jackfield.states.jsonpath import (
    JsonPath,
    PathNotFoundError,
    PathSyntaxError,
    PathTooWideError,
    find,
    read_path,
)
from jackfield.states.meter import Meter


@dataclass(slots=True)
class View:
    """What a field of a state can see."""

    data: Any
    """JSONPath's `$`."""
    states: dict[str, Any]
    """JSONata's `$states`, but for its context."""
    variables: Mapping[str, Any]
    chance: Chance
    now: datetime
    meter: Meter
    make_context: Callable[[], dict[str, Any]]
    _context: dict[str, Any] | None = field(default=None)

    @property
    def context(self) -> dict[str, Any]:
        """The context object: JSONPath's `$$`, JSONata's `$states.context`."""
        if self._context is None:
            self._context = self.make_context()
        return self._context

    def on(self, data: Any, **states: Any) -> "View":
        """The same with other data, and more in `$states`."""
        return View(
            data,
            {**self.states, **states},
            self.variables,
            self.chance,
            self.now,
            self.meter,
            self.make_context,
            self._context,
        )


class Value(Protocol):
    """What a field says."""

    @property
    def constant(self) -> Any:
        """The value where it is the same for every view, else `VARIES`."""
        ...

    def of(self, view: View) -> Any:
        """The JSON value.

        Raises:
            StateFailedError: It has none.
        """
        ...


class _Varies:
    """Depends on what the state sees."""


VARIES: Final = _Varies()


@dataclass(frozen=True, slots=True)
class Constant:
    """A value as it stands."""

    constant: Any

    def of(self, view: View) -> Any:  # noqa: ARG002  # the protocol's
        """The same for everyone."""
        return self.constant


@dataclass(frozen=True, slots=True)
class PathValue:
    """A JSONPath."""

    path: JsonPath
    where: str
    """The field's name, for messages."""
    constant: Any = VARIES

    def of(self, view: View) -> Any:
        """What it finds."""
        try:
            return find(self.path, root_of(self.path, view), view.meter.spend)
        except PathNotFoundError as error:
            raise StateFailedError(
                RUNTIME,
                f"The JSONPath '{self.path.text}' specified for the field '{self.where}' could not be found in the "
                f"input '{shortened(view.data)}' ({error})",
            ) from None
        except PathTooWideError as error:
            raise StateFailedError(RUNTIME, str(error)) from None


def root_of(path: JsonPath, view: View) -> Any:
    """The value that a path starts from.

    Raises:
        StateFailedError: There is no such variable.
    """
    match path.root:
        case "$":
            return view.data
        case "$$":
            return view.context
        case name:
            try:
                return view.variables[name]
            except KeyError:
                raise StateFailedError(RUNTIME, f"There is no variable ${name}.") from None


@dataclass(frozen=True, slots=True)
class CallValue:
    """An intrinsic function."""

    call: Call
    text: str
    where: str
    constant: Any = VARIES

    def of(self, view: View) -> Any:
        """Its result."""
        try:
            return self._result(self.call, view)
        except IntrinsicError as error:
            raise StateFailedError(
                INTRINSIC_FAILURE, f"The function '{self.text}' had the following error: {error}"
            ) from None

    def _result(self, call: Call, view: View) -> Any:
        return intrinsics.call(call.name, [self._part(one, view) for one in call.arguments], view.chance)

    def _part(self, part: Part, view: View) -> Any:
        match part:
            case Call():
                return self._result(part, view)
            case JsonPath():
                return PathValue(part, self.where).of(view)
            case Text():
                return part
            case _:
                return part.value


@dataclass(frozen=True, slots=True)
class QueryValue:
    """A JSONata expression."""

    expression: jsonata.Expression
    where: str
    constant: Any = VARIES

    def of(self, view: View) -> Any:
        """Its result."""
        states = view.states
        if self.expression.mentions_context:
            states = {**states, "context": view.context}
        try:
            found = self.expression.evaluate(view.variables, states, view.chance, view.now, view.meter)
        except jsonata.JsonataError as error:
            raise self._failed(f"threw an error during evaluation. {error}") from None
        if found is jsonata.UNDEFINED:
            raise self._failed("returned nothing (undefined).")
        if found is jsonata.UNSUPPORTED:
            raise self._failed("returned an unsupported result type.")
        return found

    def _failed(self, what: str) -> StateFailedError:
        return StateFailedError(
            QUERY_EVALUATION,
            f"The JSONata expression '{self.expression.source}' specified for the field '{self.where}' {what}",
        )

    def wrong_type(self, expected: str, found: Any) -> StateFailedError:
        """How it fails where the field wants another type."""
        return self._failed(
            f"returned an unexpected result type. Expected '{expected}', but was '{_type_of(found)}' for value: "
            f"{shortened(found)}"
        )


@dataclass(frozen=True, slots=True)
class ObjectTemplate:
    """An object with something to evaluate inside."""

    members: tuple[tuple[str, Value], ...]
    constant: Any = VARIES

    def of(self, view: View) -> Any:
        """The object."""
        return {name: value.of(view) for name, value in self.members}


@dataclass(frozen=True, slots=True)
class ListTemplate:
    """An array with something to evaluate inside."""

    items: tuple[Value, ...]
    constant: Any = VARIES

    def of(self, view: View) -> Any:
        """The array."""
        return [value.of(view) for value in self.items]


INVALID_FIELD: Final = "SCHEMA_VALIDATION_FAILED"
INVALID_QUERY: Final = "INVALID_JSONATA_EXPRESSION"
UNSUPPORTED_QUERY: Final = "UNSUPPORTED_JSONATA_EXPRESSION"
"""What is wrong, as AWS's ValidateStateMachineDefinition calls it."""


class FieldError(ValueError):
    """A field says nothing that can be evaluated; `under` is the way to it, below the field."""

    def __init__(self, message: str, under: tuple[str | int, ...] = (), *, code: str = INVALID_FIELD) -> None:
        super().__init__(message)
        self.message = message
        self.under = under
        self.code = code


def read_reading(text: str, where: str) -> Value:
    """A path or an intrinsic function, as after a name that ends with `.$`.

    Raises:
        FieldError: It is neither.
    """
    if text.startswith("$"):
        return read_path_value(text, where)
    try:
        return CallValue(intrinsics.read_call(text), text, where)
    except IntrinsicSyntaxError as error:
        name = where.rpartition("/")[2]
        raise FieldError(
            f"The value for the field '{name}' must be a valid JSONPath or a valid intrinsic function call: {error}"
        ) from None


def read_path_value(text: Any, where: str) -> PathValue:
    """A path.

    Raises:
        FieldError: It is none.
    """
    if not isinstance(text, str):
        raise FieldError("Value is not a String")
    try:
        return PathValue(read_path(text), where)
    except PathSyntaxError as error:
        raise FieldError(f"Value is not a valid JSONPath: {error.message}, at character {error.at + 1}") from None


def is_query(value: Any) -> bool:
    """Whether a value is a text that JSONata evaluates."""
    return isinstance(value, str) and len(value) >= 4 and value.startswith("{%") and value.endswith("%}")


def read_query(text: str, where: str) -> QueryValue:
    """A JSONata expression between `{%` and `%}`.

    Raises:
        FieldError: It is none.
    """
    try:
        expression = jsonata.read_expression(text[2:-2].strip())
    except jsonata.JsonataError as error:
        message = f"The JSONata expression can't be read: {error}"
        if error.position is not None:
            message = f"The JSONata expression can't be read at character {error.position}: {error}"
        raise FieldError(message, code=INVALID_QUERY) from None
    return QueryValue(expression, where)


def queries(value: Value, under: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], QueryValue]]:
    """The expressions in a value, each with the way to it."""
    match value:
        case QueryValue():
            yield under, value
        case ObjectTemplate(members):
            for name, one in members:
                yield from queries(one, (*under, name))
        case ListTemplate(items):
            for index, one in enumerate(items):
                yield from queries(one, (*under, index))
        case _:
            pass


def read_jsonata_template(value: Any, where: str) -> Value:
    """A JSON value whose texts between `{%` and `%}` are evaluated.

    Raises:
        FieldError: One of them can't be.
    """
    if is_query(value):
        return read_query(value, where)
    if isinstance(value, str):
        require_both_ends(value)
    return _read_inner(value, where, read_jsonata_template)


def require_both_ends(text: str) -> None:
    """Refuse a text that begins or ends as an expression does, and isn't one.

    Raises:
        FieldError: It is such a text.
    """
    if text.startswith("{%") or text.endswith("%}"):
        raise FieldError("A JSONata expression begins with {% and ends with %}, with nothing before and after")


def read_payload_template(value: Any, where: str) -> Value:
    """A JSON value in which members whose names end with `.$` are paths or intrinsic functions.

    Raises:
        FieldError: One of them is neither.
    """
    return _read_inner(value, where, read_payload_template, is_payload=True)


def _read_inner(value: Any, where: str, read: Callable[[Any, str], Value], *, is_payload: bool = False) -> Value:
    if isinstance(value, dict):
        return _read_members(cast("dict[str, Any]", value), where, read, is_payload=is_payload)
    if not isinstance(value, list):
        return Constant(value)
    items = [
        _inside(index, lambda one=one, index=index: read(one, f"{where}[{index}]"))
        for index, one in enumerate(cast("list[Any]", value))
    ]
    if all(one.constant is not VARIES for one in items):
        return Constant(cast("list[Any]", value))
    return ListTemplate(tuple(items))


def _read_members(members: dict[str, Any], where: str, read: Callable[[Any, str], Value], *, is_payload: bool) -> Value:
    made: list[tuple[str, Value]] = []
    for name, one in members.items():
        inner = f"{where}/{name}"
        if is_payload and name.endswith(".$"):
            made.append((name[:-2], _inside(name, lambda one=one, inner=inner: _read_dollar(one, inner))))
        else:
            made.append((name, _inside(name, lambda one=one, inner=inner: read(one, inner))))
    if all(one.constant is not VARIES for _, one in made):
        return Constant({name: one.constant for name, one in made})
    return ObjectTemplate(tuple(made))


def _read_dollar(value: Any, where: str) -> Value:
    if not isinstance(value, str):
        name = where.rpartition("/")[2]
        raise FieldError(f"The value for the field '{name}' must be a STRING that contains a JSONPath")
    return read_reading(value, where)


def _inside(name: str | int, read: Callable[[], Value]) -> Value:
    try:
        return read()
    except FieldError as error:
        raise FieldError(error.message, (name, *error.under), code=error.code) from None


def shortened(value: Any) -> str:
    """A value as JSON, for messages."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= 500 else text[:500] + "…"


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
