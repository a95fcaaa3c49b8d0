"""A local folder that is never left: every path is walked name by name from its open folder.

Nothing here hands a path of more than one name to the operating system, and no call follows a link by itself
(`openat` with `O_NOFOLLOW`). A link is read and walked by us, so that exchanging a folder for a link between a check
and its use gains nothing: there is no check apart from the use.
"""

# ruff: noqa: D102  # the methods promise what FileStore says

import errno
import os
import secrets
import stat as stats
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from jackfield.catalog.files.models import EntryKind
from jackfield.catalog.files.store import (
    ExistsError,
    FileNotFoundByPathError,
    Names,
    NotEmptyError,
    OutsideError,
    Stat,
    WrongKindError,
    moment_of,
    shown,
)
from jackfield.errors import HubError, InvalidError, LimitedError, RemoteRejectedError, RemoteUnavailableError

MAX_LINKS = 20
MAX_DEPTH = 250
"""Folders open at once on the way to a path."""
MAX_NAMES = 100_000
"""Names that one folder may have to be listed."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class RootedFolder:
    """Blocking operations below one folder; see `FileStore` for what they promise.

    Args:
        allowed: A folder that the operator trusts; links on the way to it are the operator's own.
        below: The root, from there.
    """

    def __init__(self, allowed: Path, below: Names) -> None:
        self._allowed = allowed
        self._below = below

    def check(self) -> os.statvfs_result:
        """That the root is there and may be read; the figures of its file system."""
        with self._walk((), follow=True) as (folder, _), _translating(()):
            with os.scandir(folder):
                pass
            return os.fstatvfs(folder)

    def owner(self) -> int:
        """The user id that the root belongs to."""
        with self._walk((), follow=True) as (folder, _):
            return os.fstat(folder).st_uid

    def stat(self, path: Names) -> Stat | None:
        with self._walk(path, follow=False) as (folder, name), _translating(path):
            try:
                found = os.stat(name or ".", dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                return None
            return _stat_of(found)

    def scan(self, path: Names) -> dict[str, Stat]:
        with self._walk(path, follow=True) as (folder, name), _translating(path):
            if name:
                raise WrongKindError(path, "a folder")
            found: dict[str, Stat] = {}
            with os.scandir(folder) as entries:
                for entry in entries:
                    if len(found) >= MAX_NAMES:
                        raise LimitedError(
                            f"{shown(path)} has more than {MAX_NAMES:,} entries, too many to list",
                            code="folder.too_large",
                            limit=MAX_NAMES,
                        )
                    # Gone since it was read from the folder: then it isn't in it.
                    with suppress(FileNotFoundError):
                        found[entry.name] = _stat_of(os.stat(entry.name, dir_fd=folder, follow_symlinks=False))
            return found

    def read(self, path: Names, max_bytes: int) -> tuple[bytes, Stat]:
        with self._walk(path, follow=True) as (folder, name), _translating(path):
            if not name:
                raise WrongKindError(path, "a file, but a folder")
            # O_NONBLOCK: opening a named pipe would wait for its other end.
            handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK, dir_fd=folder)
            with os.fdopen(handle, "rb") as file:
                found = _stat_of(os.fstat(handle))
                if found.kind is not EntryKind.FILE:
                    raise WrongKindError(path, "a file")
                data = file.read(max_bytes + 1) if found.size <= max_bytes else b""
            if found.size > max_bytes or len(data) > max_bytes:
                raise too_large(path, found.size, max_bytes)
            return data, found

    def put(self, path: Names, data: bytes, *, replace: bool) -> None:
        with self._walk(path, follow=False) as (folder, name), _translating(path):
            temporary = f".{secrets.token_hex(8)}.part"
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            handle = os.open(temporary, flags, 0o666, dir_fd=folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(handle)
                _place(folder, temporary, folder, name, replace=replace)
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(temporary, dir_fd=folder)
                raise
            os.fsync(folder)

    def rename(self, source: Names, target: Names, *, replace: bool) -> None:
        with (
            self._walk(source, follow=False) as (from_folder, old),
            self._walk(target, follow=False) as (to_folder, new),
            _translating(target),
        ):
            _place(from_folder, old, to_folder, new, replace=replace)

    def remove_file(self, path: Names) -> None:
        with self._walk(path, follow=False) as (folder, name), _translating(path):
            os.unlink(name, dir_fd=folder)

    def remove_folder(self, path: Names) -> None:
        with self._walk(path, follow=False) as (folder, name), _translating(path):
            os.rmdir(name, dir_fd=folder)

    def make_folder(self, path: Names) -> None:
        with self._walk(path, follow=False) as (folder, name), _translating(path):
            os.mkdir(name, dir_fd=folder)

    @contextmanager
    def _walk(self, path: Names, *, follow: bool) -> Generator[tuple[int, str]]:
        """The open folder that a path ends in, and the last name in it.

        Args:
            path: From the root.
            follow: Enter the last name, too, if it is a folder or a link; the name is then empty for a folder.
        """
        opened: list[int] = []
        try:
            self._open_root(opened)
            with _translating(path):
                name = _enter(opened, path, follow=follow)
            yield opened[-1], name
        finally:
            for handle in opened:
                os.close(handle)

    def _open_root(self, opened: list[int]) -> None:
        try:
            opened.append(os.open(self._allowed, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        except OSError as error:
            raise RemoteUnavailableError(
                f"the allowed folder {self._allowed} can't be opened: {error.strerror}; is it mounted, and may be read?",
                target=str(self._allowed),
            ) from None
        try:
            with _translating(self._below):
                _enter(opened, self._below, follow=True, whole=True)
        except InvalidError as error:
            raise InvalidError(
                f"the folder of this connection can't be used: {error.message}", code=error.code, field="details.path"
            ) from None


def _enter(opened: list[int], path: Names, *, follow: bool, whole: bool = False) -> str:
    """Walk from the last of the open folders, opening each; the name that is left at the end.

    Args:
        opened: Grows by the folders on the way.
        path: From there; its links may not lead above there.
        follow: Enter the last name, too.
        whole: The last name must be a folder.
    """
    floor, links = len(opened), 0
    pending = deque(path)
    while pending:
        name = pending.popleft()
        if name == "..":
            _leave(opened, floor, path)
            continue
        if not pending and not follow:
            return name
        if _is_opened(opened, name, path):
            continue
        target = _read_link(opened[-1], name)
        if target is None:
            if pending or whole:
                raise WrongKindError(path, "in a folder" if pending else "a folder")
            return name
        links += 1
        if links > MAX_LINKS or target.startswith("/"):
            raise OutsideError(path)
        pending.extendleft(part for part in reversed(target.split("/")) if part not in {"", "."})
    return ""


def _is_opened(opened: list[int], name: str, path: Names) -> bool:
    """Open a folder on the way; false if the name is no folder but a link or a file."""
    try:
        opened.append(os.open(name, _FOLDER, dir_fd=opened[-1]))
    except OSError as error:
        if error.errno not in {errno.ENOTDIR, errno.ELOOP}:
            raise
        return False
    if len(opened) > MAX_DEPTH:
        raise OutsideError(path)
    return True


def _leave(opened: list[int], floor: int, path: Names) -> None:
    """Go up one folder, which only a link can ask for; never above the root."""
    if len(opened) == floor:
        raise OutsideError(path)
    os.close(opened.pop())


def _read_link(folder: int, name: str) -> str | None:
    try:
        return os.readlink(name, dir_fd=folder)
    except OSError as error:
        if error.errno == errno.EINVAL:
            return None
        raise


def _place(from_folder: int, old: str, to_folder: int, new: str, *, replace: bool) -> None:
    """Give something its new name; without `replace` in one step that fails if the name is taken (`link`)."""
    if replace:
        os.replace(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder)
        return
    try:
        os.link(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}:
            raise
        # A folder, or a file system without hard links: look, then rename.
        with suppress(FileNotFoundError):
            os.stat(new, dir_fd=to_folder, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, "exists") from None
        os.rename(old, new, src_dir_fd=from_folder, dst_dir_fd=to_folder)
    else:
        os.unlink(old, dir_fd=from_folder)


def _stat_of(found: os.stat_result) -> Stat:
    kinds = {stats.S_IFREG: EntryKind.FILE, stats.S_IFDIR: EntryKind.FOLDER, stats.S_IFLNK: EntryKind.LINK}
    kind = kinds.get(stats.S_IFMT(found.st_mode), EntryKind.OTHER)
    return Stat(kind, found.st_size, moment_of(found.st_mtime))


def too_large(path: Names, size: int, max_bytes: int) -> LimitedError:
    """A file is larger than may be read."""
    return LimitedError(
        f"{shown(path)} has {size:,} bytes, more than the {max_bytes:,} that may be read",
        code="file.too_large",
        limit=max_bytes,
        field="arguments.max_bytes",
    )


@contextmanager
def _translating(path: Names) -> Generator[None]:
    """Errors of the operating system in our words; never with a path outside the root."""
    try:
        yield
    except OSError as error:
        raise _translated(error, path) from None


def _translated(error: OSError, path: Names) -> HubError:  # noqa: C901, PLR0911  # one answer for each kind of error
    match error.errno:
        case errno.ENOENT:
            return FileNotFoundByPathError(path)
        case errno.EEXIST:
            return ExistsError(path)
        case errno.ENOTEMPTY:
            return NotEmptyError(path)
        case errno.EISDIR:
            return WrongKindError(path, "a file, but a folder")
        case errno.ENOTDIR:
            return WrongKindError(path, "a folder")
        case errno.ENXIO:
            return WrongKindError(path, "a file")
        case errno.ELOOP:
            return OutsideError(path)
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return RemoteRejectedError(
                f"the operating system does not let Jackfield do that at {shown(path)}: {error.strerror}",
                code="file.refused",
                status=errno.errorcode[error.errno],
            )
        case errno.ENAMETOOLONG | errno.EILSEQ:
            return InvalidError(f"the file system has no room for a name as in {shown(path)}", field="arguments.path")
        case errno.ENOSPC | errno.EDQUOT:
            return RemoteRejectedError("there is no space left for the file", code="storage.full")
        case _:
            return RemoteUnavailableError(
                f"the file system failed at {shown(path)}: {error.strerror}",
                code="file.failed",
                status=errno.errorcode.get(error.errno or 0, ""),
            )
