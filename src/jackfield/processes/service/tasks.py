"""What people are asked: their inbox, and their answers (P2); the one door to tasks."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.engine import nudge_work
from jackfield.errors import ForbiddenError, InvalidError, LimitedError
from jackfield.kernel import JsonValue, Page, PageRequest, ProcessId, RunId, TaskId, canonical_json
from jackfield.processes import access
from jackfield.processes.errors import TaskChangedError, TaskEndedError
from jackfield.processes.forms import read_form
from jackfield.processes.models import ProcessAct
from jackfield.processes.run_models import StepStatus
from jackfield.processes.running.payloads import encode
from jackfield.processes.service.task_reading import OpenedTask, TaskReading, rows_of
from jackfield.processes.store import records, steps, tasks
from jackfield.processes.task_models import (
    Answer,
    Task,
    TaskDecision,
    TaskDetail,
    TaskKind,
    TaskRow,
    TaskState,
    TaskView,
)

_MOST_REASON = 2000


class Answering(TaskReading):
    """Lists what people are asked, and takes their answers."""

    async def list_tasks(
        self, caller: Caller, view: TaskView, page: PageRequest, *, process_id: ProcessId | None = None
    ) -> Page[TaskRow]:
        """The caller's inbox, what he has answered, or what the processes that he governs ask; the newest first."""

        def work(tx: Transaction) -> Page[TaskRow]:
            who = caller.principal
            match view:
                case TaskView.OPEN:
                    found = tasks.list_open(tx, who.person_id, who.group_ids, page)
                case TaskView.DONE:
                    found = tasks.list_done(tx, who.person_id, page)
                case TaskView.GOVERNED:
                    units = [one for one in who.roles if who.is_editor_of(one)]
                    owned = [one for one in records.list_owned(tx, who.person_id, None) if self._governs(tx, who, one)]
                    found = tasks.list_governed(tx, units, owned, process_id, page)
            shown = rows_of(self._parts, self._tools, tx, found.items)
            return found.map(lambda one: shown[one.task.id])

        return await self._parts.read(work)

    async def count_open(self, caller: Caller) -> int:
        """How much is in the caller's inbox."""
        who = caller.principal
        return await self._parts.read(lambda tx: tasks.count_open(tx, who.person_id, who.group_ids))

    async def list_of_run(self, caller: Caller, run_id: RunId) -> Sequence[TaskRow]:
        """What a run has asked, for whoever may see the run."""

        def work(tx: Transaction) -> Sequence[TaskRow]:
            self._require_run(tx, caller.principal, run_id)
            return [*rows_of(self._parts, self._tools, tx, tasks.list_of_run(tx, run_id)).values()]

        return await self._parts.read(work)

    async def get_task(self, caller: Caller, task_id: TaskId) -> TaskDetail:
        """One task, for whoever is asked, has answered, or governs or audits its process."""
        return await self._parts.read(lambda tx: self._detail(tx, self._open(tx, caller.principal, task_id)))

    async def decide(
        self, caller: Caller, task_id: TaskId, answer: Answer, *, expected_version: int | None = None
    ) -> TaskDetail:
        """Answer a task; its run goes on with the answer.

        Raises:
            TaskNotFoundError: There is none, as far as he may know.
            TaskEndedError: It was answered, it expired, or its run ended.
            TaskChangedError: It is no longer the version that was expected.
            ForbiddenError: He isn't asked, or started the run himself.
            InvalidError: The answer is none to this task.
        """

        def work(tx: Transaction) -> TaskDetail:
            principal = self._parts.principal(tx, caller)
            opened = self._take(tx, principal, task_id)
            if expected_version is not None and expected_version != opened.task.version:
                raise TaskChangedError("the task was changed meanwhile; read it again", expected=opened.task.version)
            return self._answer(tx, replace(caller, principal=principal), opened, answer)

        detail = await self._act(caller, "task.decide", task_id, work)
        self._tools.engine.nudged(detail.row.task.run_id)
        return detail

    def _take(self, tx: Transaction, principal: Principal, task_id: TaskId) -> OpenedTask:
        """A task to be answered, locked; its run will hear of it."""
        self._open(tx, principal, task_id)
        self._lock(tx, task_id)
        opened = self._open(tx, principal, task_id)
        require_open(opened.task)
        if why_not := opened.why_not:
            raise ForbiddenError(why_not, rule="P2", act="decide", who_can_change=access.EDITORS)
        return opened

    def _lock(self, tx: Transaction, task_id: TaskId) -> None:
        """The work of its run first, and then the task: as whoever carries the run on does it."""
        stored = tasks.find_task(tx, task_id)
        if stored is not None:
            nudge_work(tx, stored.task.run_id, self._tools.engine.now_ms())
            tasks.find_task(tx, task_id, lock=True)

    def _answer(
        self, tx: Transaction, caller: Caller, opened: OpenedTask, answer: Answer, *, is_by_link: bool = False
    ) -> TaskDetail:
        task, payloads, now = opened.task, opened.payloads, self._parts.clock.now()
        person_id = caller.principal.person_id
        result = _result_of(opened, answer) | {
            "by": {"id": person_id, "name": caller.principal.name},
            "at": now.isoformat(),
            "by_link": is_by_link,
        }
        if len(encode(result)) > self._parts.limits.run_payload_bytes:
            raise LimitedError("the answer is too large", limit=self._parts.limits.run_payload_bytes, field="values")
        output = payloads.write(result, f"out/{task.n}")
        if not steps.answer_step(tx, task.run_id, task.n, StepStatus.DONE, now, output=output, by=person_id):
            raise TaskEndedError("the run doesn't wait for an answer any more")
        done = replace(
            task,
            state=TaskState.DONE,
            ended_at=now,
            remind_at=None,
            decision=answer.decision,
            decided_by=person_id,
            is_by_link=is_by_link,
            version=task.version + 1,
        )
        tasks.update_task(tx, done)
        digest = self._tools.vault.mac("task-answer", canonical_json(dict(answer.values) or answer.reason)).hex()
        self._record(
            tx, caller, "task.decide", opened, decision=answer.decision.value, answer_mac=digest, by_link=is_by_link
        )
        return self._detail(tx, replace(opened, stored=replace(opened.stored, task=done), answer=result))

    def _governs(self, tx: Transaction, who: Principal, process_id: ProcessId) -> bool:
        process = records.find_process(tx, process_id)
        return process is not None and (
            access.decide(who, ProcessAct.MANAGE_TASKS, records.facts_of(tx, process)).allowed
        )


