"""Coming in and going out."""

import asyncio
import secrets
from pathlib import Path

import pytest
from sqlalchemy import select

from directory.house import PASSWORD, HandClock, House, Ledger, approach, with_token
from jackfield.db import Database, Transaction, metadata
from jackfield.directory import Caller, Directory
from jackfield.directory.errors import (
    CodeError,
    HashingBusyError,
    PasswordUnfitError,
    PasswordWrongError,
    SessionEndedError,
    SignInError,
    SignInThrottledError,
)
from jackfield.directory.passwords import Passwords
from jackfield.errors import ForbiddenError
from jackfield.kernel import ActorKind, Door, Outcome, RequestId, Secret
from jackfield.settings import Limits

WRONG = Secret("not the right password")


async def _outcomes(house: House, number: int, name: str, *, address: str = "") -> list[type]:
    """Wrong passwords for one name, all at once."""
    found = await asyncio.gather(
        *(
            house.directory.sign_in.sign_in(approach(address or f"203.0.113.{index}"), name, WRONG)
            for index in range(number)
        ),
        return_exceptions=True,
    )
    return [type(outcome) for outcome in found]


def _resident_pages() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1])


@pytest.mark.requirement("E2")
async def test_of_several_first_starts_at_once_one_makes_the_super_admin(database: Database) -> None:
    starts = [Directory(database, Ledger(), HandClock(), Limits()) for _ in range(3)]

    codes = await asyncio.gather(*(directory.sign_in.first_start() for directory in starts))

    assert len([code for code in codes if code is not None]) == 1
    assert len(await database.read(starts[0].facts.list_super_admins)) == 1
    assert await starts[0].sign_in.first_start() is None
    for directory in starts:
        await directory.close()


@pytest.mark.requirement("E2")
async def test_a_code_is_good_once_and_for_a_day_and_sets_the_password(house: House) -> None:
    issued = await house.directory.people.create_person(house.admin, name="Anna", sign_in_name="anna")
    house.clock.turn(hours=23, minutes=59)

    with pytest.raises(PasswordUnfitError):
        await house.directory.sign_in.redeem_code(approach(), issued.code, Secret("too short"))
    signed_in = await house.directory.sign_in.redeem_code(approach(), issued.code, PASSWORD)
    with pytest.raises(CodeError):
        await house.directory.sign_in.redeem_code(approach(), issued.code, WRONG)

    assert (await house.directory.principal_of_session(signed_in.token)).person_id == issued.person.id
    again = await house.directory.sign_in.sign_in(approach(), " ANNA", PASSWORD)
    assert again.principal.person_id == issued.person.id


async def test_an_old_code_is_void_and_the_operator_makes_a_new_one(house: House) -> None:
    first = await house.directory.sign_in.renew_code()
    house.clock.turn(hours=24)
    with pytest.raises(CodeError):
        await house.directory.sign_in.redeem_code(approach(), first.code, PASSWORD)

    second = await house.directory.sign_in.renew_code("Admin")
    third = await house.directory.sign_in.renew_code("admin")

    with pytest.raises(CodeError):
        await house.directory.sign_in.redeem_code(approach(), second.code, PASSWORD)
    signed_in = await house.directory.sign_in.redeem_code(approach(), third.code, PASSWORD)
    assert signed_in.principal.is_super_admin
    assert house.ledger.of("person.reset_sign_in")[-1].actor.kind is ActorKind.SYSTEM


async def test_two_who_redeem_one_code_at_once_are_one(house: House) -> None:
    issued = await house.directory.people.create_person(house.admin, name="Anna", sign_in_name="anna")

    outcomes = await asyncio.gather(
        *(house.directory.sign_in.redeem_code(approach(), issued.code, PASSWORD) for _ in range(2)),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, BaseException)] == [CodeError]


async def test_unknown_names_wrong_passwords_and_the_deactivated_are_answered_alike(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)
    fresh = await house.person("fresh")
    gone = await house.person("gone")
    await house.signed_in(gone.id)
    await house.directory.people.deactivate_person(house.admin, gone.id)
    attempts = [(anna.sign_in_name, WRONG), ("nobody", PASSWORD), (gone.sign_in_name, PASSWORD)]
    attempts += [(fresh.sign_in_name, PASSWORD), ("a\x00b", PASSWORD)]
    answers: set[str] = set()

    for name, password in attempts:
        with pytest.raises(SignInError) as caught:
            await house.directory.sign_in.sign_in(approach(), name, password)
        answers.add(f"{caught.value.message} {caught.value.data}")

    assert len(answers) == 1
    refused = [act for act in house.ledger.of("person.sign_in") if act.outcome is Outcome.REFUSED]
    assert [act.object.label for act in refused] == ["anna", "", "gone", "fresh", ""]


@pytest.mark.requirement("E2")
async def test_forty_parallel_wrong_passwords_are_throttled_and_nobody_is_locked_out(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)
    house.clock.turn(hours=1)

    outcomes = await _outcomes(house, 40, anna.sign_in_name)

    assert outcomes.count(SignInError) == house.limits.sign_ins_per_minute_account
    assert outcomes.count(SignInThrottledError) == 40 - house.limits.sign_ins_per_minute_account
    with pytest.raises(SignInThrottledError) as caught:  # another process, and one after a restart, know of it
        await house.another_process().sign_in.sign_in(approach("198.51.100.1"), anna.sign_in_name, PASSWORD)
    wait = caught.value.retry_after
    assert wait is not None
    house.clock.turn(seconds=wait)
    await house.directory.sign_in.sign_in(approach("198.51.100.1"), anna.sign_in_name, PASSWORD)


