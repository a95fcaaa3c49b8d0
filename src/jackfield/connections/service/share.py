"""Connection admins (C6, C7) and authorized persons (C8)."""

from collections.abc import Collection
from dataclasses import replace

from jackfield.connections.errors import LastAdminError
from jackfield.connections.models import AuthorizedPersons, Connection, ConnectionAct, ConnectionView
from jackfield.connections.service.parts import Parts, Reference
from jackfield.connections.service.views import names_of_people, view
from jackfield.connections.store import people, records
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import InvalidError, NotFoundError
from jackfield.kernel import BusinessUnitId, PersonId


async def share(parts: Parts, caller: Caller, reference: Reference, new_admins: Collection[PersonId]) -> ConnectionView:
    """Make people connection admins; who is one already stays one.

    A super admin who shares a connection of others is seen doing it: its admins are told (C7).

    Raises:
        InvalidError: Somebody is no active member of the business unit.
    """

    def work(tx: Transaction) -> ConnectionView:
        opened = parts.open(tx, caller, ConnectionAct.SHARE, reference)
        connection = opened.connection
        added = set(new_admins) - opened.facts.admin_ids
        _require_members(parts, tx, connection.business_unit_id, added, field="admins", super_admins_too=True)
        if not added:
            return view(parts, tx, parts.principal(tx, caller), connection)
        me = caller.principal.person_id
        people.insert_admins(tx, connection.id, added, parts.clock.now())
        changed = _changed(parts, tx, caller, connection)
        names = sorted(named.name for named in names_of_people(parts, tx, added).values())
        by_power = me not in opened.facts.admin_ids
        parts.record(
            tx,
            caller,
            "connection.share",
            opened,
            added=[*sorted(added)],
            names=[*names],
            with_himself=me in added,
            as_super_admin=by_power,
        )
        parts.tell(tx, added - {me}, "connection.shared", changed, by=caller.principal.name)
        if by_power:
            kind = "connection.super_admin_shared"
            parts.tell(tx, opened.facts.admin_ids, kind, changed, by=caller.principal.name, admins=[*names])
        return view(parts, tx, parts.principal(tx, caller), changed)

    return await parts.act(caller, "connection.share", reference, work)


async def remove_admin(
    parts: Parts, caller: Caller, reference: Reference, person_id: PersonId
) -> ConnectionView | None:
    """Take somebody's admin rights, also one's own; None if the caller may not see the connection any more.

    The row is locked: of two admins who remove each other at once, one is first, and the other no admin any more.

    Raises:
        LastAdminError: Nobody would be left.
    """

    def work(tx: Transaction) -> ConnectionView | None:
        opened = parts.open(tx, caller, ConnectionAct.REMOVE_ADMIN, reference)
        connection = opened.connection
        if person_id not in opened.facts.admin_ids:
            raise NotFoundError("this person is no admin of the connection", code="person.not_found", what="person")
        if len(opened.facts.admin_ids) == 1:
            raise LastAdminError(
                "the last admin of a connection can't be removed; share it with somebody else first", rule="C6"
            )
        people.delete_admin(tx, connection.id, person_id)
        changed = _changed(parts, tx, caller, connection)
        parts.record(tx, caller, "connection.remove_admin", opened, removed=person_id)
        me = caller.principal.person_id
        parts.tell(tx, {person_id} - {me}, "connection.admin_removed", changed, by=caller.principal.name)
        shown = view(parts, tx, parts.principal(tx, caller), changed)
        return shown if ConnectionAct.SEE in shown.may else None

    return await parts.act(caller, "connection.remove_admin", reference, work)


async def set_authorized_persons(
    parts: Parts, caller: Caller, reference: Reference, wanted: AuthorizedPersons, *, expected_version: int | None
) -> ConnectionView:
    """Narrow design use to some people and groups, or, with none, open it to every editor again (C8).

    Run time is not restricted by it (C9).

    Raises:
        InvalidError: Somebody is no active member of the business unit, or there is no such group.
    """

    def work(tx: Transaction) -> ConnectionView:
        act = ConnectionAct.SET_AUTHORIZED_PERSONS
        opened = parts.open(tx, caller, act, reference, expected_version=expected_version)
        connection = opened.connection
        before = opened.facts
        added = wanted.people - before.authorized_people
        _require_members(parts, tx, connection.business_unit_id, added, field="people", super_admins_too=False)
        known = parts.directory.find_groups(tx, wanted.groups)
        if missing := wanted.groups - known.keys():
            raise InvalidError(f"there is no group {min(missing)[:60]!r}", field="groups")
        people.replace_authorized(tx, connection.id, wanted)
        is_narrowed = bool(wanted.people or wanted.groups)
        changed = _changed(parts, tx, caller, replace(connection, is_narrowed=is_narrowed))
        parts.record(
            tx,
            caller,
            "connection.set_authorized_persons",
            opened,
            old_people=[*sorted(before.authorized_people)],
            old_groups=[*sorted(before.authorized_groups)],
            people=[*sorted(wanted.people)],
            groups=[*sorted(wanted.groups)],
        )
        return view(parts, tx, parts.principal(tx, caller), changed)

    return await parts.act(caller, "connection.set_authorized_persons", reference, work)


def _changed(parts: Parts, tx: Transaction, caller: Caller, connection: Connection) -> Connection:
    changed = replace(
        connection,
        modified_at=parts.clock.now(),
        modified_by=caller.principal.person_id,
        version=connection.version + 1,
    )
    records.update_connection(tx, changed)
    return changed


def _require_members(
    parts: Parts,
    tx: Transaction,
    unit: BusinessUnitId,
    persons: Collection[PersonId],
    *,
    field: str,
    super_admins_too: bool,
) -> None:
    for person_id in sorted(persons):
        principal = parts.directory.find_principal(tx, person_id)
        fits = (
            principal is not None
            and principal.is_active
            and (principal.is_member_of(unit) or (super_admins_too and principal.is_super_admin))
        )
        if not fits:
            raise InvalidError(f"{person_id[:60]!r} is no active member of the connection's business unit", field=field)
