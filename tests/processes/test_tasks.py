"""What runs ask people: who is asked, who may answer, reminders and ends, answers that count once (P2, C12)."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jackfield.audit import AuditQuery
from jackfield.directory import Caller, Role
from jackfield.errors import ConflictError, ForbiddenError, InvalidError
from jackfield.kernel import GroupId, PageRequest, PersonId, RunId, TaskId
from jackfield.processes import (
    Answer,
    Assignees,
    NotPublishableError,
    RunState,
    RunView,
    StepStatus,
    TaskChangedError,
    TaskDecision,
    TaskEndedError,
    TaskNotFoundError,
    TaskRow,
    TaskState,
    TaskView,
)
from jackfield.processes.questions import read_question
from jackfield.processes.task_models import TaskKind
from processes.yard import EVERYTHING, Yard, branch, machine

YES = Answer(TaskDecision.APPROVED, "looks right")
NO = Answer(TaskDecision.REJECTED, "too dear")


def ask(kind: str = "approve", **more: Any) -> dict[str, Any]:
    """A step that asks mira, unless it says otherwise."""
    outer = {name: more.pop(name) for name in [*more] if name[0].isupper()}
    arguments = {"title": "Order 17", "assignees": {"people": ["mira"]}, **more}
    return {"Type": "Task", "Resource": f"person:{kind}", "Arguments": arguments, **outer}


@pytest.fixture
async def running(yard: Yard) -> AsyncGenerator[Yard]:
    async with yard.house.parts.engine.running():
        yield yard


@pytest.fixture
async def mira(yard: Yard) -> Caller:
    return await yard.person("mira", Role.MEMBER)


async def until(yard: Yard, run_id: RunId, *states: RunState) -> RunView:
    async with asyncio.timeout(20):
        while True:
            view = await yard.house.parts.processes.runs.get_run(yard.editor, run_id)
            if view.row.run.state in states:
                return view
            await asyncio.sleep(0.02)


async def inbox(yard: Yard, caller: Caller, view: TaskView = TaskView.OPEN) -> list[TaskRow]:
    found = await yard.house.parts.processes.tasks.list_tasks(await yard.again(caller), view, EVERYTHING)
    return list(found.items)


async def begin(yard: Yard, definition: dict[str, Any], *, caller: Caller | None = None, **settings: Any) -> RunId:
    """A run that waits for somebody."""
    process = await yard.published(f"Asks {len(definition['States'])}", definition, **settings)
    begun = await yard.house.parts.processes.runs.start(caller or yard.editor, process, {"amount": 900})
    await until(yard, begun.row.run.id, RunState.WAITING)
    return begun.row.run.id


async def until_asked(yard: Yard, caller: Caller, *titles: str) -> None:
    """Once somebody is asked just this."""
    async with asyncio.timeout(20):
        while True:
            if [one.title for one in await inbox(yard, caller)] == [*titles]:
                return
            await asyncio.sleep(0.02)


async def the_task(yard: Yard, run_id: RunId) -> TaskRow:
    (found,) = await yard.house.parts.processes.tasks.list_of_run(yard.editor, run_id)
    return found


async def told(yard: Yard, caller: Caller) -> list[str]:
    found = await yard.house.parts.notices.list_for(caller.principal.person_id)
    return [one.kind for one in found.items if one.subject.kind == "task"]


async def group(yard: Yard, name: str, *members: Caller) -> GroupId:
    groups = yard.house.parts.directory.groups
    made = await groups.create_group(yard.house.admin, name=name)
    for one in members:
        await groups.add_member(yard.house.admin, made.id, one.principal.person_id)
    return made.id


@pytest.mark.requirement("P2", "P6", "E1")
async def test_a_run_asks_and_goes_on_with_the_answer(running: Yard, mira: Caller) -> None:
    tasks = running.house.parts.processes.tasks
    asking = ask(
        title="{% 'Order of ' & $string($states.input.amount) %}", text="**Dear**", format="markdown", due=3600
    )
    run_id = await begin(running, machine(Approve=asking, After={"Type": "Pass"}))

    (row,) = await inbox(running, mira)
    assert (row.title, row.task.state, [one.name for one in row.people]) == ("Order of 900", TaskState.OPEN, ["mira"])
    assert await told(running, mira) == ["task.assigned"]
    detail = await tasks.decide(await running.again(mira), row.task.id, YES)

    assert (detail.row.task.state, detail.may_decide, detail.content.text) == (TaskState.DONE, False, "**Dear**")
    view = await until(running, run_id, RunState.SUCCEEDED)
    assert {name: view.output[name] for name in ("decision", "reason", "by_link")} == {
        "decision": "approved",
        "reason": "looks right",
        "by_link": False,
    }
    assert view.output["by"] == {"id": mira.principal.person_id, "name": "mira"}
    assert await inbox(running, mira) == []
    assert [one.task.id for one in await inbox(running, mira, TaskView.DONE)] == [row.task.id]
    with pytest.raises(TaskEndedError):
        await tasks.decide(await running.again(mira), row.task.id, NO)
    found = (await running.house.parts.audit.list_entries(AuditQuery(object_kind="task"), PageRequest(10))).items
    assert [(one.name, one.actor.label, one.data.get("decision")) for one in found] == [
        ("task.decide", "mira", "approved"),
        ("task.create", "erika", None),
    ]
    assert "looks right" not in str(found)
    (step,) = (await running.house.parts.processes.runs.list_steps(running.editor, run_id, EVERYTHING)).items
    assert step.step.status is StepStatus.DONE
    assert step.task is not None
    assert step.task.decided_by is not None


@pytest.mark.requirement("P2")
async def test_a_form_is_answered_with_what_it_asks_for_and_a_rejection_is_an_answer(
    running: Yard, mira: Caller
) -> None:
    tasks = running.house.parts.processes.tasks
    form = {"type": "object", "properties": {"cost": {"type": "number", "title": "Cost"}}, "required": ["cost"]}
    run_id = await begin(running, machine(Fill=ask("form", form=form)))
    (row,) = await inbox(running, mira)
    again = await running.again(mira)

    for answer, field in (
        (Answer(TaskDecision.ANSWERED, values={}), "values.cost"),
        (Answer(TaskDecision.ANSWERED, values={"cost": "dear"}), "values.cost"),
        (Answer(TaskDecision.ANSWERED, values={"cost": 1, "other": 2}), "values.other"),
        (Answer(TaskDecision.ANSWERED, values={"cost": 10**400}), "values.cost"),
        (Answer(TaskDecision.ANSWERED, "a guess", values={"cost": 1}), "reason"),
        (YES, "decision"),
    ):
        with pytest.raises(InvalidError) as refused:
            await tasks.decide(again, row.task.id, answer)
        assert refused.value.data["field"] == field
    await tasks.decide(again, row.task.id, Answer(TaskDecision.ANSWERED, values={"cost": 12.5}))
    assert (await until(running, run_id, RunState.SUCCEEDED)).output["values"] == {"cost": 12.5}

    second = await begin(running, machine(Approve=ask(), End={"Type": "Pass"}))
    (row,) = await inbox(running, mira)
    await tasks.decide(again, row.task.id, NO)
    assert (await until(running, second, RunState.SUCCEEDED)).output["decision"] == "rejected"


@pytest.mark.requirement("P2", "O1")
async def test_who_is_asked_through_a_group_is_whoever_belongs_to_it_by_then(running: Yard, mira: Caller) -> None:
    processes, groups = running.house.parts.processes, running.house.parts.directory.groups
    night = await group(running, "Night shift", mira)
    run_id = await begin(running, machine(Approve=ask(assignees={"groups": ["night SHIFT"]})))
    task_id = (await the_task(running, run_id)).task.id
    olaf = await running.person("olaf", Role.MEMBER)
    outsider = await running.person("otto", Role.MEMBER)

    assert [one.task.id for one in await inbox(running, mira)] == [task_id]
    assert await inbox(running, olaf) == []
    await groups.add_member(running.house.admin, night, olaf.principal.person_id)
    await groups.remove_member(running.house.admin, night, mira.principal.person_id)

    assert [one.task.id for one in await inbox(running, olaf)] == [task_id]
    assert await inbox(running, mira) == []
    for nobody in (mira, outsider):
        for unknown in (task_id, TaskId("tsk_unknown")):
            with pytest.raises(TaskNotFoundError):
                await processes.tasks.get_task(await running.again(nobody), unknown)
            with pytest.raises(TaskNotFoundError):
                await processes.tasks.decide(await running.again(nobody), unknown, YES)
    with pytest.raises(ForbiddenError):
        await processes.tasks.decide(running.editor, task_id, YES)
    assert not (await processes.tasks.get_task(running.editor, task_id)).may_decide
    with pytest.raises(ConflictError) as in_use:
        await groups.delete_group(running.house.admin, night)
    assert "Asks 1" in str(in_use.value.data)
    await processes.tasks.decide(await running.again(olaf), task_id, YES)
    await until(running, run_id, RunState.SUCCEEDED)


@pytest.mark.requirement("P2", "D46")
async def test_nobody_approves_his_own_unless_the_step_lets_him(running: Yard, mira: Caller) -> None:
    tasks = running.house.parts.processes.tasks
    both = {"people": ["mira", "erika"]}
    run_id = await begin(running, machine(Approve=ask(assignees=both)))
    task_id = (await the_task(running, run_id)).task.id

    assert await inbox(running, running.editor) == []
    assert await told(running, running.editor) == []
    with pytest.raises(ForbiddenError) as refused:
        await tasks.decide(running.editor, task_id, YES)
    assert refused.value.data["rule"] == "P2"
    await tasks.reassign(running.editor, task_id, Assignees(frozenset({running.editor.principal.person_id})))
    assert await told(running, running.editor) == ["task.unassigned"]
    with pytest.raises(ForbiddenError):
        await tasks.decide(running.editor, task_id, YES)

    own = await begin(running, machine(Approve=ask(assignees=both, self_approval=True), End={"Type": "Pass"}))
    await tasks.decide(running.editor, (await the_task(running, own)).task.id, YES)
    await until(running, own, RunState.SUCCEEDED)


@pytest.mark.requirement("P2", "P3")
async def test_whoever_is_late_is_reminded_others_are_asked_and_then_the_step_fails_in_time(
    running: Yard, mira: Caller
) -> None:
    head = await running.person("hanna", Role.MEMBER)
    waits = ask(
        due=0.2,
        escalate_to={"people": ["hanna"]},
        TimeoutSeconds=6,
        Catch=[{"ErrorEquals": ["States.Timeout"], "Next": "Late", "Output": "{% $states.errorOutput %}"}],
        End=True,
    )
    process = await running.published("Late", machine(Approve=waits, Late={"Type": "Pass"}))
    begun = await running.house.parts.processes.runs.start(running.editor, process, {})
    run_id = begun.row.run.id

    await until_asked(running, head, "Order 17")
    assert await told(running, mira) == ["task.reminded", "task.assigned"]
    assert await told(running, head) == ["task.escalated"]
    view = await until(running, run_id, RunState.SUCCEEDED)

    assert (view.output["Error"], view.output["code"]) == ("States.Timeout", "step.timed_out")
    assert (await the_task(running, run_id)).task.state is TaskState.EXPIRED
    assert await inbox(running, mira) == await inbox(running, head) == []
    with pytest.raises(TaskEndedError):
        await running.house.parts.processes.tasks.decide(
            await running.again(mira), (await the_task(running, run_id)).task.id, YES
        )


@pytest.mark.requirement("P2")
@pytest.mark.parametrize("due", [True, [], {"in": 5}, -1, 0, 10**400, "tomorrow"])
def test_what_is_no_time_is_refused_where_it_stands(due: Any) -> None:
    arguments = ask(due=due)["Arguments"]

    with pytest.raises(InvalidError) as refused:
        read_question(TaskKind.APPROVE, arguments)

    assert refused.value.data["field"] == "arguments.due"
    assert refused.value.message.startswith("arguments.due: must be seconds from now, or a moment")


@pytest.mark.requirement("P2")
@pytest.mark.parametrize(
    ("name", "value"),
    [("due", "2999-01-01T00:00:00Z"), ("due", 366 * 86_400), ("remind", "2999-01-01T00:00:00Z"), ("remind", True)],
)
async def test_a_time_that_no_run_could_keep_to_is_not_published(
    yard: Yard, mira: Caller, name: str, value: Any
) -> None:
    asking = ask(title="{% $states.input.title %}", **{name: value})

    with pytest.raises(NotPublishableError) as refused:
        await yard.published("Late", machine(Approve=asking))

    assert refused.value.data["problems"] == [
        {
            "pointer": f"/States/Approve/Arguments/{name}",
            "message": f"arguments.{name} must be seconds from now, or a moment as in 2026-11-27T08:00:00Z, within a year",
            "code": "arguments.invalid",
        }
    ]


@pytest.mark.requirement("P2")
async def test_a_moment_within_a_year_can_be_published(yard: Yard, mira: Caller) -> None:
    soon = (datetime.now(UTC) + timedelta(days=300)).strftime("%Y-%m-%dT%H:%M:%SZ")

    assert await yard.published("Soon", machine(Approve=ask(due=soon, remind=3600)))


@pytest.mark.requirement("P2", "P3")
async def test_a_moment_that_no_calendar_has_in_utc_makes_the_run_faulty_and_nothing_else(
    running: Yard, mira: Caller
) -> None:
    before = await begin(running, machine(Approve=ask()))
    process = await running.published("Never", machine(Approve=ask(due="{% '0001-01-01T00:00:00+14:00' %}")))

    begun = await running.house.parts.processes.runs.start(running.editor, process, {})

    view = await until(running, begun.row.run.id, RunState.FAULTY)
    assert view.row.run.problem is not None
    assert view.row.run.problem["message"].startswith("arguments.due: must be seconds from now, or a moment")
    assert [one.task.run_id for one in await inbox(running, mira)] == [before]


@pytest.mark.requirement("P2")
async def test_a_task_whose_time_out_is_beyond_all_calendars_is_asked_and_answered(running: Yard, mira: Caller) -> None:
    waits = ask(TimeoutSeconds="{% 99999999999999 %}")
    run_id = await begin(running, machine(Approve=waits))

    await running.house.parts.processes.tasks.decide(mira, (await the_task(running, run_id)).task.id, YES)

    await until(running, run_id, RunState.SUCCEEDED)


@pytest.mark.requirement("D63")
async def test_a_run_that_can_not_be_carried_on_can_still_be_called_off(yard: Yard, mira: Caller) -> None:
    parts = yard.house.parts
    async with parts.engine.running():
        run_id = await begin(yard, machine(Approve=ask()))
    await parts.processes.tasks.decide(mira, (await the_task(yard, run_id)).task.id, YES)
    await parts.database.write(lambda tx: tx.run("UPDATE run_steps SET output = ? WHERE run_id = ?", (b"{", run_id)))

    async with parts.engine.running():
        await until(yard, run_id, RunState.RUNNING)
        view = await parts.processes.runs.cancel(yard.editor, run_id)

    assert view.row.run.state is RunState.CANCELLED


@pytest.mark.requirement("P2", "D63")
async def test_a_task_goes_with_its_run_and_with_its_branch(running: Yard, mira: Caller) -> None:
    runs = running.house.parts.processes.runs
    cancelled = await begin(running, machine(Approve=ask()))
    await runs.cancel(running.editor, cancelled)

    assert (await the_task(running, cancelled)).task.state is TaskState.CANCELLED
    assert await inbox(running, mira) == []
    failing = branch(Wait={"Type": "Wait", "Seconds": 1}, Fail={"Type": "Fail", "Error": "Enough"})
    both = {
        "Type": "Parallel",
        "Branches": [branch(Approve=ask()), failing],
        "Catch": [{"ErrorEquals": ["Enough"], "Next": "Other"}],
        "End": True,
    }
    aborted = await begin(running, machine(Both=both, Other=ask(title="The other", assignees={"people": ["mira"]})))
    await until_asked(running, mira, "The other")
    steps = (await runs.list_steps(running.editor, aborted, EVERYTHING)).items
    assert [one.step.status for one in steps] == [StepStatus.ABORTED, StepStatus.WAITING]


@pytest.mark.requirement("P2")
async def test_of_many_who_answer_at_once_one_does(running: Yard, mira: Caller) -> None:
    tasks = running.house.parts.processes.tasks
    run_id = await begin(running, machine(Approve=ask()))
    row = await the_task(running, run_id)
    caller = await running.again(mira)

    answers = await asyncio.gather(
        *(tasks.decide(caller, row.task.id, one) for one in (YES, NO) * 5), return_exceptions=True
    )

    assert len([one for one in answers if isinstance(one, TaskEndedError)]) == 9
    (won,) = [one for one in answers if not isinstance(one, BaseException)]
    view = await until(running, run_id, RunState.SUCCEEDED)
    assert view.output["decision"] == won.row.task.decision


@pytest.mark.requirement("P2", "P3")
async def test_a_step_that_asks_nobody_there_is_fails_with_its_error_output_and_is_not_published_where_that_is_known(
    running: Yard, mira: Caller
) -> None:
    expression = "{% $states.input.who %}"
    asking = ask(
        assignees={"people": [expression]},
        Catch=[{"ErrorEquals": ["task.assignee_unknown"], "Next": "Other", "Output": "{% $states.errorOutput %}"}],
        End=True,
    )
    process = await running.published("Nobody", machine(Approve=asking, Other={"Type": "Pass"}))
    begun = await running.house.parts.processes.runs.start(running.editor, process, {"who": "nobody"}, wait_seconds=20)
    assert begun.row.run.state is RunState.SUCCEEDED
    assert "nobody" in begun.output["message"]

    for wrong, pointer in (
        (ask(assignees={"people": ["nobody"]}), "/States/Approve/Arguments/assignees/people/0"),
        (ask(assignees={"groups": ["nobody"]}), "/States/Approve/Arguments/assignees/groups/0"),
        (ask(assignees={}), "/States/Approve/Arguments"),
        (ask(tittle="x"), "/States/Approve/Arguments"),
        (ask("form"), "/States/Approve/Arguments"),
        ({"Type": "Task", "Resource": "person:approve"}, "/States/Approve/Arguments"),
    ):
        made = await running.make(f"Wrong {pointer} {len(str(wrong))}", machine(Approve=wrong))
        with pytest.raises(NotPublishableError) as refused:
            await running.house.parts.processes.publish(running.editor, made.row.id)
        problems = refused.value.data["problems"]
        assert isinstance(problems, list)
        assert pointer in str(problems)


@pytest.mark.requirement("P2", "C12")
async def test_when_nobody_is_left_the_owner_is_told_and_asks_somebody_else(running: Yard, mira: Caller) -> None:
    tasks = running.house.parts.processes.tasks
    night = await group(running, "Night shift", mira)
    by_name = await begin(running, machine(Approve=ask()))
    by_group = await begin(running, machine(Approve=ask(assignees={"groups": ["Night shift"]}), End={"Type": "Pass"}))
    olaf = await running.person("olaf", Role.MEMBER)

    people = running.house.parts.directory.people
    await people.deactivate_person(running.house.admin, mira.principal.person_id)

    assert await told(running, running.editor) == ["task.unassigned"] * 2
    await tasks.tell_of_unanswerable()
    assert await told(running, running.editor) == ["task.unassigned"] * 2, "each once"
    row = await the_task(running, by_name)
    with pytest.raises(TaskChangedError):
        await tasks.reassign(running.editor, row.task.id, Assignees(groups=frozenset({night})), expected_version=7)
    with pytest.raises(InvalidError):
        await tasks.reassign(running.editor, row.task.id, Assignees(frozenset({PersonId("per_nobody")})))
    await tasks.reassign(running.editor, row.task.id, Assignees(frozenset({olaf.principal.person_id})))
    assert await told(running, olaf) == ["task.assigned"]
    await tasks.decide(await running.again(olaf), row.task.id, YES)
    await until(running, by_name, RunState.SUCCEEDED)

    await running.house.parts.directory.groups.add_member(running.house.admin, night, olaf.principal.person_id)
    await tasks.decide(await running.again(olaf), (await the_task(running, by_group)).task.id, YES)
    await until(running, by_group, RunState.SUCCEEDED)
