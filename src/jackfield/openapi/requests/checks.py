"""Arguments held against their schemas, with messages that say what to change.

Checked with JSON Schema 2020-12 by a library whose regular expressions take linear time, and which fetches nothing
(cases D23, D25). `format` is an annotation and refuses nothing (JSON Schema Validation 2020-12 §7.2.1), but for the
ranges of int32 and int64. Parameters and forms are text on the wire: `"12"` is as good as 12 for them.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import jsonschema_rs

from jackfield.openapi.documents.pointers import pointer_of
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError, DocumentTooLargeError
from jackfield.openapi.models import Location, Version
from jackfield.openapi.requests.messages import Path, explain, field_of, pointer_to
from jackfield.openapi.schemas.bundles import bundle_schema
from jackfield.openapi.schemas.keywords import Schema
from jackfield.openapi.schemas.views import SchemaView, item_of, view_schema
from jackfield.openapi.schemas.weight import is_too_heavy, is_too_heavy_for, may_be_too_heavy

_KEPT: Final = 256
_SHOWN: Final = 10
_LONGEST: Final = 300
_SIZE: Final = 4 << 20
_Validators = OrderedDict[tuple[Location, bool], tuple[jsonschema_rs.Validator, Schema | None]]
"""Each with its schema, if it has to be asked for each value whether that is too heavy."""
_validators: WeakKeyDictionary[Library, _Validators] = WeakKeyDictionary()


def check_value(library: Library, version: Version, location: Location | None, value: Any, argument: str) -> None:
    """Refuse a value that doesn't fit its schema.

    Raises:
        ArgumentError: It doesn't; `problems` lists what, each with its path.
    """
    problems = find_problems(library, version, location, value, argument)
    if problems:
        first = problems[0]
        raise ArgumentError(
            f"{first['field']}: {first['message']}", field=first["field"], problems=cast("Any", problems)
        )


def find_problems(
    library: Library, version: Version, location: Location | None, value: Any, argument: str
) -> list[dict[str, Any]]:
    """How an argument differs from its schema, as `{field, message}`; the first ten.

    Raises:
        ArgumentError: It is nested so deep that it is not looked at.
        DocumentTooLargeError: The schema is so intricate that it is not used.
    """
    found = _find(library, version, location, value, argument, is_answer=False)
    return [{"field": field_of(argument, path), "message": text} for path, text in found[:_SHOWN]]


def find_differences(
    library: Library, version: Version, location: Location, value: Any
) -> tuple[list[tuple[str, str]], bool] | None:
    """How an answer differs from its schema, as JSON pointers and what is wrong there: the first ten, and whether of more.

    None if there is no schema in that place.

    Raises:
        HubError: As `find_problems`.
    """
    # Once it is compiled it need not be looked for any more.
    if (location, True) not in _validators.get(library, ()) and not library.has(location):
        return None
    found = _find(library, version, location, value, "the answer", is_answer=True)
    return [(pointer_to(path), text) for path, text in found[:_SHOWN]], len(found) > _SHOWN


def _find(
    library: Library, version: Version, location: Location | None, value: Any, named: str, *, is_answer: bool
) -> list[tuple[Path, str]]:
    if location is None:
        return []
    validator, schema = _validator(library, version, location, is_answer=is_answer)
    if schema is not None and is_too_heavy_for(schema, value):
        raise ArgumentError(f"{named}: nested too deep to be checked in reasonable time", field=named)
    if validator.is_valid(value):
        return []
    found: list[tuple[Path, str]] = []
    for error in validator.iter_errors(value):
        found += [(path, _short(text)) for path, text in explain(error)]
        if len(found) > _SHOWN:
            break
    return found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _validator(
    library: Library, version: Version, location: Location, *, is_answer: bool
) -> tuple[jsonschema_rs.Validator, Schema | None]:
    kept = _validators.get(library)
    if kept is None:
        kept = _validators[library] = OrderedDict()
    key = (location, is_answer)
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    schema = bundle_schema(library, version, location, is_answer=is_answer)
    if is_too_heavy(schema):
        raise DocumentTooLargeError(
            "a schema of this operation is too intricate to be checked in reasonable time", pointer=pointer_of(location)
        )
    try:
        found = _compile(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        # One pattern that no linear engine knows must not leave the rest unchecked.
        found = _compile(cast("Schema", _without_bad_patterns(schema)))
    kept[key] = found, schema if may_be_too_heavy(schema) else None
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[key]


def _compile(schema: Schema) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(
        cast("Any", schema),
        validate_formats=False,
        retriever=_refuse,
        pattern_options=jsonschema_rs.RegexOptions(size_limit=_SIZE),
    )


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")


def _without_bad_patterns(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_bad_patterns(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, one in cast("dict[str, Any]", value).items():
        if name == "pattern" and isinstance(one, str) and not _is_pattern(one):
            continue
        if name == "patternProperties" and isinstance(one, dict):
            named = cast("dict[str, Any]", one)
            found[name] = {key: _without_bad_patterns(inner) for key, inner in named.items() if _is_pattern(key)}
            continue
        found[name] = _without_bad_patterns(one)
    return found


def _is_pattern(pattern: str) -> bool:
    try:
        _compile({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def read_text(library: Library, version: Version, location: Location | None, value: Any) -> Any:
    """A value that goes out as text, as its schema means it: `"12"` is 12 for an integer, 12 is `"12"` for a string."""
    if location is None:
        return value
    view = view_schema(library, version, location)
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return [read_text(library, version, item_of(view, index), one) for index, one in enumerate(items)]
    if isinstance(value, dict):
        properties = view.all_properties
        members = cast("dict[str, Any]", value)
        others = view.additional
        return {name: read_text(library, version, properties.get(name, others), one) for name, one in members.items()}
    return _as(view, value)


def _as(view: SchemaView, value: Any) -> Any:
    types = view.all_types
    if isinstance(value, str) and types and "string" not in types:
        for found in _readings(value, types):
            return found
    if isinstance(value, (int, float)) and types and not types & {"number", "integer", "boolean"} and "string" in types:
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _readings(text: str, types: frozenset[str]) -> Iterator[Any]:
    if "boolean" in types and text in {"true", "false"}:
        yield text == "true"
    for kind, read in (("integer", int), ("number", float)):
        if kind in types and text == text.strip() and "_" not in text:
            try:
                yield read(text)
            except ValueError:
                continue


def may_be_empty(library: Library, version: Version, location: Location | None) -> bool:
    """Whether a schema names the empty text as one of its values."""
    if location is None:
        return False
    view = view_schema(library, version, location)
    return view.enum is not None and "" in view.enum


def missing(required: Mapping[str, str], given: Mapping[str, Any]) -> Iterator[str]:
    """The arguments of those names that have no value."""
    for name, argument in required.items():
        if given.get(name) is None:
            yield argument
