"""A definition as a process looks at it: which steps use which connection, and what two contents don't have alike. Pure.

It reads drafts, too, so it takes nothing for granted: what isn't there or isn't what it should be is passed over, and
`states.parse` says what is wrong with it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from jackfield.kernel import ConnectionId, canonical_json
from jackfield.processes.models import Content, Difference, FieldChange, StateChange

CONNECTION: Final = "connection:"
PROCESS: Final = "process:run"
CALL_MEMBERS: Final = frozenset({"Process", "Input", "Wait"})
"""What the arguments of a step that runs a process may have."""
_NESTED: Final = ("ItemProcessor", "Iterator")
_MOST_FIELDS: Final = 50


@dataclass(frozen=True, slots=True)
class Place:
    """One state of a definition."""

    pointer: str
    """A JSON pointer to it."""
    path: str
    """As in `/Each/Pay`."""
    name: str
    state: Mapping[str, Any]

    @property
    def resource(self) -> str:
        """Of a Task; empty for anything else."""
        found = self.state.get("Resource")
        return found if self.state.get("Type") == "Task" and isinstance(found, str) else ""

    @property
    def uses_connection(self) -> bool:
        """Whether it is an action of a connector."""
        return self.resource.startswith(CONNECTION)

    @property
    def connector(self) -> str:
        """Whose action it is; empty for anything else."""
        return self.resource.removeprefix(CONNECTION).partition(".")[0] if self.uses_connection else ""

    @property
    def action(self) -> str:
        """The action's key, or the method's name."""
        return self.resource.partition(".")[2] if self.uses_connection else ""

    @property
    def runs_process(self) -> bool:
        """Whether it runs another process."""
        return self.resource == PROCESS

    @property
    def called(self) -> str | None:
        """What it calls that process; None where it doesn't, or only says it while it runs."""
        found = object_of(self.arguments).get("Process")
        return found if isinstance(found, str) and found and not found.startswith(("{%", "$")) else None

    @property
    def arguments(self) -> Any:
        """What its work is done with, in either query language."""
        return self.state.get("Arguments", self.state.get("Parameters"))

    @property
    def reference(self) -> str | None:
        """What it calls its connection; None where it doesn't, or only says it while it runs."""
        credentials = object_of(self.state.get("Credentials"))
        found = credentials.get("Connection")
        if not isinstance(found, str) or not found or found.startswith(("{%", "$")):
            return None
        return found

    @property
    def core(self) -> bytes:
        """All that a person configures of it; where it stands and what follows may change (C10)."""
        kept = {name: value for name, value in self.state.items() if name not in {"Next", "End", "Comment"}}
        return canonical_json(kept)


def places(definition: Mapping[str, Any]) -> Iterator[Place]:
    """Every state, also inside Map and Parallel."""
    todo: list[tuple[str, str, Any]] = [("", "", definition)]
    while todo:
        pointer, path, scope = todo.pop()
        for name, found in object_of(object_of(scope).get("States")).items():
            if not (state := object_of(found)):
                continue
            place = Place(f"{pointer}/States/{_escape(name)}", f"{path}/{name}", name, state)
            yield place
            todo += [(f"{place.pointer}/{key}", place.path, state.get(key)) for key in _NESTED]
            todo += [
                (f"{place.pointer}/Branches/{index}", f"{place.path}/{index}", branch)
                for index, branch in enumerate(array_of(state.get("Branches")))
            ]


def references(definition: Mapping[str, Any]) -> frozenset[str]:
    """What the definition calls the connections that it uses."""
    return frozenset(one.reference for one in places(definition) if one.uses_connection and one.reference)


def methods_used(
    definition: Mapping[str, Any], connector: str, connections: Mapping[str, ConnectionId]
) -> Mapping[ConnectionId, tuple[str, ...]]:
    """The actions of one connector that a definition uses, by connection and in order.

    Args:
        definition: The definition.
        connector: Whose actions.
        connections: What the definition calls the connections.
    """
    found: dict[ConnectionId, set[str]] = {}
    for one in places(definition):
        if one.connector == connector and one.action and one.reference and one.reference in connections:
            found.setdefault(connections[one.reference], set()).add(one.action)
    return {connection: tuple(sorted(names)) for connection, names in found.items()}


def called_names(definition: Mapping[str, Any]) -> frozenset[str]:
    """What the definition calls the processes that its steps run."""
    return frozenset(one.called for one in places(definition) if one.runs_process and one.called)


def difference(old: Content, new: Content) -> Difference:
    """What the second has that the first has not, and the other way round."""
    before = {one.path: one.state for one in places(old.definition)}
    after = {one.path: one.state for one in places(new.definition)}
    changes = [StateChange(path, "removed") for path in before if path not in after]
    for path, state in after.items():
        if path not in before:
            changes.append(StateChange(path, "added"))
        elif fields := _differing(_own(before[path]), _own(state)):
            changes.append(StateChange(path, "changed", fields))
    settings_before, settings_after = asdict(old.settings), asdict(new.settings)
    return Difference(
        states=tuple(sorted(changes, key=lambda one: one.path)),
        definition_fields=_differing(_own(old.definition), _own(new.definition)),
        form_changed=old.form != new.form,
        settings=tuple(name for name in settings_after if settings_before[name] != settings_after[name]),
    )


def _own(scope: Mapping[str, Any]) -> dict[str, Any]:
    """A state, or the whole, without the states inside it: they are compared by themselves."""
    own = {name: value for name, value in scope.items() if name not in {"States", "Branches"}}
    for key in _NESTED:
        if inner := object_of(own.get(key)):
            own[key] = {name: value for name, value in inner.items() if name != "States"}
    if branches := array_of(scope.get("Branches")):
        own["Branches"] = [_own(object_of(one)) for one in branches]
    return own


def _differing(old: Any, new: Any, pointer: str = "") -> tuple[FieldChange, ...]:
    """What differs, as deep as both have the same shape."""
    before, after = object_of(old), object_of(new)
    if before and after:
        found: list[FieldChange] = []
        for name in [*before, *(one for one in after if one not in before)]:
            place = f"{pointer}/{_escape(name)}"
            if name in before and name in after:
                found += _differing(before[name], after[name], place)
            else:
                found.append(FieldChange(place, before.get(name), after.get(name)))
        return tuple(found[:_MOST_FIELDS])
    return () if type(old) is type(new) and old == new else (FieldChange(pointer or "/", old, new),)


def is_literal(value: Any) -> bool:
    """Whether nothing in it is known only while it runs."""
    if isinstance(value, dict):
        return all(not name.endswith(".$") and is_literal(one) for name, one in object_of(value).items())
    if isinstance(value, list):
        return all(is_literal(one) for one in array_of(value))
    return not (isinstance(value, str) and value.startswith("{%"))


def object_of(value: Any) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def array_of(value: Any) -> list[Any]:
    """The value if it is a JSON array, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
