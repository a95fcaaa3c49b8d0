"""Resolving who somebody is: three queries, whatever the number of roles and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from jackfield.db import Transaction
from jackfield.db.tables import policy_epoch
from jackfield.directory.models import InstallationRole, Principal, Role, Scope
from jackfield.directory.tables import api_tokens, group_members, memberships, people, sessions
from jackfield.kernel import BusinessUnitId, GroupId, PersonId, SessionId, TokenId

ALL_SCOPES = frozenset(Scope)

# In the same statement as the person: on PostgreSQL every statement sees its own moment, and what is read after the
# epoch may be newer than it, never older.
_EPOCH = select(policy_epoch.c.value).scalar_subquery().label("epoch")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A session or an API token that was found, and whose it is."""

    principal: Principal
    last_used_at: datetime | None
    expires_at: datetime


def find_principal(tx: Transaction, person_id: PersonId) -> Principal | None:
    """The person as this transaction sees him, with all scopes; inactive people, too."""
    row = tx.connection.execute(select(people, _EPOCH).where(people.c.id == person_id)).first()
    return None if row is None else _principal(tx, row)


def find_by_session(tx: Transaction, digest: bytes) -> Bearer | None:
    """The session with this digest and its person, expired or not."""
    row = tx.connection.execute(
        select(people, _EPOCH, sessions.c.id.label("session_id"), sessions.c.last_used_at, sessions.c.expires_at)
        .join_from(sessions, people)
        .where(sessions.c.hash == digest)
    ).first()
    if row is None:
        return None
    principal = _principal(tx, row, session_id=SessionId(row.session_id))
    return Bearer(principal, row.last_used_at, row.expires_at)


def find_by_token(tx: Transaction, digest: bytes) -> Bearer | None:
    """The API token with this digest and its person, expired or not; not a revoked one."""
    row = tx.connection.execute(
        select(
            people,
            _EPOCH,
            api_tokens.c.id.label("token_id"),
            api_tokens.c.scopes,
            api_tokens.c.last_used_at,
            api_tokens.c.expires_at,
        )
        .join_from(api_tokens, people)
        .where(api_tokens.c.hash == digest, api_tokens.c.revoked_at.is_(None))
    ).first()
    if row is None:
        return None
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    principal = _principal(tx, row, scopes=scopes, token_id=TokenId(row.token_id))
    return Bearer(principal, row.last_used_at, row.expires_at)


def installation_roles(row: Row[Any]) -> frozenset[InstallationRole]:
    """The installation roles in a row of `people`."""
    held = {InstallationRole.SUPER_ADMIN: row.is_super_admin, InstallationRole.AUDITOR: row.is_auditor}
    return frozenset(role for role, holds in held.items() if holds)


def list_roles(
    tx: Transaction, condition: ColumnElement[bool]
) -> Mapping[PersonId, Mapping[BusinessUnitId, frozenset[Role]]]:
    """Roles by person and business unit."""
    found: dict[PersonId, dict[BusinessUnitId, frozenset[Role]]] = {}
    for row in tx.connection.execute(select(memberships).where(condition)):
        of_person = found.setdefault(PersonId(row.person_id), {})
        unit = BusinessUnitId(row.unit_id)
        of_person[unit] = of_person.get(unit, frozenset()) | {Role(row.role)}
    return found


def list_administrators(tx: Transaction, unit_id: BusinessUnitId) -> Sequence[PersonId]:
    """The active administrators of a business unit, by id."""
    query = (
        select(people.c.id)
        .join_from(memberships, people)
        .where(memberships.c.unit_id == unit_id, memberships.c.role == Role.ADMINISTRATOR, people.c.is_active)
        .order_by(people.c.id)
    )
    return [PersonId(id_) for id_ in tx.connection.scalars(query)]


def list_super_admins(tx: Transaction) -> Sequence[PersonId]:
    """The active super admins, by id."""
    query = select(people.c.id).where(people.c.is_super_admin, people.c.is_active).order_by(people.c.id)
    return [PersonId(id_) for id_ in tx.connection.scalars(query)]


def _principal(
    tx: Transaction,
    row: Row[Any],
    *,
    scopes: frozenset[Scope] = ALL_SCOPES,
    session_id: SessionId | None = None,
    token_id: TokenId | None = None,
) -> Principal:
    person_id = PersonId(row.id)
    group_ids = tx.connection.scalars(select(group_members.c.group_id).where(group_members.c.person_id == person_id))
    return Principal(
        person_id=person_id,
        name=row.name,
        is_active=row.is_active,
        installation_roles=installation_roles(row),
        roles=list_roles(tx, memberships.c.person_id == person_id).get(person_id, {}),
        group_ids=frozenset(GroupId(id_) for id_ in group_ids),
        scopes=scopes,
        session_id=session_id,
        token_id=token_id,
        epoch=row.epoch,
    )
