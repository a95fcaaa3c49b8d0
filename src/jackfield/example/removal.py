"""Takes the example away again, by a super admin who is not of it, through the services that everybody uses.

People and business units can't be deleted, the record needs them: its people are deactivated, and its business units
stay. So does whatever else was made beside it.
"""

from contextlib import suppress

from jackfield.bootstrap import Parts
from jackfield.directory import Caller
from jackfield.directory.errors import GroupInUseError, PersonInactiveError
from jackfield.errors import ConflictError, NotFoundError
from jackfield.example.record import ExampleFolder, ExampleRecord
from jackfield.kernel import BusinessUnitId, Door, GroupId, PersonId, RequestId, new_id


class NoOtherSuperAdminError(ConflictError):
    """Without the example nobody could administer the installation."""

    code = "example.no_other_super_admin"


async def remove_example(parts: Parts, folder: ExampleFolder, record: ExampleRecord) -> None:
    """Delete its connections, groups and outbound targets, deactivate its people, and delete all that its systems hold.

    Cut off, it can be begun again.

    Raises:
        NoOtherSuperAdminError: All active super admins are of the example.
        InUseError: Something uses one of its connections; it says what.
    """
    caller = await _super_admin(parts, record)
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


async def _super_admin(parts: Parts, record: ExampleRecord) -> Caller:
    found = await parts.database.read(parts.directory.facts.list_super_admins)
    others = [person for person in found if person not in record.people.values()]
    principal = await parts.directory.find_principal(others[0]) if others else None
    if principal is None:
        raise NoOtherSuperAdminError("every active super admin is of the example: make somebody else one first")
    return Caller(principal, Door.CLI, RequestId(new_id("req")))
