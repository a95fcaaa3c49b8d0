"""One operation of two descriptions compared."""

from collections.abc import Iterator, Mapping

from jackfield.openapi.changes.fingerprints import Fingerprints, server_meaning
from jackfield.openapi.changes.meanings import Meanings
from jackfield.openapi.changes.models import Change, Impact
from jackfield.openapi.changes.schemas import SchemaComparison
from jackfield.openapi.effects.classification import classify
from jackfield.openapi.effects.words import HEAVINESS
from jackfield.openapi.models import (
    Location,
    MediaType,
    Operation,
    Parameter,
    Place,
    RequestBody,
    Requirement,
    Response,
)
from jackfield.openapi.reading.api import Api

_WORDS, _COMPATIBLE, _BREAKING = Impact.WORDS, Impact.COMPATIBLE, Impact.BREAKING


class OperationComparison:
    """Of two descriptions; what schemas have in common is looked at once."""

    def __init__(self, old: Api, new: Api, *, has_base: bool) -> None:
        self._has_base = has_base
        self._before = Fingerprints(old)
        self._after = Fingerprints(new)
        self._asked = SchemaComparison(Meanings(old, is_answer=False), Meanings(new, is_answer=False), is_answer=False)
        self._answered = SchemaComparison(Meanings(old, is_answer=True), Meanings(new, is_answer=True), is_answer=True)

    def compare(self, old: Operation, new: Operation) -> Iterator[Change]:
        """What is different. Both have the same verb and path."""
        yield from self._parameters(old, new)
        yield from self._body(old.body, new.body)
        yield from self._answers(old, new)
        if not self._has_base:
            yield from _servers(old, new)
        yield from _security(old, new)
        yield from _weight(old, new)
        yield from _words(old, new)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Change]:
        before, after = _by_name(old), _by_name(new)
        gone = {key: one for key, one in before.items() if key not in after}
        for key, one in after.items():
            if key in before:
                yield from self._parameter(before[key], one)
                continue
            # The same name in another place is one that moved, if there is just one.
            twins = [other for other in gone if other[1] == key[1]]
            if len(twins) == 1:
                was = gone.pop(twins[0])
                yield Change("parameter.moved", _BREAKING, one.name, was.place.value, one.place.value)
                yield from self._parameter(was, one)
            elif one.is_required:
                yield Change("parameter.added_required", _BREAKING, one.argument)
            else:
                yield Change("parameter.added", _COMPATIBLE, one.argument)
        for one in gone.values():
            yield Change("parameter.removed", _BREAKING, one.argument)

    def _parameter(self, old: Parameter, new: Parameter) -> Iterator[Change]:
        if old.argument != new.argument:
            yield Change("parameter.renamed", _BREAKING, new.argument, old.argument, new.argument)
        if old.is_required != new.is_required:
            yield _required("parameter", new.argument, is_required=new.is_required)
        if self._before.writing(old) != self._after.writing(new):
            yield Change("parameter.written", _COMPATIBLE, new.argument)
        if (old.description, old.is_deprecated) != (new.description, new.is_deprecated):
            yield Change("parameter.words", _WORDS, new.argument)
        yield from self._schemas(self._asked, old.schema, new.schema, new.argument)

    def _body(self, old: RequestBody | None, new: RequestBody | None) -> Iterator[Change]:
        if old is not None and new is not None:
            yield from self._bodies(old, new)
        elif old is not None:
            yield Change("body.removed", _BREAKING, "body")
        elif new is not None and new.is_required:
            yield Change("body.added_required", _BREAKING, "body")
        elif new is not None:
            yield Change("body.added", _COMPATIBLE, "body")

    def _bodies(self, old: RequestBody, new: RequestBody) -> Iterator[Change]:
        if old.argument != new.argument:
            yield Change("body.renamed", _BREAKING, "body", old.argument, new.argument)
        if old.is_required != new.is_required:
            yield _required("body", "body", is_required=new.is_required)
        if old.description != new.description:
            yield Change("body.words", _WORDS, "body")
        before = {one.name.lower(): one for one in old.content}
        after = {one.name.lower(): one for one in new.content}
        for name, one in after.items():
            if name in before:
                yield from self._media_type(before[name], one)
            else:
                yield Change("body.media_type_added", _COMPATIBLE, "body", after=one.name)
        for name in before.keys() - after.keys():
            yield Change("body.media_type_removed", _BREAKING, "body", before=before[name].name)

    def _media_type(self, old: MediaType, new: MediaType) -> Iterator[Change]:
        if self._before.media_type(old) != self._after.media_type(new):
            yield Change("body.written", _COMPATIBLE, new.name)
        yield from self._schemas(self._asked, old.schema, new.schema, "body")
        yield from self._schemas(self._asked, old.item_schema, new.item_schema, "body[]")
        before = {one.name: one for one in old.fields}
        after = {one.name: one for one in new.fields}
        for name in before.keys() - after.keys():
            yield Change("property.removed", _BREAKING, f"body.{name}")
        for name, one in after.items():
            where = f"body.{name}"
            if name not in before:
                yield Change("property.added", _BREAKING if one.is_required else _COMPATIBLE, where)
                continue
            if before[name].is_required != one.is_required:
                yield _required("property", where, is_required=one.is_required)
            yield from self._schemas(self._asked, before[name].schema, one.schema, where)

    def _schemas(
        self, comparison: SchemaComparison, old: Location | None, new: Location | None, where: str
    ) -> Iterator[Change]:
        if old is None or new is None:
            if old != new:
                is_wider = new is None
                impact = _COMPATIBLE if is_wider is (comparison is self._asked) else _BREAKING
                yield Change("schema.removed" if is_wider else "schema.added", impact, where)
            return
        yield from comparison.compare(old, new, where)

    def _answers(self, old: Operation, new: Operation) -> Iterator[Change]:
        before = {one.status: one for one in old.responses}
        after = {one.status: one for one in new.responses}
        for status, one in after.items():
            if status in before:
                yield from self._answer(before[status], one)
            else:
                yield Change("answer.added", _COMPATIBLE, f"answer {status}")
        for status in before.keys() - after.keys():
            is_hoped_for = status[:1] == "2" or status == "default"
            yield Change("answer.removed", _BREAKING if is_hoped_for else _COMPATIBLE, f"answer {status}")

    def _answer(self, old: Response, new: Response) -> Iterator[Change]:
        where = f"answer {new.status}"
        for one in new.media_types:
            if one not in old.media_types:
                yield Change("answer.media_type_added", _COMPATIBLE, where, after=one)
        for one in old.media_types:
            if one not in new.media_types:
                yield Change("answer.media_type_removed", _BREAKING, where, before=one)
        if old.description != new.description:
            yield Change("answer.words", _WORDS, where)
        if old.schema is None and new.schema is not None:
            yield Change("answer.schema_added", _COMPATIBLE, where)
        elif new.schema is None and old.schema is not None:
            yield Change("answer.schema_removed", _COMPATIBLE, where)
        elif old.schema is not None and new.schema is not None:
            yield from self._answered.compare(old.schema, new.schema, where)


