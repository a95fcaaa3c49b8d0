"""Arguments that fit an operation's schema: small, and the same at every run."""

import random
from collections.abc import Iterator, Mapping
from typing import Any, cast

import jsonschema_rs
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisException

from jackfield.openapi import Api, Operation, describe_arguments

FORMATS = {
    "date": "2026-11-27",
    "date-time": "2026-11-27T12:00:00Z",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "ada@example.com",
    "idn-email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "iri": "https://example.com/a",
    "uri-reference": "/a",
    "uri-template": "/a",
    "uuid": "7c1a9d5e-0c7e-4b57-9f0e-3f1d3a0b7d10",
    "byte": "YQ==",
    "regex": "a",
    "json-pointer": "/a",
}
FILE = {"name": "a.txt", "media_type": "text/plain", "base64": "YQ=="}
DEEPEST = 12
ALTERNATIVES = 12


class NoExampleError(Exception):
    """Nothing was found that fits."""


def example_arguments(api: Api, operation: Operation, *, optional: bool) -> dict[str, Any]:
    """Flat arguments for a call; with those that need not be given, or without.

    Raises:
        NoExampleError: Nothing was found that fits the schema.
    """
    schema = describe_arguments(api, operation)
    return _Examples(schema.get("$defs", {}), optional=optional).arguments(schema)


