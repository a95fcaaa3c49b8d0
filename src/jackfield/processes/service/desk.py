"""What rooms above ask of processes in transactions of their own, by the same rules as the use cases here."""

from dataclasses import dataclass

from jackfield.db import Transaction
from jackfield.directory import Caller, Principal
from jackfield.kernel import ProcessId
from jackfield.processes.models import KnownProcess, ProcessAct
from jackfield.processes.service.parts import Parts, Reference
from jackfield.processes.store import records


@dataclass(frozen=True, slots=True)
class OpenedProcess:
    """A process in a transaction, with the decision that something may be done with it."""

    process: KnownProcess
    principal: Principal
    """The caller, as the transaction sees him."""
    rule: str
    """By which rule."""


class ProcessDesk:
    """Processes inside somebody else's transaction."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def open(self, tx: Transaction, caller: Caller, act: ProcessAct, reference: Reference) -> OpenedProcess:
        """Lock a process to change what belongs to it, and decide by who the caller is at this moment.

        Raises:
            ProcessNotFoundError: There is none, as far as he may know.
            ForbiddenError: As `access.require`.
        """
        opened = self._parts.open(tx, caller, act, reference, changes_policy=False)
        return OpenedProcess(opened.process.known, opened.principal, opened.rule)

    def look(self, tx: Transaction, caller: Caller, act: ProcessAct, reference: Reference) -> OpenedProcess:
        """As `open`, for an act that changes nothing in this transaction."""
        opened = self._parts.look(tx, caller, act, reference)
        return OpenedProcess(opened.process.known, opened.principal, opened.rule)

    def find(self, tx: Transaction, process_id: ProcessId) -> KnownProcess | None:
        """A process that isn't deleted; no rule is asked here."""
        found = records.find_process(tx, process_id)
        return None if found is None else found.known
