"""The one door to triggers: each method is a use case, found in the module of its name."""

from collections.abc import Mapping
from typing import Any

from jackfield.audit import AuditLog
from jackfield.connections import ConnectionDesk, UseRegistry
from jackfield.db import Database, Transaction
from jackfield.directory import Caller, DirectoryFacts
from jackfield.gateway import Gateway
from jackfield.kernel import Clock, ConnectionId, EventId, Page, PageRequest, Secret, TriggerId
from jackfield.processes import KnownProcess, ProcessDesk
from jackfield.settings import Limits
from jackfield.triggers.models import (
    Event,
    IssuedSecret,
    NewTrigger,
    Outcome,
    Sight,
    TriggerQuery,
    TriggerRow,
    TriggerView,
)
from jackfield.triggers.service import beginning, govern, history, looking, rotation, secrets, views
from jackfield.triggers.service.hooks import HookAnswer, HookRequest, Hooks
from jackfield.triggers.service.parts import Parts
from jackfield.triggers.service.roles import RunStarter
from jackfield.triggers.service.watching import Watch
from jackfield.vault import Vault


class Triggers:
    """The triggers of an installation.

    Every method that people call takes the caller first, and decides by the rules of the trigger's process: its editors
    make and change triggers, whoever may read its definition sees them. To all others a trigger doesn't exist.

    It also fills the connections' roles `Repointer` and `RecoveryListener`, and the processes' role `ProcessFollower`.
    """

    def __init__(
        self,
        *,
        database: Database,
        directory: DirectoryFacts,
        processes: ProcessDesk,
        connections: ConnectionDesk,
        uses: UseRegistry,
        gateway: Gateway,
        runs: RunStarter,
        vault: Vault,
        audit: AuditLog,
        clock: Clock,
        limits: Limits,
    ) -> None:
        self._parts = Parts(
            database=database,
            directory=directory,
            processes=processes,
            connections=connections,
            uses=uses,
            gateway=gateway,
            runs=runs,
            vault=vault,
            audit=audit,
            clock=clock,
            limits=limits,
        )
        self._hooks = Hooks(self._parts)
        self._watch = Watch(self._parts)

    # --- One trigger --------------------------------------------------------------------------------------------------

    async def create_trigger(self, caller: Caller, new: NewTrigger) -> tuple[TriggerView, Secret | None]:
        """Make a trigger; with the secret of a webhook that checks signatures, which is told once."""
        return await govern.create_trigger(self._parts, caller, new)

    async def get_trigger(self, caller: Caller, trigger_id: TriggerId) -> TriggerView:
        """One trigger."""
        return await views.get_trigger(self._parts, caller, trigger_id)

    async def list_triggers(self, caller: Caller, query: TriggerQuery, page: PageRequest) -> Page[TriggerRow]:
        """The triggers that the caller may see, by name."""
        return await views.list_triggers(self._parts, caller, query, page)

    async def change_trigger(
        self,
        caller: Caller,
        trigger_id: TriggerId,
        *,
        name: str | None = None,
        settings: Mapping[str, Any] | None = None,
        connection: str | None = None,
        expected_version: int | None = None,
    ) -> TriggerView:
        """Rename it, set it otherwise, have it look at another connection."""
        return await govern.change_trigger(
            self._parts,
            caller,
            trigger_id,
            name=name,
            settings=settings,
            connection=connection,
            expected=expected_version,
        )

    async def set_enabled(
        self, caller: Caller, trigger_id: TriggerId, *, on: bool, expected_version: int | None = None
    ) -> TriggerView:
        """Pause it, or have it go on."""
        return await govern.set_enabled(self._parts, caller, trigger_id, on=on, expected=expected_version)

    async def delete_trigger(
        self, caller: Caller, trigger_id: TriggerId, *, expected_version: int | None = None
    ) -> None:
        """Take it out of every list."""
        await govern.delete_trigger(self._parts, caller, trigger_id, expected=expected_version)

    async def until_begun(self, trigger_id: TriggerId, seconds: float) -> None:
        """Wait for its first look, before which what arrives starts nothing; no longer than that, and not if it can't look."""
        await beginning.until_begun(self._parts, trigger_id, seconds)

    async def look(self, caller: Caller, trigger_id: TriggerId) -> Sight:
        """What it would start runs for now, without starting any."""
        return await looking.look(self._parts, caller, trigger_id)

    # --- Webhooks -----------------------------------------------------------------------------------------------------

    async def renew_address(
        self, caller: Caller, trigger_id: TriggerId, *, expected_version: int | None = None
    ) -> TriggerView:
        """Give a webhook another address."""
        return await govern.renew_address(self._parts, caller, trigger_id, expected=expected_version)

    async def add_secret(self, caller: Caller, trigger_id: TriggerId, given: Secret | None = None) -> IssuedSecret:
        """Put a secret of a webhook in force beside the one that is."""
        return await secrets.add_secret(self._parts, caller, trigger_id, given)

    async def retire_secret(self, caller: Caller, trigger_id: TriggerId, number: int) -> None:
        """Destroy a secret of a webhook."""
        await secrets.retire_secret(self._parts, caller, trigger_id, number)

    async def receive(self, request: HookRequest) -> HookAnswer:
        """Take a webhook's request."""
        return await self._hooks.receive(request)

    # --- What happened ------------------------------------------------------------------------------------------------

    async def list_events(
        self, caller: Caller, trigger_id: TriggerId, page: PageRequest, *, outcome: Outcome | None = None
    ) -> Page[Event]:
        """What happened, the newest first."""
        return await history.list_events(self._parts, caller, trigger_id, outcome, page)

    async def get_event(self, caller: Caller, trigger_id: TriggerId, event_id: EventId) -> Event:
        """One event."""
        return await history.get_event(self._parts, caller, trigger_id, event_id)

    async def replay(self, caller: Caller, trigger_id: TriggerId, event_id: EventId) -> Event:
        """Start a run with the input of an event once more."""
        return await history.replay(self._parts, caller, trigger_id, event_id)

    # --- In the background --------------------------------------------------------------------------------------------

    async def keep_watch(self) -> None:
        """Look about until cancelled: whose time has come gets its turn."""
        await self._watch.keep()

    async def look_about(self) -> None:
        """Look about once, and wait until all is done that was due."""
        await self._watch.settle()

    async def forget(self) -> None:
        """Forget events and marks that have outlived their time; `keep_watch` does it now and then."""
        await self._watch.forget()

    async def close(self) -> None:
        """Let go of what is under way; others, or the next start, go on with it."""
        await self._watch.close()
        await self._hooks.close()

    # --- For other rooms ----------------------------------------------------------------------------------------------

    def repoint(self, tx: Transaction, caller: Caller, old: ConnectionId, new: ConnectionId) -> None:  # noqa: ARG002
        """Have all that looks at a connection look at its successor (C16); the connections' role `Repointer`."""
        govern.repoint(self._parts, tx, old, new)

    def recovered(self, tx: Transaction, connection_id: ConnectionId) -> None:
        """Have what looks at a connection that works again look now; the connections' role `RecoveryListener`."""
        govern.recovered(self._parts, tx, connection_id)

    def process_changed(self, tx: Transaction, process: KnownProcess) -> None:
        """A process has another name or owner; the processes' role `ProcessFollower`."""
        govern.process_changed(self._parts, tx, process)

    def process_deleted(self, tx: Transaction, caller: Caller, process: KnownProcess) -> None:
        """A process is deleted, and its triggers with it; the processes' role `ProcessFollower`."""
        govern.process_deleted(self._parts, tx, caller, process)

    async def rewrap_boxes(self) -> int:
        """Move all that is sealed under the newest key; says how much."""
        return await rotation.rewrap_boxes(self._parts)

    async def count_by_key_id(self) -> dict[str, int]:
        """How much is sealed under each key."""
        return await rotation.count_by_key_id(self._parts)
