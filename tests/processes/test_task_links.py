"""Links that answer once, and tasks of runs whose data are sealed (P2, D42, D67)."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
from sqlalchemy import text

from jackfield.audit import AuditQuery
from jackfield.directory import Approach, Caller, Role
from jackfield.errors import ConflictError, ForbiddenError, InvalidError
from jackfield.kernel import Door, PageRequest, PersonId, RequestId, Secret, TaskId
from jackfield.processes import Assignees, RunState, TaskLinkRefusedError, TaskState
from processes.test_tasks import NO, YES, ask, begin, inbox, the_task, told, until
from processes.yard import Yard, machine

SOMEBODY = Approach(Door.REST, RequestId("req_link"), "192.0.2.9")


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Yard]:
    async with yard.house.parts.engine.running():
        yield yard


@pytest.fixture
async def mira(yard: Yard) -> Caller:
    return await yard.person("mira", Role.MEMBER)


async def another_editor(yard: Yard) -> Caller:
    return await yard.person("emil", Role.EDITOR)


@pytest.mark.requirement("P2")
async def test_a_link_answers_once_in_the_name_of_the_person_it_is_for(running: Yard, mira: Caller) -> None:
    tasks, me = running.house.parts.processes.tasks, mira.principal.person_id
    run_id = await begin(running, machine(Approve=ask(links=True)))
    task_id = (await the_task(running, run_id)).task.id
    emil = await another_editor(running)

    made = await tasks.make_link(emil, task_id, me)
    seen = await tasks.look_by_link(SOMEBODY, task_id, made.token)
    answers = await asyncio.gather(
        *(tasks.decide_by_link(SOMEBODY, task_id, made.token, one) for one in (YES, NO) * 3), return_exceptions=True
    )

    assert (seen.row.title, seen.may_decide, seen.may_reassign) == ("Order 17", True, False)
    assert len([one for one in answers if isinstance(one, TaskLinkRefusedError)]) == 5
    view = await until(running, run_id, RunState.SUCCEEDED)
    assert (view.output["by"]["name"], view.output["by_link"]) == ("mira", True)
    assert await told(running, mira) == ["task.link_used", "task.link_made", "task.assigned"]
    found = (await running.house.parts.audit.list_entries(AuditQuery(name="task."), PageRequest(10))).items
    assert [(one.name, one.actor.label) for one in found if one.name != "task.create"] == [
        ("task.decide", "mira"),
        ("task.link", "emil"),
    ]
    assert made.token.reveal() not in str(found)
    with pytest.raises(TaskLinkRefusedError):
        await tasks.look_by_link(SOMEBODY, task_id, made.token)


@pytest.mark.requirement("P2")
async def test_a_link_is_refused_in_one_way_whatever_is_wrong_with_it(running: Yard, mira: Caller) -> None:
    tasks, me = running.house.parts.processes.tasks, mira.principal.person_id
    first = (await the_task(running, await begin(running, machine(Approve=ask(links=True))))).task.id
    other_run = await begin(running, machine(Approve=ask(links=True), End={"Type": "Pass"}))
    second = (await the_task(running, other_run)).task.id
    emil = await another_editor(running)
    replaced = (await tasks.make_link(emil, first, me)).token
    good = (await tasks.make_link(emil, first, me)).token
    of_second = (await tasks.make_link(emil, second, me)).token
    made_up = Secret("jft_" + "0" * 64)

    refusals: set[str] = set()
    for task_id, token in (
        (first, replaced),
        (first, of_second),
        (first, made_up),
        (first, Secret("x")),
        (first, Secret("")),
        (TaskId("tsk_unknown"), good),
    ):
        with pytest.raises(TaskLinkRefusedError) as refused:
            await tasks.decide_by_link(SOMEBODY, task_id, token, YES)
        refusals.add(refused.value.message)
    await tasks.reassign(emil, first, Assignees(frozenset({emil.principal.person_id})))
    await running.house.parts.processes.runs.cancel(running.editor, other_run)
    for task_id, token in ((first, good), (second, of_second)):
        with pytest.raises(TaskLinkRefusedError) as refused:
            await tasks.decide_by_link(SOMEBODY, task_id, token, YES)
        refusals.add(refused.value.message)

    assert len(refusals) == 1
    with running.house.parts.database.engine.connect() as connection:
        stored = connection.execute(text("SELECT count(*) FROM task_links")).scalar()
    assert stored == 0, "what can't be used any more is gone"


@pytest.mark.requirement("P2")
async def test_links_are_made_where_the_step_takes_them_by_who_governs_it_and_for_who_may_answer(
    running: Yard, mira: Caller
) -> None:
    tasks, me = running.house.parts.processes.tasks, mira.principal.person_id
    plain = (await the_task(running, await begin(running, machine(Approve=ask())))).task.id
    run_id = await begin(running, machine(Approve=ask(links=True), End={"Type": "Pass"}))
    taking = (await the_task(running, run_id)).task.id
    emil = await another_editor(running)

    with pytest.raises(ConflictError) as refused:
        await tasks.make_link(emil, plain, me)
    assert refused.value.code == "task.takes_no_links"
    with pytest.raises(ForbiddenError):
        await tasks.make_link(await running.again(mira), taking, me)
    with pytest.raises(ForbiddenError):
        # He started the run, and would approve his own in another's name.
        await tasks.make_link(running.editor, taking, me)
    for nobody in (PersonId("per_unknown"), emil.principal.person_id, running.editor.principal.person_id):
        with pytest.raises(InvalidError):
            await tasks.make_link(emil, taking, nobody)
    token = (await tasks.make_link(emil, taking, me)).token
    await running.house.parts.directory.people.deactivate_person(running.house.admin, me)
    with pytest.raises(TaskLinkRefusedError):
        await tasks.decide_by_link(SOMEBODY, taking, token, YES)
    assert (await the_task(running, run_id)).task.state is TaskState.OPEN


@pytest.mark.requirement("P2", "P7", "D01")
async def test_what_a_sensitive_process_asks_and_is_answered_is_stored_sealed(running: Yard, mira: Caller) -> None:
    canary, reason = "canary-of-the-question", "canary-of-the-answer"
    run_id = await begin(running, machine(Approve=ask(title=canary, text=canary)), sensitive=True)
    (row,) = await inbox(running, mira)
    assert row.title == canary

    tasks = running.house.parts.processes.tasks
    detail = await tasks.decide(await running.again(mira), row.task.id, replace(YES, reason=reason))
    await until(running, run_id, RunState.SUCCEEDED)

    assert (detail.is_sealed, detail.content.text, (detail.answer or {})["reason"]) == (True, canary, reason)
    await running.house.parts.audit.flush()
    with running.house.parts.database.engine.connect() as connection:
        for table in ("tasks", "run_steps", "run_trail", "runs", "notices", "audit_entries"):
            rows = str(connection.execute(text(f"SELECT * FROM {table}")).all())  # a name of ours
            assert canary not in rows
            assert reason not in rows
