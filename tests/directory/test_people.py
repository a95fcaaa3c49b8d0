"""People: made, found, changed, gone."""

import asyncio

import pytest

from directory.house import PASSWORD, House, approach, with_token
from jackfield.db import Transaction
from jackfield.directory import Caller, Directory, InstallationRole, PersonFilter, Role, Scope
from jackfield.directory.errors import (
    ChangedMeanwhileError,
    LastSuperAdminError,
    NameTakenError,
    PersonNotFoundError,
    SessionEndedError,
    SignInError,
    TokenInvalidError,
)
from jackfield.errors import ForbiddenError, HubError, InvalidError
from jackfield.kernel import Act, BusinessUnitId, Outcome, PageRequest, PersonId

SUPER_ADMIN = frozenset({InstallationRole.SUPER_ADMIN})


class Notebook:
    """Writes down who left, as `connections` would take over what he leaves."""

    def __init__(self) -> None:
        self.left: list[tuple[PersonId, BusinessUnitId | None]] = []
        self.error: Exception | None = None

    def person_left(  # its role has more to say than it writes down
        self,
        tx: Transaction,  # noqa: ARG002
        caller: Caller,  # noqa: ARG002
        person_id: PersonId,
        unit_id: BusinessUnitId | None,
    ) -> None:
        if self.error is not None:
            raise self.error
        self.left.append((person_id, unit_id))


async def test_a_sign_in_name_is_taken_however_it_is_written(house: House) -> None:
    await house.directory.people.create_person(house.admin, name="Jörg", sign_in_name="jörg@example.com")

    with pytest.raises(NameTakenError) as caught:
        await house.directory.people.create_person(house.admin, name="Other", sign_in_name=" JO\u0308RG@Example.com ")

    assert caught.value.data["field"] == "sign_in_name"


@pytest.mark.parametrize(("field", "value"), [("name", " "), ("sign_in_name", "a\u200bb"), ("email", "no address")])
async def test_bad_input_is_refused_with_the_field(house: House, field: str, value: str) -> None:
    given = {"name": "Anna", "sign_in_name": "anna", "email": "anna@example.com"} | {field: value}

    with pytest.raises(InvalidError) as caught:
        await house.directory.people.create_person(
            house.admin, name=given["name"], sign_in_name=given["sign_in_name"], email=given["email"]
        )

    assert caught.value.data["field"] == field


@pytest.mark.requirement("E1")
async def test_each_act_is_recorded_with_its_rule_and_each_refusal_too(house: House) -> None:
    anna = await house.person("anna")
    caller = await house.caller(anna.id)

    with pytest.raises(ForbiddenError) as caught:
        await house.directory.people.change_person(caller, anna.id, installation_roles=SUPER_ADMIN)

    assert caught.value.data["rule"] == "directory.super_admin"
    assert caught.value.data["who_can_change"] == "the super admins"
    done = house.ledger.of("person.create")[-1]
    assert (done.outcome, done.rule, done.object.id) == (Outcome.DONE, "directory.super_admin", anna.id)
    refused = house.ledger.of("person.change")[-1]
    assert (refused.outcome, refused.actor.id, refused.rule) == (Outcome.REFUSED, anna.id, "directory.super_admin")


class FullLedger:
    """A record with no room left."""

    def record(self, tx: Transaction, act: Act) -> None:  # noqa: ARG002
        raise OSError("no room left")


@pytest.mark.requirement("E1")
async def test_what_cannot_be_recorded_is_not_done(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)
    directory = Directory(house.database, FullLedger(), house.clock, house.limits)
    house.others.append(directory)

    for undone in (
        directory.people.create_person(house.admin, name="Bert", sign_in_name="bert"),
        directory.people.change_person(house.admin, anna.id, name="Other"),
        directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD),
        directory.tokens.create_token(house.admin, name="ci", scopes=Scope),
    ):
        with pytest.raises(OSError, match="no room left"):
            await undone

    everybody = (await house.directory.people.list_people(house.admin)).items
    assert {person.name for person in everybody} == {"Administrator", "anna"}
    assert (await house.directory.tokens.list_tokens(house.admin)).items == ()
    assert await house.directory.people.end_sessions(house.admin, anna.id) == 1


