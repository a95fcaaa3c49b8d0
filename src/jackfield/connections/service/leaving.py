"""A person leaving takes nothing down (C12), and a group in use stays (C8)."""

from jackfield.connections.models import Connection, Departure
from jackfield.connections.service.parts import Parts, connection_ref
from jackfield.connections.service.views import names_of_people
from jackfield.connections.store import people, records
from jackfield.db import Transaction
from jackfield.directory import Caller, DirectoryAct, Target, decide
from jackfield.kernel import BusinessUnitId, GroupId, ObjectRef, PersonId


def person_left(
    parts: Parts, tx: Transaction, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None
) -> None:
    """Pass on the admin rights of somebody who left: to the remaining admins, else to those of the business unit.

    Part of the directory's role `Leaver`: called in the transaction in which he leaves.
    """
    now = parts.directory.find_principal(tx, person_id)
    for connection_id in people.list_administered(tx, person_id, unit_id):
        connection = records.find_connection(tx, connection_id, lock=True)
        if connection is None:
            continue
        unit = connection.business_unit_id
        if now is not None and now.is_active and (now.is_member_of(unit) or now.is_super_admin):
            continue
        _pass_on(parts, tx, caller, connection, person_id)


async def preview_departure(
    parts: Parts, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None
) -> Departure:
    """What `person_left` would pass on, and to whom; for those who may let the person go.

    Raises:
        ForbiddenError: The caller may not.
    """
    act = DirectoryAct.DEACTIVATE_PERSON if unit_id is None else DirectoryAct.CHANGE_MEMBERS
    decide(caller.principal, act, Target(unit_id=unit_id, person_id=person_id)).require(act)

    def work(tx: Transaction) -> Departure:
        leaver = parts.directory.find_principal(tx, person_id)
        if unit_id is not None and leaver is not None and leaver.is_active and leaver.is_super_admin:
            return Departure(0, 0, ())
        passing = people.list_administered(tx, person_id, unit_id)
        admins = people.find_admins_of(tx, passing)
        orphans = [connection_id for connection_id in passing if set(admins[connection_id]) == {person_id}]
        units = {found.business_unit_id for one in orphans if (found := records.find_connection(tx, one)) is not None}
        heirs = frozenset[PersonId]().union(*(_heirs(parts, tx, unit, person_id) for unit in units))
        named = names_of_people(parts, tx, heirs).values()
        return Departure(len(passing), len(orphans), tuple(sorted(named, key=lambda one: (one.name, one.id))))

    return await parts.read(work)


def uses_of_group(tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
    """The connections narrowed to a group: without it, fewer people or all might design with them.

    Part of the directory's role `GroupUse`.
    """
    return tuple(ObjectRef("connection", found, name) for found, name in people.list_narrowed_to(tx, group_id))


def _pass_on(parts: Parts, tx: Transaction, caller: Caller, connection: Connection, person_id: PersonId) -> None:
    people.delete_admin(tx, connection.id, person_id)
    remaining = people.find_admins(tx, connection.id)
    heirs: frozenset[PersonId] = frozenset()
    if not remaining:
        heirs = _heirs(parts, tx, connection.business_unit_id, person_id)
        people.insert_admins(tx, connection.id, heirs, parts.clock.now())
    parts.audit.record(
        tx,
        caller.act(
            "connection.pass_on",
            connection_ref(connection),
            business_unit_id=connection.business_unit_id,
            rule="C12",
            data={"left": person_id, "remaining": [*sorted(remaining)], "passed_to": [*sorted(heirs)]},
        ),
    )
    parts.tell(tx, heirs, "connection.passed_on", connection)


def _heirs(parts: Parts, tx: Transaction, unit: BusinessUnitId, left: PersonId) -> frozenset[PersonId]:
    """The business unit's administrators; in one that has none, the super admins."""
    administrators = frozenset(parts.directory.list_administrators(tx, unit)) - {left}
    return administrators or frozenset(parts.directory.list_super_admins(tx)) - {left}
