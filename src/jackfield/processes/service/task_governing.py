"""Asking others, links that answer once, and tasks that nobody can answer any more (P2, C12)."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from jackfield.db import Transaction
from jackfield.directory import Approach, Caller, Principal
from jackfield.errors import ConflictError, ForbiddenError, InvalidError, JsonValue
from jackfield.kernel import GroupId, ObjectRef, PersonId, Secret, TaskId
from jackfield.processes import access
from jackfield.processes.asking import tell, who_can_answer
from jackfield.processes.errors import TaskChangedError, TaskLinkRefusedError, TaskNotFoundError
from jackfield.processes.service.task_reading import OpenedTask
from jackfield.processes.service.tasks import Answering, require_open
from jackfield.processes.store import records, runs, tasks
from jackfield.processes.store.tasks import StoredLink
from jackfield.processes.task_models import Answer, Assignees, IssuedLink, TaskDetail, TaskState

_AT_ONCE: Final = 200
_TOKEN: Final = re.compile(r"jft_[0-9a-f]{64}")


class Tasks(Answering):
    """The tasks of an installation.

    Whoever is asked sees and answers a task; the editors and the owner of its process see it and ask others; auditors see
    it. To everybody else it doesn't exist.
    """

    async def reassign(
        self, caller: Caller, task_id: TaskId, assignees: Assignees, *, expected_version: int | None = None
    ) -> TaskDetail:
        """Ask these people and groups in place of those who were asked.

        Raises:
            TaskEndedError: It is over.
            InvalidError: A person or group that there is not, or nobody at all.
        """

        def work(tx: Transaction) -> TaskDetail:
            principal = self._parts.principal(tx, caller)
            opened = self._open(tx, principal, task_id, lock=True)
            if not opened.may_reassign:
                raise ForbiddenError(
                    "only the editors and the owner of the process ask others",
                    rule="P2",
                    act="reassign",
                    who_can_change=access.EDITORS,
                )
            require_open(opened.task)
            if expected_version is not None and expected_version != opened.task.version:
                raise TaskChangedError("the task was changed meanwhile; read it again", expected=opened.task.version)
            self._require_known(tx, assignees)
            changed = replace(opened.task, version=opened.task.version + 1)
            tasks.update_task(tx, changed)
            tasks.replace_assignees(tx, task_id, assignees)
            self._record(
                tx,
                caller,
                "task.reassign",
                opened,
                people=[*sorted(assignees.people)],
                groups=[*sorted(assignees.groups)],
            )
            now = replace(opened, stored=replace(opened.stored, task=changed), assignees=assignees)
            self._tell_asked(tx, now, but=opened.assignees)
            return self._detail(tx, self._open(tx, principal, task_id))

        return await self._act(caller, "task.reassign", task_id, work)

    # --- Links that answer once ---------------------------------------------------------------------------------------

    async def make_link(self, caller: Caller, task_id: TaskId, person_id: PersonId) -> IssuedLink:
        """A token with which one person can answer one task once, without signing in; he is told that there is one.

        Whoever has the token can answer in his name: so the step must say that it takes links, only who governs the
        process makes them, and whoever may not approve the task makes none for others.

        Raises:
            ConflictError: The step takes no links.
            ForbiddenError, TaskEndedError, InvalidError: It is not for him to make, or not for this person.
        """
        token = Secret(f"jft_{secrets.token_hex(32)}")

        def work(tx: Transaction) -> IssuedLink:
            principal = self._parts.principal(tx, caller)
            opened = self._open(tx, principal, task_id, lock=True)
            task = opened.task
            if not opened.may_reassign or opened.is_barred:
                raise ForbiddenError(
                    "only the editors and the owner of the process make links, and not whoever started the run he can't "
                    "approve",
                    rule="P2",
                    act="link",
                    who_can_change=access.EDITORS,
                )
            require_open(task)
            if not task.takes_links:
                raise ConflictError(
                    "the step takes no links; its Arguments say so with links", code="task.takes_no_links"
                )
            self._require_answerer(tx, opened, person_id)
            now = self._parts.clock.now()
            link = StoredLink(person_id, _digest(token), principal.person_id)
            tasks.replace_link(tx, task_id, link, now)
            self._record(tx, caller, "task.link", opened, person=person_id)
            self._tell_person(tx, opened, person_id, "task.link_made", secrets.token_hex(8), by=principal.name)
            run = runs.find_run(tx, task.run_id)
            expires_at = task.ends_at or (run.deadline if run else now)
            return IssuedLink(self._parts.people_named(tx, [person_id])[person_id], token, expires_at)

        return await self._act(caller, "task.link", task_id, work)

    async def look_by_link(self, approach: Approach, task_id: TaskId, token: Secret) -> TaskDetail:
        """What a link asks, for whoever has it.

        Raises:
            TaskLinkRefusedError: It was used, has expired, or is for another task or person.
        """

        def work(tx: Transaction) -> TaskDetail:
            who = self._find_by_link(tx, approach, task_id, token)
            return replace(self._detail(tx, self._open(tx, who.principal, task_id)), may_reassign=False)

        return await self._parts.read(work)

    async def decide_by_link(self, approach: Approach, task_id: TaskId, token: Secret, answer: Answer) -> TaskDetail:
        """Answer by a link, once, in the name of the person whom it is for; he is told.

        Raises:
            TaskLinkRefusedError: It was used, has expired, or is for another task or person.
            InvalidError: The answer is none to this task.
        """

        def work(tx: Transaction) -> TaskDetail:
            caller = self._find_by_link(tx, approach, task_id, token)
            self._lock(tx, task_id)
            # Once more, behind the lock: of two who use it at once, one does.
            self._find_by_link(tx, approach, task_id, token)
            opened = self._take(tx, caller.principal, task_id)
            detail = self._answer(tx, caller, opened, answer, is_by_link=True)
            self._tell_person(tx, opened, caller.principal.person_id, "task.link_used", "")
            return replace(detail, may_reassign=False)

        detail = await self._parts.database.write(work)
        self._tools.engine.nudged(detail.row.task.run_id)
        return detail

    def _find_by_link(self, tx: Transaction, approach: Approach, task_id: TaskId, token: Secret) -> Caller:
        """Whoever a link is for, if it is good."""
        digest = _digest(token) if _TOKEN.fullmatch(token.reveal()) else b""
        found = [one for one in tasks.list_links(tx, task_id) if hmac.compare_digest(one.digest, digest)]
        principal = self._parts.directory.find_principal(tx, found[0].person_id) if found else None
        stored = tasks.find_task(tx, task_id)
        if principal is None or stored is None or not self._may_answer(tx, principal, task_id):
            raise TaskLinkRefusedError("this link was used, has expired, or is not for this task", rule="P2")
        return Caller(replace(principal, token_id=None), approach.door, approach.request_id)

    def _may_answer(self, tx: Transaction, principal: Principal, task_id: TaskId) -> bool:
        try:
            opened = self._open(tx, principal, task_id)
        except TaskNotFoundError:
            return False
        return principal.is_active and opened.task.state is TaskState.OPEN and not opened.why_not

    def _require_answerer(self, tx: Transaction, opened: OpenedTask, person_id: PersonId) -> None:
        principal = self._parts.directory.find_principal(tx, person_id)
        if principal is None or not self._may_answer(tx, principal, opened.task.id):
            raise InvalidError("a link is made for somebody who is asked, and may answer", field="person_id")

    # --- When nobody is left ------------------------------------------------------------------------------------------

    def person_left(self, tx: Transaction, person_id: PersonId) -> None:
        """Tell the owners of processes whose open tasks nobody can answer any more, now that somebody has left (C12)."""
        principal = self._parts.directory.find_principal(tx, person_id)
        groups: Iterable[GroupId] = principal.group_ids if principal else ()
        self._tell_owners(tx, tasks.list_asked(tx, person_id, frozenset(groups)))

    async def tell_of_unanswerable(self) -> None:
        """Tell the owners of processes whose open tasks nobody can answer any more, as when a group was emptied; once each."""
        after: TaskId | None = None
        while True:
            place = after
            found = await self._parts.read(lambda tx, place=place: tasks.list_open_ids(tx, place, _AT_ONCE))
            if found:
                await self._parts.database.write(lambda tx, found=found: self._tell_owners(tx, found))
            if len(found) < _AT_ONCE:
                return
            after = found[-1]

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
        """The processes that ask a group just now: it can't be deleted."""
        asking = tasks.list_processes_asking(tx, group_id)
        names = records.names_of(tx, asking)
        return tuple(ObjectRef("process", one, names.get(one, "")) for one in asking)

    def _tell_owners(self, tx: Transaction, ids: Iterable[TaskId]) -> None:
        for task_id in ids:
            stored = tasks.find_task(tx, task_id)
            if stored is None or stored.task.state is not TaskState.OPEN:
                continue
            task = stored.task
            assignees = tasks.assignees_of(tx, [task_id])[task_id]
            if next(who_can_answer(self._parts.directory, tx, task, assignees), None) is not None:
                continue
            process = records.find_process(tx, task.process_id)
            if process is not None:
                data: dict[str, JsonValue] = {"process": process.name, "title": ""}
                key = str(task.version)
                tell(self._parts.notices, tx, iter([process.owner_id]), "task.unassigned", task, data, key)

    # --- Telling ------------------------------------------------------------------------------------------------------

    def _tell_asked(self, tx: Transaction, opened: OpenedTask, *, but: Assignees) -> None:
        task, fresh = opened.task, Assignees(opened.assignees.people - but.people, opened.assignees.groups - but.groups)
        directory = self._parts.directory
        data = self._data(opened)
        tell(
            self._parts.notices,
            tx,
            who_can_answer(directory, tx, task, fresh),
            "task.assigned",
            task,
            data,
            str(task.version),
        )
        if next(who_can_answer(directory, tx, task, opened.assignees), None) is None:
            self._tell_owners(tx, [task.id])

    def _tell_person(
        self, tx: Transaction, opened: OpenedTask, person_id: PersonId, kind: str, key: str, **data: JsonValue
    ) -> None:
        tell(self._parts.notices, tx, iter([person_id]), kind, opened.task, {**self._data(opened), **data}, key)

    def _data(self, opened: OpenedTask) -> dict[str, JsonValue]:
        task = opened.task
        return {
            "process": opened.process_name,
            "title": "" if opened.payloads.is_closed else opened.content.title,
            "due_at": None if task.due_at is None else task.due_at.isoformat(),
        }

    def _require_known(self, tx: Transaction, assignees: Assignees) -> None:
        if assignees.is_empty:
            raise InvalidError("a task asks people or groups", field="people")
        people = self._parts.directory.find_people(tx, assignees.people)
        groups = self._parts.directory.find_groups(tx, assignees.groups)
        active = {one.id for one in people.values() if one.is_active}
        if missing := (assignees.people - active) | (assignees.groups - groups.keys()):
            raise InvalidError(f"there is no active person or group {min(missing)[:60]!r}", field="people")


def _digest(token: Secret) -> bytes:
    # No salt is needed where there are 256 random bits.
    return hashlib.sha256(token.reveal().encode()).digest()
