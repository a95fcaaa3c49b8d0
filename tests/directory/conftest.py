"""The house that the tests of the directory live in."""

from collections.abc import AsyncGenerator

import pytest

from directory.house import HandClock, House, Ledger
from jackfield.db import Database
from jackfield.directory import Caller, Directory
from jackfield.directory.store.people import find_by_sign_in_name
from jackfield.kernel import Door, RequestId
from jackfield.settings import Limits


@pytest.fixture
async def house(database: Database) -> AsyncGenerator[House]:
    clock, ledger, limits = HandClock(), Ledger(), Limits()
    directory = Directory(database, ledger, clock, limits)
    await directory.sign_in.first_start()
    admin = await database.read(lambda tx: find_by_sign_in_name(tx, "admin"))
    assert admin is not None
    principal = await directory.find_principal(admin.id)
    assert principal is not None
    house = House(database, directory, clock, ledger, limits, Caller(principal, Door.CLI, RequestId("req_admin")))
    yield house
    for each in (directory, *house.others):
        await each.close()
