"""People, groups, business units and their roles; and the principal, who somebody is while he asks for something."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from jackfield.kernel import (
    Act,
    Actor,
    ActorKind,
    BusinessUnitId,
    Door,
    GroupId,
    JsonValue,
    ObjectRef,
    Outcome,
    PersonId,
    RequestId,
    Secret,
    SessionId,
    TokenId,
)


class Role(StrEnum):
    """What somebody is in a business unit; a person may have several."""

    ADMINISTRATOR = "administrator"
    """Members, features, settings; has all that an editor has."""
    EDITOR = "editor"
    """Designs processes and data objects, creates connections; has all that a member has."""
    MEMBER = "member"
    """Runs processes, uses apps and assistants."""
    AUDITOR = "auditor"
    """Reads everything but secrets, changes nothing."""


class InstallationRole(StrEnum):
    """What somebody is in the whole installation."""

    SUPER_ADMIN = "super_admin"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """What an API token may be used for; a session has all of them."""

    READ = "read"
    """Every GET."""
    USE = "use"
    """Calling actions, and running processes."""
    MANAGE_CONNECTIONS = "manage:connections"
    MANAGE_PROCESSES = "manage:processes"
    """Designing and publishing them, and mending their runs."""
    MANAGE_DIRECTORY = "manage:directory"
    """People, groups, business units, features, allow lists."""
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in; never deleted, so that the audit keeps its meaning."""

    id: PersonId
    name: str
    sign_in_name: str
    """Unique, compared by its key; usually a mail address."""
    email: str
    installation_roles: frozenset[InstallationRole]
    is_active: bool
    created_at: datetime
    modified_at: datetime
    version: int
    """Counts changes, for ETags."""


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of people; membership is evaluated when asked, never copied."""

    id: GroupId
    name: str
    description: str
    created_at: datetime
    modified_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class BusinessUnit:
    """The tenant border inside an installation."""

    id: BusinessUnitId
    name: str
    description: str
    created_at: datetime
    modified_at: datetime
    version: int
    runs_kept_days: int | None = None
    """How long runs are kept after their end; None is as long as the installation says (P7)."""


@dataclass(frozen=True, slots=True)
class KeepRuns:
    """How long a business unit's runs are to be kept after their end."""

    days: int | None
    """None is as long as the installation says."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who somebody is, with all that decisions ask about; made anew after every policy change."""

    person_id: PersonId
    name: str
    is_active: bool = True
    installation_roles: frozenset[InstallationRole] = frozenset()
    roles: Mapping[BusinessUnitId, frozenset[Role]] = field(default_factory=dict[BusinessUnitId, frozenset[Role]])
    """As assigned; ask `is_editor_of` and its like, which know that roles include others."""
    group_ids: frozenset[GroupId] = frozenset()
    scopes: frozenset[Scope] = frozenset(Scope)
    """All for a session, the token's for an API token."""
    session_id: SessionId | None = None
    token_id: TokenId | None = None
    epoch: int = field(default=0, compare=False)
    """The policy epoch it was made at; in a later one it may be somebody else's truth."""

    @property
    def is_super_admin(self) -> bool:
        """Whether this is a super admin."""
        return InstallationRole.SUPER_ADMIN in self.installation_roles

    def is_administrator_of(self, unit: BusinessUnitId) -> bool:
        """Whether he administers the business unit."""
        return Role.ADMINISTRATOR in self._roles_in(unit)

    def is_editor_of(self, unit: BusinessUnitId) -> bool:
        """Whether he has editing rights there; administrators have them."""
        return not self._roles_in(unit).isdisjoint({Role.ADMINISTRATOR, Role.EDITOR})

    def is_member_of(self, unit: BusinessUnitId) -> bool:
        """Whether he belongs there with any role but auditor."""
        return not self._roles_in(unit).isdisjoint({Role.ADMINISTRATOR, Role.EDITOR, Role.MEMBER})

    def is_auditor_of(self, unit: BusinessUnitId) -> bool:
        """Whether he reads everything there, by a role in the business unit or in the installation."""
        return InstallationRole.AUDITOR in self.installation_roles or Role.AUDITOR in self._roles_in(unit)

    def _roles_in(self, unit: BusinessUnitId) -> frozenset[Role]:
        return self.roles.get(unit, frozenset())


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal in one request: what every use case is handed first."""

    principal: Principal
    door: Door
    request_id: RequestId

    @property
    def actor(self) -> Actor:
        """As the audit names him."""
        via = self.principal.session_id or self.principal.token_id
        return Actor(ActorKind.PERSON, self.principal.person_id, self.principal.name, via)

    def act(
        self,
        name: str,
        object: ObjectRef,  # noqa: A002
        *,
        business_unit_id: BusinessUnitId | None = None,
        rule: str | None = None,
        outcome: Outcome = Outcome.DONE,
        data: Mapping[str, JsonValue] = MappingProxyType({}),
    ) -> Act:
        """What he does, for the audit."""
        return Act(self.actor, self.door, self.request_id, name, object, business_unit_id, rule, outcome, data)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a business unit, with the roles assigned there."""

    person: Person
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class ApiToken:
    """An API token as its owner sees it; the token itself is shown once, when it is made."""

    id: TokenId
    person_id: PersonId
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    """To about a minute."""
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun."""

    token: Secret
    """For the cookie; nowhere stored."""
    principal: Principal
    expires_at: datetime
    """The session ends then at the latest."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A one-time code with which a person sets his password and signs in; there are no default passwords."""

    person: Person
    code: Secret
    """To be handed to the person; nowhere stored."""
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """An API token just made."""

    token: ApiToken
    secret: Secret
    """The token itself; nowhere stored, never shown again."""


@dataclass(frozen=True, slots=True)
class Approach:
    """How somebody comes in of whom it is not yet known who he is."""

    door: Door
    request_id: RequestId
    address: str
    """The network address he comes from; attempts are counted by it."""


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """Which people to list; None is all."""

    search: str = ""
    """Part of the name, the sign-in name or the mail address."""
    is_active: bool | None = None
    unit_id: BusinessUnitId | None = None
    role: Role | None = None
    """With `unit_id`: this role there; without: in any business unit."""
    installation_role: InstallationRole | None = None
    group_id: GroupId | None = None


@dataclass(frozen=True, slots=True)
class Installation:
    """Who this installation is."""

    id: str
    key_check: bytes
    """Something sealed with its key, by which a start recognises the wrong key file."""
    created_at: datetime
