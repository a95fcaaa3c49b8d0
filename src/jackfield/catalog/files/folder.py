"""Files in a folder of the machine that Jackfield runs on."""

import asyncio
import os
import pwd
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Annotated, TypeVar
from urllib.parse import quote

from pydantic import AfterValidator, Field

from jackfield.catalog.files.actions import FileConnector
from jackfield.catalog.files.models import FILE_BYTES
from jackfield.catalog.files.paths import split_path
from jackfield.catalog.files.rooted import RootedFolder
from jackfield.catalog.files.store import FileStore, Names, Stat
from jackfield.connectors import Details, NoCredentials, RemoteIdentity, Scheme, Use
from jackfield.errors import InvalidError, MisconfiguredError

T = TypeVar("T")


def _absolute(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError("must be the whole path of a folder on the server, beginning with /")
    return "/" + "/".join(split_path(text.lstrip("/")))


class FolderDetails(Details):
    """Which folder."""

    path: Annotated[str, AfterValidator(_absolute)] = Field(
        min_length=1,
        max_length=4096,
        title="Folder",
        description="The whole path of a folder on the server; it must lie in one that the operator allowed.",
        examples=["/srv/files/invoices"],
    )


class FolderConnector(FileConnector[FolderDetails]):
    """Files in a folder of the machine that Jackfield runs on, below one of the roots that the operator allowed.

    Args:
        roots: The allowed roots; with none, every use says so.
        file_bytes: The largest file that is read or written at once.
    """

    key = "folder"
    title = "Local folder"
    description = "Read and write the files in a folder of the server."
    details = FolderDetails
    schemes = (Scheme("none", "No sign-in", NoCredentials),)

    def __init__(self, roots: tuple[Path, ...], *, file_bytes: int = FILE_BYTES) -> None:
        super().__init__(file_bytes=file_bytes)
        self._roots = tuple(Path(os.path.abspath(root)) for root in roots)  # noqa: PTH100  # links are the operator's

    def origin(self, details: FolderDetails) -> str:
        """The folder as a `file:` URL (RFC 8089)."""
        return f"file://{quote(details.path)}"

    async def test(self, use: Use[FolderDetails]) -> RemoteIdentity:
        """That the folder is there and can be read.

        Raises:
            MisconfiguredError: The operator allowed no folder.
            InvalidError: It lies outside the allowed ones, or is not there.
        """
        rooted = self._rooted(use.details)
        figures, owner = await in_thread(lambda: (rooted.check(), rooted.owner()))
        return RemoteIdentity(
            account=_user_name(owner),
            system="local folder",
            notes={
                "free_bytes": figures.f_bavail * figures.f_frsize,
                "total_bytes": figures.f_blocks * figures.f_frsize,
            },
        )

    @asynccontextmanager
    async def open(self, use: Use[FolderDetails]) -> AsyncGenerator[FileStore]:
        """The folder."""
        yield _FolderStore(self._rooted(use.details))

    def _rooted(self, details: FolderDetails) -> RootedFolder:
        if not self._roots:
            raise MisconfiguredError(
                "no folder of the server is allowed; the operator names some in JACKFIELD_FILES_ROOTS",
                setting="JACKFIELD_FILES_ROOTS",
            )
        path = PurePosixPath(details.path)
        allowed = max(
            (root for root in self._roots if path.is_relative_to(root)), key=lambda root: len(root.parts), default=None
        )
        if allowed is None:
            roots = ", ".join(map(str, self._roots))
            raise InvalidError(
                f"{details.path} is not in a folder that the operator allowed; allowed are {roots}",
                code="folder.not_allowed",
                field="details.path",
            )
        return RootedFolder(allowed, path.relative_to(allowed).parts)


class _FolderStore:
    """A rooted folder for the event loop; see `FileStore`."""

    def __init__(self, rooted: RootedFolder) -> None:
        self._rooted = rooted

    async def stat(self, path: Names) -> Stat | None:
        return await in_thread(partial(self._rooted.stat, path))

    async def scan(self, path: Names) -> dict[str, Stat]:
        return await in_thread(partial(self._rooted.scan, path))

    async def read(self, path: Names, max_bytes: int) -> tuple[bytes, Stat]:
        return await in_thread(partial(self._rooted.read, path, max_bytes))

    async def put(self, path: Names, data: bytes, *, replace: bool) -> None:
        await in_thread(partial(self._rooted.put, path, data, replace=replace))

    async def rename(self, source: Names, target: Names, *, replace: bool) -> None:
        await in_thread(partial(self._rooted.rename, source, target, replace=replace))

    async def remove_file(self, path: Names) -> None:
        await in_thread(partial(self._rooted.remove_file, path))

    async def remove_folder(self, path: Names) -> None:
        await in_thread(partial(self._rooted.remove_folder, path))

    async def make_folder(self, path: Names) -> None:
        await in_thread(partial(self._rooted.make_folder, path))


async def in_thread(work: Callable[[], T]) -> T:
    """Run work on a thread of its own, so that a file system that hangs holds up nobody else, nor our end.

    Work whose caller was cancelled goes on to its end: nothing can interrupt a call of the file system.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # pyright: ignore[reportArgumentType]  # there is a result when there is no error

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001  # handed to the caller
            failure = error
        # The loop may be gone when the process ends.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, name="jackfield-files", daemon=True).start()
    return await done


def _user_name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)
