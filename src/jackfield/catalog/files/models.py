"""What the actions on files take and answer; the same for every place where files can lie."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from jackfield.catalog.files.paths import FolderPath, TargetPath
from jackfield.connectors import BYTES, Arguments, FileValue, Result

FILE_BYTES: Final = 10 << 20
"""The largest file that is read or written at once, unless the installation says otherwise."""


class EntryKind(StrEnum):
    """What lies at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    """A symbolic link; listed, not followed when listing."""
    OTHER = "other"
    """A device, a pipe, a socket: can be listed, not read."""


class Entry(Result):
    """Something in a folder."""

    path: str
    """From the folder of the connection."""
    name: str
    kind: EntryKind
    size: int
    """In bytes."""
    modified: datetime | None


class ListArguments(Arguments):
    """Which folder to list."""

    path: FolderPath = Field("", title="Folder", description="From the connection's folder; empty is that folder.")
    depth: int = Field(1, ge=1, le=20, title="Depth", description="1 lists the folder only, 2 its folders, too.")
    pattern: str = Field(
        "", max_length=200, title="Name pattern", description="Only files with such a name, as in *.pdf; empty is all."
    )
    max: int = Field(200, ge=1, le=1000, title="At most", description="How many entries to answer at once.")
    after: FolderPath = Field(
        "", title="Continue after", description="`next` of the list before; empty begins at the start."
    )


class Listing(Result):
    """What lies in a folder: sorted by path, each folder followed by what is in it."""

    entries: list[Entry]
    next: str = ""
    """To be given as `after` to continue; empty when this was all."""
    unnamed: int = 0
    """How many entries were left out because their names can't be written as a path."""


class ReadArguments(Arguments):
    """Which file to read."""

    path: TargetPath = Field(title="File")
    max_bytes: int = Field(
        FILE_BYTES,
        ge=1,
        title="Largest size",
        description="A larger file is refused, not cut.",
        json_schema_extra=BYTES,
    )


class ReadResult(Result):
    """A file's content."""

    file: FileValue
    size: int
    modified: datetime | None


IfExists = Literal["refuse", "replace", "rename"]


class WriteArguments(Arguments):
    """What to write, and where."""

    path: TargetPath = Field(title="File", description="Where to put it, with its name.")
    file: FileValue = Field(title="Content")
    if_exists: IfExists = Field(
        "refuse",
        title="If it exists",
        description="Refuse, replace the file that is there, or rename the new one: a.txt becomes a (2).txt.",
    )
    create_folders: bool = Field(default=False, title="Create folders", description="Create the folders on the way.")


class WriteResult(Result):
    """What was written."""

    path: str
    """Another one than asked for if it was renamed."""
    size: int
    replaced: bool


class MoveArguments(Arguments):
    """What to move, and where to."""

    path: TargetPath = Field(title="From", description="The file or folder to move.")
    to: TargetPath = Field(title="To", description="Its new path, with its name.")
    if_exists: Literal["refuse", "replace"] = Field(
        "refuse", title="If it exists", description="Refuse, or replace the file that is there."
    )
    create_folders: bool = Field(default=False, title="Create folders", description="Create the folders on the way.")


class MoveResult(Result):
    """Where it is now."""

    path: str
    replaced: bool


class DeleteArguments(Arguments):
    """What to delete."""

    path: TargetPath = Field(title="File or folder")
    recursive: bool = Field(
        default=False,
        title="With content",
        description="Delete a folder with all that is in it; else only an empty one.",
    )
    max_entries: int = Field(
        100,
        ge=1,
        le=10_000,
        title="At most",
        description="Refuse before deleting anything if the folder holds more files and folders than this.",
    )


class DeleteResult(Result):
    """What is gone."""

    deleted: int
    """Files, folders and links."""


class MakeFolderArguments(Arguments):
    """Which folder to make."""

    path: TargetPath = Field(title="Folder")
    create_folders: bool = Field(default=True, title="Create folders", description="Create the folders on the way.")


class MakeFolderResult(Result):
    """The folder is there."""

    path: str
    created: bool
    """False if it was there before."""


class InfoArguments(Arguments):
    """What to look at."""

    path: FolderPath = Field(title="File or folder")


class InfoResult(Result):
    """What lies there."""

    exists: bool
    entry: Entry | None = None
