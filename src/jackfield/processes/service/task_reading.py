"""Tasks as people see them, and who may see them (P2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.errors import JsonValue
from jackfield.kernel import ObjectRef, RunId, TaskId
from jackfield.processes import access
from jackfield.processes.errors import RunNotFoundError, TaskNotFoundError
from jackfield.processes.models import ProcessAct, ProcessFacts
from jackfield.processes.running import Payloads, Tools
from jackfield.processes.running.people import read_content
from jackfield.processes.service.parts import Parts
from jackfield.processes.store import records, runs, steps, tasks
from jackfield.processes.store.tasks import StoredTask
from jackfield.processes.task_models import Assignees, Task, TaskContent, TaskDetail, TaskRow, TaskState

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A task in a transaction, as somebody may see it."""

    stored: StoredTask
    assignees: Assignees
    facts: ProcessFacts
    process_name: str
    payloads: Payloads
    content: TaskContent
    answer: Mapping[str, Any] | None
    is_asked: bool
    is_barred: bool
    may_reassign: bool

    @property
    def task(self) -> Task:
        """The record."""
        return self.stored.task

    @property
    def why_not(self) -> str:
        """Why whoever sees it can't answer it; empty if he can."""
        if self.is_barred:
            return "whoever started the run can't approve his own"
        return "" if self.is_asked else "you are not among those who are asked"


class TaskReading:
    """Reads tasks, for whoever may."""

    def __init__(self, parts: Parts, tools: Tools) -> None:
        self._parts = parts
        self._tools = tools

    def _open(self, tx: Transaction, principal: Principal, task_id: TaskId, *, lock: bool = False) -> OpenedTask:
        """A task that somebody may see.

        Raises:
            TaskNotFoundError: There is none, as far as he may know.
        """
        stored = tasks.find_task(tx, task_id, lock=lock)
        if stored is None:
            raise unknown_task()
        task = stored.task
        process = records.find_any(tx, task.process_id)
        facts = records.facts_of(tx, process)
        assignees = tasks.assignees_of(tx, [task.id])[task.id]
        is_asked = principal.is_active and (
            principal.person_id in assignees.people or not principal.group_ids.isdisjoint(assignees.groups)
        )
        is_own = principal.is_active and task.decided_by == principal.person_id
        may_reassign = access.decide(principal, ProcessAct.MANAGE_TASKS, facts).allowed
        may_read = may_reassign or access.decide(principal, ProcessAct.READ_RUNS, facts).allowed
        if not is_asked and not is_own and not may_read:
            raise unknown_task()
        payloads = payloads_of(self._tools, tx, task.run_id)
        step = steps.find_step(tx, task.run_id, task.n)
        return OpenedTask(
            stored,
            assignees,
            facts,
            process.name,
            payloads,
            read_content(payloads, stored),
            payloads.read(step.output, f"out/{task.n}") if step is not None else None,
            is_asked,
            task.barred_id == principal.person_id,
            may_reassign,
        )

    def _require_run(self, tx: Transaction, principal: Principal, run_id: RunId) -> None:
        """Go on if somebody may see a run.

        Raises:
            RunNotFoundError: There is none, as far as he may know.
        """
        run = runs.find_run(tx, run_id)
        facts = run and records.facts_of(tx, records.find_any(tx, run.process_id))
        is_own = run is not None and run.starter.id == principal.person_id and principal.is_active
        if facts is None or not (is_own or access.decide(principal, ProcessAct.READ_RUNS, facts).allowed):
            raise RunNotFoundError("there is no such run, or it is not for you to see", what="run")

    def _detail(self, tx: Transaction, opened: OpenedTask) -> TaskDetail:
        task = opened.task
        is_open = task.state is TaskState.OPEN
        return TaskDetail(
            rows_of(self._parts, self._tools, tx, [opened.stored])[task.id],
            opened.content,
            is_sealed=opened.payloads.is_closed,
            answer=opened.answer,
            may_decide=is_open and not opened.why_not,
            why_not=opened.why_not if is_open else "",
            may_reassign=is_open and opened.may_reassign,
        )

    async def _act(self, caller: Caller, name: str, task_id: TaskId, work: Callable[[Transaction], T]) -> T:
        """Do something to a task in one transaction; a refusal is recorded, too (E1)."""
        act = caller.act(name, ObjectRef("task", task_id))
        async with self._parts.audit.record_refusals(act):
            return await self._parts.database.write(work)

    def _record(self, tx: Transaction, caller: Caller, name: str, opened: OpenedTask, **data: JsonValue) -> None:
        task = opened.task
        self._parts.audit.record(
            tx,
            caller.act(
                name,
                ObjectRef("task", task.id, opened.process_name),
                business_unit_id=task.business_unit_id,
                rule="P2",
                data={"process": task.process_id, "run": task.run_id, "step": task.path, **data},
            ),
        )


def payloads_of(tools: Tools, tx: Transaction, run_id: RunId) -> Payloads:
    """What a run's tasks are written in."""
    found = runs.find_box(tx, run_id)
    assert found is not None
    return Payloads.open(tools.vault, found[0], run_id, found[1])


def rows_of(parts: Parts, tools: Tools, tx: Transaction, found: Iterable[StoredTask]) -> dict[TaskId, TaskRow]:
    """Tasks as lists show them, by their ids and in their order."""
    listed = [*found]
    assignees = tasks.assignees_of(tx, [one.task.id for one in listed])
    processes = records.names_of(tx, [one.task.process_id for one in listed])
    payloads = {run_id: payloads_of(tools, tx, run_id) for run_id in {one.task.run_id for one in listed}}
    deciders = [one.task.decided_by for one in listed if one.task.decided_by]
    people = parts.people_named(tx, [*deciders, *(one for some in assignees.values() for one in some.people)])
    groups = parts.groups_named(tx, {one for some in assignees.values() for one in some.groups})

    def row(stored: StoredTask) -> TaskRow:
        task, asked = stored.task, assignees[stored.task.id]
        return TaskRow(
            task,
            read_content(payloads[task.run_id], stored).title,
            parts.named(task.process_id, processes.get(task.process_id, "")),
            tuple(sorted((people[one] for one in asked.people), key=lambda one: one.name)),
            tuple(one for one in groups if one.id in asked.groups),
            None if task.decided_by is None else people[task.decided_by],
        )

    return {one.task.id: row(one) for one in listed}


def unknown_task() -> TaskNotFoundError:
    """The one answer to every id that isn't for this person."""
    return TaskNotFoundError("there is no such task, or it is not for you to see", what="task")