async def test_people_are_found_by_part_of_a_name_and_paged_in_order(house: House) -> None:
    unit = await house.unit()
    for name in ("Dora", "anna", "Bert", "Emil_x", "carla"):
        await house.person(name, {unit.id: {Role.EDITOR if name == "Bert" else Role.MEMBER}})
    people = house.directory.people

    first = await people.list_people(house.admin, PersonFilter(unit_id=unit.id), PageRequest(limit=3))
    rest = await people.list_people(house.admin, PersonFilter(unit_id=unit.id), PageRequest(3, first.next))

    assert [person.name for person in (*first.items, *rest.items)] == ["anna", "Bert", "carla", "Dora", "Emil_x"]
    assert rest.next is None
    editors = await people.list_people(house.admin, PersonFilter(unit_id=unit.id, role=Role.EDITOR))
    assert [person.name for person in editors.items] == ["Bert"]
    found = await people.list_people(house.admin, PersonFilter(search="L_X\x00"))
    assert [person.name for person in found.items] == ["Emil_x"]
    admins = await people.list_people(house.admin, PersonFilter(installation_role=InstallationRole.SUPER_ADMIN))
    assert [person.sign_in_name for person in admins.items] == ["admin"]


async def test_a_change_by_an_old_version_is_refused(house: House) -> None:
    anna = await house.person("anna")
    changed = await house.directory.people.change_person(
        house.admin, anna.id, name="Anna B.", expected_version=anna.version
    )

    with pytest.raises(ChangedMeanwhileError):
        await house.directory.people.change_person(house.admin, anna.id, name="Anna C.", expected_version=anna.version)

    assert (await house.directory.people.get_person(house.admin, anna.id)) == changed


async def test_unknown_and_forbidden_look_the_same(house: House) -> None:
    stranger = await house.caller((await house.person("stranger")).id)
    anna = await house.person("anna")
    answers: list[HubError] = []

    for person_id in (anna.id, PersonId("per_unknown")):
        with pytest.raises(PersonNotFoundError) as caught:
            await house.directory.people.deactivate_person(stranger, person_id)
        answers.append(caught.value)

    assert (answers[0].message, answers[0].data) == (answers[1].message, answers[1].data)


async def test_the_last_super_admin_cannot_be_removed(house: House) -> None:
    me = house.admin.principal.person_id
    people = house.directory.people

    with pytest.raises(LastSuperAdminError):
        await people.change_person(house.admin, me, installation_roles=())
    with pytest.raises(LastSuperAdminError):
        await people.deactivate_person(house.admin, me)

    assert house.ledger.of("person.deactivate")[-1].outcome is Outcome.REFUSED
    assert (await people.get_person(house.admin, me)).installation_roles == SUPER_ADMIN


async def test_of_two_super_admins_taking_the_role_from_each_other_one_remains(house: House) -> None:
    people = house.directory.people
    for round_ in range(4):
        other = await house.person(f"other{round_}", installation_roles=SUPER_ADMIN)
        callers = (house.admin, await house.caller(other.id))

        outcomes = await asyncio.gather(
            people.change_person(callers[0], callers[1].principal.person_id, installation_roles=()),
            people.change_person(callers[1], callers[0].principal.person_id, installation_roles=()),
            return_exceptions=True,
        )

        failed = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert len(failed) == 1
        # The loser is no super admin any more: by then he may not even know of the other.
        assert isinstance(failed[0], (ForbiddenError, PersonNotFoundError, LastSuperAdminError))
        left = await house.database.read(house.directory.facts.list_super_admins)
        assert len(left) == 1
        house.admin = await house.caller(left[0])


