"""Two schemas of one place compared, for who writes what they ask for and for who reads what they promise.

What is asked for may become wider, what is promised may become narrower: anything else breaks. Schemas that are
referred to are compared once for each direction, however many operations use them.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, cast

from jackfield.openapi.changes.fingerprints import references_in
from jackfield.openapi.changes.meanings import WORDS, Meaning, Meanings, component_of, write
from jackfield.openapi.changes.models import Change, Impact
from jackfield.openapi.models import Location

_Pair = tuple[Location, Location]
_MOST: Final = 50
"""Changes that are listed of one schema; the worst are kept."""
_DEEPEST: Final = 100
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
_ALTERNATIVES: Final = ("anyOf", "oneOf")
_WALKED: Final = frozenset(
    {
        *("type", "enum", "properties", "required", "items", "prefixItems", "additionalProperties", "allOf", "$ref"),
        *("default", "readOnly", "writeOnly", "const", *_LOWER, *_UPPER, *_ALTERNATIVES, *WORDS),
    }
)
_SHORT: Final = 80


class SchemaComparison:
    """Of two descriptions, in one direction."""

    def __init__(self, old: Meanings, new: Meanings, *, is_answer: bool) -> None:
        self._old = old
        self._new = new
        self._is_answer = is_answer
        self._local: dict[_Pair, tuple[tuple[Change, ...], tuple[_Pair, ...]]] = {}
        self._clean: set[_Pair] = set()

    def compare(self, old: Location, new: Location, where: str) -> Iterator[Change]:
        """What is different; what is in schemas with a name is said of these."""
        first = (self._old.follow(old), self._new.follow(new))
        seen, waiting = {first}, [first]
        found: list[Change] = []
        while waiting:
            pair = waiting.pop()
            if pair in self._clean:
                continue
            changes, inner = self._compared(pair)
            name = where if pair == first else component_of(pair[1])
            found += [_at(one, name) for one in changes]
            waiting += [one for one in inner if one not in seen]
            seen.update(inner)
        if not found:
            self._clean |= seen
        yield from found

    def _compared(self, pair: _Pair) -> tuple[tuple[Change, ...], tuple[_Pair, ...]]:
        found = self._local.get(pair)
        if found is None:
            found = self._local[pair] = self._compare(pair)
        return found

    def _compare(self, pair: _Pair) -> tuple[tuple[Change, ...], tuple[_Pair, ...]]:
        old, new = pair
        walk = _Walk(self._old, self._new, is_answer=self._is_answer)
        try:
            before = self._old.of(old)
            if old == new and self._old.raw(old) == self._new.raw(new) and before == self._new.of(new):
                return (), tuple((one, one) for one in dict.fromkeys(references_in(before)))
            walk.go(before, self._new.of(new), "", 0)
        except RecursionError:
            return (Change("schema.too_large", Impact.BREAKING, ""),), ()
        changes = sorted(dict.fromkeys(walk.changes), key=lambda one: _SEVERITY[one.impact])
        return tuple(changes[:_MOST]), tuple(dict.fromkeys(walk.pairs))


_SEVERITY: Final = {Impact.BREAKING: 0, Impact.COMPATIBLE: 1, Impact.WORDS: 2}


def _at(change: Change, where: str) -> Change:
    return Change(change.code, change.impact, f"{where}{change.where}", change.before, change.after)


class _Walk:
    def __init__(self, old: Meanings, new: Meanings, *, is_answer: bool) -> None:
        self._old = old
        self._new = new
        self._is_answer = is_answer
        self.changes: list[Change] = []
        self.pairs: list[_Pair] = []

    def go(self, old: Meaning, new: Meaning, at: str, depth: int) -> None:
        if depth > _DEEPEST:
            self._say("schema.too_large", Impact.BREAKING, at)
            return
        if "$ref" in old and "$ref" in new:
            self.pairs.append((self._old.follow(old["$ref"]), self._new.follow(new["$ref"])))
        elif "$ref" in old and len(old) == 1:
            # What was referred to stands in place now, or the other way round: no difference by itself.
            self.go(self._old.of(self._old.follow(old["$ref"])), new, at, depth + 1)
            return
        elif "$ref" in new and len(new) == 1:
            self.go(old, self._new.of(self._new.follow(new["$ref"])), at, depth + 1)
            return
        elif "$ref" in old or "$ref" in new:
            self._say("schema.changed", Impact.BREAKING, at)
        if old == new:
            self.pairs += [(one, one) for one in references_in(old)]
            return
        self._types(old, new, at)
        self._values(old, new, at)
        self._properties(old, new, at, depth)
        self._inner(old, new, at, depth)
        self._limits(old, new, at)
        self._alternatives(old, new, at, depth)
        self._rest(old, new, at)

    def _say(self, code: str, impact: Impact, at: str, before: str | None = None, after: str | None = None) -> None:
        self.changes.append(Change(code, impact, at, before, after))

    def _when(self, *, wider: bool) -> Impact:
        """Of a schema that accepts more than before, or less."""
        return Impact.COMPATIBLE if wider is not self._is_answer else Impact.BREAKING

    def _types(self, old: Meaning, new: Meaning, at: str) -> None:
        before, after = _types(old), _types(new)
        if before == after:
            return
        gone, come = _wide(before) - _wide(after), _wide(after) - _wide(before)
        impact = Impact.BREAKING if gone and come else self._when(wider=not gone)
        self._say("type.changed", impact, at, _listed(before), _listed(after))

    def _values(self, old: Meaning, new: Meaning, at: str) -> None:
        before, after = _enum(old), _enum(new)
        if before == after:
            return
        if before is None or after is None:
            self._say("schema.changed", self._when(wider=after is None), at)
            return
        if come := [one for one in after if one not in before]:
            self._say("values.added", self._when(wider=True), at, after=_listed(come))
        if gone := [one for one in before if one not in after]:
            self._say("values.removed", self._when(wider=False), at, before=_listed(gone))

    def _properties(self, old: Meaning, new: Meaning, at: str, depth: int) -> None:
        before: Mapping[str, Meaning] = old.get("properties", {})
        after: Mapping[str, Meaning] = new.get("properties", {})
        asked_before, asked = set(old.get("required", ())), set(new.get("required", ()))
        for name, one in after.items():
            inside = f"{at}.{name}"
            if name not in before:
                is_asked = name in asked and not self._is_answer
                self._say("property.added", Impact.BREAKING if is_asked else Impact.COMPATIBLE, inside)
            else:
                self.go(before[name], one, inside, depth + 1)
        for name in before.keys() - after.keys():
            self._say("property.removed", Impact.BREAKING, f"{at}.{name}")
        for name in sorted(asked - asked_before):
            self._say("property.required", self._when(wider=False), f"{at}.{name}")
        for name in sorted(asked_before - asked):
            self._say("property.optional", self._when(wider=True), f"{at}.{name}")

    def _inner(self, old: Meaning, new: Meaning, at: str, depth: int) -> None:
        for keyword, inside in (("items", f"{at}[]"), ("additionalProperties", f"{at}.*")):
            before, after = old.get(keyword), new.get(keyword)
            if before is not None and after is not None:
                self.go(before, after, inside, depth + 1)
            elif before is not None or after is not None:
                # Without a word about them, items and further members may be anything.
                code = "schema.added" if before is None else "schema.removed"
                self._say(code, self._when(wider=after is None), inside)
        self._lists(old, new, at, depth)

    def _lists(self, old: Meaning, new: Meaning, at: str, depth: int) -> None:
        for keyword in ("prefixItems", "allOf"):
            before: Sequence[Meaning] = old.get(keyword, ())
            after: Sequence[Meaning] = new.get(keyword, ())
            for number, (one, other) in enumerate(zip_longest(before, after)):
                inside = f"{at}[{number}]" if keyword == "prefixItems" else at
                if one is not None and other is not None:
                    self.go(one, other, inside, depth + 1)
                else:
                    self._say("schema.changed", self._when(wider=other is None), inside)

    def _limits(self, old: Meaning, new: Meaning, at: str) -> None:
        for keyword in (*_LOWER, *_UPPER):
            before, after = old.get(keyword), new.get(keyword)
            if before == after:
                continue
            if before is None or after is None:
                wider = after is None
            else:
                wider = after < before if keyword in _LOWER else after > before
            code = "limit.looser" if wider else "limit.tighter"
            self._say(code, self._when(wider=wider), at, _limit(keyword, before), _limit(keyword, after))

    def _alternatives(self, old: Meaning, new: Meaning, at: str, depth: int) -> None:
        for keyword in _ALTERNATIVES:
            before: list[Meaning] = list(old.get(keyword, ()))
            after: list[Meaning] = list(new.get(keyword, ()))
            for one in [*before]:
                twin = next((other for other in after if _names_the_same(one, other)), None)
                if twin is not None:
                    before.remove(one)
                    after.remove(twin)
                    self.go(one, twin, at, depth + 1)
            for one, other in zip(before, after, strict=False):
                self.go(one, other, at, depth + 1)
            # Where there were none at all, everything was accepted.
            begins, ends = not old.get(keyword) and after, not new.get(keyword) and before
            if len(after) > len(before):
                self._say("alternative.added", self._when(wider=not begins), at)
            elif len(before) > len(after):
                self._say("alternative.removed", self._when(wider=bool(ends)), at)

    def _rest(self, old: Meaning, new: Meaning, at: str) -> None:
        if old.get("default") != new.get("default"):
            self._say("default.changed", Impact.COMPATIBLE, at)
        for keyword in ("readOnly", "writeOnly"):
            if old.get(keyword, False) != new.get(keyword, False):
                self._say("direction.changed", self._direction(keyword, is_on=new.get(keyword, False)), at)
        for keyword in sorted((old.keys() | new.keys()) - _WALKED):
            if old.get(keyword) != new.get(keyword):
                self._say("schema.changed", self._unknown(new.get(keyword)), at, keyword, keyword)
        if any(old.get(one) != new.get(one) for one in WORDS):
            self._say("schema.words", Impact.WORDS, at)

    def _direction(self, keyword: str, *, is_on: bool) -> Impact:
        hides = "writeOnly" if self._is_answer else "readOnly"
        return Impact.BREAKING if is_on and keyword == hides else Impact.COMPATIBLE

    def _unknown(self, after: Any) -> Impact:
        """Of a restriction that isn't looked into: nothing but its end is harmless, and that only where it is asked for."""
        return Impact.COMPATIBLE if after is None and not self._is_answer else Impact.BREAKING


def _types(schema: Meaning) -> frozenset[str]:
    found = schema.get("type")
    if found is None:
        return frozenset()
    return frozenset([found] if isinstance(found, str) else cast("list[str]", found))


def _wide(types: frozenset[str]) -> frozenset[str]:
    """All that is accepted: an integer is a number, and no type is any."""
    every = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
    return types | {"integer"} if "number" in types else types or every


def _enum(schema: Meaning) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _names_the_same(one: Meaning, other: Meaning) -> bool:
    """Whether they are the same alternative, by what they refer to or what they are called."""
    if "$ref" in one and "$ref" in other:
        return component_of(one["$ref"]) == component_of(other["$ref"])
    if "$ref" not in one and "$ref" not in other and one.get("title") is not None:
        return one.get("title") == other.get("title")
    return one == other


def _listed(values: Any) -> str:
    texts = sorted(one if isinstance(one, str) else write(one) for one in values)
    text = ", ".join(texts) or "anything"
    return text if len(text) <= _SHORT else text[:_SHORT] + "…"


def _limit(keyword: str, value: Any) -> str:
    return "none" if value is None else f"{keyword} {value}"
