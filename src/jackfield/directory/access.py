"""Who may do what with people, groups, business units and their own account: pure functions, read from `decide` down.

An act is open to whoever goes one of its ways (`_RULES`), if he is active, his API token has the act's scope, and,
for some acts, if he came by a session:

- making API tokens, changing one's password and giving installation roles need a session, always;
- so does a new sign-in code for a person with an installation role.

Otherwise a token with `manage:directory` alone could make itself a session with every scope (case D18).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from jackfield.directory.decisions import Decision
from jackfield.directory.models import InstallationRole, Principal, Role, Scope
from jackfield.kernel import BusinessUnitId, PersonId

SUPER_ADMINS = "the super admins"
UNIT_ADMINISTRATORS = "the business unit's administrators and the super admins"
NOBODY = "nobody"


class DirectoryAct(StrEnum):
    """What can be done here; the value is the name of the act in the audit."""

    LIST_PEOPLE = "person.list"
    READ_PERSON = "person.read"
    CREATE_PERSON = "person.create"
    CHANGE_PERSON = "person.change"
    CHANGE_INSTALLATION_ROLES = "person.change_roles"
    DEACTIVATE_PERSON = "person.deactivate"
    REACTIVATE_PERSON = "person.reactivate"
    RESET_SIGN_IN = "person.reset_sign_in"
    END_SESSIONS = "person.end_sessions"
    CHANGE_PASSWORD = "person.change_password"  # noqa: S105  # the name of an act
    SIGN_OUT = "person.sign_out"
    LIST_GROUPS = "group.list"
    LIST_GROUP_MEMBERS = "group.list_members"
    CREATE_GROUP = "group.create"
    CHANGE_GROUP = "group.change"
    DELETE_GROUP = "group.delete"
    CHANGE_GROUP_MEMBERS = "group.change_members"
    READ_UNIT = "business_unit.read"
    LIST_MEMBERS = "business_unit.list_members"
    CREATE_UNIT = "business_unit.create"
    CHANGE_UNIT = "business_unit.change"
    CHANGE_MEMBERS = "business_unit.change_members"
    CREATE_TOKEN = "token.create"  # noqa: S105  # the name of an act
    LIST_TOKENS = "token.list"  # the name of an act
    REVOKE_TOKEN = "token.revoke"  # noqa: S105  # the name of an act


@dataclass(frozen=True, slots=True)
class Target:
    """The facts that a decision asks about what the act is done to."""

    unit_id: BusinessUnitId | None = None
    """The business unit."""
    person_id: PersonId | None = None
    """The person, or the person whose token it is."""
    person_unit_ids: frozenset[BusinessUnitId] = frozenset()
    """Where that person has a role."""
    has_installation_role: bool = False
    """Whether that person has one."""


class Way(StrEnum):
    """A way in; the value is the rule that a decision names."""

    SUPER_ADMIN = "directory.super_admin"
    AUDITOR = "directory.auditor"
    UNIT_ADMINISTRATOR = "directory.unit_administrator"
    ANY_ADMINISTRATOR = "directory.any_administrator"
    UNIT_MEMBER = "directory.unit_member"
    DESIGNER = "directory.designer"
    SHARED_UNIT = "directory.shared_unit"
    ONESELF = "directory.oneself"


_WAYS: Mapping[Way, Callable[[Principal, Target], bool]] = {
    Way.SUPER_ADMIN: lambda who, _: who.is_super_admin,
    Way.AUDITOR: lambda who, _: InstallationRole.AUDITOR in who.installation_roles,
    Way.UNIT_ADMINISTRATOR: lambda who, to: to.unit_id is not None and who.is_administrator_of(to.unit_id),
    # Who adds existing people to his business unit has to find them.
    Way.ANY_ADMINISTRATOR: lambda who, _: any(Role.ADMINISTRATOR in roles for roles in who.roles.values()),
    Way.UNIT_MEMBER: lambda who, to: to.unit_id is not None and bool(who.roles.get(to.unit_id)),
    # Who shares connections and narrows design use names groups (C8); who audits reads what was named.
    Way.DESIGNER: lambda who, _: any(not roles <= {Role.MEMBER} for roles in who.roles.values()),
    Way.SHARED_UNIT: lambda who, to: any(who.roles.get(unit) for unit in to.person_unit_ids),
    Way.ONESELF: lambda who, to: to.person_id == who.person_id,
}


@dataclass(frozen=True, slots=True)
class _Rule:
    ways: tuple[Way, ...]
    scope: Scope | None
    """What an API token needs; None: no scope will do, it takes a session."""
    who_can_change: str = SUPER_ADMINS


def _read(*ways: Way) -> _Rule:
    return _Rule((Way.SUPER_ADMIN, Way.AUDITOR, *ways), Scope.READ)


_MANAGE = _Rule((Way.SUPER_ADMIN,), Scope.MANAGE_DIRECTORY)
_MANAGE_UNIT = _Rule((Way.SUPER_ADMIN, Way.UNIT_ADMINISTRATOR), Scope.MANAGE_DIRECTORY, UNIT_ADMINISTRATORS)
_OWN = _Rule((Way.ONESELF,), None, NOBODY)

_RULES: Mapping[DirectoryAct, _Rule] = {
    DirectoryAct.LIST_PEOPLE: _read(Way.ANY_ADMINISTRATOR),
    DirectoryAct.READ_PERSON: _read(Way.ANY_ADMINISTRATOR, Way.SHARED_UNIT, Way.ONESELF),
    DirectoryAct.CREATE_PERSON: _MANAGE,
    DirectoryAct.CHANGE_PERSON: _MANAGE,
    DirectoryAct.CHANGE_INSTALLATION_ROLES: _Rule((Way.SUPER_ADMIN,), None),
    DirectoryAct.DEACTIVATE_PERSON: _MANAGE,
    DirectoryAct.REACTIVATE_PERSON: _MANAGE,
    DirectoryAct.RESET_SIGN_IN: _MANAGE,
    DirectoryAct.END_SESSIONS: _Rule((Way.SUPER_ADMIN, Way.ONESELF), Scope.MANAGE_DIRECTORY),
    DirectoryAct.CHANGE_PASSWORD: _OWN,
    DirectoryAct.SIGN_OUT: _OWN,
    DirectoryAct.LIST_GROUPS: _read(Way.DESIGNER),
    DirectoryAct.LIST_GROUP_MEMBERS: _read(Way.DESIGNER),
    DirectoryAct.CREATE_GROUP: _MANAGE,
    DirectoryAct.CHANGE_GROUP: _MANAGE,
    DirectoryAct.DELETE_GROUP: _MANAGE,
    DirectoryAct.CHANGE_GROUP_MEMBERS: _MANAGE,
    DirectoryAct.READ_UNIT: _read(Way.UNIT_MEMBER),
    DirectoryAct.LIST_MEMBERS: _read(Way.UNIT_MEMBER),
    DirectoryAct.CREATE_UNIT: _MANAGE,
    DirectoryAct.CHANGE_UNIT: _MANAGE_UNIT,
    DirectoryAct.CHANGE_MEMBERS: _MANAGE_UNIT,
    DirectoryAct.CREATE_TOKEN: _OWN,
    DirectoryAct.LIST_TOKENS: _read(Way.ONESELF),
    DirectoryAct.REVOKE_TOKEN: _Rule((Way.SUPER_ADMIN, Way.ONESELF), Scope.MANAGE_DIRECTORY),
}

_ANYWHERE = Target()


def decide(principal: Principal, act: DirectoryAct, target: Target = _ANYWHERE) -> Decision:
    """Whether somebody may do something here, and by which rule."""
    rule = _RULES[act]
    if not principal.is_active:
        return Decision(False, "directory.active", SUPER_ADMINS, f"{principal.name} is deactivated")  # noqa: FBT003
    way = next((way for way in rule.ways if _WAYS[way](principal, target)), None)
    if way is None:
        reason = f"this is for {_names(rule.ways)}"
        return Decision(False, rule.ways[0], rule.who_can_change, reason)  # noqa: FBT003
    if principal.token_id is not None and _needs_session(act, rule, target):
        reason = "this can't be done with an API token; sign in with a password for it"
        return Decision(False, "directory.session", NOBODY, reason)  # noqa: FBT003
    if rule.scope is not None and rule.scope not in principal.scopes:
        reason = f"the API token lacks the scope {rule.scope}"
        return Decision(False, "directory.scope", "the owner of the API token, by making another", reason)  # noqa: FBT003
    return Decision(True, way)  # noqa: FBT003


def may_know(principal: Principal, act: DirectoryAct, target: Target) -> bool:
    """Whether somebody may know that the target exists: `act` is the act of reading it, a token's scopes don't count.

    To who may not, forbidden looks like unknown.
    """
    return decide(replace(principal, scopes=frozenset(Scope)), act, target).allowed


def _needs_session(act: DirectoryAct, rule: _Rule, target: Target) -> bool:
    return rule.scope is None or (act is DirectoryAct.RESET_SIGN_IN and target.has_installation_role)


def _names(ways: tuple[Way, ...]) -> str:
    return " or ".join(_SPOKEN[way] for way in ways)


_SPOKEN: Mapping[Way, str] = {
    Way.SUPER_ADMIN: "super admins",
    Way.AUDITOR: "auditors of the installation",
    Way.UNIT_ADMINISTRATOR: "administrators of the business unit",
    Way.ANY_ADMINISTRATOR: "administrators of a business unit",
    Way.UNIT_MEMBER: "those who belong to the business unit",
    Way.DESIGNER: "administrators, editors and auditors of a business unit",
    Way.SHARED_UNIT: "those who share a business unit with the person",
    Way.ONESELF: "the person concerned",
}
