"""The one door to processes: each method is a use case, found in the module of its name."""

from collections.abc import Sequence

from jackfield.audit import AuditLog
from jackfield.connections import Explanation, Use, UseRegistry
from jackfield.connectors import Catalogue
from jackfield.db import Database, PolicyEpoch, Transaction
from jackfield.directory import Caller, DirectoryFacts
from jackfield.engine import Engine
from jackfield.gateway import Gateway
from jackfield.integrations import StepMethods
from jackfield.kernel import BusinessUnitId, Clock, ConnectionId, GroupId, ObjectRef, Page, PageRequest, PersonId
from jackfield.notices import Notices
from jackfield.processes.models import (
    Content,
    Difference,
    DraftView,
    ProcessQuery,
    ProcessRow,
    ProcessView,
    Runners,
    VersionRow,
    VersionView,
)
from jackfield.processes.running import Admission, Probes, Programs, Runner, Startables, Tools
from jackfield.processes.service import drafts, govern, keeping, publish, under_way, views
from jackfield.processes.service.desk import ProcessDesk
from jackfield.processes.service.parts import Parts, ProcessFollower, Reference
from jackfield.processes.service.runs import Runs
from jackfield.processes.service.task_governing import Tasks
from jackfield.processes.store import runs
from jackfield.settings import Limits
from jackfield.vault import Vault


