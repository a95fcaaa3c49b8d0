"""What is wrong with a value, said to whoever can change it: in sentences of ours, and never with the value (case D02)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import jsonschema_rs

from jackfield.kernel import write_json

_CHOICES: Final = frozenset({"oneOf", "anyOf"})
_UNEXPECTED: Final = frozenset({"additionalProperties", "unevaluatedProperties"})
_TELLING: Final = frozenset({"const", "enum", "type"})
"""What says that a form is another one, rather than that something in it is wrong."""
_DEEPEST: Final = 8
_SENTENCES: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "const": lambda of: f"must be {_written(of['expected_value'])}",
    "contains": lambda _: "has no entry of the kind that it must have",
    "enum": lambda of: f"must be one of {', '.join(map(_written, of['options']))}",
    "exclusiveMaximum": lambda of: f"must be less than {of['limit']}",
    "exclusiveMinimum": lambda of: f"must be more than {of['limit']}",
    "falseSchema": lambda _: "must be left out",
    "maxItems": lambda of: f"may have at most {of['limit']} entries",
    "maxLength": lambda of: f"may have at most {of['limit']} characters",
    "maxProperties": lambda of: f"may have at most {of['limit']} members",
    "maximum": lambda of: f"must be at most {of['limit']}",
    "minItems": lambda of: (
        f"must have at least {of['limit']} entries" if of["limit"] > 1 else "must have at least one entry"
    ),
    "minLength": lambda of: f"must have at least {of['limit']} characters" if of["limit"] > 1 else "must not be empty",
    "minProperties": lambda of: (
        f"must have at least {of['limit']} members" if of["limit"] > 1 else "must have at least one member"
    ),
    "minimum": lambda of: f"must be at least {of['limit']}",
    "multipleOf": lambda of: f"must be a multiple of {of['multiple_of']}",
    "not": lambda _: "has a form that is excluded",
    "pattern": lambda of: f"must fit the pattern {of['pattern']}",
    "type": lambda of: _typed(of["types"]),
    "unevaluatedItems": lambda _: "has an entry that is not known here",
    "uniqueItems": lambda _: "has an entry more than once",
}
"""By the keyword of JSON Schema that isn't kept; where it means the same, the words are those of `kernel.wrong_input`."""
_TYPES: Final[Mapping[str, str]] = {
    "array": "must be a list",
    "boolean": "must be true or false",
    "integer": "must be a whole number",
    "null": "must be null",
    "number": "must be a number",
    "object": "must be an object",
    "string": "must be text",
}


Path = tuple[str | int, ...]
"""Names of members and numbers of items, from the top of a value."""


def explain(error: jsonschema_rs.ValidationError, depth: int = 0) -> Iterator[tuple[Path, str]]:
    """Pairs of a place in the value, and what is wrong there.

    Of several forms that a value could have (`oneOf`, `anyOf`), the one that it is closest to is explained.
    """
    name: str = error.kind.name
    path: Path = tuple(error.instance_path)
    if name in _CHOICES:
        yield from _explain_choice(error, path, depth)
    elif name == "required":
        missing: Any = getattr(error.kind, "property", None)
        yield ((*path, missing) if isinstance(missing, str) else path), "must be given"
    elif name in _UNEXPECTED:
        unexpected: list[str] = getattr(error.kind, "unexpected", [])
        for one in unexpected:
            yield (*path, one), "is not known here"
    elif name == "falseSchema" and error.schema_path[-1:] == ["additionalProperties"]:
        # Of an object without any members of its own it isn't said which one is too much.
        yield path, "has a member that is not known here"
    elif name == "propertyNames":
        inner: jsonschema_rs.ValidationError = error.kind.as_dict()["error"]
        yield path, f"has a member whose name does not fit: {_say(inner)}"
    else:
        yield path, _say(error)


def _explain_choice(error: jsonschema_rs.ValidationError, path: Path, depth: int) -> Iterator[tuple[Path, str]]:
    context: Sequence[Sequence[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", ())
    failed = [branch for branch in context if branch]
    if len(failed) < len(context):
        yield path, "fits several forms of which it may have only one"
        return
    is_unlike_all = len(failed) > 1 and all(_distance(branch, len(path))[0] for branch in failed)
    if not failed or is_unlike_all or depth >= _DEEPEST:
        yield path, "has none of the forms that it may have"
        return
    for one in min(failed, key=lambda branch: _distance(branch, len(path))):
        yield from explain(one, depth + 1)


def _say(error: jsonschema_rs.ValidationError) -> str:
    say = _SENTENCES.get(error.kind.name)
    return "is not what is expected here" if say is None else say(error.kind.as_dict())


def _typed(types: Sequence[str]) -> str:
    """That it must be of a type; that it may be null, too, is said of the type beside that."""
    others = [one for one in types if one != "null"]
    if len(others) > 1:
        return f"must have one of the types {', '.join(types)}"
    said = _TYPES[others[0] if others else "null"]
    return f"{said}, or null" if others and len(types) > 1 else said


def _written(value: Any) -> str:
    return write_json(value).decode()


def _distance(branch: Sequence[jsonschema_rs.ValidationError], depth: int) -> tuple[bool, int, int]:
    """Another type altogether, then other constants (as a discriminator has), then fewer problems."""
    kinds = [(one.kind.name, len(one.instance_path)) for one in branch]
    is_other = any(name == "type" and at == depth for name, at in kinds)
    return is_other, sum(name in _TELLING and at == depth + 1 and name != "type" for name, at in kinds), len(branch)


def field_of(argument: str, path: Path) -> str:
    """The place as people write it: `body.items[2].name`."""
    return argument + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)


def pointer_to(path: Path) -> str:
    """The place as a JSON pointer (RFC 6901): `/items/2/name`; empty is the whole value."""
    return "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}" for one in path)
