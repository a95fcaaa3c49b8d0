"""A folder on a server over SFTP (draft-ietf-secsh-filexfer-02, with OpenSSH's extensions where the server has them)."""

import secrets
import stat as stats
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import cast

import asyncssh
from asyncssh.constants import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR, FILEXFER_TYPE_SYMLINK

from jackfield.catalog.files.models import EntryKind
from jackfield.catalog.files.rooted import MAX_NAMES, too_large
from jackfield.catalog.files.sftp_fields import KeyCredentials, PasswordCredentials, SftpDetails
from jackfield.catalog.files.ssh import no_sftp, said, sign_in
from jackfield.catalog.files.store import (
    ExistsError,
    FileNotFoundByPathError,
    FileStore,
    Names,
    NotEmptyError,
    OutsideError,
    Stat,
    WrongKindError,
    moment_of,
    shown,
)
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import (
    HubError,
    InvalidError,
    LimitedError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
)

_LOST = (asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError, OSError)


async def look(use: Use[SftpDetails]) -> RemoteIdentity:
    """Sign in and look at the folder; see `SftpConnector.test`."""
    async with sign_in(use) as connection, _sftp(use.details, connection) as client:
        root = await _real_root(use.details, client)
        credentials = use.credentials
        user = credentials.user if isinstance(credentials, (KeyCredentials, PasswordCredentials)) else ""
        version = str(connection.get_extra_info("server_version", ""))
        notes: dict[str, str | int | float | bool | None] = {"folder": root}
        with suppress(asyncssh.SFTPError):
            space = await client.statvfs(root)
            notes["free_bytes"] = (space.bavail or 0) * (space.frsize or 0)
        return RemoteIdentity(account=f"{user}@{use.details.host}", system=version[:100], notes={**notes})


@asynccontextmanager
async def open_store(use: Use[SftpDetails]) -> AsyncGenerator[FileStore]:
    """The folder, over a connection of its own."""
    async with sign_in(use) as connection, _sftp(use.details, connection) as client:
        yield _SftpStore(client, await _real_root(use.details, client), use.details.target)


@asynccontextmanager
async def _sftp(details: SftpDetails, connection: asyncssh.SSHClientConnection) -> AsyncGenerator[asyncssh.SFTPClient]:
    try:
        client = await connection.start_sftp_client()
    except (asyncssh.Error, OSError) as error:
        if isinstance(error, _LOST):
            raise _unavailable(details.target, error) from None
        raise no_sftp(details, error) from None
    async with client:
        yield client


async def _real_root(details: SftpDetails, client: asyncssh.SFTPClient) -> str:
    """The folder of a connection, links resolved."""
    try:
        root = await client.realpath(details.path or ".")
        attributes = await client.stat(root)
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPPermissionDenied) as error:
        raise InvalidError(
            f"the folder of this connection can't be used on {details.target}: {said(error)}",
            code="folder.not_found",
            field="details.path",
        ) from None
    except (asyncssh.Error, OSError) as error:
        raise _unavailable(details.target, error) from None
    if _stat_of(attributes).kind is not EntryKind.FOLDER:
        raise InvalidError("the folder of this connection is not a folder", field="details.path")
    return root