class Processes:
    """The processes of an installation.

    Every method takes the caller first and decides by `access` who he is at that moment. A reference is an id, or a
    name where it means only one process of the caller's business units. To whoever may not see a process it doesn't
    exist (`ProcessNotFoundError`); all other refusals name their rule (C17).

    `runs` are what is done by them, and `tasks` what their runs ask people. It also fills the directory's roles `Leaver` and `GroupUse`, and the connections'
    `Repointer` and `UsesUnderWay`.
    """

    runs: Runs
    tasks: Tasks

    def __init__(
        self,
        *,
        database: Database,
        directory: DirectoryFacts,
        catalogue: Catalogue,
        uses: UseRegistry,
        methods: StepMethods,
        audit: AuditLog,
        notices: Notices,
        clock: Clock,
        limits: Limits,
        epoch: PolicyEpoch,
        gateway: Gateway,
        engine: Engine,
        vault: Vault,
    ) -> None:
        parts = self._parts = Parts(
            database=database,
            directory=directory,
            catalogue=catalogue,
            uses=uses,
            methods=methods,
            audit=audit,
            notices=notices,
            clock=clock,
            limits=limits,
        )
        tools = Tools(
            database=database,
            audit=audit,
            gateway=gateway,
            engine=engine,
            vault=vault,
            notices=notices,
            directory=directory,
            clock=clock,
            limits=limits,
            programs=Programs(database, epoch),
            startables=Startables(database, epoch),
            admission=Admission(database, limits),
            uses=uses,
            probes=Probes(),
        )
        engine.handle_with(Runner(tools))
        self._vault = vault
        self.runs = Runs(parts, tools)
        self.tasks = Tasks(parts, tools)
        self.desk = ProcessDesk(self._parts)
        """For rooms above."""

    def add_follower(self, follower: ProcessFollower) -> None:
        """Have a feature told what becomes of processes."""
        self._parts.followers.append(follower)

    # --- One process --------------------------------------------------------------------------------------------------

    async def create_process(
        self, caller: Caller, unit: BusinessUnitId, name: str, content: Content, *, description: str = ""
    ) -> ProcessView:
        """Make a process with a draft (P1)."""
        return await drafts.create_process(
            self._parts, caller, unit, name=name, description=description, content=content
        )

    async def get_process(self, caller: Caller, reference: Reference) -> ProcessView:
        """One process, as far as the caller may see it."""
        return await views.get_process(self._parts, caller, reference)

    async def list_processes(self, caller: Caller, query: ProcessQuery, page: PageRequest) -> Page[ProcessRow]:
        """The processes that the caller may see, by name."""
        return await views.list_processes(self._parts, caller, query, page)

    async def change_process(
        self,
        caller: Caller,
        reference: Reference,
        *,
        name: str | None = None,
        description: str | None = None,
        expected_version: int | None = None,
    ) -> ProcessView:
        """Rename or describe it."""
        return await govern.change_process(
            self._parts, caller, reference, name=name, description=description, expected_version=expected_version
        )

    async def set_runners(
        self, caller: Caller, reference: Reference, runners: Runners, *, expected_version: int | None = None
    ) -> ProcessView:
        """Say who may run it (P1)."""
        return await govern.set_runners(self._parts, caller, reference, runners, expected_version=expected_version)

    async def set_owner(
        self, caller: Caller, reference: Reference, owner_id: PersonId, *, expected_version: int | None = None
    ) -> ProcessView:
        """Hand it over."""
        return await govern.set_owner(self._parts, caller, reference, owner_id, expected_version=expected_version)

    async def delete_process(
        self, caller: Caller, reference: Reference, *, expected_version: int | None = None
    ) -> None:
        """Take it out of every list."""
        await govern.delete_process(self._parts, caller, reference, expected_version=expected_version)

    async def explain_all(self, caller: Caller, person_id: PersonId, reference: Reference) -> tuple[Explanation, ...]:
        """Why a person may do each thing with it, or not (C17)."""
        return await govern.explain_all(self._parts, caller, person_id, reference)

    # --- Its draft and its versions -----------------------------------------------------------------------------------

    async def get_draft(self, caller: Caller, reference: Reference) -> DraftView:
        """The draft, with its problems and its steps (C10)."""
        return await drafts.get_draft(self._parts, caller, reference)

    async def save_draft(
        self, caller: Caller, reference: Reference, content: Content, *, expected_version: int | None = None
    ) -> DraftView:
        """Replace the draft."""
        return await drafts.save_draft(self._parts, caller, reference, content, expected_version=expected_version)

    async def publish(
        self, caller: Caller, reference: Reference, *, note: str = "", expected_version: int | None = None
    ) -> VersionView:
        """Make the draft the version that new runs have (P1, C9)."""
        return await publish.publish(self._parts, caller, reference, note, expected_version=expected_version)

    async def unpublish(
        self, caller: Caller, reference: Reference, *, expected_version: int | None = None
    ) -> ProcessView:
        """Take the published version back."""
        return await publish.unpublish(self._parts, caller, reference, expected_version=expected_version)

    async def list_versions(self, caller: Caller, reference: Reference, page: PageRequest) -> Page[VersionRow]:
        """Its versions, the newest first."""
        return await views.list_versions(self._parts, caller, reference, page)

    async def get_version(self, caller: Caller, reference: Reference, number: int) -> VersionView:
        """One version."""
        return await views.get_version(self._parts, caller, reference, number)

    async def restore_version(
        self, caller: Caller, reference: Reference, number: int, *, expected_version: int | None = None
    ) -> DraftView:
        """Make the draft what a version was."""
        return await drafts.restore_version(self._parts, caller, reference, number, expected_version=expected_version)

    async def compare(self, caller: Caller, reference: Reference, old: int, new: int) -> Difference:
        """What two versions don't have alike; 0 is the draft."""
        return await views.compare(self._parts, caller, reference, old, new)

    # --- For the operator ---------------------------------------------------------------------------------------------

    async def forget_ended(self) -> int:
        """Forget runs that ended longer ago than they are kept; says how many."""
        return await keeping.forget_ended(self._parts)

    async def resume_forgotten(self) -> None:
        """Resume what was parked just when its connection came back (P8)."""
        parts = self._parts
        await parts.database.write(lambda tx: keeping.resume_forgotten(tx, parts.uses.is_connected, parts.clock.now()))

    async def rewrap_runs(self) -> int:
        """Move the keys of sealed runs under the newest key; says how many (D06)."""
        return await keeping.rewrap_runs(self._parts.database, self._vault)

    async def count_by_key_id(self) -> dict[str, int]:
        """How many runs' keys are wrapped under each key."""
        return await self._parts.read(runs.count_boxes_by_key_id)

    # --- For other rooms ----------------------------------------------------------------------------------------------

    def person_left(self, tx: Transaction, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None) -> None:
        """Pass on the processes of somebody who left, and tell of what only he could answer (C12); the role `Leaver`."""
        govern.person_left(self._parts, tx, caller, person_id, unit_id)
        self.tasks.person_left(tx, person_id)

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
        """The processes that a group may run, or is asked by just now; the directory's role `GroupUse`."""
        return tuple({*govern.uses_of_group(tx, group_id), *self.tasks.uses_of_group(tx, group_id)})

    def repoint(self, tx: Transaction, caller: Caller, old: ConnectionId, new: ConnectionId) -> None:  # noqa: ARG002
        """Have all that means a connection mean its successor, and what was parked for it try that one (C16, P8).

        The connections' role `Repointer`.
        """
        govern.repoint(tx, old, new)
        keeping.resume_parked(tx, old, self._parts.clock.now())

    def uses_under_way(self, tx: Transaction, connection_id: ConnectionId) -> Sequence[Use]:
        """What runs of earlier versions go on using (O9); the connections' role `UsesUnderWay`."""
        return under_way.uses_under_way(tx, connection_id)

    def recovered(self, tx: Transaction, connection_id: ConnectionId) -> None:
        """Have what was parked for a connection go on, in the order in which it began (P8)."""
        keeping.resume_parked(tx, connection_id, self._parts.clock.now())
