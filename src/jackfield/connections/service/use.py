"""What the gateway asks: which connection is meant, may it be used, and with what. Answered from memory mostly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from jackfield.connections import access
from jackfield.connections.errors import unknown_connection
from jackfield.connections.models import ConnectionAct, UsableConnection
from jackfield.connections.service import sealing
from jackfield.connections.service.parts import Parts, Reference, ambiguous_name, units_for_names
from jackfield.connections.store import credentials, outbound, records
from jackfield.connectors import Credentials, parse_fields
from jackfield.db import EpochCache, PolicyEpoch, Transaction
from jackfield.directory import Caller, Principal
from jackfield.egress import ReachPolicy
from jackfield.kernel import BusinessUnitId, ConnectionId, PersonId
from jackfield.vault import Opener

_SIZE: Final = 20_000


class Usables:
    """Connections ready for use, and for whom, remembered for one policy epoch.

    Of secrets only ciphertext, and what opens it (docs/decisions/0008).

    A remembered yes is as good as a new one: within an epoch neither the facts about a connection change nor those
    about a principal made in it.
    """

    def __init__(self, parts: Parts, epoch: PolicyEpoch) -> None:
        self._parts = parts
        self._epoch = epoch
        self._kept: EpochCache[ConnectionId, UsableConnection | None] = EpochCache(_SIZE)
        self._names: EpochCache[tuple[str, frozenset[BusinessUnitId] | None], Sequence[ConnectionId]] = EpochCache(
            _SIZE
        )
        self._decided: EpochCache[tuple[PersonId, Reference, ConnectionAct], UsableConnection] = EpochCache(_SIZE)
        self._openers: EpochCache[tuple[ConnectionId, int], Mapping[str, Opener]] = EpochCache(_SIZE)

    async def usable(self, caller: Caller, reference: Reference, act: ConnectionAct) -> UsableConnection:
        """The connection that a reference means, if the caller may do this with it.

        Raises:
            ConnectionNotFoundError: None that he may know of.
            NameAmbiguousError: The name means several.
            ForbiddenError, FeatureOffError, NotConnectedError: He may not, or it can't be used now.
        """
        epoch = await self._epoch.current()
        principal = caller.principal
        key = (principal.person_id, reference, act)
        decided = self._decided.find(key, epoch) if principal.epoch == epoch else None
        if decided is not None:
            return decided
        kept = await self._find(principal, reference, epoch)
        decision = access.require(principal, act, kept.facts)
        usable = replace(kept, rule=decision.rule, epoch=epoch)
        if principal.epoch == epoch:
            self._decided.keep(key, epoch, usable)
        return usable

    async def usable_in_run(self, connection_id: ConnectionId, unit: BusinessUnitId) -> UsableConnection:
        """The connection of a step of a run, if a published definition may use it now (C9).

        Who published it, and that he then had design use, is for the processes to see to; who runs it doesn't matter.

        Raises:
            ConnectionNotFoundError: It is deleted, or another business unit's.
            FeatureOffError, NotConnectedError: It can't be used now.
        """
        epoch = await self._epoch.current()
        kept = await self._load(connection_id, epoch)
        if kept is None or kept.facts.business_unit_id != unit:
            raise unknown_connection()
        decision = access.require_run(kept.facts)
        return replace(kept, rule=decision.rule, epoch=epoch)

    async def find(self, connection_id: ConnectionId) -> UsableConnection | None:
        """A connection for who decides by rules of his own who may use it; no rule has been asked."""
        epoch = await self._epoch.current()
        kept = await self._load(connection_id, epoch)
        return None if kept is None else replace(kept, epoch=epoch)

    def unseal(self, usable: UsableConnection) -> Credentials:
        """The credentials of a connection in clear, for the one call they are needed for.

        Only the gateway calls it, after its record of the use is durable.

        Raises:
            IntegrityError: They were changed or moved outside Jackfield (D03, D04).
        """
        connector = self._parts.catalogue.get(usable.connector)
        scheme = sealing.require_scheme(connector, usable.scheme)
        values = sealing.open_all(self._openers_of(usable))
        return parse_fields(scheme.credentials, values, where="credentials")

    def _openers_of(self, usable: UsableConnection) -> Mapping[str, Opener]:
        key = (usable.id, usable.secret_version)
        openers = self._openers.find(key, usable.epoch)
        if openers is None:
            openers = sealing.openers(self._parts.vault, usable, usable.fields)
            self._openers.keep(key, usable.epoch, openers)
        return openers

    async def _find(self, principal: Principal, reference: Reference, epoch: int) -> UsableConnection:
        found = await self._load(ConnectionId(reference), epoch)
        if found is not None:
            return found
        ids = await self._ids_by_name(principal, reference, epoch)
        named = [one for connection_id in ids if (one := await self._load(connection_id, epoch)) is not None]
        known = [one for one in named if access.may_know_of(principal, one.facts)]
        if not known:
            raise unknown_connection()
        if len(known) > 1:
            raise ambiguous_name(reference)
        return known[0]

    async def _ids_by_name(self, principal: Principal, name: str, epoch: int) -> Sequence[ConnectionId]:
        units = units_for_names(principal)
        return await self._names.find_or_make(
            (name, units), epoch, lambda: self._parts.read(lambda tx: records.find_ids_by_name(tx, name, units))
        )

    async def _load(self, connection_id: ConnectionId, epoch: int) -> UsableConnection | None:
        return await self._kept.find_or_make(
            connection_id, epoch, lambda: self._parts.read(lambda tx: self._read(tx, connection_id))
        )

    def _read(self, tx: Transaction, connection_id: ConnectionId) -> UsableConnection | None:
        connection = records.find_connection(tx, connection_id)
        if connection is None:
            return None
        fields = credentials.find_fields(tx, connection.id, connection.secret_version)
        connector = self._parts.catalogue.get(connection.connector)
        details = parse_fields(connector.details, connection.details, where="details")
        return UsableConnection(
            facts=records.facts_of(tx, connection),
            name=connection.name,
            connector=connection.connector,
            scheme=connection.scheme,
            details=details,
            origin=connection.origin,
            policy=ReachPolicy(
                allowed=outbound.list_targets(tx, connection.business_unit_id),
                origins=connector.http_origins(details),
            ),
            secret_version=connection.secret_version,
            fields=fields,
            rule="",
            epoch=0,
        )
