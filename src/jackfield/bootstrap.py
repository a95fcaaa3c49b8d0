"""The composition root: the only place that knows every part, and in which order they come and go."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from jackfield.api import Check, Services
from jackfield.audit import AuditLog
from jackfield.catalog import make_catalogue
from jackfield.connections import Connections
from jackfield.connectors import Catalogue
from jackfield.db import Database, Transaction
from jackfield.directory import Directory, Installation, claim_installation, find_installation, has_people
from jackfield.egress import Egress
from jackfield.engine import Engine
from jackfield.errors import MisconfiguredError
from jackfield.gateway import Gateway
from jackfield.integrations import Integrations
from jackfield.kernel import Clock, SystemClock
from jackfield.notices import Notices
from jackfield.processes import Processes
from jackfield.settings import Settings
from jackfield.triggers import ProcessRuns, Triggers
from jackfield.vault import Vault, create_key_file, key_check, lies_within, require_same_keys

log = structlog.get_logger(__name__)

_HOUSEKEEPING_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Parts:
    """One installation, in one process."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    audit: AuditLog
    notices: Notices
    directory: Directory
    catalogue: Catalogue
    egress: Egress
    connections: Connections
    integrations: Integrations
    gateway: Gateway
    processes: Processes
    triggers: Triggers
    engine: Engine
    """Carries runs on, once it is asked to."""


def open_vault(settings: Settings, database: Database, clock: Clock) -> Vault:
    """The keys of this installation; made only when the database is as new as they are (case D07).

    Raises:
        MisconfiguredError: The keys are missing, open to others, or belong to another database; or the database doesn't
            say any more which belong to it.
    """
    known = database.read_now(find_installation)
    if known is None and database.read_now(has_people):
        raise MisconfiguredError(
            "the database has lost what says which keys belong to it: restore it from a backup, with the key file of that "
            "time; no new keys were made"
        )
    if known is None and not settings.key_file.exists():
        create_key_file(settings.key_file)
    vault = Vault.open(settings.key_file, open_to_others=settings.key_file_open_to_others)
    if known is None:
        mine = Installation(vault.installation_id, key_check(vault), clock.now())
        known = database.write_now(lambda tx: claim_installation(tx, mine))
    require_same_keys(vault, known.key_check)
    if lies_within(settings.key_file, settings.data_dir):
        log.warning(
            "key.beside_data",
            advice="one backup would take the keys along with what they protect: set JACKFIELD_KEY_FILE elsewhere",
            key_file=str(settings.key_file),
            data_dir=str(settings.data_dir),
        )
    return vault


def _require_apart(settings: Settings) -> None:
    """Refuse folders for connections in which the database or the keys lie: a connection could read and change them.

    Raises:
        MisconfiguredError: One is such a folder.
    """
    for root in settings.files_roots:
        if lies_within(settings.data_dir, root) or lies_within(settings.key_file, root):
            raise MisconfiguredError(
                f"{root} contains the database or the key file, and connections may lie in it: choose another folder for "
                "JACKFIELD_FILES_ROOTS",
                setting="JACKFIELD_FILES_ROOTS",
            )


@asynccontextmanager
async def assemble(settings: Settings, database: Database, *, clock: Clock | None = None) -> AsyncGenerator[Parts]:
    """Every part, made in order and let go in reverse.

    Raises:
        MisconfiguredError: Something can't be used as it is set.
    """
    clock = clock or SystemClock()
    limits = settings.limits
    _require_apart(settings)
    vault = open_vault(settings, database, clock)
    audit = AuditLog(
        database, mac=lambda data: vault.mac("audit", data), clock=clock, limits=limits, file=settings.audit_file
    )
    notices = Notices(database, clock)
    directory = Directory(database, audit, clock, limits)
    catalogue = make_catalogue(settings.files_roots)
    egress = Egress(limits)
    connections = Connections(
        database=database,
        directory=directory.facts,
        epoch=directory.epoch,
        catalogue=catalogue,
        vault=vault,
        audit=audit,
        notices=notices,
        clock=clock,
        limits=limits,
        production=settings.production,
    )
    integrations = Integrations(
        database=database, directory=directory, connections=connections, clock=clock, limits=limits
    )
    gateway = Gateway(
        catalogue=catalogue,
        connections=connections,
        integrations=integrations,
        directory=directory,
        audit=audit,
        egress=egress,
        clock=clock,
        limits=limits,
    )
    engine = Engine(database, clock, limits)
    processes = Processes(
        database=database,
        directory=directory.facts,
        catalogue=catalogue,
        uses=connections.uses,
        methods=integrations.steps,
        audit=audit,
        notices=notices,
        clock=clock,
        limits=limits,
        epoch=directory.epoch,
        gateway=gateway,
        engine=engine,
        vault=vault,
    )
    triggers = Triggers(
        database=database,
        directory=directory.facts,
        processes=processes.desk,
        connections=connections.desk,
        uses=connections.uses,
        gateway=gateway,
        runs=ProcessRuns(processes.runs),
        vault=vault,
        audit=audit,
        clock=clock,
        limits=limits,
    )
    processes.add_follower(triggers)
    connections.test_with(gateway)
    for feature in (processes, triggers):
        connections.add_recovery_listener(feature)
    for feature in (integrations, processes, triggers):
        connections.add_repointer(feature)
    connections.add_uses_under_way(processes)
    for feature in (connections, processes):
        directory.add_leaver(feature)
    for feature in (connections, integrations, processes):
        directory.add_group_use(feature)
    try:
        yield Parts(
            settings=settings,
            clock=clock,
            database=database,
            vault=vault,
            audit=audit,
            notices=notices,
            directory=directory,
            catalogue=catalogue,
            egress=egress,
            connections=connections,
            integrations=integrations,
            gateway=gateway,
            processes=processes,
            triggers=triggers,
            engine=engine,
        )
    finally:
        await triggers.close()
        await gateway.close()
        await egress.close()
        await connections.close()
        await directory.close()
        await audit.close()


async def keep_house(parts: Parts) -> None:
    """Once an hour, until cancelled: destroy what has outlived its time. A failure is logged and tried again."""
    while True:
        try:
            destroyed = await parts.connections.destroy_expired()
            if destroyed:
                log.info("credentials.destroyed", fields=destroyed)
            await parts.processes.resume_forgotten()
            await parts.processes.tasks.tell_of_unanswerable()
            forgotten = await parts.processes.forget_ended()
            if forgotten:
                log.info("runs.forgotten", runs=forgotten)
        except Exception as error:  # noqa: BLE001  # the next round must come whatever went wrong in this one
            log.warning("housekeeping.failed", error=type(error).__name__)
        await asyncio.sleep(_HOUSEKEEPING_SECONDS)


def services_of(parts: Parts) -> Services:
    """What the API serves."""

    async def check_database() -> None:
        await parts.database.read(Transaction.policy_epoch)

    async def check_key() -> None:
        # Sealing looks at the file; opening what the database has shows that the two belong together.
        new = key_check(parts.vault)
        known = await parts.database.read(find_installation)
        require_same_keys(parts.vault, known.key_check if known else new)

    return Services(
        settings=parts.settings,
        clock=parts.clock,
        database=parts.database,
        vault=parts.vault,
        directory=parts.directory,
        audit=parts.audit,
        notices=parts.notices,
        catalogue=parts.catalogue,
        connections=parts.connections,
        integrations=parts.integrations,
        gateway=parts.gateway,
        processes=parts.processes,
        triggers=parts.triggers,
        checks=(Check("database", check_database), Check("key", check_key), Check("audit", parts.audit.check)),
    )
