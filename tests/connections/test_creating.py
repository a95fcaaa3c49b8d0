"""Creating, correcting, renaming and deleting connections."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from connections.house import BAD, GOOD, House
from connections.turnstile import turnstile
from jackfield.connections import (
    CLEAR,
    UNCHANGED,
    ConnectionChangedError,
    ConnectionNotFoundError,
    ConnectionState,
    DetailsFixedError,
    NameTakenError,
    SecretRequiredError,
)
from jackfield.connections.store import credentials, records
from jackfield.db import Transaction
from jackfield.directory import Role
from jackfield.errors import FeatureOffError, ForbiddenError, InvalidError, NotFoundError
from jackfield.kernel import BusinessUnitId, Secret


@pytest.mark.requirement("C1", "C3")
async def test_an_editor_creates_a_connection_which_is_tested_and_his(house: House) -> None:
    ada = await house.editor("Ada")

    view = await house.connect(ada, "  Front   door ")

    assert (view.row.name, view.row.state, view.row.reason) == ("Front door", ConnectionState.CONNECTED, "")
    assert view.row.creator.name == "Ada"
    assert [one.name for one in view.row.shared_with] == ["Ada"]
    assert view.details is not None
    assert view.details.remote is not None
    assert view.details.remote.account == "ada"
    assert house.server.heard == ["LOGIN ada s3cret-of-ada"]
    assert [entry.rule for entry in await house.acts("connection.create")] == ["C1"]


@pytest.mark.requirement("C1")
async def test_one_that_fails_its_test_is_kept_with_the_reason_and_can_be_retried(house: House) -> None:
    ada = await house.editor("Ada")

    failed = await house.connect(ada, credentials=BAD)
    assert failed.row.state is ConnectionState.NOT_CONNECTED
    assert failed.row.reason == "the turnstile doesn't accept the credentials"

    house.server.accounts["LOGIN ada wrong-secret"] = "ada"
    retried = await house.connections.retry(ada, failed.row.id)
    assert (retried.row.state, retried.row.reason) == (ConnectionState.CONNECTED, "")
    assert await house.told(ada) == []


@pytest.mark.requirement("C1")
async def test_who_has_no_editing_rights_creates_nothing(house: House) -> None:
    for caller in (await house.somebody("Max", Role.MEMBER), await house.somebody("Aud", Role.AUDITOR), house.root):
        with pytest.raises(ForbiddenError) as caught:
            await house.connect(caller)
        assert caught.value.data["rule"] == "C1"

    assert house.server.heard == []
    recorded = await house.acts("connection.create")
    assert {(entry.outcome.value, entry.rule, entry.business_unit_id) for entry in recorded} == {
        ("refused", "C1", house.unit.id)
    }


@pytest.mark.requirement("D13")
async def test_a_business_unit_of_others_looks_like_one_that_there_is_not(house: House) -> None:
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    ada = await house.editor("Ada")

    answers: list[str] = []
    for unit in (other.id, BusinessUnitId("bun_nowhere")):
        with pytest.raises(NotFoundError) as caught:
            await house.connect(ada, unit=unit)
        answers.append(caught.value.message)

    assert answers[0] == answers[1]


@pytest.mark.requirement("C13")
async def test_a_connector_that_is_off_can_not_be_connected(house: House) -> None:
    ada = await house.editor("Ada")
    await house.connections.set_feature(house.root, "turnstile", on=False)

    with pytest.raises(FeatureOffError, match="turn it on"):
        await house.connect(ada)


async def test_input_is_refused_with_its_place_and_without_its_value(house: House) -> None:
    ada = await house.editor("Ada")
    wrong = [
        (house.draft(details={"host": "127.0.0.1", "port": "canary-value"}), "details.port"),
        (house.draft(details={**house.server.details, "is_admin": True}), "details.is_admin"),
        (house.draft(credentials={"user": "ada"}), "credentials.password"),
        (house.draft(credentials={**GOOD, "canary": "canary-value"}), "credentials.canary"),
        (house.draft(scheme="canary"), "scheme"),
        (house.draft(connector="canary"), "connector"),
        (house.draft(name="  "), "name"),
    ]

    for draft, field in wrong:
        with pytest.raises((InvalidError, NotFoundError)) as caught:
            await house.connections.create_connection(ada, draft)
        assert caught.value.data["field"] == field
        assert "canary-value" not in caught.value.message


@pytest.mark.requirement("C2", "D01")
async def test_a_secret_shows_only_that_it_is_set_when_and_by_whom(house: House) -> None:
    ada = await house.editor("Ada")

    view = await house.connect(ada)

    assert view.details is not None
    user, password = view.details.secrets
    assert (user.field, password.field) == ("user", "password")
    assert password.is_set
    assert password.set_by == ada.principal.person_id
    assert password.set_at == house.clock.now()
    assert password.fingerprint
    shown = json.dumps(asdict(view), default=str)
    assert "s3cret-of-ada" not in shown
    assert "s3cret-of-ada" not in repr(view)


@pytest.mark.requirement("D01")
async def test_equal_secrets_of_two_connections_can_not_be_told_to_be_equal(house: House) -> None:
    ada = await house.editor("Ada")

    views = [await house.connect(ada, name) for name in ("One", "Two")]

    prints = {secret.fingerprint for view in views if view.details for secret in view.details.secrets}
    assert len(prints) == 4


@pytest.mark.requirement("C4")
async def test_names_are_unique_in_a_business_unit_whatever_their_case(house: House) -> None:
    ada = await house.editor("Ada")
    first = await house.connect(ada, "Front door")
    await house.connect(ada, "Back door")
    other = await house.directory.units.create_business_unit(house.root, name="Legal")
    eve = await house.somebody("Eve", Role.EDITOR, unit=other.id)

    with pytest.raises(NameTakenError):
        await house.connect(ada, " FRONT  DOOR ")
    with pytest.raises(NameTakenError):
        await house.connections.rename(ada, first.row.id, "back DOOR")
    assert (await house.connect(eve, "Front door", unit=other.id)).row.name == "Front door"

    renamed = await house.connections.rename(ada, first.row.id, "FRONT door")
    assert (renamed.row.name, renamed.row.id) == ("FRONT door", first.row.id)
    assert (await house.acts("connection.rename"))[0].data == {"old": "Front door", "new": "FRONT door"}


@pytest.mark.requirement("C4")
async def test_of_two_who_take_a_name_at_once_one_gets_it(house: House) -> None:
    ada = await house.editor("Ada")

    results = await asyncio.gather(*(house.connect(ada, "Same") for _ in range(5)), return_exceptions=True)

    assert sum(not isinstance(one, BaseException) for one in results) == 1
    assert all(isinstance(one, NameTakenError) for one in results if isinstance(one, BaseException))


async def test_a_change_of_a_version_that_is_no_more_is_refused(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada)
    await house.connections.rename(ada, view.row.id, "Other", expected_version=view.row.version)

    with pytest.raises(ConnectionChangedError):
        await house.connections.rename(ada, view.row.id, "Third", expected_version=view.row.version)


@pytest.mark.requirement("C1", "C5")
async def test_details_can_be_corrected_until_it_was_first_connected(house: House) -> None:
    ada = await house.editor("Ada")
    failed = await house.connect(ada, details={"host": "127.0.0.1", "port": house.server.port, "greeting": "hi"})
    assert failed.row.state is ConnectionState.CONNECTED
    with pytest.raises(DetailsFixedError):
        await house.connections.change_details(ada, failed.row.id, details=house.server.details)

    wrong = await house.connect(ada, "Other", credentials=BAD)
    view = await house.connections.change_details(ada, wrong.row.id, credentials={"password": Secret(GOOD["password"])})
    assert view.row.state is ConnectionState.CONNECTED


@pytest.mark.requirement("D08", "C2")
@pytest.mark.parametrize("password", [UNCHANGED, None])
async def test_another_origin_needs_the_credentials_anew_and_hears_nothing(house: House, password: object) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada, credentials=BAD)
    async with turnstile() as evil:
        await house.connections.allow_outbound(house.root, "127.0.0.1", evil.port)

        with pytest.raises(SecretRequiredError) as caught:
            await house.connections.change_details(
                ada,
                view.row.id,
                details=evil.details,
                credentials={} if password is None else {"user": "ada", "password": password},
            )

        assert caught.value.data["field"] in {"credentials.password", "credentials.user"}
        assert evil.heard == []

        await house.connections.change_details(ada, view.row.id, details=evil.details, credentials=GOOD)
        assert evil.heard == ["LOGIN ada s3cret-of-ada"]


@pytest.mark.requirement("D08", "C2")
async def test_three_asterisks_are_a_password_and_no_sentinel(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada, credentials=BAD)
    async with turnstile() as evil:
        await house.connections.allow_outbound(house.root, "127.0.0.1", evil.port)

        changes = {"user": "ada", "password": "***"}
        await house.connections.change_details(ada, view.row.id, details=evil.details, credentials=changes)

        assert evil.heard == ["LOGIN ada ***"]


@pytest.mark.requirement("C2")
async def test_a_secret_field_is_left_set_or_cleared(house: House) -> None:
    ada = await house.editor("Ada")
    house.server.accounts["LOGIN badge blue"] = "blue"
    view = await house.connect(ada, scheme="badge", credentials={"badge": "red", "note": "by hand"})

    def set_fields() -> list[str]:
        assert view.details is not None
        return [secret.field for secret in view.details.secrets if secret.is_set]

    assert set_fields() == ["badge", "note"]
    view = await house.connections.change_details(ada, view.row.id, credentials={"badge": UNCHANGED, "note": CLEAR})
    assert set_fields() == ["badge"]
    view = await house.connections.change_details(ada, view.row.id, credentials={"badge": Secret("blue")})
    assert set_fields() == ["badge"]
    assert view.row.state is ConnectionState.CONNECTED


@pytest.mark.requirement("C11", "C2")
async def test_deleting_destroys_the_credentials_and_keeps_the_record(house: House) -> None:
    ada = await house.editor("Ada")
    view = await house.connect(ada)

    await house.connections.delete_connection(ada, view.row.id)

    with pytest.raises(ConnectionNotFoundError):
        await house.connections.get_connection(ada, view.row.id)
    assert await house.database.read(credentials.count_by_key_id) == {}
    kept = await house.database.read(lambda tx: records.find_record(tx, view.row.id))
    assert kept is not None
    assert kept.deleted_at == house.clock.now()
    assert [entry.object.id for entry in await house.acts("connection.delete")] == [view.row.id]
    assert (await house.connect(ada)).row.name == "Front door"


@pytest.mark.requirement("D09")
async def test_what_was_sealed_is_nowhere_in_the_file_once_it_is_deleted(house: House) -> None:
    if not house.database.is_sqlite:
        pytest.skip("PostgreSQL keeps dead rows until it vacuums; there the destroyed data key makes them unreadable")
    ada = await house.editor("Ada")
    view = await house.connect(ada)

    def sealed(tx: Transaction) -> list[bytes]:
        return [field.data for field in credentials.find_fields(tx, view.row.id, 1)]

    def file_content() -> bytes:
        path = Path(str(house.database.engine.url.database))
        return b"".join(one.read_bytes() for one in path.parent.iterdir() if one.name.startswith(path.name))

    records_at_rest = await house.database.read(sealed)
    assert all(record in file_content() for record in records_at_rest)
    assert b"s3cret-of-ada" not in file_content()

    await house.connections.delete_connection(ada, view.row.id)

    assert len(records_at_rest) == 2
    assert not any(record[:40] in file_content() for record in records_at_rest)
