"""How connections are: testing them again, and saying each change once (C14)."""

from dataclasses import replace

from jackfield.connections.errors import unknown_connection
from jackfield.connections.models import (
    STATE_CHANGED,
    Candidate,
    Connection,
    ConnectionAct,
    ConnectionState,
    ConnectionView,
)
from jackfield.connections.service import sealing
from jackfield.connections.service.parts import JACKFIELD, Parts, Reference, connection_ref
from jackfield.connections.service.views import view
from jackfield.connections.store import credentials, people, records
from jackfield.connectors import RemoteIdentity, parse_fields
from jackfield.db import Transaction
from jackfield.directory import Caller
from jackfield.errors import (
    ForbiddenError,
    HubError,
    IntegrityError,
    InvalidError,
    RemoteError,
    RemoteSignInError,
    RemoteThrottledError,
)
from jackfield.kernel import Act, Door, RequestId, new_id


async def retry(parts: Parts, caller: Caller, reference: Reference) -> ConnectionView:
    """Test a connection with its stored credentials; the result becomes its state."""

    def work(tx: Transaction) -> tuple[Candidate, int]:
        connection = parts.look(tx, caller, ConnectionAct.RETRY, reference).connection
        return stored_candidate(parts, tx, connection), connection.secret_version

    candidate, version = await parts.act(caller, "connection.retry", reference, work, read=True)
    return await test_and_note(parts, caller, candidate, version)


def stored_candidate(parts: Parts, tx: Transaction, connection: Connection) -> Candidate:
    """The connection as it is stored, to be tested; who asks has been authorised."""
    connector = parts.catalogue.get(connection.connector)
    scheme = sealing.require_scheme(connector, connection.scheme)
    fields = credentials.find_fields(tx, connection.id, connection.secret_version)
    values = sealing.unseal(parts.vault, connection, fields)
    return parts.candidate(
        tx,
        connection,
        parse_fields(connector.details, connection.details, where="details"),
        parse_fields(scheme.credentials, values, where="credentials"),
    )


async def test_and_note(parts: Parts, caller: Caller, candidate: Candidate, secret_version: int) -> ConnectionView:
    """Test what has just been stored, note how it went, and show the connection.

    The result of a test counts only as long as the credentials are those that were tested.
    """
    result: RemoteIdentity | HubError
    try:
        result = await parts.test(caller, candidate)
    except HubError as error:
        result = error

    def work(tx: Transaction) -> ConnectionView:
        # Whether a connection may be used at all hangs on its first success.
        tx.change_policy()
        connection = records.find_connection(tx, candidate.connection_id, lock=True)
        if connection is None:
            raise unknown_connection()
        if connection.secret_version == secret_version:
            connection = note(parts, tx, caller, connection, result)
        return view(parts, tx, parts.principal(tx, caller), connection)

    return await parts.database.write(work)


def note(
    parts: Parts, tx: Transaction, caller: Caller | None, connection: Connection, result: RemoteIdentity | HubError
) -> Connection:
    """Make the result of a test the state of a connection, which is locked; record and announce a change.

    Args:
        parts: What use cases are made with.
        tx: The transaction.
        caller: Who tested it; None is Jackfield itself.
        connection: As it was.
        result: What the test returned or raised.
    """
    state = _state_after_test(connection, result)
    if state is None:
        return connection
    if isinstance(result, HubError):
        after = replace(connection, state=state, reason=result.message, reason_code=result.code)
    else:
        after = replace(connection, state=state, reason="", reason_code="", remote=result, ever_connected=True)
    return enter_state(parts, tx, caller, connection, after)


def enter_state(
    parts: Parts, tx: Transaction, caller: Caller | None, before: Connection, after: Connection
) -> Connection:
    """Store what was learnt of a connection, which is locked; another state is recorded, and its admins are told (C14).

    Once: whoever comes second finds the state as it is already.
    """
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    records.update_connection(tx, after)
    if after.state is not before.state:
        _record_state(parts, tx, caller, before, after)
        if after.state is ConnectionState.CONNECTED:
            for one in parts.recovery_listeners:
                one.recovered(tx, after.id)
        if before.state is not ConnectionState.NOT_CONNECTED:
            # Whoever waits for the first success sees it himself.
            kind = "recovered" if after.state is ConnectionState.CONNECTED else after.state.value
            parts.tell(tx, people.find_admins(tx, after.id), f"connection.{kind}", after, reason=after.reason)
    return after


def _record_state(parts: Parts, tx: Transaction, caller: Caller | None, before: Connection, after: Connection) -> None:
    parts.audit.record(
        tx,
        Act(
            actor=caller.actor if caller else JACKFIELD,
            door=caller.door if caller else Door.SYSTEM,
            request_id=caller.request_id if caller else RequestId(new_id("req")),
            name=STATE_CHANGED,
            object=connection_ref(after),
            business_unit_id=after.business_unit_id,
            rule="C14",
            data={"from": before.state.value, "to": after.state.value, "reason": after.reason},
        ),
    )


def _state_after_test(connection: Connection, result: RemoteIdentity | HubError) -> ConnectionState | None:
    """The state that follows, or None if the result says nothing about the connection."""
    if isinstance(result, RemoteIdentity):
        return ConnectionState.CONNECTED
    if not connection.ever_connected:
        return ConnectionState.NOT_CONNECTED
    if isinstance(result, RemoteThrottledError):
        return None
    if isinstance(result, RemoteSignInError):
        return ConnectionState.NEEDS_SIGN_IN
    if isinstance(result, (RemoteError, InvalidError, ForbiddenError, IntegrityError)):
        return ConnectionState.UNREACHABLE
    return None
