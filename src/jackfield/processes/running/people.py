"""Asking people for a run: a step that begins with a task, and waits for its answer (P2).

The task, the step's journal and the notices are written in one transaction each time, under the run's claim: what was
asked stands there once, whenever a process dies.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeVar

from jackfield.audit import AuditUnavailableError
from jackfield.db import Transaction
from jackfield.engine import Claim, keep_claim
from jackfield.errors import JsonValue
from jackfield.kernel import Act, Actor, ActorKind, Door, ObjectRef, PersonId, RequestId, TaskId, new_id
from jackfield.processes.asking import resolve, tell, who_can_answer
from jackfield.processes.questions import Question, moment_of, read_question
from jackfield.processes.run_models import Run, Step, StepStatus
from jackfield.processes.running.journal import Chunk, Fact, write_trail
from jackfield.processes.running.payloads import Payloads
from jackfield.processes.running.programs import Program
from jackfield.processes.running.tools import Tools
from jackfield.processes.store import records, steps, tasks
from jackfield.processes.store.steps import StoredStep
from jackfield.processes.store.tasks import StoredTask
from jackfield.processes.task_models import Assignees, Task, TaskContent, TaskKind, TaskState
from jackfield.states import TaskOrder

T = TypeVar("T")

_AGAIN_SECONDS: Final = 0.5
_HOUSE: Final = Actor(ActorKind.SYSTEM, "jackfield", "Jackfield")


class PeopleAsker:
    """Asks people what one run wants to know."""

    def __init__(self, tools: Tools, *, claim: Claim, run: Run, program: Program, payloads: Payloads) -> None:
        self._tools = tools
        self._claim = claim
        self._run = run
        self._program = program
        self._payloads = payloads

    async def ask(self, order: TaskOrder, step: Step, trail: Sequence[Chunk]) -> Fact:
        """Begin a step that waits for people.

        Raises:
            InvalidError: Its arguments ask nobody, or nothing that could be answered.
            ClaimLostError: The run is another process's.
        """
        kind = TaskKind(order.resource.name)
        question = read_question(kind, order.arguments)
        now = self._tools.clock.now()
        ends_at = None
        if order.timeout_seconds is not None:
            ends_at = order.ordered_at + timedelta(seconds=order.timeout_seconds)
        due_at = moment_of(question.due, now, field="due")
        remind_at = moment_of(question.remind, now, field="remind") or due_at
        starter = self._run.starter
        may_answer_own = kind is TaskKind.FORM or question.self_approval
        is_barred = starter.kind is ActorKind.PERSON and not may_answer_own
        task = Task(
            id=TaskId(new_id("tsk")),
            run_id=self._run.id,
            n=step.n,
            path=step.path,
            process_id=self._run.process_id,
            business_unit_id=self._run.business_unit_id,
            kind=kind,
            state=TaskState.OPEN,
            created_at=now,
            barred_id=PersonId(starter.id) if is_barred else None,
            takes_links=question.links,
            due_at=due_at,
            remind_at=remind_at,
            ends_at=ends_at,
        )
        waiting = replace(step, status=StepStatus.WAITING, repeat=None)

        def work(tx: Transaction) -> None:
            keep_claim(tx, self._claim)
            directory, unit = self._tools.directory, self._run.business_unit_id
            assignees = resolve(directory, tx, question.assignees, unit, field="arguments.assignees")
            later = resolve(directory, tx, question.escalate_to, unit, field="arguments.escalate_to")
            content = self._payloads.write(content_of(question, later), f"task/{step.n}")
            steps.insert_step(tx, StoredStep(waiting, self._payloads.write(order.arguments, f"in/{step.n}")))
            write_trail(tx, self._run.id, trail)
            tasks.insert_task(tx, StoredTask(task, content), assignees)
            self._record(
                tx, "task.create", task, people=[*sorted(assignees.people)], groups=[*sorted(assignees.groups)]
            )
            self._tell(tx, "task.assigned", task, question.title, assignees)

        await self._write(work)
        return Fact(waiting, until=remind_at)

    async def remind(self, step: Step) -> Fact:
        """Remind those who are asked, and ask others, too: the moment for that has come.

        Raises:
            ClaimLostError: The run is another process's.
        """
        now = self._tools.clock.now()

        def work(tx: Transaction) -> Fact:
            keep_claim(tx, self._claim)
            stored = tasks.find_of_step(tx, self._run.id, step.n, lock=True)
            if stored is None or stored.task.state is not TaskState.OPEN:
                # Answered meanwhile: that is on its way into the run.
                return Fact(step)
            task = stored.task
            if task.remind_at is not None and task.remind_at <= now:
                task = self._remind(tx, stored)
            return Fact(step, until=task.remind_at)

        return await self._write(work)

    def _remind(self, tx: Transaction, stored: StoredTask) -> Task:
        content = read_content(self._payloads, stored)
        reminded = replace(stored.task, remind_at=None, version=stored.task.version + 1)
        tasks.update_task(tx, reminded)
        before = tasks.assignees_of(tx, [reminded.id])[reminded.id]
        tasks.add_assignees(tx, reminded.id, content.escalate_to)
        self._record(
            tx,
            "task.escalate",
            reminded,
            people=[*sorted(content.escalate_to.people)],
            groups=[*sorted(content.escalate_to.groups)],
        )
        self._tell(tx, "task.reminded", reminded, content.title, before)
        if not content.escalate_to.is_empty:
            self._tell(tx, "task.escalated", reminded, content.title, content.escalate_to)
        return reminded

    def _tell(self, tx: Transaction, kind: str, task: Task, title: str, assignees: Assignees) -> None:
        """Tell those who can answer; if there are none, the process's owner (C12)."""
        data = self._data(tx, task, title)
        directory, notices = self._tools.directory, self._tools.notices
        if tell(notices, tx, who_can_answer(directory, tx, task, assignees), kind, task, data, str(task.version)):
            return
        process = records.find_process(tx, self._run.process_id)
        if process is not None and kind == "task.assigned":
            tell(notices, tx, iter([process.owner_id]), "task.unassigned", task, data, str(task.version))

    def _data(self, tx: Transaction, task: Task, title: str) -> dict[str, JsonValue]:
        names = records.names_of(tx, [self._run.process_id])
        return {
            "process": names.get(self._run.process_id, ""),
            # What is sensitive stands in the task alone, where it is closed.
            "title": "" if self._payloads.is_closed else title,
            "due_at": None if task.due_at is None else task.due_at.isoformat(),
        }

    def _record(self, tx: Transaction, name: str, task: Task, **data: JsonValue) -> None:
        self._tools.audit.record(
            tx,
            Act(
                actor=self._run.starter if name == "task.create" else _HOUSE,
                door=Door.PROCESS,
                request_id=RequestId(f"{self._run.id}.{task.n}"),
                name=name,
                object=ObjectRef("task", task.id, self._program.name),
                business_unit_id=task.business_unit_id,
                rule="P2",
                data={"process": task.process_id, "run": task.run_id, "step": task.path, **data},
            ),
        )

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        """In a transaction behind all that was handed in before, as soon as it can be recorded."""
        while True:
            await self._tools.audit.flush()
            try:
                return await self._tools.database.write(work)
            except AuditUnavailableError:
                await asyncio.sleep(_AGAIN_SECONDS)


def content_of(question: Question, escalate_to: Assignees) -> dict[str, JsonValue]:
    """What a task says, to be stored."""
    return {
        "title": question.title,
        "text": question.text,
        "format": question.format.value,
        "form": None
        if question.form is None
        else question.form.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "escalate_to": {"people": [*sorted(escalate_to.people)], "groups": [*sorted(escalate_to.groups)]},
    }


def read_content(payloads: Payloads, stored: StoredTask) -> TaskContent:
    """What a task says."""
    found = payloads.read(stored.content, f"task/{stored.task.n}")
    later = found["escalate_to"]
    return TaskContent(
        found["title"],
        found["text"],
        found["format"],
        found["form"],
        Assignees(frozenset(later["people"]), frozenset(later["groups"])),
    )