def _by_name(operation: Operation) -> Mapping[tuple[Place, str], Parameter]:
    return {
        (one.place, one.name.lower() if one.place is Place.HEADER else one.name): one for one in operation.parameters
    }


def _required(what: str, where: str, *, is_required: bool) -> Change:
    if is_required:
        return Change(f"{what}.required", _BREAKING, where)
    return Change(f"{what}.optional", _COMPATIBLE, where)


def _servers(old: Operation, new: Operation) -> Iterator[Change]:
    if [server_meaning(one) for one in old.servers] != [server_meaning(one) for one in new.servers]:
        before, after = (", ".join(server.url for server in one.servers) for one in (old, new))
        yield Change("servers.changed", _BREAKING, "servers", before, after)


def _security(old: Operation, new: Operation) -> Iterator[Change]:
    before = {_proof(one) for one in old.security}
    after = {_proof(one) for one in new.security}
    for one in sorted(before - after):
        # Nothing asked for before is nothing that is missing now, unless something is asked for.
        impact = _COMPATIBLE if not after or "" in after else _BREAKING
        yield Change("security.removed", impact, "security", before=one or "none")
    for one in sorted(after - before):
        yield Change("security.added", _COMPATIBLE if before else _BREAKING, "security", after=one or "none")


def _proof(requirement: Requirement) -> str:
    return " + ".join(
        f"{name} ({', '.join(sorted(requirement[name]))})" if requirement[name] else name
        for name in sorted(requirement)
    )


def _weight(old: Operation, new: Operation) -> Iterator[Change]:
    before, after = classify(old), classify(new)
    if before.effect is not after.effect:
        heavier = HEAVINESS[after.effect] > HEAVINESS[before.effect]
        code, impact = ("effect.heavier", _BREAKING) if heavier else ("effect.lighter", _COMPATIBLE)
        yield Change(code, impact, "effect", before.effect.value, after.effect.value)
    if before.repeat is not after.repeat:
        yield Change("repeat.changed", _COMPATIBLE, "repeat", before.repeat.value, after.repeat.value)


def _words(old: Operation, new: Operation) -> Iterator[Change]:
    if old.name != new.name:
        yield Change("name.changed", _COMPATIBLE, "name", old.name, new.name)
    if old.summary != new.summary:
        yield Change("summary.changed", _WORDS, "summary")
    if old.description != new.description:
        yield Change("description.changed", _WORDS, "description")
    if old.tags != new.tags:
        yield Change("tags.changed", _WORDS, "tags")
    if old.is_deprecated != new.is_deprecated:
        yield Change("deprecated.on" if new.is_deprecated else "deprecated.off", _WORDS, "deprecated")
