"""What every use case is made with, and the few steps that all of them take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, TypeVar

from jackfield.audit import AuditLog
from jackfield.connections import ConnectionDesk, UseRegistry
from jackfield.db import Database, Transaction
from jackfield.directory import Caller, DirectoryFacts
from jackfield.errors import ForbiddenError, JsonValue
from jackfield.gateway import Gateway
from jackfield.kernel import Actor, ActorKind, Clock, ObjectRef, TriggerId
from jackfield.processes import OpenedProcess, ProcessAct, ProcessDesk, ProcessNotFoundError
from jackfield.settings import Limits
from jackfield.triggers.errors import changed_meanwhile, unknown_trigger
from jackfield.triggers.models import Trigger
from jackfield.triggers.service.roles import RunStarter
from jackfield.triggers.service.waking import Wake
from jackfield.triggers.store import records
from jackfield.triggers.store.records import Kept
from jackfield.vault import Vault

T = TypeVar("T")

TURN_LEASE: Final = timedelta(seconds=60)
"""How long nobody else looks for a trigger whose turn was begun, or was last heard of."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A trigger in a transaction, with the decision that it may be acted on."""

    kept: Kept
    of: OpenedProcess
    """Its process, and the caller as the transaction sees him."""

    @property
    def trigger(self) -> Trigger:
        """The trigger."""
        return self.kept.trigger


@dataclass(slots=True)
class Parts:
    """What the use cases are made with."""

    database: Database
    directory: DirectoryFacts
    processes: ProcessDesk
    connections: ConnectionDesk
    uses: UseRegistry
    gateway: Gateway
    runs: RunStarter
    vault: Vault
    audit: AuditLog
    clock: Clock
    limits: Limits
    wake: Wake = field(default_factory=Wake)
    """Set when something became due that nobody waits for."""

    @property
    def own_turn(self) -> timedelta:
        """How long whoever stored an event has to start its run, before others try."""
        return timedelta(seconds=self.limits.trigger_start_seconds)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Look something up."""
        return await self.database.read(work)

    async def act(
        self,
        caller: Caller,
        name: str,
        trigger_id: str,
        work: Callable[[Transaction], T],
        *,
        read: bool = False,
    ) -> T:
        """Do something to a trigger in one transaction; a refusal is recorded, too (E1)."""
        act = caller.act(name, ObjectRef("trigger", trigger_id))
        async with self.audit.record_refusals(act):
            return await (self.database.read(work) if read else self.database.write(work))

    def open(
        self,
        tx: Transaction,
        caller: Caller,
        act: ProcessAct,
        trigger_id: TriggerId,
        *,
        expected: int | None = None,
        writes_uses: bool = True,
    ) -> Opened:
        """Lock a trigger and its process to change it, and decide by who the caller is at this moment.

        Args:
            tx: The transaction.
            caller: Who.
            act: What he must be allowed to do with the process.
            trigger_id: Which trigger.
            expected: The version that he saw.
            writes_uses: Whether where it uses a connection may be written: that queues with all that changes connections.

        Raises:
            TriggerNotFoundError: There is none, as far as he may know.
            ForbiddenError: He may not do that with its process.
            TriggerChangedError: It is no longer the version that was expected.
        """
        if writes_uses:
            tx.change_policy()
        known = records.find_trigger(tx, trigger_id)
        if known is None:
            raise unknown_trigger()
        # The process first, always: so that two who lock both can't wait for each other.
        of = self._of(tx, caller, act, known.trigger, lock=True)
        kept = records.find_trigger(tx, trigger_id, lock=True)
        if kept is None:
            raise unknown_trigger()
        if expected is not None and expected != kept.trigger.version:
            raise changed_meanwhile(kept.trigger.version)
        return Opened(kept, of)

    def look(self, tx: Transaction, caller: Caller, act: ProcessAct, trigger_id: TriggerId) -> Opened:
        """As `open`, for an act that changes nothing in this transaction."""
        kept = records.find_trigger(tx, trigger_id)
        if kept is None:
            raise unknown_trigger()
        return Opened(kept, self._of(tx, caller, act, kept.trigger, lock=False))

    def _of(self, tx: Transaction, caller: Caller, act: ProcessAct, trigger: Trigger, *, lock: bool) -> OpenedProcess:
        """The trigger's process; who may not read its definition doesn't know of its triggers, either."""
        find = self.processes.open if lock else self.processes.look
        try:
            self.processes.look(tx, caller, ProcessAct.READ_DEFINITION, trigger.process_id)
        except (ForbiddenError, ProcessNotFoundError):
            raise unknown_trigger() from None
        return find(tx, caller, act, trigger.process_id)

    def record(self, tx: Transaction, caller: Caller, name: str, opened: Opened, **data: JsonValue) -> None:
        """Record what was done to a trigger, in the transaction in which it is done (E1)."""
        self.audit.record(
            tx,
            caller.act(
                name,
                trigger_ref(opened.trigger),
                business_unit_id=opened.trigger.business_unit_id,
                rule=opened.of.rule,
                data={"process": opened.of.process.id, **data},
            ),
        )


def trigger_ref(trigger: Trigger) -> ObjectRef:
    """As the audit names it."""
    return ObjectRef("trigger", trigger.id, trigger.name)


def actor_of(trigger: Trigger) -> Actor:
    """As the audit names who starts a run, or looks at a connection."""
    return Actor(ActorKind.SYSTEM, trigger.id, trigger.name)
