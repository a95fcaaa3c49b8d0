"""Names for operations and arguments: distinct, and the same at every reading, whatever else the document holds."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from jackfield.openapi.models import Place

_LONGEST: Final = 64
_OTHER: Final = re.compile(r"[^A-Za-z0-9_.-]+")
_ORDER: Final = (Place.PATH, Place.QUERY, Place.QUERYSTRING, Place.HEADER, Place.COOKIE)
BODY: Final = "body"


def name_operations(labels: Sequence[tuple[str | None, str, str]]) -> list[str]:
    """A name for each (operationId, method, path).

    An operationId that is there once is the name; one that several operations have is told apart by their verbs and
    paths, all of them, so that none depends on which comes first.
    """
    plain = [_clean(operation_id or "") for operation_id, _, _ in labels]
    uses = Counter(one.lower() for one in plain)
    names: list[str] = []
    taken: set[str] = set()
    for (_, method, path), own in zip(labels, plain, strict=True):
        verb = _clean(f"{method.lower()} {path}")
        name = own if own and uses[own.lower()] == 1 else "_".join(part for part in (own, verb) if part)
        name = _shorten(name, f"{method} {path}")
        if name.lower() in taken:
            name = _shorten(name + "_" * _LONGEST, f"{method} {path}")
        taken.add(name.lower())
        names.append(name)
    return names


def name_arguments(parameters: Sequence[tuple[str, Place]], *, has_body: bool) -> tuple[list[str], str]:
    """A name for each (name, in) of an operation, and one for its body.

    Of two that are called the same, the one in the path keeps its name, then the one in the query; the others get
    their place before it.
    """
    taken: set[str] = set()
    given: dict[int, str] = {}
    for place in _ORDER:
        for index, (name, own) in enumerate(parameters):
            if own is not place:
                continue
            wanted = name if name not in taken else f"{place.value}_{name}"
            while wanted in taken:
                wanted += "_"
            taken.add(wanted)
            given[index] = wanted
    body = BODY
    while has_body and body in taken:
        body = f"request_{body}"
    return [given[index] for index in range(len(parameters))], body


def _clean(text: str) -> str:
    return _OTHER.sub("_", text).strip("_.-")


def _shorten(name: str, identity: str) -> str:
    if len(name) <= _LONGEST:
        return name
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST - 9].rstrip('_')}_{digest}"
