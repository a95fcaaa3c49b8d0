"""The one door to connections: each method is a use case, found in the module of its name."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from jackfield.audit import AuditLog
from jackfield.connections.access import Explanation
from jackfield.connections.models import (
    AuthorizedPersons,
    Checked,
    ConnectionAct,
    ConnectionQuery,
    ConnectionRow,
    ConnectionView,
    CredentialChange,
    Departure,
    Feature,
    FeatureImpact,
    OutboundRule,
    Pickable,
    RewrapCount,
    UsableConnection,
    ViewedAs,
)
from jackfield.connections.service import (
    create,
    delete,
    explain,
    features,
    health,
    leaving,
    outbound,
    reconnect,
    rename,
    replace,
    rotation,
    share,
    uses,
    view_as,
    views,
)
from jackfield.connections.service.create import Draft
from jackfield.connections.service.desk import ConnectionDesk
from jackfield.connections.service.observations import Observations
from jackfield.connections.service.parts import (
    Companion,
    ConnectionTester,
    Parts,
    RecoveryListener,
    Reference,
    Repointer,
    UsesUnderWay,
)
from jackfield.connections.service.use import Usables
from jackfield.connections.service.uses import UseRegistry
from jackfield.connections.service.view_as import MOST_COUNTED
from jackfield.connections.use_models import UsesView
from jackfield.connectors import Catalogue, Credentials
from jackfield.db import Database, PolicyEpoch, Transaction
from jackfield.directory import Caller, DirectoryFacts
from jackfield.errors import HubError
from jackfield.kernel import BusinessUnitId, Clock, ConnectionId, GroupId, ObjectRef, Page, PageRequest, PersonId
from jackfield.notices import Notices
from jackfield.settings import Limits
from jackfield.vault import Vault


class Connections:
    """The connections of an installation.

    Every method takes the caller first and decides by `access` who he is at that moment. A reference is an id, or a
    name where it means only one connection of the caller's business units. To whoever may neither see nor design with
    a connection it doesn't exist (`ConnectionNotFoundError`); all other refusals name their rule (C17).

    It also fills the directory's roles `Leaver` and `GroupUse`.
    """

    uses: UseRegistry
    """Where later features write what refers to connections (C15)."""
    desk: ConnectionDesk
    """What the rooms above ask and do in transactions of their own."""

    def __init__(
        self,
        *,
        database: Database,
        epoch: PolicyEpoch,
        directory: DirectoryFacts,
        catalogue: Catalogue,
        vault: Vault,
        audit: AuditLog,
        notices: Notices,
        clock: Clock,
        limits: Limits,
        production: bool = False,
    ) -> None:
        self._parts = Parts(
            database=database,
            directory=directory,
            catalogue=catalogue,
            vault=vault,
            audit=audit,
            notices=notices,
            clock=clock,
            limits=limits,
            production=production,
        )
        self._usables = Usables(self._parts, epoch)
        self._observations = Observations(self._parts)
        self.uses = UseRegistry()
        self.desk = ConnectionDesk(self._parts)

    def test_with(self, tester: ConnectionTester) -> None:
        """Say who tests connections; the gateway, which stands on this."""
        self._parts.tester = tester

    def add_repointer(self, repointer: Repointer) -> None:
        """Have a feature re-point what refers to a connection when a successor takes its place (C16)."""
        self._parts.repointers.append(repointer)

    def add_uses_under_way(self, feature: UsesUnderWay) -> None:
        """Have a feature say what goes on using a connection, though what named it is not in force any more (O9)."""
        self._parts.under_way.append(feature)

    def add_recovery_listener(self, listener: RecoveryListener) -> None:
        """Have a feature go on with what waited for a connection, once it is connected again (P8)."""
        self._parts.recovery_listeners.append(listener)

    # --- One connection -----------------------------------------------------------------------------------------------

    async def create_connection(
        self, caller: Caller, draft: Draft, companion: Companion | None = None
    ) -> ConnectionView:
        """Create and test a connection; one that fails is kept, not connected, with the reason (C1).

        `companion` writes what belongs to it in another room, in the same transaction: both or neither.

        Raises:
            NotFoundError: There is no such business unit or connector.
            ForbiddenError: He may not create connections there.
            FeatureOffError: The connector is off.
            NameTakenError: The business unit has a connection of that name.
            InvalidError: `field` says what doesn't fit.
        """
        return await create.create_connection(self._parts, caller, draft, companion)

    async def check_draft(self, caller: Caller, draft: Draft) -> Checked:
        """Sign in with what somebody filled in to create a connection, and show what was answered; nothing is made.

        Raises:
            HubError: As `create_connection`, apart from a failing test.
        """
        return await create.check_draft(self._parts, caller, draft)

    async def require_may_create(self, caller: Caller, unit: BusinessUnitId, connector: str) -> None:
        """Ask beforehand whether somebody may create a connection there, where preparing one takes effort (C1).

        Raises:
            NotFoundError, ForbiddenError, FeatureOffError: As `create_connection`.
        """
        await create.require_may_create(self._parts, caller, unit, connector)

    async def get_connection(self, caller: Caller, reference: Reference) -> ConnectionView:
        """One connection, as far as the caller may see it (C3)."""
        return await views.get_connection(self._parts, caller, reference)

    async def change_details(
        self,
        caller: Caller,
        reference: Reference,
        *,
        details: Mapping[str, Any] | None = None,
        scheme: str | None = None,
        credentials: CredentialChange | None = None,
        expected_version: int | None = None,
    ) -> ConnectionView:
        """Correct and test a connection that has never been connected; None leaves a part as it is (C1, C5).

        Raises:
            DetailsFixedError: It has been connected.
            SecretRequiredError: For another origin, credentials must be sent anew (D08).
        """
        return await create.change_details(
            self._parts,
            caller,
            reference,
            scheme_key=scheme,
            new_details=details,
            changes=credentials or {},
            expected_version=expected_version,
        )

    async def rename(
        self, caller: Caller, reference: Reference, name: str, *, expected_version: int | None = None
    ) -> ConnectionView:
        """Give it another name (C4)."""
        return await rename.rename(self._parts, caller, reference, name=name, expected_version=expected_version)

    async def retry(self, caller: Caller, reference: Reference) -> ConnectionView:
        """Test it again with the stored credentials; how it went is in the view's state and reason."""
        return await health.retry(self._parts, caller, reference)

    async def reconnect(
        self,
        caller: Caller,
        reference: Reference,
        credentials: CredentialChange,
        *,
        scheme: str | None = None,
        accept_account: str | None = None,
        expected_version: int | None = None,
    ) -> ConnectionView:
        """Replace the credentials, if the new ones are accepted by the other side (C5).

        Raises:
            HubError: The test failed; nothing has changed.
            OtherAccountError: They are another account's; `expected` is what to pass as `accept_account`.
        """
        return await reconnect.reconnect(
            self._parts,
            caller,
            reference,
            changes=credentials,
            scheme_key=scheme,
            accept_account=accept_account,
            expected_version=expected_version,
        )

    async def roll_back(
        self, caller: Caller, reference: Reference, *, expected_version: int | None = None
    ) -> ConnectionView:
        """Put the replaced credentials back in force (C5)."""
        return await reconnect.roll_back(self._parts, caller, reference, expected_version=expected_version)

    async def share(self, caller: Caller, reference: Reference, people: Collection[PersonId]) -> ConnectionView:
        """Make people connection admins (C6, C7)."""
        return await share.share(self._parts, caller, reference, people)

    async def remove_admin(self, caller: Caller, reference: Reference, person_id: PersonId) -> ConnectionView | None:
        """Take somebody's admin rights; None if the caller may no longer see the connection (C6)."""
        return await share.remove_admin(self._parts, caller, reference, person_id)

    async def set_authorized_persons(
        self,
        caller: Caller,
        reference: Reference,
        persons: AuthorizedPersons,
        *,
        expected_version: int | None = None,
    ) -> ConnectionView:
        """Narrow design use to some people and groups, or open it to every editor again (C8)."""
        return await share.set_authorized_persons(
            self._parts, caller, reference, persons, expected_version=expected_version
        )

    async def delete_connection(
        self,
        caller: Caller,
        reference: Reference,
        *,
        expected_version: int | None = None,
        companion: Companion | None = None,
    ) -> None:
        """Delete it and destroy its credentials, unless something in force uses it (C11)."""
        await delete.delete_connection(
            self._parts, caller, reference, expected_version=expected_version, companion=companion
        )

    async def replace_connection(
        self,
        caller: Caller,
        reference: Reference,
        *,
        name: str | None = None,
        details: Mapping[str, Any] | None = None,
        scheme: str | None = None,
        credentials: CredentialChange | None = None,
        accept_account: str | None = None,
        expected_version: int | None = None,
        companion: Companion | None = None,
    ) -> ConnectionView:
        """Put a successor with other general details in its place, all uses included (C16)."""
        return await replace.replace_connection(
            self._parts,
            caller,
            reference,
            name=name,
            scheme_key=scheme,
            new_details=details,
            changes=credentials or {},
            accept_account=accept_account,
            expected_version=expected_version,
            companion=companion,
        )

    async def list_uses(self, caller: Caller, reference: Reference) -> UsesView:
        """Where it is used (C15)."""
        return await uses.list_uses(self._parts, caller, reference)

    async def explain(
        self, caller: Caller, person_id: PersonId, act: ConnectionAct, reference: Reference
    ) -> Explanation:
        """Why somebody may or may not do something with it (C17)."""
        return await explain.explain(self._parts, caller, person_id, act, reference)

    async def explain_all(self, caller: Caller, person_id: PersonId, reference: Reference) -> tuple[Explanation, ...]:
        """Why somebody may or may not do each of the things that can be done with it (C17)."""
        return await explain.explain_all(self._parts, caller, person_id, reference)

    async def get_connection_as(
        self, caller: Caller, person_id: PersonId, reference: Reference
    ) -> tuple[ConnectionView, ViewedAs]:
        """One connection as somebody else would see it, as far as the caller may see it (C17)."""
        return await view_as.get_connection_as(self._parts, caller, person_id, reference)

    # --- Lists --------------------------------------------------------------------------------------------------------

    async def list_connections(
        self, caller: Caller, query: ConnectionQuery | None = None, page: PageRequest | None = None
    ) -> Page[ConnectionRow]:
        """The connections that the caller created or that were shared with him; all, for super admins (C3, C7)."""
        return await views.list_connections(self._parts, caller, query or ConnectionQuery(), page or PageRequest())

    async def count_connections(
        self, caller: Caller, query: ConnectionQuery | None = None, most: int = MOST_COUNTED
    ) -> int:
        """How many such a list has; `most + 1` stands for all numbers beyond `most`."""
        return await views.count_connections(self._parts, caller, query or ConnectionQuery(), most)

    async def list_connections_as(
        self,
        caller: Caller,
        person_id: PersonId,
        query: ConnectionQuery | None = None,
        page: PageRequest | None = None,
    ) -> tuple[Page[ConnectionRow], ViewedAs]:
        """The list as somebody else would see it, as far as the caller may see it (C17)."""
        return await view_as.list_connections_as(
            self._parts, caller, person_id, query or ConnectionQuery(), page or PageRequest()
        )

    async def list_pickable(
        self,
        caller: Caller,
        page: PageRequest | None = None,
        *,
        unit: BusinessUnitId | None = None,
        connector: str | None = None,
        search: str = "",
    ) -> Page[Pickable]:
        """The connections that the caller may design with, for pickers (C8)."""
        return await views.list_pickable(
            self._parts, caller, page or PageRequest(), unit=unit, connector=connector, search=search
        )

    async def preview_departure(
        self, caller: Caller, person_id: PersonId, unit: BusinessUnitId | None = None
    ) -> Departure:
        """What would pass on if a person left a business unit, or (None) all of them (C12)."""
        return await leaving.preview_departure(self._parts, caller, person_id, unit)

    # --- Features and the allow lists ---------------------------------------------------------------------------------

    async def list_features(self, caller: Caller, unit: BusinessUnitId | None = None) -> tuple[Feature, ...]:
        """Every connector and whether it is on, in the installation and in a business unit (C13)."""
        return await features.list_features(self._parts, caller, unit)

    async def feature_impact(self, caller: Caller, connector: str, unit: BusinessUnitId | None = None) -> FeatureImpact:
        """What turning a connector off would freeze (C13)."""
        return await features.feature_impact(self._parts, caller, connector, unit)

    async def set_feature(
        self, caller: Caller, connector: str, unit: BusinessUnitId | None = None, *, on: bool
    ) -> Feature:
        """Turn a connector on or off, in the installation (None) or a business unit (C13)."""
        return await features.set_feature(self._parts, caller, connector, unit, on=on)

    async def list_outbound(self, caller: Caller, unit: BusinessUnitId | None = None) -> tuple[OutboundRule, ...]:
        """The targets inside the company's network that connections may reach."""
        return await outbound.list_outbound(self._parts, caller, unit)

    async def allow_outbound(
        self, caller: Caller, host: str, port: int | None = None, *, unit: BusinessUnitId | None = None, note: str = ""
    ) -> OutboundRule:
        """Allow such a target, to all connections (None) or those of a business unit."""
        return await outbound.allow_outbound(self._parts, caller, unit, host=host, port=port, note=note)

    async def disallow_outbound(self, caller: Caller, rule_id: str) -> None:
        """Allow it no longer."""
        await outbound.disallow_outbound(self._parts, caller, rule_id)

    # --- For the gateway ----------------------------------------------------------------------------------------------

    async def usable(
        self, caller: Caller, reference: Reference, act: ConnectionAct = ConnectionAct.USE
    ) -> UsableConnection:
        """What one use needs, still sealed, if the caller may; mostly answered from memory."""
        return await self._usables.usable(caller, reference, act)

    async def usable_in_run(self, connection_id: ConnectionId, unit: BusinessUnitId) -> UsableConnection:
        """What a step of a run of this business unit needs, still sealed, if it can be used now (C9)."""
        return await self._usables.usable_in_run(connection_id, unit)

    async def find_usable(self, connection_id: ConnectionId) -> UsableConnection | None:
        """The same for a room that decides by rules of its own who may use it: no rule has been asked."""
        return await self._usables.find(connection_id)

    def unseal(self, usable: UsableConnection) -> Credentials:
        """The credentials in clear; called by the gateway alone, once the use is recorded."""
        return self._usables.unseal(usable)

    def note_use(self, connection_id: ConnectionId, at: datetime) -> None:
        """A connection was used; written behind the call, at most once a minute."""
        self._observations.note_use(connection_id, at)

    def note_health(self, usable: UsableConnection, error: HubError | None) -> None:
        """An attempt to use it ended so, None is well; a change of its state is written behind the call (C14)."""
        self._observations.note_health(usable, error)

    # --- For the operator ---------------------------------------------------------------------------------------------

    async def destroy_expired(self) -> int:
        """Destroy replaced credentials whose grace period is over (C5); returns how many fields that were."""
        return await reconnect.destroy_expired(self._parts)

    async def rewrap_batch(self, after: str | None = None, limit: int = 100) -> RewrapCount:
        """Move the next sealed fields under the newest key; go on with `RewrapCount.after` until it is None (D06)."""
        return await rotation.rewrap_batch(self._parts, after, limit)

    async def count_by_key_id(self) -> dict[str, int]:
        """How many fields are sealed under each key."""
        return await rotation.count_by_key_id(self._parts)

    async def close(self) -> None:
        """Write what is still only remembered."""
        await self._observations.close()

    # --- For the directory --------------------------------------------------------------------------------------------

    def person_left(self, tx: Transaction, caller: Caller, person_id: PersonId, unit_id: BusinessUnitId | None) -> None:
        """Pass on the admin rights of somebody who left (C12); the directory's role `Leaver`."""
        leaving.person_left(self._parts, tx, caller, person_id, unit_id)

    def uses_of_group(self, tx: Transaction, group_id: GroupId) -> tuple[ObjectRef, ...]:
        """The connections narrowed to a group; the directory's role `GroupUse`."""
        return leaving.uses_of_group(tx, group_id)
