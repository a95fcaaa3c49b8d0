"""The one door to custom integrations: each method is a use case, found in the module of its name."""

from collections.abc import Mapping, Sequence
from typing import Any

from jackfield.catalog.openapi import MethodCall
from jackfield.connections import ConnectionQuery, Connections, Explanation, UsableConnection
from jackfield.db import Database, Transaction
from jackfield.directory import Caller, Directory
from jackfield.integrations.errors import unknown_integration
from jackfield.integrations.models import (
    Document,
    GrantChange,
    GrantOutcome,
    IntegrationDraft,
    IntegrationRow,
    IntegrationView,
    MatrixRow,
    Method,
    MethodFilter,
    MethodRow,
    Reading,
    Succession,
    UpdatePlan,
)
from jackfield.integrations.service import change, create, explain, grants, replace, updates, views
from jackfield.integrations.service.apis import Apis
from jackfield.integrations.service.calls import Calls, UsableMethod
from jackfield.integrations.service.parts import Definitions, Parts, Reference
from jackfield.integrations.service.readings import Readings, require_may_read
from jackfield.integrations.service.replace import Successor
from jackfield.integrations.service.steps import StepMethods
from jackfield.integrations.service.updates import UpdateDecision
from jackfield.integrations.store import records
from jackfield.kernel import Clock, ConnectionId, GroupId, ObjectRef, Page, PageRequest, PersonId
from jackfield.openapi import Api, Operation
from jackfield.settings import Limits