class _Examples:
    def __init__(self, definitions: Mapping[str, Any], *, optional: bool) -> None:
        self._definitions = definitions
        self._optional = optional

    def arguments(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        required = schema.get("required", ())
        found: dict[str, Any] = {}
        for name, one in schema["properties"].items():
            if name in required:
                found[name] = self.make(one, 0)
            elif self._optional:
                try:
                    found[name] = self.make(one, 0)
                except NoExampleError:
                    continue
        return found

    def make(self, schema: Any, depth: int) -> Any:
        """The first of the candidates that fits."""
        if schema is True or not schema:
            return "a"
        if depth > DEEPEST:
            raise NoExampleError("nested too deep")
        validator = self._validator(schema)
        for one in self._candidates(self._merged(schema, 0), depth):
            if validator.is_valid(one):
                return one
        raise NoExampleError(str(schema)[:200])

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
        whole = {**schema, "$defs": self._definitions} if self._definitions else schema
        try:
            return jsonschema_rs.Draft202012Validator(cast("Any", whole), validate_formats=False)
        except (jsonschema_rs.ValidationError, ValueError) as error:
            raise NoExampleError(str(error)[:200]) from None

    def _merged(self, schema: Any, depth: int) -> dict[str, Any]:
        """References and `allOf` in one object, as far as that says enough to make a candidate."""
        if not isinstance(schema, dict) or depth > DEEPEST:
            return {}
        members = cast("dict[str, Any]", schema)
        found = {name: one for name, one in members.items() if name not in {"$ref", "allOf"}}
        parts = [self._definitions[members["$ref"].rpartition("/")[2]]] if "$ref" in members else []
        for part in [*parts, *members.get("allOf", ())]:
            for name, one in self._merged(part, depth + 1).items():
                if name == "properties":
                    found[name] = {**one, **found.get(name, {})}
                elif name == "required":
                    found[name] = list(dict.fromkeys([*found.get(name, ()), *one]))
                else:
                    found.setdefault(name, one)
        return found

    def _candidates(self, schema: dict[str, Any], depth: int) -> Iterator[Any]:
        if schema.get("properties", {}).keys() >= {"name", "media_type", "base64"}:
            yield FILE
        if "const" in schema:
            yield schema["const"]
        yield from schema.get("enum", ())
        for keyword in ("oneOf", "anyOf"):
            for one in schema.get(keyword, ())[:ALTERNATIVES]:
                rest = {name: value for name, value in schema.items() if name != keyword}
                yield from self._alternative(rest, one, depth)
        kinds = schema.get("type", ())
        for kind in [kinds] if isinstance(kinds, str) else kinds or self._guessed(schema):
            yield from self._of_kind(kind, schema, depth)
        for one in (schema.get("default"), *schema.get("examples", ())):
            if one is not None:
                yield one

    def _alternative(self, rest: dict[str, Any], one: Any, depth: int) -> Iterator[Any]:
        both = {"allOf": [rest, one]} if rest else one
        merged = self._merged(both, 0)
        yield from self._candidates(merged, depth + 1) if depth <= DEEPEST else ()

    def _guessed(self, schema: Mapping[str, Any]) -> list[str]:
        if "properties" in schema or "additionalProperties" in schema:
            return ["object"]
        if "items" in schema:
            return ["array"]
        return ["string", "integer", "object"]

    def _of_kind(self, kind: str, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        match kind:
            case "string":
                yield from _texts(schema)
            case "integer" | "number":
                yield from _numbers(schema, is_whole=kind == "integer")
            case "boolean":
                yield True
                yield False
            case "array":
                yield from self._arrays(schema, depth)
            case "object":
                yield from self._objects(schema, depth)
            case _:
                yield None

    def _arrays(self, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        least = schema.get("minItems", 0)
        if least == 0 and depth > 2:
            yield []
        items = schema.get("items", {"type": "string"})
        try:
            one = self.make(items, depth + 1)
        except NoExampleError:
            yield []
            return
        yield [one] * max(least, 1)
        values = self._merged(items, 0).get("enum", ())
        yield values[: max(least, 1)]
        yield [*range(1, least + 1)]
        yield [f"a{number}" for number in range(least)]
        yield []

    def _objects(self, schema: Mapping[str, Any], depth: int) -> Iterator[Any]:
        properties = schema.get("properties", {})
        required = set(schema.get("required", ()))
        wanted = [name for name in properties if name in required or (self._optional and depth < 2)]
        found: dict[str, Any] = {}
        for name in wanted:
            one = properties[name]
            if isinstance(one, dict) and one.get("readOnly") is True:
                continue
            try:
                found[name] = self.make(one, depth + 1)
            except NoExampleError:
                if name in required:
                    raise
        for name in required - properties.keys():
            found[name] = "a"
        yield found
        yield {name: value for name, value in found.items() if name in required}
        for name in properties:
            if name not in found and name not in required:
                try:
                    yield {**found, name: self.make(properties[name], depth + 1)}
                except NoExampleError:
                    continue
        inner = schema.get("additionalProperties", {"type": "string"})
        if isinstance(inner, dict):
            yield {**found, **{f"k{n}": self.make(inner, depth + 1) for n in range(schema.get("minProperties", 1))}}


def _texts(schema: Mapping[str, Any]) -> Iterator[str]:
    known = FORMATS.get(schema.get("format", ""))
    if known is not None:
        yield known
        yield known.upper()
    yield from (one for one in schema.get("examples", ()) if isinstance(one, str) and one)
    least, most = schema.get("minLength", 0), schema.get("maxLength", 1_000_000)
    pattern = schema.get("pattern")
    if isinstance(pattern, str):
        yield from _matching(pattern, least, most)
    yield "a" * min(max(least, 1), most)
    yield "1" * min(max(least, 1), most)


def _matching(pattern: str, least: int, most: int) -> Iterator[str]:
    """Texts of a pattern, always the same ones."""
    yield from (
        one for one in ("a", "A", "1", "a1", "A1b2", "abc", "a-b", "a/b", "1.0", "#ffffff") if least <= len(one) <= most
    )
    found: list[str] = []

    @settings(
        database=None,
        derandomize=True,
        max_examples=30,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    @given(st.from_regex(pattern, fullmatch=False).filter(str.isascii))
    def collect(text: str) -> None:
        found.append(text)

    try:
        collect()
    except (HypothesisException, ValueError, TypeError, RecursionError):
        return
    random.Random(0).shuffle(found)
    yield from sorted((one for one in found if one.isprintable() and least <= len(one) <= most), key=len, reverse=True)


def _numbers(schema: Mapping[str, Any], *, is_whole: bool) -> Iterator[float]:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    highest = schema.get("maximum", schema.get("exclusiveMaximum"))
    step = schema.get("multipleOf", 1)
    yield from (one for one in (1, 2, 10, 0, step) if not is_whole or one == int(one))
    for bound, sign in ((lowest, 1), (highest, -1)):
        if bound is not None:
            yield int(bound) if is_whole and bound == int(bound) else bound
            yield int(bound + sign) if is_whole else bound + sign * 0.5
            yield (int(bound) // int(step or 1) + sign) * step