class _SftpStore:
    """A folder on the server; see `FileStore`.

    The protocol has no way to open a file relative to an open folder. So a path's folder is resolved by the server
    (`realpath`) and judged, and the resolved path is used, whose names are no links any more. Somebody who can change
    links on the server within that moment could lead elsewhere; he has an account there already.
    """

    def __init__(self, client: asyncssh.SFTPClient, root: str, target: str) -> None:
        self._client = client
        self._root = root
        self._target = target

    async def stat(self, path: Names) -> Stat | None:
        with self._translating(path):
            try:
                return _stat_of(await self._client.lstat(await self._place(path)))
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                return None

    async def scan(self, path: Names) -> dict[str, Stat]:
        found: dict[str, Stat] = {}
        with self._translating(path):
            place = await self._resolved(path)
            if _stat_of(await self._client.stat(place)).kind is not EntryKind.FOLDER:
                raise WrongKindError(path, "a folder")
            # Bytes, since a name need not be UTF-8.
            async for entry in self._client.scandir(place.encode()):
                name = entry.filename
                text = name.decode(errors="surrogateescape") if isinstance(name, bytes) else name
                if text in {".", ".."}:
                    continue
                if len(found) >= MAX_NAMES:
                    raise LimitedError(
                        f"{shown(path)} has more than {MAX_NAMES:,} entries, too many to list",
                        code="folder.too_large",
                        limit=MAX_NAMES,
                    )
                found[text] = _stat_of(entry.attrs)
        return found

    async def read(self, path: Names, max_bytes: int) -> tuple[bytes, Stat]:
        with self._translating(path):
            place = await self._resolved(path)
            found = _stat_of(await self._client.lstat(place))
            if found.kind is not EntryKind.FILE:
                raise WrongKindError(path, "a file")
            if found.size > max_bytes:
                raise too_large(path, found.size, max_bytes)
            async with self._client.open(place, "rb") as file:
                data = cast("bytes", await file.read(max_bytes + 1))
        if len(data) > max_bytes:
            raise too_large(path, len(data), max_bytes)
        return data, found

    async def put(self, path: Names, data: bytes, *, replace: bool) -> None:
        with self._translating(path):
            place = await self._place(path)
            if not replace and await self._is_there(place):
                raise ExistsError(path)
            temporary = f"{place.rpartition('/')[0]}/.{secrets.token_hex(8)}.part"
            try:
                async with self._client.open(temporary, "xb") as file:
                    await file.write(data)
                await self._rename(temporary, place, path, replace=replace)
            except BaseException:
                with suppress(asyncssh.Error, OSError):
                    await self._client.remove(temporary)
                raise

    async def rename(self, source: Names, target: Names, *, replace: bool) -> None:
        with self._translating(source):
            old = await self._place(source)
            if not await self._is_there(old):
                raise FileNotFoundByPathError(source)
        with self._translating(target):
            await self._rename(old, await self._place(target), target, replace=replace)

    async def remove_file(self, path: Names) -> None:
        with self._translating(path, decisive=True):
            await self._client.remove(await self._place(path))

    async def remove_folder(self, path: Names) -> None:
        with self._translating(path, decisive=True):
            place = await self._place(path)
            try:
                await self._client.rmdir(place)
            except (asyncssh.SFTPFailure, asyncssh.SFTPDirNotEmpty):
                if await self._has_content(place):
                    raise NotEmptyError(path) from None
                raise

    async def make_folder(self, path: Names) -> None:
        with self._translating(path):
            place = await self._place(path)
            if await self._is_there(place):
                raise ExistsError(path)
            await self._client.mkdir(place)

    async def _rename(self, old: str, new: str, path: Names, *, replace: bool) -> None:
        with self._translating(path, decisive=True):
            if replace:
                await self._replace(old, new)
                return
            try:
                # Version 3 of the protocol refuses a name that is taken; OpenSSH does so in one step (link).
                await self._client.rename(old, new)
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                if await self._is_there(new):
                    raise ExistsError(path) from None
                raise

    async def _replace(self, old: str, new: str) -> None:
        try:
            await self._client.posix_rename(old, new)
        except asyncssh.SFTPOpUnsupported:
            # Without OpenSSH's extension there is a moment in which neither is there.
            with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                await self._client.remove(new)
            await self._client.rename(old, new)

    async def _place(self, path: Names) -> str:
        """The whole path on the server: its folder resolved and below the root, its last name as it is."""
        if not path:
            return self._root
        return f"{(await self._resolved(path[:-1])).rstrip('/')}/{path[-1]}"

    async def _resolved(self, path: Names) -> str:
        """The whole path on the server with all links resolved, below the root."""
        if not path:
            return self._root
        place = await self._client.realpath("/".join((self._root.rstrip("/"), *path)))
        if place != self._root and not place.startswith(self._root.rstrip("/") + "/"):
            raise OutsideError(path)
        return place

    async def _is_there(self, place: str) -> bool:
        try:
            await self._client.lstat(place)
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return False
        return True

    async def _has_content(self, place: str) -> bool:
        async for entry in self._client.scandir(place.encode()):
            if entry.filename not in {b".", b".."}:
                return True
        return False

    @contextmanager
    def _translating(self, path: Names, *, decisive: bool = False) -> Generator[None]:
        """Errors of the server in our words.

        Args:
            path: What it is about.
            decisive: A lost connection leaves open whether it was done.
        """
        try:
            yield
        except (asyncssh.Error, OSError) as error:
            raise self._translated(error, path, decisive=decisive) from None

    def _translated(  # noqa: PLR0911  # one answer for each kind of error
        self, error: Exception, path: Names, *, decisive: bool
    ) -> HubError:
        match error:
            case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
                return FileNotFoundByPathError(path)
            case asyncssh.SFTPFileAlreadyExists():
                return ExistsError(path)
            case asyncssh.SFTPDirNotEmpty():
                return NotEmptyError(path)
            case asyncssh.SFTPNotADirectory() | asyncssh.SFTPFileIsADirectory():
                return WrongKindError(path, "what the action needs (a file or a folder)")
            case asyncssh.SFTPPermissionDenied() | asyncssh.SFTPWriteProtect():
                return RemoteRejectedError(
                    f"{self._target} does not let this user do that at {shown(path)}",
                    code="file.refused",
                    target=self._target,
                )
            case asyncssh.SFTPNoSpaceOnFilesystem() | asyncssh.SFTPQuotaExceeded():
                return RemoteRejectedError(
                    f"{self._target} has no space left for the file", code="storage.full", target=self._target
                )
            case _ if isinstance(error, _LOST):
                if decisive:
                    return OutcomeUnknownError(
                        f"the connection to {self._target} was lost before it confirmed the change at {shown(path)}; "
                        "look whether it was made",
                        target=self._target,
                    )
                return _unavailable(self._target, error)
            case _:
                return RemoteRejectedError(
                    f"{self._target} refuses that at {shown(path)}: {said(error)}",
                    code="file.refused",
                    target=self._target,
                )


def _unavailable(target: str, error: Exception) -> RemoteUnavailableError:
    return RemoteUnavailableError(f"the connection to {target} failed: {said(error)}", target=target)


def _stat_of(attributes: asyncssh.SFTPAttrs) -> Stat:
    kinds = {
        FILEXFER_TYPE_REGULAR: EntryKind.FILE,
        FILEXFER_TYPE_DIRECTORY: EntryKind.FOLDER,
        FILEXFER_TYPE_SYMLINK: EntryKind.LINK,
    }
    kind = kinds.get(attributes.type, EntryKind.OTHER)
    if attributes.type not in kinds and attributes.permissions is not None:
        modes = {stats.S_IFREG: EntryKind.FILE, stats.S_IFDIR: EntryKind.FOLDER, stats.S_IFLNK: EntryKind.LINK}
        kind = modes.get(stats.S_IFMT(attributes.permissions), EntryKind.OTHER)
    return Stat(kind, attributes.size or 0, moment_of(attributes.mtime))
