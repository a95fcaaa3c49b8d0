"""The steps of a definition that use connections: what they mean, how they open for somebody, what they keep (C8, C10)."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from jackfield.connections import ConnectionNotFoundError, StepAccess, StepConnection, Use, UserKind, UserState
from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import HubError
from jackfield.integrations import CONNECTOR as INTEGRATIONS
from jackfield.integrations import Documents
from jackfield.kernel import ConnectionId
from jackfield.processes.asking import group_called, person_called
from jackfield.processes.definitions import Place, is_literal, methods_used, object_of, places, references
from jackfield.processes.errors import AssigneeUnknownError, StepLockedError
from jackfield.processes.models import Finding, Process, ProcessAct, StepView
from jackfield.processes.questions import PERSON, constant_assignees
from jackfield.processes.service.parts import Parts, Reference
from jackfield.processes.store import records

_ADMINS = "the connection's admins"


async def read_documents(
    parts: Parts, caller: Caller, reference: Reference, definition: Mapping[str, Any] | None = None
) -> Documents:
    """The documents that arguments of a definition's steps are to be held against; None: of the draft as it is.

    Asked before the transaction in which it counts, which refuses whoever may not.
    """

    def work(tx: Transaction) -> set[ConnectionId]:
        process = parts.look(tx, caller, ProcessAct.READ_DEFINITION, reference).process
        meanings = records.find_meanings(tx, process.id, records.DRAFT)
        named = {
            place.reference
            for place in places(process.draft.definition if definition is None else definition)
            if place.connector == INTEGRATIONS and place.reference and is_literal(place.arguments)
        }
        unit = process.business_unit_id
        meant = (parts.uses.find(tx, caller.principal, meanings.get(one, one), unit) for one in named)
        return {one.id for one in meant if one is not None}

    if definition is not None and not any(place.connector == INTEGRATIONS for place in places(definition)):
        return {}
    try:
        return await parts.methods.read_documents(await parts.read(work))
    except HubError:
        return {}


def steps_of(
    parts: Parts,
    tx: Transaction,
    principal: Principal,
    process: Process,
    *,
    definition: Mapping[str, Any],
    number: int,
    documents: Documents | None = None,
) -> tuple[StepView, ...]:
    """Every step that uses a connection, named even where it is locked; its arguments held against `documents`."""
    meanings = records.find_meanings(tx, process.id, number)
    known: dict[str, StepConnection | None] = {}
    found: list[StepView] = []
    for place in places(definition):
        if not place.uses_connection:
            continue
        reference = place.reference or ""
        if reference not in known:
            known[reference] = parts.uses.find(
                tx, principal, meanings.get(reference, reference), process.business_unit_id
            )
        meant = known[reference]
        problem = None
        if meant is not None and meant.connector == place.connector == INTEGRATIONS:
            problem = _problem_of_method(parts, tx, principal, place, meant.id, documents or {})
        found.append(
            StepView(
                place.pointer,
                place.name,
                place.resource,
                reference,
                meant and meant.id,
                meant and meant.name,
                meant and meant.connector,
                meant and meant.state,
                meant and meant.access,
                problem,
            )
        )
    return tuple(found)


def _problem_of_method(  # noqa: PLR0917  # read as a sentence: by whose right, at which place, which integration's method
    parts: Parts,
    tx: Transaction,
    principal: Principal,
    place: Place,
    connection_id: ConnectionId,
    documents: Documents,
) -> Finding | None:
    """Why a step can't call its method: it may not, or its arguments, where they are known already, don't fit."""
    refused = parts.methods.find_problem(tx, principal, connection_id, place.action)
    if refused is not None:
        return Finding(f"{place.pointer}/Resource", refused.message, refused.code)
    arguments: Any = place.arguments
    if not isinstance(arguments, dict) or not is_literal(arguments):
        return None
    given = object_of(arguments)
    refused = parts.methods.find_argument_problem(tx, connection_id, place.action, given, documents)
    if refused is None:
        return None
    where = str(refused.data.get("field", "")).replace(".", "/")
    name = "Arguments" if "Arguments" in place.state else "Parameters"
    return Finding(f"{place.pointer}/{name}/{where}".rstrip("/"), refused.message, "arguments.invalid")


def strangers_of(parts: Parts, tx: Transaction, process: Process) -> dict[tuple[str, str], str]:
    """Whom a draft asks outright and there is not, with what is wrong."""
    found: dict[tuple[str, str], str] = {}
    for place in places(process.draft.definition):
        if place.resource.startswith(PERSON):
            arguments = object_of(place.state.get("Arguments", place.state.get("Parameters")))
            for where, which, reference in constant_assignees(arguments):
                try:
                    if which == "people":
                        person_called(parts.directory, tx, reference, process.business_unit_id, field=where)
                    else:
                        group_called(parts.directory, tx, reference, field=where)
                except AssigneeUnknownError as error:
                    found[which, reference] = error.message
    return found


def mean(
    parts: Parts, tx: Transaction, principal: Principal, process: Process, definition: Mapping[str, Any]
) -> dict[str, StepConnection]:
    """What a definition to be saved calls its connections; what means none is left out.

    A name that the draft has already goes on to mean what it means there.
    """
    before = records.find_meanings(tx, process.id, records.DRAFT)
    found: dict[str, StepConnection] = {}
    for reference in sorted(references(definition)):
        kept = before.get(reference)
        meant = parts.uses.find(tx, principal, kept or reference, process.business_unit_id)
        if meant is None and kept is not None:
            meant = parts.uses.find(tx, principal, reference, process.business_unit_id)
        if meant is not None:
            found[reference] = meant
    return found


def require_unlocked(
    meanings: Mapping[str, StepConnection], old: Mapping[str, Any], new: Mapping[str, Any], *, known: frozenset[str]
) -> None:
    """Let a definition be saved by somebody if each step that is locked to him was there before, just as it is (C10, D15).

    Args:
        meanings: What the new definition means, as it opens for him who saves.
        old: The definition that is replaced.
        new: The one to be saved.
        known: What the old one means, by id: naming a connection otherwise is no reconfiguring.

    Raises:
        StepLockedError: One was made, or reconfigured.
    """
    kept = Counter((place.name, place.core) for place in places(old))
    anywhere = Counter(place.core for place in places(old))
    for place in places(new):
        meant = meanings.get(place.reference or "") if place.uses_connection else None
        if meant is None or meant.access is StepAccess.EDITABLE:
            continue
        if meant.id in known and (kept[place.name, place.core] or anywhere[place.core]):
            kept[place.name, place.core] -= 1
            anywhere[place.core] -= 1
            continue
        raise StepLockedError(
            f"the step {place.name!r} uses a connection that you may not design with: keep it as it was, or give it "
            "another connection",
            rule="C10",
            act="edit",
            who_can_change=_ADMINS,
            field=f"definition{place.pointer.replace('/', '.')}",
        )


def write_uses(
    parts: Parts,
    tx: Transaction,
    process: Process,
    state: UserState,
    connections: Mapping[str, ConnectionId],
    *,
    definition: Mapping[str, Any],
) -> None:
    """Write where its draft, or its published version, uses connections and which methods of custom integrations.

    In the transaction in which it does (C15).
    """
    part = state.value
    methods = methods_used(definition, INTEGRATIONS, connections)
    parts.uses.remove(tx, UserKind.PROCESS, process.id, part=part)
    for connection_id in sorted(set(connections.values())):
        use = Use(
            connection_id=connection_id,
            kind=UserKind.PROCESS,
            id=process.id,
            state=state,
            label=process.name,
            container=process.name,
            owner_id=process.owner_id,
            link=f"/processes/{process.id}",
            business_unit_id=process.business_unit_id,
            part=part,
            methods=methods.get(connection_id, ()),
        )
        # A draft doesn't keep a connection from being deleted, and goes on naming it (C11).
        with suppress(ConnectionNotFoundError):
            parts.uses.add(tx, use)
