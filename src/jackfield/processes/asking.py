"""Whom a step asks: references made people and groups, whether anybody of them can answer, and telling them (P2)."""

from collections.abc import Iterator, Mapping
from typing import Final

from jackfield.db import Transaction
from jackfield.directory import DirectoryFacts
from jackfield.errors import JsonValue
from jackfield.kernel import BusinessUnitId, GroupId, ObjectRef, PageRequest, PersonId
from jackfield.notices import Notices
from jackfield.processes.errors import AssigneeUnknownError
from jackfield.processes.questions import Asked
from jackfield.processes.task_models import Assignees, Task

_MOST_TOLD: Final = 1000
"""Of a task; whoever is in its groups beside them finds it in his inbox all the same."""
_AT_ONCE: Final = 200


def person_called(
    directory: DirectoryFacts, tx: Transaction, reference: str, unit: BusinessUnitId, *, field: str
) -> PersonId:
    """The active person of this id or, in the business unit, of this sign-in name or name.

    Raises:
        AssigneeUnknownError: It is nobody, or several.
    """
    found = directory.find_people_called(tx, reference, unit)
    if not found:
        raise AssigneeUnknownError(
            f"there is no active person {reference[:120]!r} in the business unit; ask somebody of another one by his id, "
            "or through a group",
            field=field,
        )
    if len(found) > 1:
        raise AssigneeUnknownError(
            f"several people are called {reference[:120]!r}; use the sign-in name or the id", field=field
        )
    return found[0].id


def group_called(directory: DirectoryFacts, tx: Transaction, reference: str, *, field: str) -> GroupId:
    """The group of this id or name.

    Raises:
        AssigneeUnknownError: There is none.
    """
    found = directory.find_group_called(tx, reference)
    if found is None:
        raise AssigneeUnknownError(f"there is no group {reference[:120]!r}", field=field)
    return found.id


def resolve(directory: DirectoryFacts, tx: Transaction, asked: Asked, unit: BusinessUnitId, *, field: str) -> Assignees:
    """The people and groups that are named.

    Raises:
        AssigneeUnknownError: One is nobody, or several.
    """
    return Assignees(
        frozenset(
            person_called(directory, tx, one, unit, field=f"{field}.people.{index}")
            for index, one in enumerate(asked.people)
        ),
        frozenset(
            group_called(directory, tx, one, field=f"{field}.groups.{index}") for index, one in enumerate(asked.groups)
        ),
    )


def who_can_answer(directory: DirectoryFacts, tx: Transaction, task: Task, assignees: Assignees) -> Iterator[PersonId]:
    """Everybody active who is asked, and may answer, as it is now."""
    for person in directory.find_people(tx, assignees.people).values():
        if person.is_active and person.id != task.barred_id:
            yield person.id
    page: PageRequest | None = PageRequest(_AT_ONCE) if assignees.groups else None
    while page is not None:
        found = directory.list_people_of_groups(tx, sorted(assignees.groups), "", page)
        for person in found.items:
            if person.id not in assignees.people and person.id != task.barred_id:
                yield person.id
        page = PageRequest(_AT_ONCE, found.next) if found.next else None


def tell(  # noqa: PLR0917  # read as a sentence: by whom, tell whom what of which task, once under a key
    notices: Notices,
    tx: Transaction,
    people: Iterator[PersonId],
    kind: str,
    task: Task,
    data: Mapping[str, JsonValue],
    key: str,
) -> bool:
    """Tell people about a task, once under a key; says whether there is anybody."""
    told = {one for one, _ in zip(people, range(_MOST_TOLD), strict=False)}
    label = str(data.get("title") or data.get("process") or "")
    if told:
        notices.tell(tx, told, kind, ObjectRef("task", task.id, label), data, f"{kind}:{task.id}:{key}")
    return bool(told)
