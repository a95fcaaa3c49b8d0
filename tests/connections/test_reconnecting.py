"""Replacing credentials, rolling back, health."""

from collections.abc import Callable

import pytest

from connections.house import BAD, GOOD, NEW, House
from connections.turnstile import turnstile
from jackfield.connections import (
    ConnectionState,
    ConnectionView,
    NothingToRestoreError,
    OtherAccountError,
    SecretRequiredError,
)
from jackfield.connections.store import credentials
from jackfield.directory import Caller
from jackfield.errors import RemoteRejectedError, RemoteSignInError, RemoteUnavailableError
from jackfield.kernel import ConnectionId


async def _works_with(house: House, caller: Caller, connection: ConnectionId) -> str:
    """What the connection signs in with now."""
    await house.connections.retry(caller, connection)
    return house.server.heard[-1]


@pytest.mark.requirement("C5")
async def test_new_credentials_are_in_force_once_they_are_accepted(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    house.clock.turn(days=1)

    view = await house.connections.reconnect(ada, connection, NEW)

    assert await _works_with(house, ada, connection) == "LOGIN ada new-secret-of-ada"
    assert view.details is not None
    assert {secret.set_at for secret in view.details.secrets} == {house.clock.now()}
    assert view.details.can_roll_back_until is not None
    (entry,) = await house.acts("connection.reconnect")
    assert entry.outcome.value == "done"


@pytest.mark.requirement("C5")
async def test_credentials_that_fail_change_nothing(house: House) -> None:
    ada = await house.editor("Ada")
    before = await house.connect(ada)

    with pytest.raises(RemoteSignInError):
        await house.connections.reconnect(ada, before.row.id, BAD)

    assert await house.connections.get_connection(ada, before.row.id) == before
    assert await _works_with(house, ada, before.row.id) == "LOGIN ada s3cret-of-ada"
    (entry,) = await house.acts("connection.reconnect")
    assert entry.outcome.value == "failed"


@pytest.mark.requirement("C5", "C14")
async def test_another_account_asks_first(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    house.server.accounts["LOGIN bob pass-of-bob"] = "bob"
    bobs = {"user": "bob", "password": "pass-of-bob"}

    with pytest.raises(OtherAccountError) as caught:
        await house.connections.reconnect(ada, connection, bobs)
    assert caught.value.data["expected"] == "bob"
    assert await _works_with(house, ada, connection) == "LOGIN ada s3cret-of-ada"

    view = await house.connections.reconnect(ada, connection, bobs, accept_account="bob")
    assert view.details is not None
    assert view.details.remote is not None
    assert view.details.remote.account == "bob"


@pytest.mark.requirement("C5")
async def test_replaced_credentials_can_be_put_back_within_the_grace_period_and_are_then_destroyed(
    house: House,
) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    with pytest.raises(NothingToRestoreError):
        await house.connections.roll_back(ada, connection)

    await house.connections.reconnect(ada, connection, NEW)
    view = await house.connections.roll_back(ada, connection)
    assert view.row.state is ConnectionState.CONNECTED
    assert await _works_with(house, ada, connection) == "LOGIN ada s3cret-of-ada"
    await house.connections.roll_back(ada, connection)
    assert await _works_with(house, ada, connection) == "LOGIN ada new-secret-of-ada"

    house.clock.turn(days=8)
    with pytest.raises(NothingToRestoreError):
        await house.connections.roll_back(ada, connection)
    assert await house.connections.destroy_expired() == 2
    assert sum((await house.database.read(credentials.count_by_key_id)).values()) == 2
    assert await house.connections.destroy_expired() == 0


@pytest.mark.requirement("C5", "C2")
async def test_the_way_to_sign_in_may_change_with_the_credentials_and_comes_back_with_them(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    house.server.accounts["LOGIN badge blue"] = "ada"

    view = await house.connections.reconnect(ada, connection, {"badge": "blue"}, scheme="badge")
    assert view.details is not None
    assert view.details.scheme == "badge"

    view = await house.connections.roll_back(ada, connection)
    assert view.details is not None
    assert view.details.scheme == "password"
    assert await _works_with(house, ada, connection) == "LOGIN ada s3cret-of-ada"


@pytest.mark.requirement("D08")
async def test_a_kept_secret_is_not_sent_with_another_user_name(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    heard = list(house.server.heard)

    with pytest.raises(SecretRequiredError) as caught:
        await house.connections.reconnect(ada, connection, {"user": "mallory"})

    assert caught.value.data["field"] == "credentials.password"
    assert house.server.heard == heard


@pytest.mark.requirement("C14")
async def test_a_refused_sign_in_and_silence_are_different_and_each_change_is_told_once(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id

    house.server.accounts.clear()
    await house.connections.retry(ada, connection)
    view = await house.connections.retry(ada, connection)
    assert view.row.state is ConnectionState.NEEDS_SIGN_IN
    assert view.row.reason == "the turnstile doesn't accept the credentials"

    house.server.accounts["LOGIN ada s3cret-of-ada"] = "ada"
    assert (await house.connections.retry(ada, connection)).row.state is ConnectionState.CONNECTED
    assert sorted(await house.told(ada)) == ["connection.needs_sign_in", "connection.recovered"]
    changes = [(entry.data["from"], entry.data["to"]) for entry in await house.acts("connection.state")]
    assert changes == [
        ("needs_sign_in", "connected"),
        ("connected", "needs_sign_in"),
        ("not_connected", "connected"),
    ]


@pytest.mark.requirement("C14")
async def test_a_system_that_is_gone_is_unreachable_and_keeps_its_credentials(house: House) -> None:
    ada = await house.editor("Ada")
    async with turnstile() as other:
        await house.connections.allow_outbound(house.root, "127.0.0.1", other.port)
        other.accounts = house.server.accounts
        view = await house.connect(ada, details=other.details)
        port = other.port

    gone = await house.connections.retry(ada, view.row.id)
    assert gone.row.state is ConnectionState.UNREACHABLE
    assert gone.details is not None
    assert all(secret.is_set for secret in gone.details.secrets)

    async with turnstile(port) as other:
        other.accounts = house.server.accounts
        assert (await house.connections.retry(ada, view.row.id)).row.state is ConnectionState.CONNECTED


@pytest.mark.requirement("C14")
async def test_uses_tell_how_a_connection_is(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada)
    usable = await house.connections.usable(ada, view.row.id)

    async def after(error: Exception | None, tell: Callable[..., None] = house.connections.note_health) -> str:
        house.clock.turn(seconds=20)
        tell(usable, error)
        await house.connections.close()
        return (await house.connections.get_connection(ada, view.row.id)).row.state

    assert await after(None) == "connected"
    assert await after(RemoteUnavailableError("slow for once")) == "connected"
    assert await after(RemoteSignInError("no longer")) == "needs_sign_in"
    assert await after(RemoteRejectedError("it answered no, so it is there")) == "connected"
    house.clock.turn(minutes=2)
    assert await after(RemoteUnavailableError("gone")) == "unreachable"
    assert await after(RemoteUnavailableError("gone")) == "unreachable"
    assert await after(None) == "connected"
    assert sorted(await house.told(ada)) == [
        "connection.needs_sign_in",
        "connection.recovered",
        "connection.recovered",
        "connection.unreachable",
    ]


@pytest.mark.requirement("C14")
async def test_a_use_that_failed_with_credentials_replaced_since_says_nothing(house: House) -> None:
    ada = await house.editor("Ada")
    view: ConnectionView = await house.connect(ada, credentials=GOOD)
    old = await house.connections.usable(ada, view.row.id)
    await house.connections.reconnect(ada, view.row.id, NEW)

    house.connections.note_health(old, RemoteSignInError("the old password"))
    await house.connections.close()

    assert (await house.connections.get_connection(ada, view.row.id)).row.state is ConnectionState.CONNECTED
