"""The processes that steps of a definition run: what they mean, and who calls whom (P2; docs/decisions/0048)."""

from collections.abc import Mapping
from typing import Any

from jackfield.db import Transaction
from jackfield.kernel import ProcessId
from jackfield.processes.definitions import called_names, places
from jackfield.processes.errors import CalledError
from jackfield.processes.models import CallView, Process
from jackfield.processes.service.parts import Parts
from jackfield.processes.store import records


def mean_calls(tx: Transaction, process: Process, definition: Mapping[str, Any]) -> dict[str, ProcessId]:
    """What a definition to be saved calls the processes that it runs; what means none is left out.

    Only processes of its own business unit. A name that the draft has already goes on to mean what it means there.
    """
    before = records.find_calls(tx, process.id, records.DRAFT)
    found: dict[str, ProcessId] = {}
    for reference in sorted(called_names(definition)):
        kept = records.find_process(tx, before[reference]) if reference in before else None
        meant = kept or _find(tx, process, reference)
        if meant is not None:
            found[reference] = meant.id
    return found


def _find(tx: Transaction, process: Process, reference: str) -> Process | None:
    named = records.find_ids_by_name(tx, reference, frozenset({process.business_unit_id}))
    found = records.find_process(tx, named[0] if named else ProcessId(reference))
    return found if found is not None and found.business_unit_id == process.business_unit_id else None


def calls_of(tx: Transaction, process: Process, definition: Mapping[str, Any]) -> tuple[CallView, ...]:
    """Every step of its draft that runs a process, with the way on which that would come back to itself."""
    meanings = records.find_calls(tx, process.id, records.DRAFT)
    found: list[CallView] = []
    for place in places(definition):
        if not place.runs_process:
            continue
        reference = place.called or ""
        meant = records.find_process(tx, meanings[reference]) if reference in meanings else None
        found.append(
            CallView(
                place.pointer,
                reference,
                meant and meant.id,
                meant and meant.name,
                is_published=meant is not None and meant.published is not None,
                circle="" if meant is None else " → ".join(_way_back(tx, process, meant)),
            )
        )
    return tuple(found)


def _way_back(tx: Transaction, process: Process, called: Process) -> tuple[str, ...]:
    """The names on the way from a process through what it calls back to itself; empty: there is none."""
    todo: list[tuple[Process, tuple[str, ...]]] = [(called, (process.name, called.name))]
    seen: set[ProcessId] = set()
    while todo:
        one, way = todo.pop()
        if one.id == process.id:
            return way
        if one.id in seen or one.published is None:
            continue
        seen.add(one.id)
        for next_id in records.find_calls(tx, one.id, one.published).values():
            following = records.find_process(tx, next_id)
            if following is not None:
                todo.append((following, (*way, following.name)))
    return ()


def require_uncalled(parts: Parts, tx: Transaction, process: Process, act: str) -> None:
    """Refuse what would take a process away that published versions of others run, as C11 does for connections.

    Raises:
        CalledError: There are some; `blockers` lists them.
    """
    callers = records.list_callers(tx, process.id)
    if not callers:
        return
    owners = parts.people_named(tx, {one.owner_id for one in callers})
    names = ", ".join(repr(one.name) for one in callers[:5])
    raise CalledError(
        f"published processes run it as a step: {names}; publish them without that step before you {act} it",
        rule="P2",
        blockers=[
            {
                "kind": "process",
                "id": one.id,
                "label": one.name,
                "owner": owners[one.owner_id].name,
                "link": f"/processes/{one.id}",
            }
            for one in callers
        ],
    )
