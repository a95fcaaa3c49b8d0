"""Where in an answer the list is, and what stands around it, as its schema says."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from jackfield.openapi.errors import UnresolvedReferenceError
from jackfield.openapi.models import Location, Operation
from jackfield.openapi.paging.models import Way
from jackfield.openapi.paging.names import AROUND, LISTS, plain
from jackfield.openapi.reading.api import Api
from jackfield.openapi.requests.media_types import is_json
from jackfield.openapi.schemas.views import SchemaView, view_schema

_DEEPEST = 3
_MOST = 60
"""Members that are looked at on each level."""


@dataclass(slots=True)
class Shape:
    """What the schema of an answer shows of paging."""

    items: Way | None = None
    """Where the list is."""
    values: dict[Way, frozenset[str]] = field(default_factory=dict[Way, frozenset[str]])
    """Plain values beside it, with their types."""
    first_item: Location | None = None

    def find(self, names: Sequence[str], *, types: frozenset[str] | None = None) -> Way | None:
        """The plain value whose name comes first among these; nearer to the top is better."""
        best: tuple[int, int] | None = None
        found: Way | None = None
        for way, kinds in self.values.items():
            for name in (plain(way[-1]), plain("".join(way[-2:]))):
                if name not in names or (types and kinds and not kinds & types):
                    continue
                rank = (names.index(name), len(way))
                if best is None or rank < best:
                    best, found = rank, way
        return found


def shape_of(api: Api, operation: Operation) -> Shape | None:
    """Of the successful answer; None if it has no schema that can be read."""
    for response in operation.responses:
        if response.status[:1] == "2" and response.schema and any(is_json(one) for one in response.media_types[:1]):
            try:
                return _look(api, response.schema)
            except UnresolvedReferenceError:
                return None
    return None


def _look(api: Api, schema: Location) -> Shape:
    shape = Shape()
    top = view_schema(api.library, api.version, schema)
    if top.items is not None and top.all_types <= {"array"}:
        shape.items, shape.first_item = (), top.items
        return shape
    lists: dict[Way, Location] = {}
    for way, view in _members(api, top, (), 0):
        if view.items is not None or "array" in view.all_types:
            lists[way] = view.items or ""
        elif not view.all_properties:
            shape.values[way] = view.all_types
    shape.items = _best(lists)
    if shape.items is not None:
        shape.first_item = lists[shape.items] or None
    return shape


def _members(api: Api, view: SchemaView, way: Way, depth: int) -> Iterator[tuple[Way, SchemaView]]:
    for name, location in list(view.all_properties.items())[:_MOST]:
        inner = view_schema(api.library, api.version, location)
        here = (*way, name)
        yield here, inner
        if depth < _DEEPEST and inner.items is None and (plain(name) in AROUND or name.startswith("_")):
            yield from _members(api, inner, here, depth + 1)


def _best(lists: dict[Way, Location]) -> Way | None:
    """The list that the answer is about: one of a usual name, or the only one on the highest level that has any."""
    for level in sorted({len(one) for one in lists}):
        here = [one for one in lists if len(one) == level]
        usual = [one for one in here if plain(one[-1]) in LISTS]
        if usual:
            return min(usual, key=lambda one: LISTS.index(plain(one[-1])))
        if len(here) == 1:
            return here[0]
    return None
