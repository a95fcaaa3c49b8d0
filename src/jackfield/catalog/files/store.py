"""The few things every place for files can do; the actions are made of these."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from jackfield.catalog.files.models import Entry, EntryKind
from jackfield.catalog.files.paths import join_path
from jackfield.errors import ConflictError, InvalidError

Names = tuple[str, ...]
"""A path, name by name from the root."""


@dataclass(frozen=True, slots=True)
class Stat:
    """What lies at a path."""

    kind: EntryKind
    size: int
    modified: datetime | None

    def entry(self, names: Names) -> Entry:
        """With its path."""
        return Entry(
            path=join_path(names),
            name=names[-1] if names else "",
            kind=self.kind,
            size=self.size,
            modified=self.modified,
        )


class FileStore(Protocol):
    """One root and what is below it. No method ever leaves the root, whatever links say.

    Symbolic links on the way to a path are followed as long as they stay below the root; the last name is followed by
    `scan` and `read` only.

    Every method may raise `FileNotFoundByPathError`, `OutsideError`, and the errors of the other side.
    """

    async def stat(self, path: Names) -> Stat | None:
        """What lies there, links not followed; None is nothing."""
        ...

    async def scan(self, path: Names) -> dict[str, Stat]:
        """A folder's entries by name, in no order."""
        ...

    async def read(self, path: Names, max_bytes: int) -> tuple[bytes, Stat]:
        """A file's content.

        Raises:
            LimitedError: It is larger than `max_bytes`.
        """
        ...

    async def put(self, path: Names, data: bytes, *, replace: bool) -> None:
        """Make a file appear with all its content at once.

        Raises:
            ExistsError: Something is there, and `replace` is false or it is no file.
        """
        ...

    async def rename(self, source: Names, target: Names, *, replace: bool) -> None:
        """Move a file, folder or link.

        Raises:
            ExistsError: As with `put`.
        """
        ...

    async def remove_file(self, path: Names) -> None:
        """Delete anything but a folder; of a link, the link."""
        ...

    async def remove_folder(self, path: Names) -> None:
        """Delete an empty folder.

        Raises:
            NotEmptyError: It isn't empty.
        """
        ...

    async def make_folder(self, path: Names) -> None:
        """Make one folder in an existing one.

        Raises:
            ExistsError: Something is there.
        """
        ...


class FileNotFoundByPathError(InvalidError):
    """Nothing lies at a path."""

    code = "file.not_found"

    def __init__(self, path: Names, *, field: str = "arguments.path") -> None:
        super().__init__(f"there is nothing at {shown(path)} in the folder of this connection", field=field)


class FolderMissingError(InvalidError):
    """The folder that something should be put into is not there."""

    code = "file.not_found"

    def __init__(self, folder: Names, field: str) -> None:
        super().__init__(
            f"there is no folder at {shown(folder)} in the folder of this connection; make it first, or have it made "
            "with create_folders",
            field=field,
        )


class OutsideError(InvalidError):
    """A link leads out of the root."""

    code = "path.outside"

    def __init__(self, path: Names) -> None:
        super().__init__(
            f"{shown(path)} leads out of the folder of this connection through a symbolic link, which is refused",
            field="arguments.path",
        )


class WrongKindError(InvalidError):
    """A folder where a file is needed, or the other way round."""

    code = "file.wrong_kind"

    def __init__(self, path: Names, needed: str) -> None:
        super().__init__(f"{shown(path)} is not {needed}", field="arguments.path")


class ExistsError(ConflictError):
    """Something lies where something new should be."""

    code = "file.exists"

    def __init__(self, path: Names) -> None:
        super().__init__(
            f"{shown(path)} exists already; choose another name, or what to do if it exists", field="arguments.path"
        )


class NotEmptyError(ConflictError):
    """A folder to be deleted has something in it."""

    code = "folder.not_empty"

    def __init__(self, path: Names) -> None:
        super().__init__(
            f"the folder {shown(path)} is not empty; delete it with its content, or empty it first",
            field="arguments.path",
        )


def shown(path: Names) -> str:
    """A path in a sentence."""
    text = join_path(path) or "the folder of the connection"
    return repr(text if len(text) <= 200 else f"{text[:200]}…")


def moment_of(seconds: float | None) -> datetime | None:
    """When something was changed; None where that is not said, or lies beyond the calendar."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None
