"""What all requests of an operation have in common, found once: every call asks for the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote
from weakref import WeakKeyDictionary

from jackfield.openapi.documents.references import Library
from jackfield.openapi.models import Operation, Place
from jackfield.openapi.reading.api import Api
from jackfield.openapi.requests.checks import may_be_empty
from jackfield.openapi.requests.paths import fixed_query
from jackfield.openapi.requests.percent import encode

_KEPT: Final = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of an operation's requests before there are arguments."""

    operation: Operation
    names: Mapping[Place, frozenset[str]]
    """Of its parameters, by their place."""
    may_be_empty: frozenset[str]
    """Parameters of the path whose schema names the empty text as a value."""
    taken: Mapping[str, frozenset[str]]
    """For each parameter of the query the names, encoded, that no member of its value may have: those of the others, of
    what the path's own query says, and of API keys."""
    accept: str
    """The media types of its successful answers; empty where it names none."""


def plan_of(api: Api, operation: Operation) -> Plan:
    """The plan of one of the API's operations.

    Raises:
        UnresolvedReferenceError: A part of a parameter's schema can't be reached.
    """
    kept = _plans.get(api.library)
    if kept is None:
        kept = _plans[api.library] = {}
    plan = kept.get(operation.name)
    if plan is None or plan.operation is not operation:
        if len(kept) >= _KEPT:
            kept.clear()
        plan = kept[operation.name] = _make(api, operation)
    return plan


_plans: WeakKeyDictionary[Library, dict[str, Plan]] = WeakKeyDictionary()
"""Gone with their document."""


def _make(api: Api, operation: Operation) -> Plan:
    names = {
        place: frozenset(one.name for one in operation.parameters if one.place is place)
        for place in (Place.PATH, Place.QUERY, Place.HEADER, Place.COOKIE)
    }
    keys = {one.name for one in api.schemes.values() if one.place is Place.QUERY}
    query = names[Place.QUERY]
    fixed = {unquote(one.partition("=")[0]) for one in fixed_query(operation.path).split("&") if one}
    return Plan(
        operation,
        names,
        frozenset(
            one.name
            for one in operation.parameters
            if one.place is Place.PATH and may_be_empty(api.library, api.version, one.schema)
        ),
        {name: frozenset(map(encode, ((query | fixed) - {name}) | keys)) for name in query},
        ", ".join(operation.accepted),
    )
