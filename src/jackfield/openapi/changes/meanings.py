"""The schemas of one description as they mean: JSON Schema 2020-12 in one spelling, with their words beside.

`nullable` and `type: [.., null]` are the same here, so are a `$ref` and an `allOf` with nothing but that, the order of
`required` and `enum`, and `{}` and `true`. References are locations.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from jackfield.openapi.documents.pointers import pointer_of, split_pointer
from jackfield.openapi.errors import UnresolvedReferenceError
from jackfield.openapi.models import Location
from jackfield.openapi.reading.api import Api
from jackfield.openapi.schemas.keywords import MANY, NAMED, ONE, Schema, is_schema, reference_of
from jackfield.openapi.schemas.references import follow_schema
from jackfield.openapi.schemas.translation import Translation

Meaning = Mapping[str, Any]
WORDS: Final = frozenset({"title", "description", "examples", "deprecated", "discriminator"})
"""Keywords that people and assistants read, and nothing is checked by."""
_HOPS: Final = 64


class Meanings:
    """Of one description, in one direction: what is sent, or what is answered."""

    def __init__(self, api: Api, *, is_answer: bool) -> None:
        self._api = api
        self._hidden = "writeOnly" if is_answer else "readOnly"
        self._translation = Translation(api.version, self._refer, is_hidden=self._is_hidden)
        self._known: dict[Location, Meaning] = {}

    def raw(self, location: Location) -> Any:
        """What is written there; None if nothing is."""
        try:
            return self._api.library.get(location)
        except UnresolvedReferenceError:
            return None

    def of(self, location: Location) -> Meaning:
        """What is there: a schema in its one spelling, in which a reference is `{"$ref": location}`."""
        found = self._known.get(location)
        if found is None:
            raw = self.raw(location)
            schema = self._translation.of(location, cast("Schema", raw) if is_schema(raw) else True)
            found = self._known[location] = spell(schema)
        return found

    def follow(self, location: Location) -> Location:
        """Past what is nothing but a reference."""
        for _ in range(_HOPS):
            meaning = self.of(location)
            if len(meaning) != 1 or "$ref" not in meaning:
                break
            location = meaning["$ref"]
        return location

    def _refer(self, location: Location, reference: str) -> Location:
        try:
            return follow_schema(self._api.library, location, reference)
        except UnresolvedReferenceError:
            return f"?#{reference}"

    def _is_hidden(self, location: Location, schema: Schema) -> bool:
        """Whether a member isn't asked for in this direction, so that nobody misses it."""
        if isinstance(schema, bool):
            return False
        reference = reference_of(schema)
        if schema.get(self._hidden) is True or reference is None:
            return schema.get(self._hidden) is True
        found = self.raw(self._refer(location, reference))
        return isinstance(found, dict) and cast("Meaning", found).get(self._hidden) is True


def spell(schema: Schema) -> Meaning:
    """A translated schema in its one spelling."""
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    found = {keyword: _spell(keyword, schema[keyword]) for keyword in sorted(schema)}
    if found.get("additionalProperties") == {}:
        del found["additionalProperties"]
    meant = found.keys() - WORDS
    for keyword in ("allOf", "anyOf", "oneOf"):
        if meant == {keyword} and len(found[keyword]) == 1:
            return {**found[keyword][0], **{name: value for name, value in found.items() if name in WORDS}}
    return found


def _spell(keyword: str, value: Any) -> Any:
    if keyword in MANY and isinstance(value, list):
        return [spell(one) for one in cast("list[Schema]", value)]
    if keyword in ONE:
        return spell(value)
    if keyword in NAMED and isinstance(value, dict):
        return {name: spell(one) for name, one in sorted(cast("dict[str, Schema]", value).items())}
    if keyword == "type":
        kinds = sorted({value} if isinstance(value, str) else cast("list[str]", value))
        return kinds[0] if len(kinds) == 1 else kinds
    if keyword in {"required", "enum"}:
        return sorted(cast("list[Any]", value), key=write)
    return value


def write(value: Any) -> str:
    """A value as JSON in its one spelling."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def component_of(location: Location) -> str:
    """What a schema with a name of its own is called; its pointer where it has none."""
    pointer = pointer_of(location)
    tokens = split_pointer(pointer) if pointer.startswith("/") else ()
    is_named = tokens[:2] == ("components", "schemas") or tokens[:1] == ("definitions",)
    return tokens[-1] if tokens and is_named else pointer
