"""What every use case is made with, and the few steps that all of them take."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from jackfield.connections import Connection, ConnectionDesk, Connections, Opened
from jackfield.db import Database, PolicyEpoch, Transaction
from jackfield.directory import Caller, Directory, DirectoryFacts, Principal
from jackfield.integrations import access
from jackfield.integrations.errors import changed_meanwhile, unknown_integration
from jackfield.integrations.models import Definition, Integration, IntegrationAct, IntegrationFacts
from jackfield.integrations.service.apis import Apis
from jackfield.integrations.service.readings import Readings
from jackfield.integrations.store import documents, grants, records
from jackfield.kernel import Clock, ConnectionId

Reference = ConnectionId | str
"""An integration's id, or its title where that means only one of those one knows."""

_MOST_METHODS: Final = 200_000
"""Of all definitions in memory."""


@dataclass(frozen=True, slots=True)
class Found:
    """An integration in a transaction."""

    connection: Connection
    facts: IntegrationFacts
    definition: Definition

    @property
    def integration(self) -> Integration:
        """The record."""
        return self.definition.integration


class Definitions:
    """Definitions by integration and version, so that none is made twice; used from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[ConnectionId, Definition] = OrderedDict()
        self._lock = threading.Lock()
        self._size = 0

    def get(self, tx: Transaction, integration: Integration) -> Definition:
        """The definition of an integration as this transaction sees it."""
        with self._lock:
            kept = self._kept.get(integration.id)
            if kept is not None and kept.integration == integration:
                self._kept.move_to_end(integration.id)
                return kept
        made = make_definition(tx, integration)
        with self._lock:
            old = self._kept.pop(integration.id, None)
            self._size += len(made.methods) - (len(old.methods) if old else 0)
            self._kept[integration.id] = made
            while self._size > _MOST_METHODS and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._size -= len(oldest.methods)
        return made


def make_definition(tx: Transaction, integration: Integration) -> Definition:
    """All that is asked of an integration, read from the database."""
    document = documents.find_document(tx, integration.id, integration.document_number)
    assert document is not None
    return Definition(
        integration=integration,
        access_groups=records.find_access_groups(tx, integration.id),
        document=document,
        methods=documents.read_methods(tx, integration.id, integration.document_number),
        grants=grants.find_grants(tx, integration.id),
    )


@dataclass(slots=True)
class Parts:
    """What the use cases are made with."""

    database: Database
    epoch: PolicyEpoch
    connections: Connections
    directory: Directory
    clock: Clock
    readings: Readings
    apis: Apis
    definitions: Definitions

    @property
    def desk(self) -> ConnectionDesk:
        """Connections inside a transaction."""
        return self.connections.desk

    @property
    def facts(self) -> DirectoryFacts:
        """People and groups inside a transaction."""
        return self.directory.facts

    def find(self, tx: Transaction, principal: Principal, reference: Reference) -> Found:
        """The integration that a reference means to somebody.

        Raises:
            IntegrationNotFoundError: None that he may know of, or several.
        """
        found = self.find_by_id(tx, ConnectionId(reference))
        if found is not None:
            if access.may_know_of(principal, found.facts, found.definition):
                return found
            raise unknown_integration()
        ids = self.desk.find_ids_by_name(tx, reference)
        known = [
            one
            for connection_id in ids
            if (one := self.find_by_id(tx, connection_id)) is not None
            and access.may_know_of(principal, one.facts, one.definition)
        ]
        if len(known) != 1:
            raise unknown_integration()
        return known[0]

    def find_by_id(self, tx: Transaction, integration_id: ConnectionId) -> Found | None:
        """An integration whose connection isn't deleted; no rule is asked here."""
        integration = records.find_integration(tx, integration_id)
        if integration is None:
            return None
        live = self.desk.find(tx, integration_id)
        if live is None:
            return None
        connection, facts = live
        definition = self.definitions.get(tx, integration)
        return Found(connection, IntegrationFacts(definition.access_groups, facts), definition)

    def look(self, tx: Transaction, caller: Caller, act: IntegrationAct, reference: Reference) -> Found:
        """An integration for an act that changes nothing, if the caller may.

        Raises:
            IntegrationNotFoundError: There is none, as far as he may know.
            ForbiddenError: He may not; it names the rule.
        """
        found = self.find(tx, caller.principal, reference)
        access.decide(caller.principal, act, found.facts).require(act)
        return found

    def open(
        self,
        tx: Transaction,
        caller: Caller,
        act: IntegrationAct,
        reference: Reference,
        *,
        expected_version: int | None = None,
    ) -> tuple[Found, Opened]:
        """Lock an integration to change it, and decide by who the caller is at this moment.

        Raises:
            IntegrationNotFoundError, ForbiddenError: As `look`.
            IntegrationChangedError: It is no longer the version that was expected.
        """
        tx.change_policy()
        principal = self.desk.principal(tx, caller)
        integration_id = self.find(tx, principal, reference).connection.id
        # Read again behind the lock: definitions are remembered by version, so this costs a look.
        records.find_integration(tx, integration_id, lock=True)
        found = self.find(tx, principal, integration_id)
        decision = access.decide(principal, act, found.facts)
        decision.require(act)
        require_version(found.integration, expected_version)
        return found, Opened(found.connection, found.facts.connection, decision.rule)


def require_version(integration: Integration | None, expected: int | None) -> None:
    """Nobody changes what he didn't see.

    Raises:
        IntegrationChangedError: It is no longer the version that was expected.
    """
    if expected is not None and integration is not None and integration.version != expected:
        raise changed_meanwhile(integration.version)
