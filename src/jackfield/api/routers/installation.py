"""The installation: what everybody may know of it before signing in, and how it is, for those who look after it."""

import asyncio
import platform
import shutil
from collections import Counter
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import Field
from starlette.requests import Request

from jackfield.api.access import PUBLIC, needs
from jackfield.api.bodies import Output
from jackfield.api.desk import Asking, Hub, desk_of
from jackfield.api.idempotency import count_answers_by_key_id
from jackfield.api.languages import Words
from jackfield.api.routers.audit import Anchor, decide_whole, show_anchor
from jackfield.api.routes import Routes
from jackfield.api.services import Services
from jackfield.audit import AuditQuery
from jackfield.db import SQLITE, Database, Transaction
from jackfield.directory import Installation as FoundInstallation
from jackfield.directory import Scope, find_installation
from jackfield.errors import MisconfiguredError
from jackfield.kernel import PageRequest
from jackfield.vault import key_check_key_id, key_file_status, lies_within

routes = Routes("installation", "What this installation is, and how it is.")


class Setup(Output):
    """What the sign-in page must know."""

    first_sign_in_pending: bool = Field(description="No super admin has set a password yet; a code is to be redeemed.")
    product_version: str
    production: bool = Field(description="Whether only administrators create connections (C1).")


class DatabaseInfo(Output):
    """Where everything is stored."""

    kind: Literal["sqlite", "postgresql"]
    journal: str | None = Field(
        description="Of SQLite, as in `truncate` (a rollback journal) or `wal`; null for PostgreSQL."
    )
    free_bytes: int | None = Field(
        description="On the disk of the data folder; null where it can't be told. What can't be recorded isn't done."
    )


class Installation(Output):
    """What it is and runs on; nothing that is secret."""

    id: str
    created_at: datetime
    started_at: datetime = Field(description="When this server process began.")
    product_version: str
    python_version: str
    sqlite_version: str = Field(description="Of the newest SQLite here, whatever the database is.")
    database: DatabaseInfo
    public_url: str
    is_encrypted: bool = Field(description="Whether people reach it by https.")
    production: bool
    audit: Anchor | None = Field(
        description="The end of the record now; what is kept of it elsewhere proves it later. Null for an API token "
        "without the scope `audit`."
    )
    audit_in_file: bool = Field(description="Whether the record is written to a second place.")


class Key(Output):
    """A key that secrets are sealed under; never the key itself."""

    id: str
    created_at: datetime
    is_primary: bool = Field(description="Whether everything is sealed under it from now on.")
    sealed: int = Field(description="How many things are sealed under it.")


class Keys(Output):
    """How the keys stand."""

    keys: list[Key]
    is_rotating: bool = Field(description="A rotation is under way, or was interrupted: there are several keys.")
    last_rotation_at: datetime | None = Field(description="When the latest rotation was recorded.")
    is_beside_data: bool = Field(description="One backup would take the keys along with what they protect.")
    missing: dict[str, int] = Field(
        description="Keys that the key file doesn't have, and how much is sealed under them."
    )
    problems: list[Words] = Field(description="What is wrong with the key file.")


@routes.get("/api/setup", "installation_setup", PUBLIC, summary="What the sign-in page must know")
async def get_setup(hub: Hub) -> Setup:
    """Whether anybody has signed in here yet."""
    return Setup(
        first_sign_in_pending=await hub.directory.sign_in.is_first_pending(),
        product_version=version("jackfield"),
        production=hub.settings.production,
    )


@routes.get("/api/installation", "installation_get", needs(Scope.READ), summary="Get the installation")
async def get_installation(hub: Hub, caller: Asking, request: Request) -> Installation:
    """For super admins and auditors of the installation."""
    decide_whole(caller.principal).require("installation.read")
    settings = hub.settings
    known = await _known(hub)
    return Installation(
        id=known.id,
        created_at=known.created_at,
        started_at=desk_of(request).started_at,
        product_version=version("jackfield"),
        python_version=platform.python_version(),
        sqlite_version=SQLITE.sqlite_version,
        database=DatabaseInfo(
            kind="sqlite" if hub.database.is_sqlite else "postgresql",
            journal=await _find_journal(hub.database),
            free_bytes=await asyncio.to_thread(_free_bytes, settings.data_dir),
        ),
        public_url=settings.effective_public_url,
        is_encrypted=settings.effective_public_url.startswith("https://"),
        production=settings.production,
        audit=show_anchor(await hub.audit.anchor()) if Scope.AUDIT in caller.principal.scopes else None,
        audit_in_file=settings.audit_file is not None,
    )


@routes.get("/api/keys", "key_list", needs(Scope.READ), summary="List the keys that secrets are sealed under")
async def list_keys(hub: Hub, caller: Asking) -> Keys:
    """For super admins and auditors of the installation. `jackfield keys rotate` moves everything under a new one."""
    decide_whole(caller.principal).require("keys.read")
    settings = hub.settings
    status = await asyncio.to_thread(key_file_status, settings.key_file)
    sealed = await _count_sealed(hub)
    known = {key.id for key in status.keys}
    rotations = await hub.audit.list_entries(AuditQuery(name="keys.rotate"), PageRequest(1))
    return Keys(
        keys=[
            Key(id=key.id, created_at=key.created, is_primary=key.primary, sealed=sealed[key.id]) for key in status.keys
        ],
        is_rotating=len(status.keys) > 1,
        last_rotation_at=rotations.items[0].at if rotations.items else None,
        is_beside_data=hub.database.is_sqlite and lies_within(settings.key_file, settings.data_dir),
        missing={key_id: count for key_id, count in sealed.items() if key_id not in known},
        problems=list(status.problems),
    )


async def _count_sealed(hub: Services) -> Counter[str]:
    """How much is sealed under each key: credentials, kept answers, and the check of the key file."""
    counts = Counter(await hub.connections.count_by_key_id())
    counts.update(await count_answers_by_key_id(hub.database))
    counts.update(await hub.processes.count_by_key_id())
    counts[key_check_key_id((await _known(hub)).key_check)] += 1
    return counts


async def _known(hub: Services) -> FoundInstallation:
    found = await hub.database.read(find_installation)
    if found is None:
        raise MisconfiguredError("the database belongs to no installation")
    return found


async def _find_journal(database: Database) -> str | None:
    def ask(tx: Transaction) -> str:
        return str(tx.connection.exec_driver_sql("PRAGMA journal_mode").scalar())

    return await database.read(ask) if database.is_sqlite else None


def _free_bytes(folder: Path) -> int | None:
    # With another database the folder may not have been made yet; then it is the disk where it would be.
    existing = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    try:
        return shutil.disk_usage(existing).free
    except OSError:
        return None
