"""What a change of grants does: worked out before anything is written (O5, O6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from jackfield.db import Transaction
from jackfield.directory import DirectoryFacts
from jackfield.errors import InvalidError
from jackfield.integrations.errors import MethodNotFoundError, MixedLevelsError, OutsideAccessGroupsError
from jackfield.integrations.models import Definition, Grant, GrantChange, GrantLevel, Method, WantedGrant
from jackfield.integrations.service.selection import select_methods
from jackfield.kernel import BusinessUnitId, GroupId, PersonId

RECORDED: Final = 200
"""Names of methods in the record of one change; the numbers are always there."""
_KIND: Final = {
    GrantLevel.COMPANY: "business_unit",
    GrantLevel.GROUPS: "group",
    GrantLevel.INDIVIDUALS: "person",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The grants that will be different."""

    methods: int
    """How many methods the changes name."""
    wanted: Mapping[str, Grant | None]
    """Only where something changes; None takes a grant away."""
    added: tuple[Method, ...]
    changed: tuple[Method, ...]
    removed: tuple[Method, ...]
    accepted: tuple[Method, ...]
    """Of the changed ones, those that were held: perhaps they only read when somebody granted them (O3)."""

    @property
    def writing(self) -> tuple[str, ...]:
        """Newly granted, or accepted anew, and doing more than reading."""
        return tuple(one.name for one in (*self.added, *self.accepted) if one.is_writing)

    @property
    def unconfirmed_writing(self) -> tuple[str, ...]:
        """Granted here, doing more than reading, and confirmed by nobody."""
        return tuple(
            one.name
            for one in (*self.added, *self.changed)
            if one.is_writing and (grant := self.wanted[one.name]) is not None and not grant.confirmation
        )


def make_plan(
    tx: Transaction,
    directory: DirectoryFacts,
    definition: Definition,
    changes: Sequence[GrantChange],
    *,
    now: datetime,
    by: PersonId,
    where: str = "changes",
) -> Plan:
    """Work changes out, one after the other; a later one counts where two name the same method.

    Raises:
        InvalidError: A change doesn't say in exactly one way which methods it is about.
        MethodNotFoundError: A change names a method that isn't there.
        MixedLevelsError: A grant's entries are not all of its level.
        OutsideAccessGroupsError: A grant reaches beyond the access groups.
    """
    checked: set[tuple[GrantLevel, frozenset[str]]] = set()
    wanted: dict[str, Grant | None] = {}
    for index, change in enumerate(changes):
        place = f"{where}.{index}"
        if change.grant is not None and (key := (change.grant.level, change.grant.entries)) not in checked:
            _check_entries(tx, directory, definition.access_groups, change.grant, f"{place}.grant.entries")
            checked.add(key)
        for method in _methods_of(definition, change, place):
            wanted[method.name] = _grant_of(method, change.grant, now, by)
    return _compare(definition, wanted)


def _methods_of(definition: Definition, change: GrantChange, where: str) -> list[Method]:
    if (change.filter is None) == (change.methods is None):
        raise InvalidError("name methods, or choose them with a filter: one of the two", field=f"{where}.methods")
    if change.filter is not None:
        return list(select_methods(definition, change.filter))
    found: list[Method] = []
    for name in sorted(change.methods or ()):
        method = definition.methods.get(name)
        if method is None:
            raise MethodNotFoundError(
                f"the document has no method {name[:64]!r}", what="method", field=f"{where}.methods"
            )
        found.append(method)
    return found


def _grant_of(method: Method, wanted: WantedGrant | None, now: datetime, by: PersonId) -> Grant | None:
    if wanted is None:
        return None
    confirmation = method.is_writing if wanted.confirmation is None else wanted.confirmation
    return Grant(wanted.level, wanted.entries, confirmation, now, by)


def _compare(definition: Definition, wanted: Mapping[str, Grant | None]) -> Plan:
    different: dict[str, Grant | None] = {}
    added: list[Method] = []
    changed: list[Method] = []
    removed: list[Method] = []
    accepted: list[Method] = []
    for name, grant in wanted.items():
        old = definition.grants.get(name)
        method = definition.methods[name]
        if old is None and grant is not None:
            added.append(method)
        elif old is not None and grant is None:
            removed.append(method)
        elif old is None or grant is None or _is_same(old, grant):
            continue
        else:
            changed.append(method)
            if old.held:
                accepted.append(method)
        different[name] = grant
    return Plan(len(wanted), different, tuple(added), tuple(changed), tuple(removed), tuple(accepted))


