"""Credentials between what was sent, what is tested and what is stored sealed (C2, D08)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, get_args

from jackfield.connections.errors import SecretRequiredError
from jackfield.connections.models import (
    CLEAR,
    UNCHANGED,
    Connection,
    CredentialChange,
    SealedField,
    SecretStatus,
)
from jackfield.connections.store.credentials import NewField
from jackfield.connectors import Connector, Credentials, Scheme, carry, parse_fields, part_of
from jackfield.errors import InvalidError, JsonValue
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId, Secret, read_json, write_json
from jackfield.vault import Binding, Opener, Sealed, Vault


class Place(Protocol):
    """Where credentials belong: a connection, however much of it one holds."""

    @property
    def id(self) -> ConnectionId:
        """The connection."""
        ...

    @property
    def business_unit_id(self) -> BusinessUnitId:
        """Its business unit."""
        ...

    @property
    def origin(self) -> str:
        """Where they may be sent."""
        ...


@dataclass(frozen=True, slots=True)
class Merged:
    """Credentials made of what is stored and what was sent."""

    credentials: Credentials = field(repr=False)
    kept: Mapping[str, str]
    """The fields that stay what they were, each with the name that it is stored under."""


def require_scheme(connector: Connector[Any], key: str) -> Scheme:
    """One way to sign in.

    Raises:
        InvalidError: The connector has no such way.
    """
    scheme = connector.scheme(key)
    if scheme is None:
        known = ", ".join(one.key for one in connector.schemes)
        raise InvalidError(f"{connector.title} has no way to sign in {key[:60]!r}; there are {known}", field="scheme")
    return scheme


def merge(
    scheme: Scheme, stored: Mapping[str, JsonValue], changes: CredentialChange, *, stored_as: str, may_keep: bool
) -> Merged:
    """Read credentials as they were sent over those that are stored.

    Args:
        scheme: What they must be.
        stored: What is stored, in clear; empty for a new connection.
        changes: What is to become of each field; a missing name is `UNCHANGED`.
        stored_as: The way to sign in that is stored. Secrets are never kept for another one; of several that are joined
            each is for itself, and stays while others come and go.
        may_keep: Whether stored secrets may be sent where the result goes: not to another origin.

    Raises:
        SecretRequiredError: A stored field would have to be kept and may not be.
        InvalidError: They are not what the scheme asks for; `field` says where, and nothing says what was sent.
    """
    declared = scheme.credentials.model_fields
    carried = {new: old for new, old in carry(stored_as, scheme.key, stored).items() if new in declared}
    lost = {
        name for name in stored.keys() & declared.keys() - carried.keys() if changes.get(name, UNCHANGED) is UNCHANGED
    }
    if lost:
        raise _secret_required(min(lost), "credentials belong to the system they were entered for")
    stored = {new: stored[old] for new, old in carried.items()}
    kept = {name: value for name, value in stored.items() if changes.get(name, UNCHANGED) is UNCHANGED}
    sent = {name: value for name, value in changes.items() if value is not UNCHANGED and value is not CLEAR}
    if kept and not may_keep:
        raise _secret_required(min(kept), "credentials belong to the system they were entered for")
    # A user name or a header's name says where a secret goes: whoever changes it must know the secret (D08). Of several
    # ways to sign in that are joined each is for itself.
    moved = {part_of(name) for name in _changed_plain(scheme, stored, changes, sent)}
    secrets = {name for name in kept if is_secret(scheme, name) and part_of(name) in moved}
    if secrets:
        raise _secret_required(min(secrets), "what goes with it was changed")
    return Merged(
        parse_fields(scheme.credentials, {**kept, **sent}, where="credentials"), {name: carried[name] for name in kept}
    )


def is_secret(scheme: Scheme, name: str) -> bool:
    """Whether a field of the scheme is a secret text, as opposed to something that goes with one."""
    declared = scheme.credentials.model_fields.get(name)
    return declared is not None and _holds_secret(declared.annotation)


def seal(
    vault: Vault,
    connection: Connection,
    merged: Merged,
    *,
    before: Mapping[str, SecretStatus],
    now: datetime,
    by: PersonId,
) -> list[NewField]:
    """Seal a set of credentials for the connection as it will be: its origin and `secret_version` are bound.

    Fields that were kept keep the date and the person of when they were set.
    """
    fields: list[NewField] = []
    for name in type(merged.credentials).model_fields:
        value = _plain(merged.credentials, name)
        if value is None:
            continue
        text = Secret(write_json(value).decode())
        sealed = vault.seal(text, binding(connection, name, connection.secret_version))
        old = before.get(merged.kept[name]) if name in merged.kept else None
        fields.append(
            NewField(
                SealedField(name, connection.secret_version, sealed.key_id, sealed.data),
                # of this connection and field alone, so that nobody learns where else a secret is used
                vault.fingerprint(text, f"credential:{connection.id}:{name}"),
                set_at=now if old is None or old.set_at is None else old.set_at,
                set_by=by if old is None or old.set_by is None else old.set_by,
            )
        )
    return fields


def unseal(vault: Vault, place: Place, fields: tuple[SealedField, ...]) -> dict[str, JsonValue]:
    """Stored credentials in clear, for the time of one test; who asks has been authorised.

    Raises:
        IntegrityError: They were changed or moved outside Jackfield (D03, D04).
    """
    return open_all(openers(vault, place, fields))


def openers(vault: Vault, place: Place, fields: tuple[SealedField, ...]) -> dict[str, Opener]:
    """What opens stored credentials, by the name of the field.

    Raises:
        IntegrityError: As `unseal`; what else was changed shows when they are opened.
    """
    return {
        one.name: vault.opener(Sealed(one.key_id, one.data), binding(place, one.name, one.version)) for one in fields
    }


def open_all(openers: Mapping[str, Opener]) -> dict[str, JsonValue]:
    """Stored credentials in clear.

    Raises:
        IntegrityError: As `unseal`.
    """
    return {name: read_json(opener.open().reveal()) for name, opener in openers.items()}


def binding(place: Place, name: str, version: int) -> Binding:
    """What a sealed field is bound to."""
    return Binding(place.business_unit_id, place.id, name, version, place.origin)


def _holds_secret(annotation: Any) -> bool:
    """`SecretText`, bare or in a union: Pydantic keeps it as `Secret` or inside `Annotated`."""
    return annotation is Secret or any(_holds_secret(part) for part in get_args(annotation))


def _plain(credentials: Credentials, name: str) -> JsonValue:
    value = getattr(credentials, name)
    if isinstance(value, Secret):
        return value.reveal()
    return credentials.model_dump(mode="json", include={name})[name]


def _changed_plain(
    scheme: Scheme, stored: Mapping[str, JsonValue], changes: CredentialChange, sent: Mapping[str, Any]
) -> set[str]:
    """The fields that are no secrets and become something else."""
    cleared = {name for name, value in changes.items() if value is CLEAR and name in stored}
    other = {name for name, value in sent.items() if name not in stored or stored[name] != value}
    return {name for name in cleared | other if not is_secret(scheme, name)}


def _secret_required(name: str, why: str) -> SecretRequiredError:
    return SecretRequiredError(
        f"credentials.{name} must be entered anew: {why}", rule="C2", field=f"credentials.{name}"
    )