@pytest.mark.requirement("E2")
async def test_strangers_cannot_keep_the_owner_out_from_where_he_signed_in_before(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)  # from approach()
    await _outcomes(house, 8, anna.sign_in_name, address="203.0.113.9")

    signed_in = await house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD)

    assert signed_in.principal.person_id == anna.id
    with pytest.raises(SignInThrottledError):
        await house.directory.sign_in.sign_in(approach("203.0.113.10"), anna.sign_in_name, PASSWORD)


@pytest.mark.requirement("E2")
@pytest.mark.parametrize("addresses", [("192.0.2.9",), ("2001:db8::1", "2001:db8::2")])
async def test_one_address_tries_many_names_no_faster(house: House, addresses: tuple[str, ...]) -> None:
    # One IPv6 network of 64 bits is one address: whoever has one of it has all.
    allowed = 3
    directory = house.another_process(Limits(sign_ins_per_minute_address=allowed))

    outcomes = await asyncio.gather(
        *(
            directory.sign_in.sign_in(approach(addresses[index % len(addresses)]), f"name{index}", WRONG)
            for index in range(6)
        ),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes].count(SignInError) == allowed


@pytest.mark.requirement("D19")
async def test_a_new_password_ends_every_session_and_begins_another(house: House) -> None:
    anna = await house.person("anna")
    first = await house.signed_in(anna.id)
    second = await house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD)
    caller = Caller(second.principal, Door.REST, RequestId("req_1"))
    fresh = Secret("an entirely new password")

    with pytest.raises(PasswordWrongError):
        await house.directory.sign_in.change_password(caller, WRONG, fresh)
    third = await house.directory.sign_in.change_password(caller, PASSWORD, fresh)

    for old in (first, second):
        with pytest.raises(SessionEndedError):
            await house.directory.principal_of_session(old.token)
    assert third.principal.session_id != second.principal.session_id
    assert (await house.directory.principal_of_session(third.token)).person_id == anna.id
    with pytest.raises(SignInError):
        await house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD)
    with pytest.raises(ForbiddenError):
        await house.directory.sign_in.change_password(with_token(caller, "manage:directory"), fresh, PASSWORD)


@pytest.mark.requirement("D19")
async def test_signing_out_ends_this_session_or_all(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)
    one, two, three = [await house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD) for _ in range(3)]
    await house.directory.principal_of_session(one.token)

    await house.directory.sign_in.sign_out(Caller(one.principal, Door.REST, RequestId("req_1")))

    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(one.token)
    assert (await house.directory.principal_of_session(two.token)).person_id == anna.id
    caller = Caller(two.principal, Door.REST, RequestId("req_2"))
    assert await house.directory.people.end_sessions(caller, anna.id) == 3
    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(three.token)


@pytest.mark.requirement("E2")
async def test_nothing_to_sign_in_with_is_in_the_database(house: House) -> None:
    issued = await house.directory.people.create_person(house.admin, name="Bert", sign_in_name="bert")
    anna = await house.person("anna")
    signed_in = await house.signed_in(anna.id)
    caller = Caller(signed_in.principal, Door.REST, RequestId("req_1"))
    token = await house.directory.tokens.create_token(caller, name="t", scopes=signed_in.principal.scopes)

    def everything(tx: Transaction) -> str:
        return "".join(str(tx.connection.execute(select(table)).all()) for table in metadata.sorted_tables)

    rows = await house.database.read(everything)

    assert anna.id in rows
    for secret in (issued.code, signed_in.token, token.secret, PASSWORD):
        assert secret.reveal() not in rows
        assert secret.reveal()[4:40] not in rows
    assert "$argon2id$v=19$m=65536,t=3,p=4$" in rows


@pytest.mark.requirement("D64")
async def test_passwords_wait_for_their_turn_and_too_many_are_turned_away() -> None:
    passwords = Passwords(1, 19)
    tasks = [asyncio.create_task(passwords.is_right(None, WRONG)) for _ in range(60)]
    await asyncio.sleep(0)  # each has asked for its turn

    turned_away = [task for task in tasks if task.done()]
    for task in tasks:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    passwords.close()

    assert len(turned_away) == 10
    assert [type(outcome) for outcome in outcomes].count(HashingBusyError) == 10


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.requirement("D64")
async def test_five_hundred_sign_ins_at_once_hash_no_more_than_two_at_a_time(house: House) -> None:
    directory: Directory = house.another_process(Limits(password_hashes_parallel=2))
    before = _resident_pages()
    tasks = [
        asyncio.create_task(directory.sign_in.sign_in(approach(f"2001:db8:{index:x}::1"), secrets.token_hex(4), WRONG))
        for index in range(500)
    ]
    peak = before
    while not all(task.done() for task in tasks):
        await asyncio.wait(tasks, timeout=0.05)
        peak = max(peak, _resident_pages())

    outcomes = {type(task.exception()) for task in tasks}

    assert outcomes <= {SignInError, HashingBusyError}
    assert (peak - before) * 4096 < 256 << 20
