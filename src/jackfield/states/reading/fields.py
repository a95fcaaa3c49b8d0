"""The members of one object of a definition: asked for by name, with every problem put down and none raised."""

import math
from collections.abc import Callable, Collection, Iterator
from typing import Any, TypeVar, cast

from jackfield.states.jsonata import References
from jackfield.states.jsonpath import JsonPath
from jackfield.states.machine import DISCARDED, Language
from jackfield.states.models import Problem, Severity
from jackfield.states.values import (
    INVALID_FIELD,
    UNSUPPORTED_QUERY,
    Constant,
    FieldError,
    QueryValue,
    Value,
    is_query,
    queries,
    read_jsonata_template,
    read_path_value,
    read_payload_template,
    read_query,
    read_reading,
)

_T = TypeVar("_T")


def under(pointer: str, *tokens: str | int) -> str:
    """The JSON Pointer (RFC 6901) of a member."""
    for token in tokens:
        pointer += "/" + str(token).replace("~", "~0").replace("/", "~1")
    return pointer


class Problems:
    """What was found."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def error(self, pointer: str, message: str, code: str = INVALID_FIELD) -> None:
        """It can't be run."""
        self.found.append(Problem(pointer, message, code=code))

    def refuse(self, pointer: str, message: str, code: str) -> None:
        """It could be run, and AWS takes it for a mistake."""
        self.found.append(Problem(pointer, message, code=code, hinders=False))

    def warn(self, pointer: str, message: str, code: str) -> None:
        """It can be run, and is probably not meant so."""
        self.found.append(Problem(pointer, message, Severity.WARNING, code))


