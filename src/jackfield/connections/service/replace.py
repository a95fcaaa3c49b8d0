"""Replacing a connection by a successor, where what is fixed must change (C16)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from jackfield.connections.models import (
    AuthorizedPersons,
    Candidate,
    Connection,
    ConnectionAct,
    ConnectionState,
    ConnectionView,
    CredentialChange,
)
from jackfield.connections.service import reconnect, sealing
from jackfield.connections.service.parts import Companion, Opened, Parts, Reference
from jackfield.connections.service.sealing import Merged
from jackfield.connections.service.views import view
from jackfield.connections.store import credentials, people, records, uses
from jackfield.connectors import parse_fields
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import JsonValue
from jackfield.kernel import ConnectionId, clean_name, new_id


async def replace_connection(
    parts: Parts,
    caller: Caller,
    reference: Reference,
    *,
    name: str | None,
    scheme_key: str | None,
    new_details: Mapping[str, Any] | None,
    changes: CredentialChange,
    accept_account: str | None,
    expected_version: int | None,
    companion: Companion | None = None,
) -> ConnectionView:
    """Make and test the successor, and put it in the place of the old one, all uses included, or change nothing.

    It has the same connector, creator, admins and authorized persons. It takes the sealed credentials over as long as the origin
    and the way to sign in stay the same; for another origin they must be entered anew.

    Raises:
        SecretRequiredError: Credentials would have gone to another origin.
        OtherAccountError: At the same origin, but as another account, and `accept_account` doesn't name it.
        HubError: The test failed; nothing has changed.
    """

    def prepare(tx: Transaction) -> tuple[Connection, Connection, Merged, Candidate]:
        act = ConnectionAct.REPLACE
        old = parts.look(tx, caller, act, reference, expected_version=expected_version).connection
        connector = parts.catalogue.get(old.connector)
        scheme = sealing.require_scheme(connector, scheme_key or old.scheme)
        details = parse_fields(connector.details, old.details if new_details is None else new_details, where="details")
        origin = connector.origin(details)
        stored = sealing.unseal(parts.vault, old, credentials.find_fields(tx, old.id, old.secret_version))
        merged = sealing.merge(scheme, stored, changes, stored_as=old.scheme, may_keep=origin == old.origin)
        now = parts.clock.now()
        plain: dict[str, JsonValue] = details.model_dump(mode="json")
        new = replace(
            old,
            id=ConnectionId(new_id("con")),
            name=old.name if name is None else clean_name(name),
            scheme=scheme.key,
            details=plain,
            origin=origin,
            state=ConnectionState.CONNECTED,
            reason="",
            reason_code="",
            ever_connected=True,
            secret_version=1,
            created_at=now,
            modified_at=now,
            modified_by=caller.principal.person_id,
            last_used_at=None,
            version=1,
        )
        return old, new, merged, parts.candidate(tx, new, details, merged.credentials)

    old, planned, merged, candidate = await parts.act(caller, "connection.replace", reference, prepare, read=True)
    remote = await parts.test(caller, candidate)
    if planned.origin == old.origin:
        reconnect.require_same_account(old, remote, accept_account)

    def put_in_place(tx: Transaction) -> ConnectionView:
        opened = parts.open(tx, caller, ConnectionAct.REPLACE, old.id)
        reconnect.require_unchanged(opened.connection, old.secret_version)
        # Whoever renamed the old one while the successor was tested has renamed the successor.
        kept_name = opened.connection.name if name is None else planned.name
        new = replace(planned, name=kept_name, remote=remote)
        sealed = sealing.seal(
            parts.vault,
            new,
            merged,
            before=credentials.find_statuses(tx, old.id, old.secret_version),
            now=new.created_at,
            by=new.modified_by,
        )
        facts = opened.facts
        records.update_connection(
            tx,
            replace(
                opened.connection,
                successor_id=new.id,
                deleted_at=new.created_at,
                modified_at=new.created_at,
                modified_by=new.modified_by,
                version=opened.connection.version + 1,
            ),
        )
        credentials.destroy_fields(tx, old.id)
        records.insert_connection(tx, replace(new, is_narrowed=facts.is_narrowed))
        credentials.insert_fields(tx, new.id, new.scheme, sealed)
        people.insert_admins(tx, new.id, facts.admin_ids, new.created_at)
        people.replace_authorized(tx, new.id, AuthorizedPersons(facts.authorized_people, facts.authorized_groups))
        uses.repoint_uses(tx, old.id, new.id)
        if companion is not None:
            companion(tx, new)
        for one in parts.repointers:
            one.repoint(tx, caller, old.id, new.id)
        parts.record(
            tx,
            caller,
            "connection.replace",
            opened,
            successor=new.id,
            old_origin=old.origin,
            new_origin=new.origin,
            kept_credentials=[*sorted(merged.kept)],
        )
        made = Opened(new, records.facts_of(tx, new), opened.rule)
        parts.record(tx, caller, "connection.create", made, connector=new.connector, origin=new.origin, replaces=old.id)
        others = facts.admin_ids - {caller.principal.person_id}
        parts.tell(tx, others, "connection.replaced", new, by=caller.principal.name)
        return view(parts, tx, parts.principal(tx, caller), replace(new, is_narrowed=facts.is_narrowed))

    return await parts.act(caller, "connection.replace", old.id, put_in_place)
