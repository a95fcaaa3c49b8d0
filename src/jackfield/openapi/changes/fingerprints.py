"""A fingerprint of what a call of an operation means: verb, place, arguments and how they are written, proof of identity.

Not of its words, its names for schemas, its answers, or where it stands in the document: a grant or a confirmation that
is bound to it stays valid as long as the same arguments make the same request (cases D26, D42).
"""

import hashlib
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from jackfield.openapi.changes.meanings import WORDS, Meaning, Meanings, write
from jackfield.openapi.models import Encoding, Location, MediaType, Operation, Parameter, Place, Requirement, Server
from jackfield.openapi.reading.api import Api
from jackfield.openapi.schemas.keywords import MANY, NAMED, ONE

_EDITION: Final = "1"
"""Another one where the same description gets other fingerprints."""
_ROUNDS: Final = 32
_CIRCLE: Final = "circle"


def fingerprint(api: Api, operation: Operation, *, base: str | None = None) -> str:
    """The fingerprint of one operation; of many, `Fingerprints` is faster.

    Args:
        api: The description.
        operation: One of it.
        base: Where the connection sends to, if that isn't for the document to say.
    """
    return Fingerprints(api, base=base).of(operation)


class Fingerprints:
    """Of the operations of one description. `1-` and 32 hexadecimal digits each, the same on every machine."""

    def __init__(self, api: Api, *, base: str | None = None) -> None:
        self._api = api
        self._base = base
        self.schemas = Digests(Meanings(api, is_answer=False))

    def of(self, operation: Operation) -> str:
        """Its fingerprint."""
        parts = [
            operation.method,
            operation.path,
            sorted(self.parameter(one) for one in operation.parameters),
            self._body(operation),
            self._base if self._base is not None else [server_meaning(one) for one in operation.servers],
            sorted(self._requirement(one) for one in operation.security),
        ]
        return f"{_EDITION}-{hashlib.sha256(write(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"

    def parameter(self, one: Parameter) -> str:
        """What a parameter means, as a text."""
        name = one.name.lower() if one.place is Place.HEADER else one.name
        parts = [one.place.value, name, one.argument, one.is_required, self.writing(one), self._schema(one.schema)]
        return write(parts)

    def writing(self, one: Parameter) -> str:
        """How a parameter is written."""
        encoding = {name: _encoding(value) for name, value in one.encoding.items()}
        return write([one.style.value, one.explode, one.allow_reserved, one.media_type, encoding])

    def media_type(self, media: MediaType) -> str:
        """How a body is written, without its schema."""
        encoding = {name: _encoding(one) for name, one in media.encoding.items()}
        fields = [[one.name, one.is_required, one.style.value, one.explode, one.is_file] for one in media.fields]
        by_position = [_encoding(one) for one in (*media.prefix_encoding, media.item_encoding) if one]
        return write([encoding, fields, *([by_position, len(media.prefix_encoding)] if by_position else [])])

    def _body(self, operation: Operation) -> Any:
        body = operation.body
        if body is None:
            return None
        content = [
            [
                one.name.lower(),
                self.media_type(one),
                self._schema(one.schema),
                self._schema(one.item_schema),
                [self._schema(field.schema) for field in one.fields],
            ]
            for one in body.content
        ]
        return [body.is_required, body.argument, sorted(content, key=write)]

    def _schema(self, location: Location | None) -> str | None:
        return None if location is None else self.schemas.of(location)

    def _requirement(self, requirement: Requirement) -> str:
        schemes = self._api.schemes
        parts: list[Any] = []
        for name in sorted(requirement):
            one = schemes.get(name)
            kind = [one.type.value, one.place, one.name, one.http_scheme] if one else None
            parts.append([name, sorted(requirement[name]), kind])
        return write(parts)


def server_meaning(server: Server) -> Any:
    """A server without its words."""
    variables = {name: [one.default, list(one.enum)] for name, one in server.variables.items()}
    return [server.url, variables]


def _encoding(one: Encoding) -> Any:
    return [one.content_type, one.style, one.explode, one.allow_reserved, sorted(one.headers)]


_Key = Location | int
"""A schema that is referred to by its location, one that is written in place by its identity."""


