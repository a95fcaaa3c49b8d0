"""Replacing credentials, and only them (C5): tested first, kept sealed for a while, put back if need be."""

from dataclasses import replace

from jackfield.connections.errors import NothingToRestoreError, OtherAccountError, changed_meanwhile
from jackfield.connections.models import (
    Candidate,
    Connection,
    ConnectionAct,
    ConnectionView,
    CredentialChange,
)
from jackfield.connections.service import health, sealing
from jackfield.connections.service.parts import JACKFIELD, Parts, Reference, connection_ref
from jackfield.connections.service.sealing import Merged
from jackfield.connections.service.views import view
from jackfield.connections.store import credentials, records
from jackfield.connectors import RemoteIdentity, parse_fields
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import HubError
from jackfield.kernel import Act, Door, ObjectRef, Outcome, RequestId, new_id


async def reconnect(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    changes: CredentialChange,
    scheme_key: str | None,
    accept_account: str | None,
    expected_version: int | None,
) -> ConnectionView:
    """Test new credentials, and put them in force if the other side accepts them; else nothing changes.

    Raises:
        OtherAccountError: They are another account's than before, and `accept_account` doesn't name it (C14).
        ConnectionChangedError: Somebody else replaced the credentials while these were tested.
        HubError: The test failed; the old credentials stay in force.
    """

    def prepare(tx: Transaction) -> tuple[Connection, Merged, Candidate]:
        act = ConnectionAct.RECONNECT
        old = parts.look(tx, caller, act, reference, expected_version=expected_version).connection
        connector = parts.catalogue.get(old.connector)
        scheme = sealing.require_scheme(connector, scheme_key or old.scheme)
        stored = sealing.unseal(parts.vault, old, credentials.find_fields(tx, old.id, old.secret_version))
        merged = sealing.merge(scheme, stored, changes, stored_as=old.scheme, may_keep=True)
        details = parse_fields(connector.details, old.details, where="details")
        candidate = parts.candidate(tx, replace(old, scheme=scheme.key), details, merged.credentials)
        return old, merged, candidate

    old, merged, candidate = await parts.act(caller, "connection.reconnect", reference, prepare, read=True)
    remote = await _test(parts, caller, old, candidate)
    require_same_account(old, remote, accept_account)

    def put_in_force(tx: Transaction) -> ConnectionView:
        opened = parts.open(tx, caller, ConnectionAct.RECONNECT, old.id)
        require_unchanged(opened.connection, old.secret_version)
        now = parts.clock.now()
        changed = replace(
            opened.connection,
            scheme=candidate.scheme,
            secret_version=old.secret_version + 1,
            modified_at=now,
            modified_by=caller.principal.person_id,
            version=opened.connection.version + 1,
        )
        before = credentials.find_statuses(tx, old.id, old.secret_version)
        sealed = sealing.seal(parts.vault, changed, merged, before=before, now=now, by=changed.modified_by)
        credentials.retire_fields(tx, old.id, old.secret_version, now)
        credentials.insert_fields(tx, old.id, changed.scheme, sealed)
        records.update_connection(tx, changed)
        parts.record(
            tx,
            caller,
            "connection.reconnect",
            opened,
            old_account=old.remote.account if old.remote else None,
            account=remote.account,
        )
        changed = health.note(parts, tx, caller, changed, remote)
        return view(parts, tx, parts.principal(tx, caller), changed)

    return await parts.act(caller, "connection.reconnect", old.id, put_in_force)


async def roll_back(
    parts: Parts, caller: Caller, reference: Reference, *, expected_version: int | None
) -> ConnectionView:
    """Put the replaced credentials back in force, then test them, unless the feature is off.

    Those they replace are kept in their turn, so that it can be taken back.

    Raises:
        NothingToRestoreError: None are kept any more.
    """

    def work(tx: Transaction) -> tuple[Connection, Candidate]:
        opened = parts.open(tx, caller, ConnectionAct.ROLL_BACK, reference, expected_version=expected_version)
        now = parts.clock.now()
        old = opened.connection
        retired = credentials.find_retired(tx, old.id)
        if retired is None or retired.at + parts.limits.credentials_grace <= now:
            raise NothingToRestoreError(
                "there are no replaced credentials to go back to; they are kept for "
                f"{parts.limits.credentials_grace.days} days",
                rule="C5",
            )
        scheme = sealing.require_scheme(parts.catalogue.get(old.connector), retired.scheme)
        values = sealing.unseal(parts.vault, old, credentials.find_fields(tx, old.id, retired.version))
        restored = parse_fields(scheme.credentials, values, where="credentials")
        changed = replace(
            old,
            scheme=scheme.key,
            secret_version=old.secret_version + 1,
            modified_at=now,
            modified_by=caller.principal.person_id,
            version=old.version + 1,
        )
        sealed = sealing.seal(
            parts.vault,
            changed,
            Merged(restored, {name: name for name in values}),
            before=credentials.find_statuses(tx, old.id, retired.version),
            now=now,
            by=changed.modified_by,
        )
        credentials.retire_fields(tx, old.id, old.secret_version, now)
        credentials.insert_fields(tx, old.id, changed.scheme, sealed)
        records.update_connection(tx, changed)
        parts.record(tx, caller, "connection.roll_back", opened)
        return changed, health.stored_candidate(parts, tx, changed)

    changed, candidate = await parts.act(caller, "connection.roll_back", reference, work)
    if not changed.feature_on:
        return await parts.read(lambda tx: view(parts, tx, parts.principal(tx, caller), changed))
    return await health.test_and_note(parts, caller, candidate, changed.secret_version)


async def destroy_expired(parts: Parts) -> int:
    """Destroy the replaced credentials whose grace period is over; returns how many fields that were."""

    def work(tx: Transaction) -> int:
        count = credentials.destroy_retired(tx, parts.clock.now() - parts.limits.credentials_grace)
        if count:
            parts.audit.record(
                tx,
                Act(
                    actor=JACKFIELD,
                    door=Door.SYSTEM,
                    request_id=RequestId(new_id("req")),
                    name="credentials.expire",
                    object=ObjectRef("credentials", ""),
                    rule="C5",
                    data={"fields": count},
                ),
            )
        return count

    return await parts.database.write(work)


def require_unchanged(connection: Connection, secret_version: int) -> None:
    """Nobody's new credentials are overwritten by those that were tested before they came.

    Raises:
        ConnectionChangedError: They were replaced meanwhile.
    """
    if connection.secret_version != secret_version:
        raise changed_meanwhile(connection.version)


def require_same_account(old: Connection, remote: RemoteIdentity, accepted: str | None) -> None:
    """Ask before a connection becomes another account's (C14).

    Raises:
        OtherAccountError: It would; `expected` names the account to accept.
    """
    before = old.remote.account if old.remote else ""
    if before and remote.account and remote.account not in {before, accepted}:
        raise OtherAccountError(
            f"these credentials are those of {remote.account!r}, until now it was {before!r}; "
            "accept the other account by its name if that is meant",
            rule="C14",
            expected=remote.account,
        )


async def _test(parts: Parts, caller: Caller, old: Connection, candidate: Candidate) -> RemoteIdentity:
    try:
        return await parts.test(caller, candidate)
    except HubError as error:
        await parts.audit.record_alone(
            caller.act(
                "connection.reconnect",
                connection_ref(old),
                business_unit_id=old.business_unit_id,
                outcome=Outcome.FAILED,
                data={"code": error.code},
            )
        )
        raise
