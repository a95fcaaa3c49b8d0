"""A schema with all it refers to, in one piece: JSON Schema 2020-12 for checking arguments and for describing tools."""

from collections.abc import Mapping
from typing import Any, Final

from jackfield.openapi.documents.pointers import pointer_of, split_pointer
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import DocumentTooLargeError
from jackfield.openapi.models import Location, Version
from jackfield.openapi.schemas.keywords import Schema, reference_of
from jackfield.openapi.schemas.references import follow_schema, is_circle
from jackfield.openapi.schemas.translation import Translation
from jackfield.openapi.schemas.views import view_schema

_MOST: Final = 10_000


def bundle_schema(library: Library, version: Version, location: Location, *, is_answer: bool = False) -> Schema:
    """The schema there, self-contained; what refers to itself stays a reference into `$defs`.

    What is read-only isn't required of a request, nor what is write-only of an answer.

    Raises:
        UnresolvedReferenceError: A part of it can't be reached.
    """
    return _Bundle(library, version, is_answer=is_answer).make(location)


def bundle_schemas(
    library: Library, version: Version, locations: Mapping[str, Location]
) -> tuple[dict[str, Schema], dict[str, Any]]:
    """Several schemas with one set of `$defs` between them: (by the names that were given, definitions).

    Raises:
        UnresolvedReferenceError: A part of them can't be reached.
    """
    bundle = _Bundle(library, version)
    found = {name: bundle.translate(location) for name, location in locations.items()}
    return found, bundle.definitions()


class _Bundle:
    def __init__(self, library: Library, version: Version, *, is_answer: bool = False) -> None:
        self._library = library
        self._hidden = "writeOnly" if is_answer else "readOnly"
        self._names: dict[Location, str] = {}
        self._taken: set[str] = set()
        self._counts: dict[str, int] = {}
        self._waiting: list[Location] = []
        self._version = version
        self._translation = Translation(
            version, self._refer, is_hidden=self._is_hidden, find_property=self._find_property
        )

    def make(self, location: Location) -> Schema:
        root = self.translate(location)
        definitions = self.definitions()
        if definitions and isinstance(root, dict):
            return {**root, "$defs": definitions}
        return root

    def translate(self, location: Location) -> Schema:
        return self._translation.of(location, self._library.get(location))

    def definitions(self) -> dict[str, Any]:
        definitions: dict[str, Any] = {}
        while self._waiting:
            here = self._waiting.pop()
            found: Schema = True if is_circle(self._library, here) else self._library.get(here)
            definitions[self._names[here]] = self._translation.of(here, found)
        return definitions

    def _refer(self, location: Location, reference: str) -> str:
        target = follow_schema(self._library, location, reference)
        if target not in self._names:
            if len(self._names) >= _MOST:
                raise DocumentTooLargeError(f"a schema refers to more than {_MOST} others", limit=_MOST)
            self._names[target] = self._name(target)
            self._waiting.append(target)
        return f"#/$defs/{self._names[target]}"

    def _name(self, target: Location) -> str:
        tokens = split_pointer(pointer_of(target))
        last = "".join(
            one for one in (tokens[-1] if tokens else "schema") if one.isascii() and (one.isalnum() or one in "_-")
        )
        name = wanted = last or "schema"
        while name in self._taken:
            self._counts[wanted] = self._counts.get(wanted, 1) + 1
            name = f"{wanted}_{self._counts[wanted]}"
        self._taken.add(name)
        return name

    def _find_property(self, location: Location, name: str) -> tuple[Location, Schema] | None:
        found = view_schema(self._library, self._version, location).properties.get(name)
        return None if found is None else (found, self._library.get(found))

    def _is_hidden(self, location: Location, schema: Schema) -> bool:
        if isinstance(schema, bool):
            return False
        if schema.get(self._hidden) is True:
            return True
        reference = reference_of(schema)
        if reference is None:
            return False
        found = self._library.get(follow_schema(self._library, location, reference))
        return isinstance(found, dict) and found.get(self._hidden) is True  # pyright: ignore[reportUnknownMemberType]
