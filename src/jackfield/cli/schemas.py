"""JSON schemas of connectors' forms: as a table for people, and to read what people type by its types."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from jackfield.cli.failures import UsageError
from jackfield.errors import HubError
from jackfield.kernel import read_json

Schema = Mapping[str, Any]

_YES: Final = frozenset({"true", "yes", "on", "1"})
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

    @property
    def type_text(self) -> str:
        """For people."""
        if self.is_secret:
            return "secret"
        if self.is_file:
            return "file"
        if self.choices:
            return " | ".join(self.choices)
        return " or ".join(sorted(self.types - {"null"})) or "anything"


def fields_of(schema: Schema) -> dict[str, Field]:
    """The fields of a form, by name, in its order."""
    required = set(schema.get("required") or ())
    properties: Mapping[str, Schema] = schema.get("properties") or {}
    definitions: Mapping[str, Schema] = schema.get("$defs") or {}
    return {name: _field(name, one, definitions, name in required) for name, one in properties.items()}


def _field(name: str, schema: Schema, definitions: Mapping[str, Schema], is_required: bool) -> Field:  # noqa: FBT001  # of the schema
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
    if field is None or not field.types:
        return _json_or_text(text)
    types = field.types
    if "null" in types and text == "null":
        return None
    if "boolean" in types and text.lower() in _YES | _NO and not types & {"string"}:
        return text.lower() in _YES
    if types & {"integer", "number"}:
        number = _find_number(text, whole="number" not in types)
        if number is not None:
            return number
        if not types & {"string", "object", "array"}:
            raise UsageError(f"{where} must be {'a number' if 'number' in types else 'a whole number'}")
    if types & {"object", "array"} and (text[:1] in {"{", "["} or "string" not in types):
        try:
            return read_json(text, what=where)
        except HubError as error:
            if "string" not in types:
                if "array" in types:
                    return [_json_or_text(part.strip()) for part in text.split(",")]
                raise UsageError(f"{where} must be JSON: {error.message}") from None
    if types <= {"boolean", "null"}:
        raise UsageError(f"{where} must be true or false")
    return text


def _find_number(text: str, *, whole: bool) -> int | float | None:
    try:
        return int(text)
    except ValueError:
        pass
    if whole:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _json_or_text(text: str) -> Any:
    try:
        return read_json(text)
    except HubError:
        return text
