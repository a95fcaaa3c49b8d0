"""Creating a connection, and correcting one that has never been connected (C1)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jackfield.connections import access
from jackfield.connections.errors import connector_is_off
from jackfield.connections.models import (
    Candidate,
    Checked,
    Connection,
    ConnectionAct,
    ConnectionState,
    ConnectionView,
    CredentialChange,
)
from jackfield.connections.service import health, sealing
from jackfield.connections.service.parts import Companion, Opened, Parts, Reference
from jackfield.connections.store import credentials, features, outbound, people, records
from jackfield.connectors import Details, parse_fields
from jackfield.db import Transaction
from jackfield.directory import Caller, Decision
from jackfield.egress import ReachPolicy
from jackfield.errors import HubError, InvalidError, JsonValue, NotFoundError
from jackfield.kernel import BusinessUnitId, ConnectionId, clean_name, new_id

_UNTESTED = "it has not been tested yet"


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody filled in to create a connection."""

    business_unit_id: BusinessUnitId
    name: str
    connector: str
    scheme: str
    details: Mapping[str, Any]
    credentials: CredentialChange


async def create_connection(
    parts: Parts, caller: Caller, draft: Draft, companion: Companion | None = None
) -> ConnectionView:
    """Keep a new connection, then test it; one that fails the test stays, not connected, with the reason (C1).

    Args:
        parts: What use cases are made with.
        caller: Who creates it.
        draft: What he filled in.
        companion: Writes what belongs to it in another room, in the same transaction: both or neither.
    """
    now = parts.clock.now()
    unit = draft.business_unit_id
    await require_may_create(parts, caller, unit, draft.connector)
    connector = parts.catalogue.get(draft.connector)
    if connector.made_with and companion is None:
        raise InvalidError(
            f"connections with {connector.title} are made together with their {connector.made_with}, not by themselves",
            field="connector",
        )
    scheme = sealing.require_scheme(connector, draft.scheme)
    details = parse_fields(connector.details, draft.details, where="details")
    merged = sealing.merge(scheme, {}, draft.credentials, stored_as=scheme.key, may_keep=True)
    me = caller.principal.person_id
    connection = Connection(
        id=ConnectionId(new_id("con")),
        business_unit_id=unit,
        name=clean_name(draft.name),
        connector=connector.key,
        scheme=scheme.key,
        details=_as_stored(details),
        origin=connector.origin(details),
        state=ConnectionState.NOT_CONNECTED,
        reason=_UNTESTED,
        remote=None,
        ever_connected=False,
        is_narrowed=False,
        secret_version=1,
        creator_id=me,
        created_at=now,
        modified_at=now,
        modified_by=me,
        last_used_at=None,
        version=1,
    )
    sealed = sealing.seal(parts.vault, connection, merged, before={}, now=now, by=me)

    def keep(tx: Transaction) -> Candidate:
        tx.change_policy()
        decision = _require_may_create(parts, tx, caller, unit, draft.connector)
        records.insert_connection(tx, connection)
        people.insert_admins(tx, connection.id, [me], now)
        credentials.insert_fields(tx, connection.id, connection.scheme, sealed)
        if companion is not None:
            companion(tx, connection)
        opened = Opened(connection, records.facts_of(tx, connection), decision.rule)
        parts.record(tx, caller, "connection.create", opened, connector=connection.connector, origin=connection.origin)

        return parts.candidate(tx, connection, details, merged.credentials)

    candidate = await parts.act(caller, "connection.create", connection.id, keep, unit=unit)
    return await health.test_and_note(parts, caller, candidate, connection.secret_version)


async def check_draft(parts: Parts, caller: Caller, draft: Draft) -> Checked:
    """Sign in with what somebody filled in; nothing is stored but the record that it was tried (C1, E1).

    Raises:
        HubError: As `create_connection`, apart from a failing test.
    """
    await require_may_create(parts, caller, draft.business_unit_id, draft.connector)
    connector = parts.catalogue.get(draft.connector)
    scheme = sealing.require_scheme(connector, draft.scheme)
    details = parse_fields(connector.details, draft.details, where="details")
    merged = sealing.merge(scheme, {}, draft.credentials, stored_as=scheme.key, may_keep=True)
    allowed = await parts.read(lambda tx: outbound.list_targets(tx, draft.business_unit_id))
    candidate = Candidate(
        business_unit_id=draft.business_unit_id,
        connection_id=ConnectionId(new_id("con")),
        name=clean_name(draft.name),
        connector=connector.key,
        scheme=scheme.key,
        details=details,
        policy=ReachPolicy(allowed=allowed, origins=connector.http_origins(details)),
        credentials=merged.credentials,
    )
    started = time.perf_counter()
    try:
        remote, error = await parts.test(caller, candidate), None
    except HubError as raised:
        remote, error = None, raised
    return Checked(remote, error, time.perf_counter() - started)