class Digests:
    """Of schemas: equal where they mean the same, whether they are written in place or referred to.

    Schemas that contain each other get theirs together: each one's digest is made again from those of the others, until
    that tells no more of them apart. What is written in place on the way round counts as one of them, and what is written
    out before the circle has the digest of the one in it that it repeats.
    """

    def __init__(self, meanings: Meanings) -> None:
        self._meanings = meanings
        self._known: dict[Location, str] = {}
        self._repeated: dict[str, str] = {}
        """By what a schema of a circle would get from the digests of its parts, the digest that it has."""

    def of(self, location: Location) -> str:
        """Of the schema there."""
        if location not in self._known:
            try:
                for group in _groups(location, self._targets):
                    self._settle(group)
            except RecursionError:
                self._known[location] = _digest_of(write(self._meanings.raw(location)))
        return self._known[location]

    def _targets(self, location: Location) -> list[Location]:
        return [] if location in self._known else list(references_in(self._meanings.of(location)))

    def _settle(self, group: list[Location]) -> None:
        first = group[0]
        if len(group) == 1 and first not in self._targets(first):
            self._known[first] = self._digest(self._meanings.of(first), self._known)
            return
        circle = self._circle(group)
        ends = {one: self._end(one) for one in group}
        found: Mapping[_Key, str] = dict.fromkeys(circle, _CIRCLE)
        for _ in range(_ROUNDS):
            made = self._again(circle, ends, found)
            is_settled = len(set(made.values())) == len(set(found.values()))
            found = made
            if is_settled:
                break
        again = self._again(circle, ends, found)
        self._repeated |= {again[one]: digest for one, digest in found.items()}
        self._known |= {one: found.get(end, _CIRCLE) for one, end in ends.items()}

    def _circle(self, group: Sequence[Location]) -> dict[_Key, Meaning]:
        """All the schemas that contain each other; what is nothing but a reference is none."""
        inside = frozenset(group)
        found: dict[_Key, Meaning] = {}
        for one in group:
            meaning = self._meanings.of(one)
            if not _is_reference(meaning):
                found[one] = meaning
                _collect(meaning, inside, found)
        return found

    def _end(self, location: Location) -> Location:
        """Past what is nothing but a reference, whatever is said of it."""
        seen: set[Location] = set()
        while location not in seen and _is_reference(meaning := self._meanings.of(location)):
            seen.add(location)
            location = meaning["$ref"]
        return location

    def _again(
        self, circle: Mapping[_Key, Meaning], ends: Mapping[Location, Location], found: Mapping[_Key, str]
    ) -> dict[_Key, str]:
        named: dict[_Key, str] = {one: found.get(end, _CIRCLE) for one, end in ends.items()}
        seen = ChainMap({**found, **named}, cast("dict[_Key, str]", self._known))
        return {one: self._digest(meaning, seen) for one, meaning in circle.items()}

    def _digest(self, meaning: Meaning, known: Mapping[Any, str]) -> str:
        if _is_reference(meaning):
            return known[meaning["$ref"]]
        parts: dict[str, Any] = {}
        for keyword, value in meaning.items():
            if keyword in WORDS:
                continue
            if keyword == "$ref":
                parts[keyword] = known[value]
            elif keyword in MANY and isinstance(value, list):
                parts[keyword] = [self._part(one, known) for one in cast("list[Meaning]", value)]
            elif keyword in ONE:
                parts[keyword] = self._part(value, known)
            elif keyword in NAMED and isinstance(value, dict):
                named = cast("dict[str, Meaning]", value)
                parts[keyword] = {name: self._part(one, known) for name, one in named.items()}
            else:
                parts[keyword] = value
        made = _digest_of(write(parts))
        return self._repeated.get(made, made)

    def _part(self, meaning: Meaning, known: Mapping[Any, str]) -> str:
        found = known.get(id(meaning))
        return self._digest(meaning, known) if found is None else found


def _is_reference(meaning: Meaning) -> bool:
    return "$ref" in meaning and meaning.keys() - WORDS == {"$ref"}


def _collect(meaning: Meaning, inside: frozenset[Location], found: dict[_Key, Meaning]) -> bool:
    """Whether it leads to one of these; all that is written in place in it and does is found."""
    leads = meaning.get("$ref") in inside
    for one in _parts_of(meaning):
        if _collect(one, inside, found):
            leads = True
            if not _is_reference(one):
                found[id(one)] = one
    return leads


def _digest_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def references_in(meaning: Meaning) -> Iterator[Location]:
    """The locations that a schema refers to."""
    if "$ref" in meaning:
        yield meaning["$ref"]
    for one in _parts_of(meaning):
        yield from references_in(one)


def _parts_of(meaning: Meaning) -> Iterator[Meaning]:
    """The schemas that are written in place in it."""
    for keyword, value in meaning.items():
        if keyword in MANY and isinstance(value, list):
            yield from cast("list[Meaning]", value)
        elif keyword in ONE:
            yield value
        elif keyword in NAMED and isinstance(value, dict):
            yield from cast("dict[str, Meaning]", value).values()


def _groups(root: Location, targets: Any) -> Iterator[list[Location]]:
    """Strongly connected components below a schema, what is referred to first (Tarjan's algorithm, without recursion)."""
    index: dict[Location, int] = {root: 0}
    low: dict[Location, int] = {root: 0}
    open_ones: list[Location] = [root]
    is_open = {root}
    stack: list[tuple[Location, Iterator[Location]]] = [(root, iter(targets(root)))]
    while stack:
        here, rest = stack[-1]
        for one in rest:
            if one not in index:
                index[one] = low[one] = len(index)
                open_ones.append(one)
                is_open.add(one)
                stack.append((one, iter(targets(one))))
                break
            if one in is_open:
                low[here] = min(low[here], index[one])
        else:
            stack.pop()
            if stack:
                low[stack[-1][0]] = min(low[stack[-1][0]], low[here])
            if low[here] == index[here]:
                at = open_ones.index(here)
                group, open_ones = open_ones[at:], open_ones[:at]
                is_open -= set(group)
                yield group
