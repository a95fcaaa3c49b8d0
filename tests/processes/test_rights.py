"""Who may do what with a process, and who is told (P1, C12, C17)."""

import itertools
from typing import Any

import pytest

from jackfield.directory import InstallationRole, Principal, Role
from jackfield.errors import ConflictError, ForbiddenError, InvalidError
from jackfield.kernel import BusinessUnitId, GroupId, PageRequest, PersonId, ProcessId
from jackfield.processes import (
    ProcessAct,
    ProcessFacts,
    ProcessNotFoundError,
    ProcessQuery,
    Runners,
    decide,
)
from processes.yard import EVERYTHING, Yard, http_step, machine

UNIT = BusinessUnitId("bu_sales")
ONE_STEP = machine(Ask=http_step())


def a_process(*, published: bool = True, **runners: Any) -> ProcessFacts:
    return ProcessFacts(
        ProcessId("prc_1"),
        UNIT,
        PersonId("per_owner"),
        Runners(**runners),
        published,
    )


def somebody(*roles: Role, person: str = "per_x", groups: tuple[str, ...] = (), **more: Any) -> Principal:
    return Principal(
        PersonId(person),
        "X",
        roles={UNIT: frozenset(roles)} if roles else {},
        group_ids=frozenset(map(GroupId, groups)),
        **more,
    )


@pytest.mark.requirement("P1")
@pytest.mark.parametrize(
    ("who", "process", "allowed"),
    [
        (somebody(), a_process(), set()),
        (somebody(Role.MEMBER), a_process(), set()),
        (somebody(Role.MEMBER), a_process(whole_unit=True), {"see", "run"}),
        (somebody(Role.MEMBER), a_process(whole_unit=True, published=False), {"see"}),
        (somebody(), a_process(whole_unit=True), set()),
        (somebody(), a_process(people=frozenset({"per_x"})), {"see", "run"}),
        (somebody(groups=("grp_1",)), a_process(groups=frozenset({"grp_1"})), {"see", "run"}),
        (somebody(Role.AUDITOR), a_process(), {"see", "read_definition", "read_runs"}),
        (somebody(installation_roles=frozenset({InstallationRole.SUPER_ADMIN})), a_process(), {"see"}),
        (somebody(Role.MEMBER, person="per_owner"), a_process(), {"see", "set_owner", "read_runs", "manage_tasks"}),
        (somebody(person="per_owner"), a_process(), set()),
        (somebody(Role.EDITOR), a_process(), set(ProcessAct) - {"set_owner"}),
        (somebody(Role.ADMINISTRATOR), a_process(), set(ProcessAct)),
        (somebody(Role.ADMINISTRATOR, is_active=False), a_process(), set()),
    ],
)
def test_everybody_may_do_exactly_what_the_rules_say(who: Principal, process: ProcessFacts, allowed: set[str]) -> None:
    assert {act.value for act in ProcessAct if decide(who, act, process).allowed} == {str(one) for one in allowed}


@pytest.mark.requirement("P1", "D13")
async def test_lists_show_exactly_what_decide_allows(yard: Yard) -> None:
    parts = yard.house.parts
    group = await parts.directory.groups.create_group(yard.house.admin, name="Night shift", description="")
    member, named, grouped, outsider = [
        await yard.person(name, *roles)
        for name, roles in (("mia", [Role.MEMBER]), ("nora", []), ("gus", []), ("olaf", []))
    ]
    auditor = await yard.person("paula", Role.AUDITOR)
    await parts.directory.groups.add_member(yard.house.admin, group.id, grouped.principal.person_id)
    ids: dict[str, ProcessId] = {}
    people, groups = frozenset({named.principal.person_id}), frozenset({group.id})
    for number, (given, published) in enumerate(
        itertools.product(
            (Runners(), Runners(people=people), Runners(groups=groups), Runners(whole_unit=True)), (True, False)
        )
    ):
        made = await yard.make(f"Process {number}", ONE_STEP)
        await parts.processes.set_runners(yard.editor, made.row.id, given)
        if published:
            await parts.processes.publish(yard.editor, made.row.id)
        ids[made.row.name] = made.row.id
    await parts.processes.set_owner(yard.editor, ids["Process 0"], member.principal.person_id)

    for before in (yard.editor, member, named, grouped, outsider, auditor, yard.house.admin):
        caller = await yard.again(before)
        listed = {
            one.id: one.may_run
            for one in (await parts.processes.list_processes(caller, ProcessQuery(), EVERYTHING)).items
        }
        decided: dict[ProcessId, bool] = {}
        for process in ids.values():
            try:
                view = await parts.processes.get_process(caller, process)
            except ProcessNotFoundError:
                continue
            decided[process] = ProcessAct.RUN in view.may
        assert listed == decided, caller.principal.name
        runnable = await parts.processes.list_processes(caller, ProcessQuery(runnable=True), EVERYTHING)
        assert {one.id for one in runnable.items} == {one for one, may in decided.items() if may}
    first = await parts.processes.list_processes(yard.editor, ProcessQuery(search="PROCESS"), PageRequest(5))
    rest = await parts.processes.list_processes(yard.editor, ProcessQuery(search="PROCESS"), PageRequest(5, first.next))
    assert [one.name for one in (*first.items, *rest.items)] == sorted(ids)