@pytest.mark.requirement("C12")
async def test_deactivating_ends_sessions_and_tokens_at_once_and_tells_who_takes_over(house: House) -> None:
    notebook = Notebook()
    house.directory.add_leaver(notebook)
    anna = await house.person("anna")
    signed_in = await house.signed_in(anna.id)
    caller = Caller(signed_in.principal, house.admin.door, house.admin.request_id)
    issued = await house.directory.tokens.create_token(caller, name="mine", scopes=signed_in.principal.scopes)
    assert (await house.directory.principal_of_token(issued.secret)).person_id == anna.id
    assert (await house.directory.principal_of_session(signed_in.token)).person_id == anna.id

    await house.directory.people.deactivate_person(house.admin, anna.id)

    assert notebook.left == [(anna.id, None)]
    with pytest.raises(SessionEndedError):
        await house.directory.principal_of_session(signed_in.token)
    with pytest.raises(TokenInvalidError):
        await house.directory.principal_of_token(issued.secret)
    with pytest.raises(SignInError):
        await house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD)


@pytest.mark.requirement("C12")
async def test_if_what_he_leaves_cannot_be_taken_over_he_has_not_left(house: House) -> None:
    notebook = Notebook()
    notebook.error = LookupError("nobody there")
    house.directory.add_leaver(notebook)
    anna = await house.person("anna")

    with pytest.raises(LookupError):
        await house.directory.people.deactivate_person(house.admin, anna.id)

    assert (await house.directory.people.get_person(house.admin, anna.id)).is_active
    assert house.ledger.of("person.deactivate") == []


@pytest.mark.requirement("C12")
async def test_losing_super_admin_tells_who_takes_over(house: House) -> None:
    notebook = Notebook()
    house.directory.add_leaver(notebook)
    anna = await house.person("anna", installation_roles=SUPER_ADMIN)

    await house.directory.people.change_person(house.admin, anna.id, installation_roles=())

    assert notebook.left == [(anna.id, None)]


@pytest.mark.requirement("C12")
async def test_nobody_signs_in_past_his_own_deactivation(house: House) -> None:
    anna = await house.person("anna")
    await house.signed_in(anna.id)

    gone = asyncio.create_task(house.directory.people.deactivate_person(house.admin, anna.id))
    sign_ins = await asyncio.gather(
        *(house.directory.sign_in.sign_in(approach(), anna.sign_in_name, PASSWORD) for _ in range(4)),
        return_exceptions=True,
    )
    await gone

    for outcome in sign_ins:
        if isinstance(outcome, BaseException):
            assert isinstance(outcome, SignInError)
        else:
            with pytest.raises(SessionEndedError):
                await house.directory.principal_of_session(outcome.token)


async def test_a_person_who_comes_back_is_what_he_was(house: House) -> None:
    unit = await house.unit()
    anna = await house.person("anna", {unit.id: {Role.EDITOR}})
    await house.directory.people.deactivate_person(house.admin, anna.id)

    await house.directory.people.reactivate_person(house.admin, anna.id)

    assert (await house.caller(anna.id)).principal.is_editor_of(unit.id)


async def test_a_right_taken_a_moment_ago_is_gone_although_the_caller_was_resolved_before(house: House) -> None:
    anna = await house.person("anna", installation_roles=SUPER_ADMIN)
    stale = await house.caller(anna.id)
    await house.directory.people.change_person(house.admin, anna.id, installation_roles=())

    with pytest.raises(ForbiddenError):
        await house.directory.people.create_person(stale, name="Mallory", sign_in_name="mallory")


@pytest.mark.requirement("D18")
async def test_a_token_gives_nobody_an_installation_role(house: House) -> None:
    token = with_token(house.admin, "read", "manage:directory")
    anna = await house.person("anna")
    people = house.directory.people

    with pytest.raises(ForbiddenError):
        await people.create_person(token, name="M", sign_in_name="mallory", installation_roles=SUPER_ADMIN)
    with pytest.raises(ForbiddenError):
        await people.change_person(token, anna.id, installation_roles=SUPER_ADMIN)
    with pytest.raises(ForbiddenError):
        await people.reset_sign_in(token, house.admin.principal.person_id)

    assert (await people.change_person(token, anna.id, name="Anna B.")).name == "Anna B."