class Integrations:
    """The custom integrations of an installation.

    Every method takes the caller first and decides by `access` who he is at that moment. A reference is an id, or a
    title where it means only one integration that the caller may know of. To whoever may neither see its connection nor
    call one of its methods an integration doesn't exist (`IntegrationNotFoundError`).

    It also fills the directory's role `GroupUse` and the connections' role `Repointer`.
    """

    def __init__(
        self, *, database: Database, directory: Directory, connections: Connections, clock: Clock, limits: Limits
    ) -> None:
        self._parts = Parts(
            database=database,
            epoch=directory.epoch,
            connections=connections,
            directory=directory,
            clock=clock,
            readings=Readings(limits),
            apis=Apis(database),
            definitions=Definitions(),
        )
        self._calls = Calls(self._parts)

        self.steps = StepMethods(self._parts)
        """Methods as steps of processes."""

    # --- Making and describing ----------------------------------------------------------------------------------------

    async def read_document(self, caller: Caller, text: bytes) -> Reading:
        """What a document offers; nothing is stored (O2).

        Raises:
            ForbiddenError: He may create integrations nowhere.
            DocumentRejectedError: It can't be read; says where.
        """
        require_may_read(caller)
        return await self._parts.readings.read(text)

    async def create_integration(self, caller: Caller, draft: IntegrationDraft) -> IntegrationView:
        """Create and test an integration: its connection, document, access groups and grants, all or none (O1 to O6).

        Raises:
            ForbiddenError: He may not create connections there.
            ResponsibilitiesError: The box was not ticked (O3).
            DocumentRejectedError: The document can't be read; says where.
            OutsideAccessGroupsError, MixedLevelsError: A grant doesn't fit (O5).
            InvalidError: `field` says what doesn't fit.
        """
        return await create.create_integration(self._parts, caller, draft)

    async def list_integrations(
        self, caller: Caller, query: ConnectionQuery | None = None, page: PageRequest | None = None
    ) -> Page[IntegrationRow]:
        """Those whose connections the caller may see, and those of which he may call a method."""
        return await views.list_integrations(self._parts, caller, query or ConnectionQuery(), page or PageRequest())

    async def get_integration(self, caller: Caller, reference: Reference) -> IntegrationView:
        """One integration, as far as the caller may see it."""
        return await views.get_integration(self._parts, caller, reference)

    async def change_integration(
        self,
        caller: Caller,
        reference: Reference,
        *,
        title: str | None = None,
        description: str | None = None,
        expected_version: int | None = None,
    ) -> IntegrationView:
        """Change its title or description; None leaves a part as it is (O1)."""
        return await change.change_integration(
            self._parts,
            caller,
            reference,
            title=title,
            description=description,
            expected_version=expected_version,
        )

    async def delete_integration(
        self, caller: Caller, reference: Reference, *, expected_version: int | None = None
    ) -> None:
        """Delete it with its connection, unless something in force uses it (C11)."""
        await change.delete_integration(self._parts, caller, reference, expected_version=expected_version)

    async def preview_replacement(
        self, caller: Caller, reference: Reference, access_groups: frozenset[GroupId]
    ) -> Succession:
        """Which grants a successor with other access groups would not have, or not wholly (C16)."""
        return await replace.preview_replacement(self._parts, caller, reference, access_groups)

    async def replace_integration(
        self, caller: Caller, reference: Reference, wanted: Successor, *, expected_version: int | None = None
    ) -> tuple[IntegrationView, Succession]:
        """Put a successor with another endpoint or other access groups in its place, document and grants included (C16).

        Raises:
            ResponsibilitiesError: The access groups change, and the responsibilities were not accepted.
            IntegrationChangedError: It is no longer the version that was expected.
            HubError: As `Connections.replace_connection`; nothing has changed.
        """
        return await replace.replace_integration(
            self._parts, caller, reference, wanted, expected_version=expected_version
        )

    # --- Methods and grants -------------------------------------------------------------------------------------------

    async def list_methods(
        self,
        caller: Caller,
        reference: Reference,
        wanted: MethodFilter | None = None,
        page: PageRequest | None = None,
    ) -> Page[MethodRow]:
        """All with their grants for who may read these; for others, those that they may call (O7)."""
        return await views.list_methods(self._parts, caller, reference, wanted or MethodFilter(), page or PageRequest())

    async def count_methods(self, caller: Caller, reference: Reference) -> Mapping[str, Mapping[str, int]]:
        """How many of these there are by `tags`, `verbs` and `effects`."""
        return await views.count_methods(self._parts, caller, reference)

    async def get_method(self, caller: Caller, reference: Reference, name: str) -> tuple[MethodRow, Api, Operation]:
        """One method with its operation."""
        return await views.get_method(self._parts, caller, reference, name)

    async def set_grants(
        self,
        caller: Caller,
        reference: Reference,
        changes: Sequence[GrantChange],
        *,
        accepted_responsibilities: str | None = None,
        dry_run: bool = False,
        expected_version: int | None = None,
    ) -> GrantOutcome:
        """Change who may call which methods, all or none; with `dry_run` only say what that would do (O5, O6)."""
        return await grants.set_grants(
            self._parts,
            caller,
            reference,
            changes,
            accepted_responsibilities=accepted_responsibilities,
            dry_run=dry_run,
            expected_version=expected_version,
        )

    async def get_matrix(
        self,
        caller: Caller,
        reference: Reference,
        wanted: MethodFilter | None = None,
        *,
        search: str = "",
        page: PageRequest | None = None,
    ) -> tuple[tuple[Method, ...], Page[MatrixRow]]:
        """The granted methods, and what each person of the access groups may call of them."""
        return await explain.get_matrix(
            self._parts, caller, reference, wanted or MethodFilter(), page or PageRequest(), search=search
        )

    async def explain_call(self, caller: Caller, person_id: PersonId, reference: Reference, name: str) -> Explanation:
        """Why somebody may or may not call a method (C17)."""
        return await explain.explain_call(self._parts, caller, person_id, reference, name)

    # --- The document -------------------------------------------------------------------------------------------------

    async def list_documents(
        self, caller: Caller, reference: Reference, page: PageRequest | None = None
    ) -> tuple[Page[Document], Mapping[PersonId, str]]:
        """The versions of the document, newest first, and the names of who made them."""
        return await views.list_documents(self._parts, caller, reference, page or PageRequest())

    async def get_document(self, caller: Caller, reference: Reference, number: int) -> tuple[bytes, Any]:
        """The text of a version as it was given, and the report on it."""
        return await views.get_document(self._parts, caller, reference, number)

    async def preview_update(
        self, caller: Caller, reference: Reference, *, document: bytes | None = None, number: int | None = None
    ) -> UpdatePlan:
        """What another version of the document, or an earlier one, would change, joined with the grants (O9)."""
        return await updates.preview_update(self._parts, caller, reference, document, number)

    async def update_document(
        self,
        caller: Caller,
        reference: Reference,
        decision: UpdateDecision,
        *,
        document: bytes | None = None,
        number: int | None = None,
        expected_version: int | None = None,
    ) -> IntegrationView:
        """Put another version of the document in force, or an earlier one again; either is a new version (O9).

        Raises:
            MethodsInUseError: Granted methods would go, and that isn't confirmed.
            ResponsibilitiesError: They are to be accepted anew with it (O3).
            IntegrationChangedError: It is no longer the version that was looked at.
        """
        return await updates.update_document(
            self._parts,
            caller,
            reference,
            decision,
            document=document,
            number=number,
            expected_version=expected_version,
        )

    @property
    def documents_in_memory(self) -> int:
        """How many documents are kept read, so that calls don't read them again."""
        return len(self._parts.apis)

    # --- For the gateway ----------------------------------------------------------------------------------------------

    async def find_method(self, caller: Caller, reference: Reference, name: str) -> UsableMethod | None:
        """A method that the caller may call now; None where the reference means no integration; mostly from memory."""
        return await self._calls.find_method(caller, reference, name)

    async def find_usable(self, caller: Caller, reference: Reference) -> UsableConnection | None:
        """The connection of the integration that a reference means, for the record of a refused call; no rule is asked."""
        return await self._calls.find_usable(caller, reference)

    async def get_method_to_call(self, caller: Caller, reference: Reference, name: str) -> UsableMethod:
        """A method that the caller may call now.

        Raises:
            IntegrationNotFoundError: The reference means none that he may know of.
            HubError: As `Calls.find_method`.
        """
        found = await self._calls.find_method(caller, reference, name)
        if found is None:
            raise unknown_integration()
        return found

    async def require_still(self, caller: Caller, before: UsableMethod) -> UsableMethod:
        """The same method, decided for who the caller is now."""
        return await self._calls.require_still(caller, before)

    async def prepare(self, found: UsableMethod, values: Mapping[str, Any], idempotency_key: str) -> MethodCall:
        """The request of a call, complete but for the credentials."""
        return await self._calls.prepare(found, values, idempotency_key)

    # --- For connections ----------------------------------------------------------------------------------------------

    def repoint(self, tx: Transaction, caller: Caller, old: ConnectionId, new: ConnectionId) -> None:
        """Give a connection's successor what belongs to the integration (C16); the connections' role `Repointer`."""
        replace.succeed(self._parts, tx, caller, old, new)

    # --- For the directory --------------------------------------------------------------------------------------------

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
        """The integrations that have the group among their access groups (O1); the directory's role `GroupUse`."""
        found: list[ObjectRef] = []
        for integration_id in records.list_with_group(tx, group_id):
            live = self._parts.desk.find(tx, integration_id)
            if live is not None:
                found.append(ObjectRef("integration", integration_id, live[0].name))
        return tuple(found)