def _is_same(old: Grant, new: Grant) -> bool:
    # Granting anew what is held is how it is accepted.
    return replace(new, granted_at=old.granted_at, granted_by=old.granted_by) == old


# --- Entries ----------------------------------------------------------------------------------------------------------


def _check_entries(
    tx: Transaction, directory: DirectoryFacts, access: frozenset[GroupId], wanted: WantedGrant, field: str
) -> None:
    if not wanted.entries:
        raise InvalidError("a grant has at least one entry; to take it away, send null in its place", field=field)
    known = _find_known(tx, directory, wanted)
    for entry in sorted(wanted.entries - known):
        if _is_of_another_level(tx, directory, wanted.level, entry):
            raise MixedLevelsError(
                f"a grant has exactly one level, and {entry[:64]} belongs to another; for grants of two levels connect the "
                "same system a second time",
                field=field,
            )
        raise _unknown(wanted.level, entry[:64], field)
    outside = sorted(wanted.entries - entries_within(tx, directory, access, wanted.level, wanted.entries))
    if outside:
        names = _names(tx, directory, wanted.level, outside)
        raise OutsideAccessGroupsError(
            f"grants only narrow the integration's access groups, and outside of these is: {names}",
            rule="O5",
            field=field,
            blockers=[{"kind": _KIND[wanted.level], "id": one, "label": one} for one in outside],
        )


def entries_within(
    tx: Transaction, directory: DirectoryFacts, access: frozenset[GroupId], level: GrantLevel, entries: frozenset[str]
) -> frozenset[str]:
    """The entries of a grant that reach somebody within the access groups.

    A group is within if it is one of them, a person if he is in one, a business unit if somebody of it is.
    """
    match level:
        case GrantLevel.GROUPS:
            return entries & access
        case GrantLevel.INDIVIDUALS:
            return frozenset(one for one in entries if _has_access(tx, directory, access, PersonId(one)))
        case GrantLevel.COMPANY:
            return entries & directory.find_units_of_groups(tx, access)


def _unknown(level: GrantLevel, entry: str, field: str) -> InvalidError:
    match level:
        case GrantLevel.COMPANY:
            return InvalidError(f"there is no business unit {entry!r}", field=field)
        case GrantLevel.GROUPS:
            return InvalidError(f"there is no group {entry!r}", field=field)
        case GrantLevel.INDIVIDUALS:
            return InvalidError(f"there is no person {entry!r}", field=field)


def _find_known(tx: Transaction, directory: DirectoryFacts, wanted: WantedGrant) -> frozenset[str]:
    match wanted.level:
        case GrantLevel.COMPANY:
            return frozenset(
                one for one in wanted.entries if directory.find_business_unit(tx, BusinessUnitId(one)) is not None
            )
        case GrantLevel.GROUPS:
            return frozenset(directory.find_groups(tx, map(GroupId, wanted.entries)))
        case GrantLevel.INDIVIDUALS:
            return frozenset(directory.find_people(tx, map(PersonId, wanted.entries)))


def _is_of_another_level(tx: Transaction, directory: DirectoryFacts, level: GrantLevel, entry: str) -> bool:
    return any(
        _find_known(tx, directory, WantedGrant(other, frozenset({entry}))) for other in GrantLevel if other is not level
    )


def _has_access(tx: Transaction, directory: DirectoryFacts, access: frozenset[GroupId], person_id: PersonId) -> bool:
    principal = directory.find_principal(tx, person_id)
    return principal is not None and principal.is_active and not principal.group_ids.isdisjoint(access)


def _names(tx: Transaction, directory: DirectoryFacts, level: GrantLevel, ids: Sequence[str]) -> str:
    match level:
        case GrantLevel.COMPANY:
            units = [directory.find_business_unit(tx, BusinessUnitId(one)) for one in ids]
            found = [one.name for one in units if one is not None]
        case GrantLevel.GROUPS:
            found = [one.name for one in directory.find_groups(tx, map(GroupId, ids)).values()]
        case GrantLevel.INDIVIDUALS:
            found = [one.name for one in directory.find_people(tx, map(PersonId, ids)).values()]
    return ", ".join(sorted(found)[:10])