async def change_details(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    scheme_key: str | None,
    new_details: Mapping[str, Any] | None,
    changes: CredentialChange,
    expected_version: int | None,
) -> ConnectionView:
    """Correct general details and credentials of a connection that has never been connected, and test it again.

    Another origin or another way to sign in drops the stored credentials: they must be sent with it (D08).
    """

    def work(tx: Transaction) -> tuple[Connection, Candidate]:
        opened = parts.open(tx, caller, ConnectionAct.CHANGE_DETAILS, reference, expected_version=expected_version)
        old = opened.connection
        connector = parts.catalogue.get(old.connector)
        scheme = sealing.require_scheme(connector, scheme_key or old.scheme)
        details = parse_fields(connector.details, old.details if new_details is None else new_details, where="details")
        origin = connector.origin(details)
        merged = sealing.merge(
            scheme,
            sealing.unseal(parts.vault, old, credentials.find_fields(tx, old.id, old.secret_version)),
            changes,
            stored_as=old.scheme,
            may_keep=origin == old.origin,
        )
        changed = replace(
            old,
            scheme=scheme.key,
            details=_as_stored(details),
            origin=origin,
            reason=_UNTESTED,
            reason_code="",
            secret_version=old.secret_version + 1,
            modified_at=parts.clock.now(),
            modified_by=caller.principal.person_id,
            version=old.version + 1,
        )
        before = credentials.find_statuses(tx, old.id, old.secret_version)
        sealed = sealing.seal(
            parts.vault, changed, merged, before=before, now=changed.modified_at, by=changed.modified_by
        )
        records.update_connection(tx, changed)
        # Never connected, nothing to go back to: what is replaced goes at once.
        credentials.destroy_fields(tx, old.id)
        credentials.insert_fields(tx, old.id, changed.scheme, sealed)
        parts.record(tx, caller, "connection.change_details", opened, old_origin=old.origin, new_origin=changed.origin)
        return changed, parts.candidate(tx, changed, details, merged.credentials)

    changed, candidate = await parts.act(caller, "connection.change_details", reference, work)
    return await health.test_and_note(parts, caller, candidate, changed.secret_version)


async def require_may_create(parts: Parts, caller: Caller, unit: BusinessUnitId, connector: str) -> None:
    """Whether somebody may create a connection in a business unit (C1); a refusal is recorded."""

    def work(tx: Transaction) -> None:
        _require_may_create(parts, tx, caller, unit, connector)

    await parts.act(caller, "connection.create", "", work, read=True, unit=unit)


def _require_may_create(
    parts: Parts, tx: Transaction, caller: Caller, unit: BusinessUnitId, connector: str
) -> Decision:
    principal = parts.principal(tx, caller)
    knows_unit = principal.is_member_of(unit) or principal.is_auditor_of(unit) or principal.is_super_admin
    if not knows_unit or parts.directory.find_business_unit(tx, unit) is None:
        raise NotFoundError(
            "there is no such business unit, or it is not for you to see",
            code="business_unit.not_found",
            what="business_unit",
            field="business_unit_id",
        )
    decision = access.decide_create(principal, unit, production=parts.production)
    decision.require("create")
    parts.catalogue.get(connector)
    if not features.is_on(tx, connector, unit):
        raise connector_is_off(
            connector,
            Decision(
                allowed=False,
                rule="C13",
                who_can_change=access.SWITCHERS,
                reason=f"the connector {connector} is switched off here; {access.SWITCHERS} can turn it on",
            ),
        )
    return decision


def _as_stored(details: Details) -> dict[str, JsonValue]:
    return details.model_dump(mode="json")
