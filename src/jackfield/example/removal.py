"""Takes the example away again, by a super admin who is not of it, through the services that everybody uses.

People and business units can't be deleted, the record needs them: its people are deactivated, and its business units
stay. So does whatever else was made beside it.
"""

from contextlib import suppress

from jackfield.bootstrap import Parts
from jackfield.directory import Caller, Role
from jackfield.directory.errors import GroupInUseError, PersonInactiveError
from jackfield.errors import ConflictError, NotFoundError
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.kernel import BusinessUnitId, Door, GroupId, PageRequest, PersonId, ProcessId, RequestId, new_id
from jackfield.processes import MOST_WAIT_SECONDS, OPEN_STATES, ProcessNotFoundError, RunEndedError, RunQuery


class NoOtherSuperAdminError(ConflictError):
    """Without the example nobody could administer the installation."""

    code = "example.no_other_super_admin"


async def remove_example(parts: Parts, folder: ExampleFolder, record: ExampleRecord) -> None:
    """Delete its processes, connections, groups and outbound targets, deactivate its people, and delete all that its systems hold.

    Cut off, it can be begun again.

    Raises:
        NoOtherSuperAdminError: All active super admins are of the example.
        InUseError: Something uses one of its connections; it says what.
    """
    caller = await _super_admin(parts, record)
    await _delete_processes(parts, caller, record)
    for connection in record.connections.values():
        with suppress(NotFoundError):
            await parts.connections.share(caller, connection, [caller.principal.person_id])
            await parts.connections.delete_connection(caller, connection)
    for unit in record.units.values():
        for feature in await parts.connections.list_features(caller, BusinessUnitId(unit)):
            if not feature.on_in_unit:
                await parts.connections.set_feature(caller, feature.connector, BusinessUnitId(unit), on=True)
    for rule in record.outbound.values():
        with suppress(NotFoundError):
            await parts.connections.disallow_outbound(caller, rule)
    for group in record.groups.values():
        # One that narrows another connection, too, has become somebody's own.
        with suppress(NotFoundError, GroupInUseError):
            await parts.directory.groups.delete_group(caller, GroupId(group))
    for person in record.people.values():
        with suppress(NotFoundError, PersonInactiveError):
            await parts.directory.people.deactivate_person(caller, PersonId(person))
    folder.remove()


async def _delete_processes(parts: Parts, caller: Caller, record: ExampleRecord) -> None:
    """Delete its processes, and end the runs of them that wait; editors may, so for that time the caller is one."""
    me, units = caller.principal.person_id, parts.directory.units
    before = {
        unit: caller.principal.roles.get(unit, frozenset()) for unit in map(BusinessUnitId, record.units.values())
    }
    for unit, roles in before.items():
        await units.change_member(caller, unit, me, roles | {Role.EDITOR})
    editor = await _super_admin(parts, record)
    async with parts.engine.running():
        for process in record.processes.values():
            with suppress(ProcessNotFoundError):
                await _end_runs(parts, editor, ProcessId(process))
                await parts.processes.delete_process(editor, process)
    for unit, roles in before.items():
        if roles:
            await units.change_member(caller, unit, me, roles)
        else:
            await units.remove_member(caller, unit, me)


async def _end_runs(parts: Parts, caller: Caller, process: ProcessId) -> None:
    runs = parts.processes.runs
    query = RunQuery(process_id=process, states=OPEN_STATES)
    while open_runs := (await runs.list_runs(caller, query, PageRequest())).items:
        for row in open_runs:
            with suppress(RunEndedError):
                await runs.cancel(caller, row.run.id)
            await runs.wait(row.run.id, MOST_WAIT_SECONDS)


async def _super_admin(parts: Parts, record: ExampleRecord) -> Caller:
    """Who does it, with the roles that he has now."""
    found = await parts.database.read(parts.directory.facts.list_super_admins)
    others = [person for person in found if person not in record.people.values()]
    principal = await parts.directory.find_principal(others[0]) if others else None
    if principal is None:
        raise NoOtherSuperAdminError("every active super admin is of the example: make somebody else one first")
    return Caller(principal, Door.CLI, RequestId(new_id("req")))
