"""Principals: resolved in three queries, remembered for one policy epoch."""

import asyncio
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from directory.house import House
from jackfield.db import Database, EpochCache, PolicyEpoch, Transaction
from jackfield.directory import Installation, Role, claim_installation, find_installation
from jackfield.directory.errors import SessionEndedError
from jackfield.directory.tokens import TokenKind, new_token


@contextmanager
def _queries(database: Database) -> Generator[list[str]]:
    """The statements that are sent inside, transactions aside."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("BEGIN", "COMMIT")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


async def test_a_session_is_resolved_in_three_queries_and_then_in_none(house: House) -> None:
    anna = await house.person("anna")
    for index in range(5):
        unit = await house.unit(f"unit {index}")
        await house.directory.units.change_member(house.admin, unit.id, anna.id, {Role.MEMBER, Role.AUDITOR})
        group = await house.directory.groups.create_group(house.admin, name=f"group {index}")
        await house.directory.groups.add_member(house.admin, group.id, anna.id)
    token = (await house.signed_in(anna.id)).token
    await house.directory.epoch.current()

    with _queries(house.database) as first:
        principal = await house.directory.principal_of_session(token)
    started = time.monotonic()
    with _queries(house.database) as later:
        for _ in range(1000):
            assert await house.directory.principal_of_session(token) is principal
    seconds = time.monotonic() - started

    assert (len(principal.roles), len(principal.group_ids)) == (5, 5)
    assert len([query for query in first if "policy_epoch" not in query or "people" in query]) == 3
    assert len(later) <= seconds / 0.5 + 1  # the epoch, now and then


async def test_what_is_taken_from_a_person_is_gone_at_once_here_and_within_a_second_elsewhere(house: House) -> None:
    unit = await house.unit()
    anna = await house.person("anna", {unit.id: {Role.EDITOR}})
    token = (await house.signed_in(anna.id)).token
    elsewhere = house.another_process()
    assert (await elsewhere.principal_of_session(token)).is_editor_of(unit.id)
    assert (await house.directory.principal_of_session(token)).is_editor_of(unit.id)

    await house.directory.units.change_member(house.admin, unit.id, anna.id, {Role.MEMBER})

    assert not (await house.directory.principal_of_session(token)).is_editor_of(unit.id)
    deadline = time.monotonic() + 5
    while (await elsewhere.principal_of_session(token)).is_editor_of(unit.id):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.requirement("E2")
async def test_a_session_ends_when_it_lies_idle_and_at_its_end_whatever_happens(house: House) -> None:
    anna = await house.person("anna")
    idle = (await house.signed_in(anna.id)).token
    house.clock.turn(minutes=29)
    await house.directory.principal_of_session(idle)
    house.clock.turn(minutes=29)
    await house.directory.principal_of_session(idle)
    house.clock.turn(minutes=30)
    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(idle)

    busy = (await house.signed_in(anna.id)).token
    for _ in range(12 * 4 - 1):
        house.clock.turn(minutes=15)
        await house.directory.principal_of_session(busy)
    house.clock.turn(minutes=15)
    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(busy)


async def test_a_session_used_in_another_process_is_not_idle_here(house: House) -> None:
    anna = await house.person("anna")
    token = (await house.signed_in(anna.id)).token
    elsewhere = house.another_process()
    await house.directory.principal_of_session(token)
    house.clock.turn(minutes=20)
    await elsewhere.principal_of_session(token)
    house.clock.turn(minutes=20)

    principal = await house.directory.principal_of_session(token)

    assert principal.person_id == anna.id


async def test_an_unknown_session_is_nobody(house: House) -> None:
    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(new_token(TokenKind.SESSION))


async def test_the_epoch_is_known_at_once_after_a_change_of_our_own(database: Database) -> None:
    epoch = PolicyEpoch(database)
    before = await epoch.current()

    await database.write(Transaction.change_policy)

    assert await epoch.current() == before + 1


async def test_an_epoch_is_not_known_before_it_is_durable(database: Database) -> None:
    epoch = PolicyEpoch(database)
    before = await epoch.current()

    def half(tx: Transaction) -> None:
        tx.change_policy()
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(half)

    assert await epoch.current() == before


def test_what_was_made_at_another_epoch_is_forgotten() -> None:
    cache = EpochCache[str, int](2)
    cache.keep("a", 5, 1)
    assert cache.find("a", 5) == 1

    assert cache.find("a", 6) is None
    cache.keep("a", 5, 1)  # read before the change, kept after it

    assert cache.find("a", 6) is None
    assert len(cache) == 0


def test_a_full_cache_forgets_the_oldest() -> None:
    cache = EpochCache[str, int](2)
    for key in "abc":
        cache.keep(key, 1, ord(key))

    assert [cache.find(key, 1) for key in "abc"] == [None, ord("b"), ord("c")]


async def test_of_several_first_starts_one_claims_the_installation(house: House) -> None:
    claims = [Installation(f"ins_{index}", bytes([index]), house.clock.now()) for index in range(4)]
    assert await house.database.read(find_installation) is None

    found = await asyncio.gather(
        *(house.database.write(lambda tx, claim=claim: claim_installation(tx, claim)) for claim in claims)
    )

    assert len({installation.id for installation in found}) == 1
    assert await house.database.read(find_installation) == found[0]