class Fields:
    """The members of an object; `finish` puts down those that nobody asked for."""

    def __init__(self, members: dict[str, Any], pointer: str, problems: Problems, language: Language) -> None:
        self.members = members
        self.pointer = pointer
        self.problems = problems
        self.language = language
        self._asked = {"Comment"}

    @property
    def is_jsonata(self) -> bool:
        """Whether expressions in it are JSONata."""
        return self.language is Language.JSONATA

    def has(self, name: str) -> bool:
        """Whether there is such a member, be it null."""
        return name in self.members

    def error(self, name: str, message: str) -> None:
        """Something is wrong with a member."""
        self.problems.error(under(self.pointer, name), message)

    def raw(self, name: str) -> Any:
        """The member as it stands; None where there is none."""
        self._asked.add(name)
        return self.members.get(name)

    def text(self, name: str, *, required: bool = False, one_of: Collection[str] = ()) -> str | None:
        """A text."""
        found = self.raw(name)
        if found is None and not self.has(name):
            if required:
                self.problems.error(self.pointer, f"The field '{name}' is required but was missing")
            return None
        if not isinstance(found, str) or not found:
            self.error(name, "Value is not a String" if not isinstance(found, str) else "Value cannot be empty")
            return None
        if one_of and found not in one_of:
            self.error(name, f"The field '{name}' should have one of these values: [{', '.join(one_of)}]")
            return None
        return found

    def flag(self, name: str) -> bool:
        """True or false; false where it is left out."""
        found = self.raw(name)
        if self.has(name) and not isinstance(found, bool):
            self.error(name, "Value is not a Boolean")
        return found is True

    def number(self, name: str, *, least: float, most: float | None = None, whole: bool = True) -> Any:
        """A number; None where it is left out or wrong."""
        found = self.raw(name)
        if not self.has(name):
            return None
        if not _is_number(found) or (whole and found != int(found)):
            self.error(name, "Value is not an Integer" if whole else "Value is not a number")
            return None
        if found < least or (most is not None and found > most):
            bounds = f"at least {least:g}" + (f" and at most {most:g}" if most is not None else "")
            self.error(name, f"Value is out of range: it is {bounds}")
            return None
        return int(found) if whole else found

    def template(self, name: str, sees: str = "") -> Value | None:
        """`Parameters`, `Arguments`, `Assign`, … in the language of the state.

        Args:
            name: Of the member.
            sees: A member of `$states` that its expressions see, beside the input and the context.
        """
        found = self.raw(name)
        if not self.has(name):
            return None
        read = read_jsonata_template if self.is_jsonata else read_payload_template
        return self._refers(name, self._reads(name, lambda: read(found, name)), sees)

    def assign(self, sees: str = "") -> Value | None:
        """`Assign`: an object whose names are names of variables."""
        found = self.raw("Assign")
        if not self.has("Assign"):
            return None
        if not isinstance(found, dict):
            self.error("Assign", "Value is not an Object")
            return None
        for name in cast("dict[str, Any]", found):
            bare = name.removesuffix(".$") if not self.is_jsonata else name
            if bare == "states" or not bare.isidentifier() or len(bare) > 80:
                self.problems.error(
                    under(self.pointer, "Assign", name),
                    f"'{bare}' can't be the name of a variable: letters, digits and _, at most 80, and not 'states'",
                )
        return self.template("Assign", sees)

    def query(self, name: str, kinds: tuple[type[Any], ...], what: str) -> Value | None:
        """A JSONata expression, or a constant of these types."""
        found = self.raw(name)
        if not self.has(name):
            return None
        if is_query(found):
            return self._refers(name, self._reads(name, lambda: read_query(found, name)))
        if self.is_jsonata and isinstance(found, str) and str in kinds:
            return self._reads(name, lambda: read_jsonata_template(found, name))
        if not isinstance(found, kinds) or (isinstance(found, bool) and bool not in kinds):
            self.error(name, f"Value is not {what} or a JSONata expression between {{% and %}}")
            return None
        return Constant(found)

    def path(self, name: str, *, to_one: bool = False) -> Value | None:
        """A JSONPath; with `to_one`, one that leads to one value."""
        found = self.raw(name)
        if not self.has(name):
            return None
        value = self._reads(name, lambda: read_path_value(found, name))
        if to_one and value is not None and not value.path.is_definite:
            self.error(name, "Value is not a Reference Path: it may lead to several values")
            return None
        return value

    def reading(self, name: str) -> Value | None:
        """A JSONPath or an intrinsic function."""
        found = self.raw(name)
        if not self.has(name):
            return None
        if not isinstance(found, str):
            self.error(name, "Value is not a String")
            return None
        return self._reads(name, lambda: read_reading(found, name))

    def path_or_discard(self, name: str) -> Any:
        """`InputPath` and `OutputPath`: a path, `DISCARDED` for null, None for all."""
        found = self.raw(name)
        if not self.has(name) or found == "$":
            return None
        if found is None:
            return DISCARDED
        return self._reads(name, lambda: read_reading(found, name) if isinstance(found, str) else _no_text())

    def reference(self, name: str) -> Any:
        """`ResultPath`: a `JsonPath` to write to, `DISCARDED` for null, None for all."""
        found = self.raw(name)
        if not self.has(name) or found == "$":
            return None
        if found is None:
            return DISCARDED
        value = self._reads(name, lambda: read_path_value(found, name))
        if value is None:
            return None
        path: JsonPath = cast("Any", value).path
        if not path.is_reference or path.root != "$":
            self.error(name, "Value is not a Reference Path: it names one place in the state's input")
            return None
        return path

    def count(self, name: str, *, least: int, most: int | None = None) -> Value | None:
        """A whole number: a constant, `<name>Path` in JSONPath, or an expression in JSONata."""
        if self.is_jsonata:
            if is_query(self.raw(name)):
                return self.query(name, (), "an Integer")
        elif self.has(f"{name}Path"):
            if self.has(name):
                self.error(name, f"You cannot use both {name} and {name}Path")
            return self.path(f"{name}Path", to_one=True)
        found = self.number(name, least=least, most=most)
        return None if found is None else Constant(found)

    def object(self, name: str, *, required: bool = False) -> "Fields | None":
        """An object in it."""
        found = self.raw(name)
        if not self.has(name):
            if required:
                self.problems.error(self.pointer, f"The field '{name}' is required but was missing")
            return None
        if not isinstance(found, dict):
            self.error(name, "Value is not an Object")
            return None
        return Fields(cast("dict[str, Any]", found), under(self.pointer, name), self.problems, self.language)

    def objects(self, name: str, *, required: bool = False) -> list["Fields"]:
        """An array of objects in it."""
        found = self.raw(name)
        if not self.has(name):
            if required:
                self.problems.error(self.pointer, f"The field '{name}' is required but was missing")
            return []
        if not isinstance(found, list):
            self.error(name, "Value is not an Array")
            return []
        pointer = under(self.pointer, name)
        if required and not found:
            self.error(name, "Value cannot be empty")
        made: list[Fields] = []
        for index, one in enumerate(cast("list[Any]", found)):
            if isinstance(one, dict):
                made.append(Fields(cast("dict[str, Any]", one), under(pointer, index), self.problems, self.language))
            else:
                self.problems.error(under(pointer, index), "Value is not an Object")
        return made

    def finish(self, why: str = "") -> None:
        """Put down what nobody asked for."""
        for name in self.members.keys() - self._asked:
            self.error(name, f"Field is not supported{why}")

    def _reads(self, name: str, read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except FieldError as error:
            self.problems.error(under(self.pointer, name, *error.under), error.message, error.code)
            return None

    def _refers(self, name: str, value: Value | None, sees: str = "") -> Value | None:
        """Put down what its expressions refer to that a state doesn't have."""
        for way, query in queries(value) if value is not None else ():
            for message in _missing(query.expression.references, {"input", "context", sees}):
                self.problems.refuse(under(self.pointer, name, *way), message, UNSUPPORTED_QUERY)
                break
        return value


def _missing(references: References, members: Collection[str]) -> Iterator[str]:
    """What an expression refers to that isn't there: nothing is at its top, and `$states` has these members."""
    for name in references.top:
        yield f"Reference to '{name}' at the top level is not supported; $states.input is the state's input."
    if references.has_root:
        yield "Reference to '$$' is not supported; $states.input is the state's input."
    for name in references.states:
        if name not in members:
            yield f"Field '$states.{name}' does not exist here."


def as_query(value: Value | None) -> QueryValue | None:
    """The value where it is an expression."""
    return value if isinstance(value, QueryValue) else None


def _no_text() -> Value:
    raise FieldError("Value is not a String")


def _is_number(value: Any) -> bool:
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False
