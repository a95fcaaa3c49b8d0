"""What is wrong with a value, said to whoever can change it."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import jsonschema_rs

_CHOICES: Final = frozenset({"oneOf", "anyOf"})
_TELLING: Final = frozenset({"const", "enum", "type"})
"""What says that a form is another one, rather than that something in it is wrong."""
_DEEPEST: Final = 8


def explain(error: jsonschema_rs.ValidationError, argument: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Pairs of a field, as `body.items[2].name`, and what is wrong with it.

    Of several forms that a value could have (`oneOf`, `anyOf`), the one that it is closest to is explained.
    """
    name: str = error.kind.name
    field = _field(argument, error.instance_path)
    context: Sequence[Sequence[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", ())
    failed = [branch for branch in context if branch]
    if name in _CHOICES and len(failed) < len(context):
        yield field, "it fits several forms of which it may have only one"
    elif name in _CHOICES and failed and depth < _DEEPEST:
        closest = min(failed, key=lambda branch: _distance(branch, len(error.instance_path)))
        if len(failed) > 1 and all(_distance(branch, len(error.instance_path))[0] for branch in failed):
            yield field, error.message
            return
        for one in closest:
            yield from explain(one, argument, depth + 1)
    elif name == "required":
        missing: Any = getattr(error.kind, "property", None)
        yield (f"{field}.{missing}" if isinstance(missing, str) else field), "it is required"
    elif name == "additionalProperties":
        unexpected: list[str] = getattr(error.kind, "unexpected", [])
        for one in unexpected:
            yield f"{field}.{one}", "there is no such member"
    else:
        yield field, error.message


def _distance(branch: Sequence[jsonschema_rs.ValidationError], depth: int) -> tuple[bool, int, int]:
    """Another type altogether, then other constants (as a discriminator has), then fewer problems."""
    kinds = [(one.kind.name, len(one.instance_path)) for one in branch]
    is_other = any(name == "type" and at == depth for name, at in kinds)
    return is_other, sum(name in _TELLING and at == depth + 1 and name != "type" for name, at in kinds), len(branch)


def _field(argument: str, path: Sequence[str | int]) -> str:
    return argument + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in path)
