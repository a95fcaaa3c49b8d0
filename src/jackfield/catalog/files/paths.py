"""Paths as callers write them: relative, with `/`, and never out of the root. Pure."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

MAX_NAME_BYTES: Final = 255
MAX_PATH_BYTES: Final = 4096
MAX_PATH_NAMES: Final = 100
MAX_SUFFIX_BYTES: Final = 20
"""What is longer after the last dot is no suffix."""


def split_path(text: str) -> tuple[str, ...]:
    """The names of a relative path; none of them for the root itself.

    Raises:
        ValueError: It is absolute, has `..`, a back-slash or a control character, or is too long.
    """
    if text.startswith("/"):
        raise ValueError("must be relative to the folder of the connection, without a leading /")
    if "\\" in text:
        raise ValueError("must not contain a back-slash; folders are separated by /")
    if not text.isprintable():
        raise ValueError("must not contain control characters")
    names = tuple(name for name in text.split("/") if name not in {"", "."})
    if ".." in names:
        raise ValueError("must not contain ..")
    if any(len(name.encode()) > MAX_NAME_BYTES for name in names):
        raise ValueError(f"must not have a name of more than {MAX_NAME_BYTES} bytes")
    if len(names) > MAX_PATH_NAMES:
        raise ValueError(f"must not be deeper than {MAX_PATH_NAMES} folders")
    if sum(len(name.encode()) + 1 for name in names) > MAX_PATH_BYTES:
        raise ValueError(f"must not be longer than {MAX_PATH_BYTES} bytes")
    return names


def join_path(names: tuple[str, ...]) -> str:
    """The one spelling of a path: no empty names, no `.`, no `/` at either end."""
    return "/".join(names)


def clean_path(text: str) -> str:
    """The one spelling of what a caller wrote."""
    return join_path(split_path(text))


def _clean_target(text: str) -> str:
    if not (path := clean_path(text)):
        raise ValueError("must name something below the folder of the connection")
    return path


def numbered(names: tuple[str, ...], number: int) -> tuple[str, ...]:
    """The path of the `number`th file that would have the same name: `a.txt` → `a (2).txt`."""
    stem, dot, suffix = names[-1].rpartition(".")
    if not stem or len(suffix.encode()) > MAX_SUFFIX_BYTES:
        stem, dot, suffix = names[-1], "", ""
    mark = f" ({number}){dot}{suffix}"
    room = MAX_NAME_BYTES - len(mark.encode())
    return (*names[:-1], stem.encode()[: max(room, 1)].decode(errors="ignore") + mark)


def is_addressable(name: str) -> bool:
    """Whether a name found in a folder can be written as part of a path."""
    try:
        return split_path(name) == (name,)
    except ValueError:
        return False


FolderPath = Annotated[str, Field(max_length=MAX_PATH_BYTES), AfterValidator(clean_path)]
"""A relative path; empty is the folder of the connection itself."""
TargetPath = Annotated[str, Field(min_length=1, max_length=MAX_PATH_BYTES), AfterValidator(_clean_target)]
"""A relative path of something below the folder of the connection."""
