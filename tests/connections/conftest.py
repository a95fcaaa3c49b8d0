"""The house that the tests of connections live in."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from connections.house import House
from connections.turnstile import CATALOGUE, TurnstileServer, Walker, turnstile
from directory.house import HandClock
from jackfield.audit import AuditLog
from jackfield.connections import Connections
from jackfield.db import Database
from jackfield.directory import Caller, Directory
from jackfield.directory.store.people import find_by_sign_in_name
from jackfield.egress import Egress
from jackfield.kernel import Door, RequestId
from jackfield.notices import Notices
from jackfield.settings import Limits
from jackfield.vault import Vault, create_key_file


@pytest.fixture
async def server() -> AsyncGenerator[TurnstileServer]:
    async with turnstile() as server:
        yield server


@pytest.fixture
async def house(database: Database, server: TurnstileServer, tmp_path: Path) -> AsyncGenerator[House]:
    clock, limits = HandClock(), Limits()
    create_key_file(tmp_path / "keys" / "keys.json")
    vault = Vault.open(tmp_path / "keys" / "keys.json")
    audit = AuditLog(database, mac=lambda data: vault.mac("audit", data), clock=clock, limits=limits)
    notices = Notices(database, clock)
    directory = Directory(database, audit, clock, limits)
    egress = Egress(limits)
    connections = Connections(
        database=database,
        epoch=directory.epoch,
        directory=directory.facts,
        catalogue=CATALOGUE,
        vault=vault,
        audit=audit,
        notices=notices,
        clock=clock,
        limits=limits,
    )
    connections.test_with(Walker(egress))
    directory.add_leaver(connections)
    directory.add_group_use(connections)
    await directory.sign_in.first_start()
    admin = await database.read(lambda tx: find_by_sign_in_name(tx, "admin"))
    assert admin is not None
    principal = await directory.find_principal(admin.id)
    assert principal is not None
    root = Caller(principal, Door.CLI, RequestId("req_root"))
    unit = await directory.units.create_business_unit(root, name="Sales")
    await connections.allow_outbound(root, "127.0.0.1", server.port, note="the turnstile of the tests")
    yield House(database, directory, audit, notices, vault, connections, clock, server, root, unit)
    await connections.close()
    await directory.close()
    await egress.close()
    await audit.close()