@pytest.mark.requirement("P1", "C17")
async def test_every_answer_about_rights_is_explained(yard: Yard) -> None:
    processes = yard.house.parts.processes
    member = await yard.person("mia", Role.MEMBER)
    made = await yard.make("Book an order", ONE_STEP)
    mia = member.principal.person_id

    before = {one.act: one for one in await processes.explain_all(yard.editor, mia, made.row.id)}
    await processes.set_runners(yard.editor, made.row.id, Runners(people=frozenset({mia})))
    after = {one.act: one for one in await processes.explain_all(yard.editor, mia, made.row.id)}

    assert not before["run"].decision.allowed
    assert before["run"].decision.who_can_change == "the editors of its business unit"
    assert not after["run"].decision.allowed
    assert after["run"].decision.reason == "no version of it is published"
    await processes.publish(yard.editor, made.row.id)
    assert (await processes.explain_all(await yard.again(member), mia, made.row.id))[7].decision.allowed
    with pytest.raises(ForbiddenError):
        await processes.explain_all(await yard.again(member), yard.editor.principal.person_id, made.row.id)


@pytest.mark.requirement("C12")
async def test_processes_of_somebody_who_leaves_pass_to_an_administrator_who_is_told(yard: Yard) -> None:
    parts = yard.house.parts
    chief = await yard.person("jonas", Role.ADMINISTRATOR)
    made = await yard.make("Book an order", ONE_STEP)
    await parts.processes.publish(yard.editor, made.row.id)

    await parts.directory.people.deactivate_person(yard.house.admin, yard.editor.principal.person_id)

    view = await parts.processes.get_process(await yard.again(chief), made.row.id)
    assert (view.row.owner.name, view.row.published) == ("jonas", 1)
    told = await parts.notices.list_for(chief.principal.person_id)
    assert "process.passed_on" in {one.kind for one in told.items}
    uses = await parts.connections.list_uses(await yard.again(yard.house.admin), yard.tickets.id)
    assert {one.owner_id for one in uses.visible} == {chief.principal.person_id}


@pytest.mark.requirement("P1")
async def test_a_group_that_may_run_a_process_is_not_deleted(yard: Yard) -> None:
    parts = yard.house.parts
    group = await parts.directory.groups.create_group(yard.house.admin, name="Night shift", description="")
    made = await yard.make("Book an order", ONE_STEP)
    await parts.processes.set_runners(yard.editor, made.row.id, Runners(groups=frozenset({group.id})))

    with pytest.raises(ConflictError):
        await parts.directory.groups.delete_group(yard.house.admin, group.id)
    with pytest.raises(InvalidError, match="no person or group"):
        await parts.processes.set_runners(yard.editor, made.row.id, Runners(groups=frozenset({GroupId("grp_x")})))


@pytest.mark.requirement("P1")
async def test_a_deleted_process_is_gone_from_lists_and_frees_its_name_and_connections(yard: Yard) -> None:
    parts = yard.house.parts
    made = await yard.make("Book an order", ONE_STEP)
    await parts.processes.publish(yard.editor, made.row.id)

    await parts.processes.delete_process(yard.editor, made.row.id)

    assert not (await parts.processes.list_processes(yard.editor, ProcessQuery(), EVERYTHING)).items
    with pytest.raises(ProcessNotFoundError):
        await parts.processes.get_process(yard.editor, made.row.id)
    assert (await parts.connections.list_uses(yard.editor, yard.tickets.id)).total == 0
    await yard.make("Book an order", ONE_STEP)