def require_open(task: Task) -> None:
    """Go on if it can be answered.

    Raises:
        TaskEndedError: It can't any more.
    """
    match task.state:
        case TaskState.OPEN:
            return
        case TaskState.DONE:
            raise TaskEndedError("the task was answered already")
        case TaskState.EXPIRED:
            raise TaskEndedError("the task has expired: nobody answered in time")
        case TaskState.CANCELLED:
            raise TaskEndedError("the task is not needed any more: its run ended, or went another way")


def _result_of(opened: OpenedTask, answer: Answer) -> dict[str, Any]:
    """What the step results in, beside who and when."""
    if (opened.task.kind is TaskKind.FORM) != (answer.decision is TaskDecision.ANSWERED):
        raise InvalidError(
            "a form is answered with its values, and an approval with approved or rejected", field="decision"
        )
    if answer.decision is TaskDecision.ANSWERED:
        assert opened.content.form is not None
        if answer.reason:
            raise InvalidError("a form is answered with its values alone, without a reason", field="reason")
        values: dict[str, JsonValue] = read_form(opened.content.form).read(answer.values, where="values")
        return {"decision": answer.decision.value, "values": values}
    if answer.values:
        raise InvalidError("an approval has no values", field="values")
    if len(answer.reason) > _MOST_REASON:
        raise InvalidError(f"the reason has at most {_MOST_REASON} characters", field="reason")
    return {"decision": answer.decision.value, "reason": answer.reason}
