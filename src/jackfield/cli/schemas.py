"""JSON schemas of connectors' forms: as a table for people, and to read what people type by its types."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from jackfield.cli.failures import UsageError
from jackfield.errors import HubError
from jackfield.kernel import read_json

Schema = Mapping[str, Any]

_YES: Final = frozenset({"true", "yes", "on", "1"})
_SAYING: Final = frozenset({"type", "enum", "const", "anyOf", "oneOf", "allOf"})
_NO: Final = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form."""

    name: str
    types: frozenset[str]
    """JSON's names of types; empty is any."""
    is_required: bool
    is_secret: bool
    is_file: bool
    description: str
    choices: tuple[str, ...]
    default: Any
    unit: str = ""
    """What a number counts, as in `seconds`; may be empty."""
    forms: tuple[Schema, ...] = ()
    """The schemas that it may fit."""
    definitions: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    """What they may refer to."""

    @property
    def type_text(self) -> str:
        """For people."""
        if self.is_secret:
            return "secret"
        if self.is_file:
            return "file"
        if self.choices:
            return " | ".join(self.choices)
        kind = " or ".join(sorted(self.types - {"null"})) or "anything"
        return f"{kind}, {self.unit}" if self.unit else kind


def find_field(fields: Mapping[str, Field], path: str) -> Field | None:
    """A field by its name, or one inside of it, as in `headers.accept`; None where the form says nothing of it."""
    first, *inner = path.split(".")
    found = fields.get(first)
    for name in inner:
        found = found and _inside(found, name)
    return found


def _inside(whole: Field, name: str) -> Field | None:
    schemas: list[Schema] = []
    for form in whole.forms:
        # By its own name, or as one of those that may have any.
        properties: Mapping[str, Schema] = form.get("properties") or {}
        inner: Schema | bool | None = properties.get(name, form.get("additionalProperties"))
        if isinstance(inner, Mapping):
            schemas.append(inner)
        elif inner:
            return None
    made = _field(name, {"anyOf": schemas}, whole.definitions, is_required=False)
    # A schema without any type takes whatever there is.
    says_types = all(form.keys() & _SAYING for form in made.forms)
    return made if says_types else None


def fields_of(schema: Schema) -> dict[str, Field]:
    """The fields of a form, by name, in its order."""
    required: list[str] = schema.get("required") or []
    properties: Mapping[str, Schema] = schema.get("properties") or {}
    definitions: Mapping[str, Schema] = schema.get("$defs") or {}
    return {name: _field(name, one, definitions, is_required=name in required) for name, one in properties.items()}


def _field(name: str, schema: Schema, definitions: Mapping[str, Schema], *, is_required: bool) -> Field:
    variants = _variants(schema, definitions)
    types: set[str] = set()
    choices: list[str] = []
    for one in variants:
        found = one.get("type")
        types |= {found} if isinstance(found, str) else set(found or ())
        choices += [str(choice) for choice in one.get("enum") or ()]
        if "const" in one:
            choices.append(str(one["const"]))
    return Field(
        name=name,
        types=frozenset(types),
        is_required=is_required,
        is_secret=any(one.get("writeOnly") for one in variants),
        is_file=any(
            "base64" in (one.get("properties") or {})
            or "base64" in (_resolve(one.get("items") or {}, definitions).get("properties") or {})
            for one in variants
        ),
        description=str(schema.get("description") or ""),
        choices=tuple(choices),
        default=schema.get("default"),
        unit=str(schema.get("unit") or ""),
        forms=tuple(variants),
        definitions=definitions,
    )


def _variants(schema: Schema, definitions: Mapping[str, Schema]) -> list[Schema]:
    schema = _resolve(schema, definitions)
    found: list[Schema] = [schema]
    for word in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(word) or ():
            found += _variants(one, definitions)
    return found


def _resolve(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    name = str(schema.get("$ref") or "").removeprefix("#/$defs/")
    return definitions.get(name, schema) if name else schema


def read_value(field: Field | None, text: str, *, where: str) -> Any:
    """What somebody typed, as the field's type has it; JSON where that is what it takes.

    Raises:
        UsageError: It can't be read so. The message names the field, never the value.
    """
    types = frozenset[str]() if field is None else field.types
    if not types:
        return _json_or_text(text)
    for kind, read in _READERS:
        if types & kind:
            found = read(text)
            if found is not _UNFIT:
                return found
    if "null" in types and text == "null":
        return None
    if "string" in types:
        return text
    for kind, read in ((frozenset({"boolean"}), _read_flag), (frozenset({"array"}), _split_list)):
        if types & kind and (found := read(text)) is not _UNFIT:
            return found
    raise UsageError(f"{where} must be {' or '.join(_WORDS.get(one, one) for one in sorted(types - {'null'}))}")


_UNFIT: Final = object()
_WHOLE: Final = re.compile(r"-?[0-9]{1,1000}")
_WORDS: Final = {
    "array": "a JSON array, or values with commas between",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a JSON object",
}


def _read_flag(text: str) -> Any:
    lowered = text.lower()
    return lowered in _YES if lowered in _YES | _NO else _UNFIT


def _read_whole(text: str) -> Any:
    return int(text) if _WHOLE.fullmatch(text) else _UNFIT


def _read_number(text: str) -> Any:
    try:
        found = float(text)
    except ValueError:
        return _UNFIT
    # JSON has neither nan nor inf.
    return found if math.isfinite(found) else _UNFIT


def _read_object(text: str) -> Any:
    value = _json_or_text(text)
    return cast("Any", value) if isinstance(value, dict) else _UNFIT


def _read_list(text: str) -> Any:
    value = _json_or_text(text)
    return cast("Any", value) if isinstance(value, list) else _UNFIT


def _split_list(text: str) -> Any:
    return [_json_or_text(part.strip()) for part in text.split(",")]


_READERS: Final[tuple[tuple[frozenset[str], Callable[[str], Any]], ...]] = (
    (frozenset({"integer", "number"}), _read_whole),
    (frozenset({"number"}), _read_number),
    (frozenset({"object"}), _read_object),
    (frozenset({"array"}), _read_list),
)
"""Before text; what can be text is no flag and no list with commas."""


def _json_or_text(text: str) -> Any:
    try:
        return read_json(text)
    except HubError:
        return text
