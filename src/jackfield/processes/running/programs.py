"""Published versions, parsed and ready to be carried on; kept while they are used."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from jackfield.db import Database, EpochCache, PolicyEpoch, Transaction
from jackfield.errors import IntegrityError
from jackfield.kernel import ConnectionId, PersonId, ProcessId
from jackfield.processes.definitions import array_of, object_of, places
from jackfield.processes.models import Settings
from jackfield.processes.questions import PERSON
from jackfield.processes.store import records, versions
from jackfield.states import StateMachine, reparse

_KEPT: Final = 200


@dataclass(frozen=True)
class Program:
    """One version, ready to be carried on."""

    process_id: ProcessId
    name: str
    """The process's, as it was when this was read; for the context object."""
    number: int
    machine: StateMachine
    definition: Mapping[str, Any]
    settings: Settings
    run_as: PersonId
    calls: Mapping[str, ProcessId]
    """Which processes it means by what it calls those that its steps run."""

    @cached_property
    def asks_people(self) -> bool:
        """Whether a step of it may ask people."""
        return any(place.resource.startswith(PERSON) for place in places(self.definition))

    @cached_property
    def _states(self) -> dict[str, Mapping[str, Any]]:
        return {}

    def state_at(self, path: str) -> Mapping[str, Any]:
        """The state of a path as orders have it: `/Each/3/Pay`, `/Both/1/Pay`."""
        known = self._states.get(path)
        if known is None:
            known = _find(self.definition, path)
            if len(self._states) < 1000:
                self._states[path] = known
        return known


class Programs:
    """Finds programs, and what they call their connections now."""

    def __init__(self, database: Database, epoch: PolicyEpoch) -> None:
        self._database = database
        self._epoch = epoch
        self._kept: OrderedDict[tuple[ProcessId, int], Program] = OrderedDict()
        self._reading = asyncio.Lock()
        self._meanings: EpochCache[tuple[ProcessId, int], Mapping[str, ConnectionId]] = EpochCache(10_000)

    async def get(self, process_id: ProcessId, number: int) -> Program:
        """One version; it never changes, so it is read once, however many of its runs begin at the same time."""
        key = (process_id, number)
        kept = self._kept.get(key)
        if kept is None:
            async with self._reading:
                kept = self._kept.get(key)
                if kept is None:
                    kept = self._kept[key] = await self._database.read(lambda tx: _read(tx, process_id, number))
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return kept

    async def meanings(self, process_id: ProcessId, number: int) -> Mapping[str, ConnectionId]:
        """Which connections a version means by what it calls them; a successor takes its place at once (C16)."""
        return await self._meanings.find_or_make(
            (process_id, number),
            await self._epoch.current(),
            lambda: self._database.read(lambda tx: records.find_meanings(tx, process_id, number)),
        )


def _read(tx: Transaction, process_id: ProcessId, number: int) -> Program:
    version = versions.find_version(tx, process_id, number)
    if version is None:
        raise IntegrityError(f"version {number} of a process is missing", what="process_versions")
    content = version.content
    return Program(
        process_id,
        records.names_of(tx, [process_id]).get(process_id, ""),
        number,
        reparse(dict(content.definition)),
        content.definition,
        content.settings,
        version.published_by,
        records.find_calls(tx, process_id, number),
    )


def _find(definition: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    scope: Mapping[str, Any] = definition
    state: Mapping[str, Any] = {}
    parts = path.split("/")[1:]
    while parts:
        name = parts.pop(0).replace("~1", "/").replace("~0", "~")
        state = object_of(object_of(scope.get("States")).get(name))
        if not parts:
            break
        inside = parts.pop(0)
        if state.get("Type") == "Parallel":
            branches = array_of(state.get("Branches"))
            scope = object_of(branches[int(inside)]) if inside.isdigit() and int(inside) < len(branches) else {}
        else:
            scope = object_of(state.get("ItemProcessor") or state.get("Iterator"))
    return state
