"""What the directory asks of other rooms: to record, to take over from who leaves, to say where a group is used."""

from typing import Protocol

from jackfield.db import Transaction
from jackfield.directory.models import Caller
from jackfield.kernel import Act, BusinessUnitId, GroupId, ObjectRef, PersonId


class ActRecorder(Protocol):
    """Records what was done in the transaction in which it is done (E1)."""

    def record(self, tx: Transaction, act: Act) -> None:
        """Write the act down, or raise: then it has not been done."""
        ...


class Leaver(Protocol):
    """Sees to what somebody leaves behind (C12)."""

    def person_left(self, tx: Transaction, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None) -> None:
        """Called in the same transaction, after the change, while it holds the policy lock.

        Args:
            tx: The transaction; `directory.facts` answers in it what the person still is and who is there to take over.
            caller: Who had it done.
            person_id: Who left.
            unit_id: The business unit he has no role in any more, or only that of an auditor; None when he was deactivated or is no longer a
                super admin: then look at him everywhere.
        """
        ...


class GroupUse(Protocol):
    """Knows things that would lose their meaning without a group (O1)."""

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
        """What stands in the way of deleting it."""
        ...
