"""What every use case is made with, and the few steps that all of them take."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from jackfield.audit import AuditLog
from jackfield.connections import Named, UseRegistry
from jackfield.connectors import Catalogue
from jackfield.db import Database, Transaction
from jackfield.directory import Caller, DirectoryFacts, Principal
from jackfield.errors import JsonValue
from jackfield.integrations import StepMethods
from jackfield.kernel import BusinessUnitId, Clock, GroupId, ObjectRef, PersonId, ProcessId
from jackfield.notices import Notices
from jackfield.processes import access
from jackfield.processes.errors import ProcessNameAmbiguousError, changed_meanwhile, unknown_process
from jackfield.processes.models import KnownProcess, Process, ProcessAct, ProcessFacts
from jackfield.processes.store import records
from jackfield.settings import Limits

T = TypeVar("T")

Reference = ProcessId | str
"""A process's id, or its name where it means only one in the business units of whoever uses it."""


class ProcessFollower(Protocol):
    """A feature whose things belong to processes."""

    def process_changed(self, tx: Transaction, process: KnownProcess) -> None:
        """It has another name or owner, in this transaction."""
        ...

    def process_deleted(self, tx: Transaction, caller: Caller, process: KnownProcess) -> None:
        """It is deleted, in this transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A process in a transaction, with the decision that it may be acted on."""

    process: Process
    facts: ProcessFacts
    principal: Principal
    """The caller, as the transaction sees him."""
    rule: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What the use cases are made with."""

    database: Database
    directory: DirectoryFacts
    catalogue: Catalogue
    uses: UseRegistry
    methods: StepMethods
    audit: AuditLog
    notices: Notices
    clock: Clock
    limits: Limits
    followers: list[ProcessFollower] = field(default_factory=list[ProcessFollower])
    """The features to tell what becomes of a process."""

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Look something up."""
        return await self.database.read(work)

    async def act(
        self,
        caller: Caller,
        name: str,
        reference: Reference,
        work: Callable[[Transaction], T],
        *,
        unit: BusinessUnitId | None = None,
        read: bool = False,
    ) -> T:
        """Do something to a process in one transaction; a refusal is recorded, too (E1)."""
        act = caller.act(name, ObjectRef("process", reference), business_unit_id=unit)
        async with self.audit.record_refusals(act):
            return await (self.database.read(work) if read else self.database.write(work))

    def open(
        self,
        tx: Transaction,
        caller: Caller,
        act: ProcessAct,
        reference: Reference,
        *,
        expected_version: int | None = None,
        changes_policy: bool = True,
    ) -> Opened:
        """Lock a process to change it, and decide by who the caller is at this moment.

        Raises:
            ProcessNotFoundError: There is none, as far as he may know.
            ForbiddenError, ConflictError: As `access.require`.
            ProcessChangedError: It is no longer the version that was expected.
        """
        if changes_policy:
            # First of all: it is the lock on which all that changes rights queues.
            tx.change_policy()
        principal = self.principal(tx, caller)
        process = self.find(tx, principal, reference, lock=True)
        opened = self._opened(tx, principal, act, process)
        if expected_version is not None and expected_version != process.version:
            raise changed_meanwhile(process.version)
        return opened

    def look(self, tx: Transaction, caller: Caller, act: ProcessAct, reference: Reference) -> Opened:
        """As `open`, for an act that changes nothing in this transaction."""
        return self._opened(tx, caller.principal, act, self.find(tx, caller.principal, reference))

    def principal(self, tx: Transaction, caller: Caller) -> Principal:
        """The caller's rights as this transaction sees them: what was taken from him meanwhile is taken."""
        now = self.directory.find_principal(tx, caller.principal.person_id)
        if now is None:
            raise unknown_process()
        return now

    def find(self, tx: Transaction, principal: Principal, reference: Reference, *, lock: bool = False) -> Process:
        """The process that a reference means to somebody.

        Raises:
            ProcessNotFoundError: None that he may know of.
            ProcessNameAmbiguousError: Several.
        """
        found = records.find_process(tx, ProcessId(reference), lock=lock)
        if found is not None:
            return found
        units = None if principal.is_super_admin else frozenset(principal.roles)
        ids = records.find_ids_by_name(tx, reference, units)
        named = [one for id_ in ids if (one := records.find_process(tx, id_)) is not None]
        known = [one for one in named if access.decide(principal, ProcessAct.SEE, records.facts_of(tx, one)).allowed]
        if not known:
            raise unknown_process()
        if len(known) > 1:
            raise ProcessNameAmbiguousError(
                f"{reference[:120]!r} is the name of several processes; use the id", field="process"
            )
        locked = records.find_process(tx, known[0].id, lock=True) if lock else known[0]
        if locked is None:
            raise unknown_process()
        return locked

    def record(self, tx: Transaction, caller: Caller, name: str, opened: Opened, **data: JsonValue) -> None:
        """Record what was done to a process, in the transaction in which it is done (E1)."""
        self.audit.record(
            tx,
            caller.act(
                name,
                process_ref(opened.process),
                business_unit_id=opened.process.business_unit_id,
                rule=opened.rule,
                data=data,
            ),
        )

    def tell(self, tx: Transaction, people: Iterable[PersonId], kind: str, process: Process, **data: JsonValue) -> None:
        """Tell people about this version of a process, once."""
        told = sorted(set(people))
        if told:
            self.notices.tell(tx, told, kind, process_ref(process), data, f"{kind}:{process.id}:{process.version}")

    def people_named(self, tx: Transaction, ids: Iterable[PersonId]) -> dict[PersonId, Named]:
        """People by their present names."""
        wanted = set(ids)
        found = self.directory.find_people(tx, wanted)
        return {one: Named(one, found[one].name if one in found else one) for one in wanted}

    def groups_named(self, tx: Transaction, ids: Iterable[GroupId]) -> tuple[Named, ...]:
        """Groups by their present names, in their order."""
        found = self.directory.find_groups(tx, ids)
        return tuple(sorted((Named(group.id, group.name) for group in found.values()), key=lambda one: one.name))

    def unit_named(self, tx: Transaction, unit: BusinessUnitId) -> Named:
        """A business unit by its present name."""
        found = self.directory.find_business_unit(tx, unit)
        return Named(unit, found.name if found else unit)

    @staticmethod
    def named(id_: str, name: str) -> Named:
        """Something by its present name."""
        return Named(id_, name)

    @staticmethod
    def _opened(tx: Transaction, principal: Principal, act: ProcessAct, process: Process) -> Opened:
        facts = records.facts_of(tx, process)
        decision = access.require(principal, act, facts)
        return Opened(process, facts, principal, decision.rule)


def process_ref(process: Process) -> ObjectRef:
    """As the audit and notices name it."""
    return ObjectRef("process", process.id, process.name)
