"""What the gateway is handed, and what an attacker with the database can't make of it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from connections.house import GOOD, NEW, House
from connections.turnstile import Password, turnstile
from jackfield.connections import (
    AuthorizedPersons,
    ConnectionNotFoundError,
    ConnectionState,
    NameAmbiguousError,
    NotConnectedError,
)
from jackfield.connections.tables import connections, credentials
from jackfield.db import Transaction
from jackfield.directory import Caller, Role
from jackfield.errors import FeatureOffError, ForbiddenError, IntegrityError
from jackfield.kernel import ConnectionId
from jackfield.vault import Vault, add_key


async def _unsealed(house: House, caller: Caller, reference: str) -> Password:
    usable = await house.connections.usable(caller, reference)
    opened = house.connections.unseal(usable)
    assert isinstance(opened, Password)
    return opened


@pytest.mark.requirement("C2", "C8", "D14")
async def test_design_use_opens_a_connection_for_a_call_and_nothing_else_does(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    connection = (await house.connect(ada)).row.id

    usable = await house.connections.usable(eve, connection)
    assert (usable.rule, usable.connector, usable.scheme) == ("C8", "turnstile", "password")
    assert [(one.host, one.port) for one in usable.policy.allowed] == [("127.0.0.1", house.server.port)]
    assert "s3cret-of-ada" not in repr(usable)
    opened = house.connections.unseal(usable)
    assert isinstance(opened, Password)
    assert opened.password.reveal() == GOOD["password"]

    for role in (Role.MEMBER, Role.AUDITOR):
        other = await house.somebody(role.value, role)
        with pytest.raises((ForbiddenError, ConnectionNotFoundError)):
            await house.connections.usable(other, connection)
    with pytest.raises(ForbiddenError):
        await house.connections.usable(house.root, connection)


@pytest.mark.requirement("D13", "C17")
async def test_what_is_not_for_somebody_looks_like_what_there_is_not(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    eve = await house.somebody("Eve", Role.ADMINISTRATOR, unit=other.id)

    answers: set[str] = set()
    for reference in (connection, "Front door", ConnectionId("con_00000000000000000000000000"), "Nothing"):
        for attempt in (
            house.connections.usable(eve, reference),
            house.connections.get_connection(eve, reference),
            house.connections.rename(eve, reference, "Mine"),
            house.connections.delete_connection(eve, reference),
            house.connections.list_uses(eve, reference),
        ):
            with pytest.raises(ConnectionNotFoundError) as caught:
                await attempt
            answers.add(f"{caught.value.message} {caught.value.data}")

    assert len(answers) == 1


@pytest.mark.requirement("C4")
async def test_a_name_will_do_where_it_means_only_one(house: House) -> None:
    ada = await house.editor("Ada")
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    first = (await house.connect(ada, "Front door")).row.id
    await house.directory.units.change_member(house.root, other.id, ada.principal.person_id, [Role.EDITOR])
    ada = await house.again(ada)

    assert (await house.connections.usable(ada, "FRONT  door")).id == first
    await house.connect(ada, "Front door", unit=other.id)
    with pytest.raises(NameAmbiguousError):
        await house.connections.usable(ada, "Front door")
    with pytest.raises(NameAmbiguousError):
        await house.connections.get_connection(ada, "Front door")
    await house.connections.rename(ada, first, "Main door")
    assert (await house.connections.usable(ada, "main door")).id == first


@pytest.mark.requirement("C1", "C13", "D16", "C5")
async def test_what_is_remembered_is_void_with_the_next_change_of_policy(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    connection = (await house.connect(ada)).row.id
    before = await house.connections.usable(eve, connection)

    await house.connections.reconnect(ada, connection, NEW)
    assert (await _unsealed(house, eve, connection)).password.reveal() == NEW["password"]
    with pytest.raises(IntegrityError):
        house.connections.unseal(replace(before, origin="turnstile://127.0.0.2:1"))

    await house.connections.set_authorized_persons(
        ada, connection, AuthorizedPersons(frozenset({ada.principal.person_id}))
    )
    with pytest.raises(ConnectionNotFoundError):
        await house.connections.usable(eve, connection)
    await house.connections.set_feature(house.root, "turnstile", house.unit.id, on=False)
    with pytest.raises(FeatureOffError):
        await house.connections.usable(ada, connection)
    await house.connections.set_feature(house.root, "turnstile", house.unit.id, on=True)
    assert (await house.connections.usable(ada, connection)).epoch > before.epoch

    new = await house.connect(ada, "Back door", credentials={**GOOD, "password": "wrong"})
    with pytest.raises(NotConnectedError):
        await house.connections.usable(ada, new.row.id)


@pytest.mark.requirement("D03", "D08")
@pytest.mark.parametrize("attack", ["connection", "field", "version", "origin"])
async def test_ciphertext_that_was_moved_is_refused_and_the_rest_goes_on(house: House, attack: str) -> None:
    ada = await house.editor("Ada")
    one, two = [(await house.connect(ada, name)).row.id for name in ("One", "Two")]
    await house.connections.reconnect(ada, one, NEW)

    def data(tx: Transaction, connection: str, field: str, version: int) -> bytes:
        return tx.connection.execute(
            select(credentials.c.data).where(
                credentials.c.connection_id == connection,
                credentials.c.field == field,
                credentials.c.version == version,
            )
        ).scalar_one()

    def swap(tx: Transaction) -> None:
        mine = (credentials.c.connection_id == one) & (credentials.c.version == 2)
        match attack:
            case "connection":
                stolen = data(tx, two, "password", 1)
            case "field":
                stolen = data(tx, one, "user", 2)
            case "version":
                stolen = data(tx, one, "password", 1)
            case _:
                tx.connection.execute(
                    update(connections).where(connections.c.id == one).values(origin="turnstile://evil:1")
                )
                return
        tx.connection.execute(update(credentials).where(mine, credentials.c.field == "password").values(data=stolen))

    await house.database.write(swap)

    with pytest.raises(IntegrityError):
        await _unsealed(house, ada, one)
    with pytest.raises(IntegrityError):
        await house.connections.reconnect(ada, one, {"password": "new-secret-of-ada"})
    assert (await _unsealed(house, ada, two)).password.reveal() == GOOD["password"]


@pytest.mark.requirement("D03")
async def test_a_connection_moved_to_another_business_unit_in_the_database_does_not_open(house: House) -> None:
    ada = await house.editor("Ada")
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    eve = await house.somebody("Eve", Role.EDITOR, unit=other.id)
    connection = (await house.connect(ada)).row.id

    await house.database.write(lambda tx: tx.connection.execute(update(connections).values(business_unit_id=other.id)))

    with pytest.raises(IntegrityError):
        await _unsealed(house, eve, connection)


@pytest.mark.requirement("D09")
async def test_once_deleted_a_connection_can_be_used_by_nobody(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id
    await house.connections.usable(ada, connection)

    await house.connections.delete_connection(ada, connection)

    with pytest.raises(ConnectionNotFoundError):
        await house.connections.usable(ada, connection)


@pytest.mark.requirement("D06")
async def test_rotation_is_online_resumable_and_overwrites_nothing_that_changed(house: House) -> None:
    ada = await house.editor("Ada")
    ids = [(await house.connect(ada, f"Door {number}")).row.id for number in range(4)]
    await house.connections.usable(ada, ids[0])
    old = house.vault.primary_key_id
    add_key(_key_file(house.vault))
    house.vault.reload()
    new = house.vault.primary_key_id

    first = await house.connections.rewrap_batch(limit=3)
    assert (first.rewrapped, first.failed) == (3, 0)
    assert await house.connections.count_by_key_id() == {old: 5, new: 3}
    place, batches = first.after, 1
    while place is not None:
        batch = await house.connections.rewrap_batch(place, limit=3)
        place, batches = batch.after, batches + 1
    assert await house.connections.count_by_key_id() == {new: 8}
    assert batches == 3

    again = await house.connections.rewrap_batch()
    assert (again.rewrapped, again.skipped, again.after) == (0, 8, None)
    for connection in ids:
        assert (await _unsealed(house, ada, connection)).password.reveal() == GOOD["password"]


def _key_file(vault: Vault) -> Path:
    return Path(vault.place)


async def test_a_stored_field_that_can_not_be_opened_does_not_stop_a_rotation(house: House) -> None:
    ada = await house.editor("Ada")
    broken, whole = [(await house.connect(ada, name)).row.id for name in ("One", "Two")]

    def move(tx: Transaction) -> None:
        row = tx.connection.execute(select(credentials).where(credentials.c.connection_id == whole)).mappings().first()
        assert row is not None
        tx.connection.execute(delete(credentials).where(credentials.c.connection_id == broken))
        tx.connection.execute(insert(credentials).values({**row, "connection_id": broken}))

    await house.database.write(move)
    add_key(_key_file(house.vault))
    house.vault.reload()

    count = await house.connections.rewrap_batch()

    assert (count.rewrapped, count.failed) == (2, 1)


@pytest.mark.requirement("C3")
async def test_when_it_was_last_used_is_written_behind_the_calls(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada)
    assert view.row.last_used_at is None
    at = house.clock.now()

    for _ in range(100):
        house.connections.note_use(view.row.id, at)
    await house.connections.close()

    used = await house.connections.get_connection(ada, view.row.id)
    assert (used.row.last_used_at, used.row.version) == (at, view.row.version)


@pytest.mark.requirement("C3")
async def test_a_single_use_shows_without_waiting_for_another(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada)
    at = house.clock.now()

    house.connections.note_use(view.row.id, at)

    async with asyncio.timeout(30):
        while (await house.connections.get_connection(ada, view.row.id)).row.last_used_at != at:  # noqa: ASYNC110  # written behind the call
            await asyncio.sleep(0)


async def test_many_uses_at_once_are_answered_alike(house: House) -> None:
    ada = await house.editor("Ada")
    connection = (await house.connect(ada)).row.id

    found = await asyncio.gather(*(house.connections.usable(ada, connection) for _ in range(50)))

    assert len({one.fields for one in found}) == 1


@pytest.mark.requirement("C16", "D08", "C15")
async def test_a_successor_takes_the_place_and_keeps_secrets_only_at_the_same_origin(house: House) -> None:
    ada, eve = await house.editor("Ada"), await house.editor("Eve")
    old = (await house.connect(ada)).row.id
    await house.share(ada, old, eve)
    await house.connections.set_authorized_persons(ada, old, AuthorizedPersons(frozenset({eve.principal.person_id})))

    greeting = {**house.server.details, "greeting": "good evening"}
    view = await house.connections.replace_connection(eve, old, details=greeting)
    assert view.row.id != old
    assert (view.row.name, view.row.state) == ("Front door", ConnectionState.CONNECTED)
    assert sorted(one.name for one in view.row.shared_with) == ["Ada", "Eve"]
    assert view.row.creator.name == "Ada"
    assert view.row.is_narrowed
    assert (await _unsealed(house, ada, view.row.id)).password.reveal() == GOOD["password"]
    with pytest.raises(ConnectionNotFoundError):
        await house.connections.usable(ada, old)

    async with turnstile() as other:
        other.accounts = house.server.accounts
        await house.connections.allow_outbound(house.root, "127.0.0.1", other.port)
        with pytest.raises(Exception, match="must be entered anew"):
            await house.connections.replace_connection(ada, view.row.id, details=other.details)
        assert other.heard == []
        moved = await house.connections.replace_connection(ada, view.row.id, details=other.details, credentials=GOOD)
        assert moved.details is not None
        assert moved.details.origin == f"turnstile://127.0.0.1:{other.port}"
