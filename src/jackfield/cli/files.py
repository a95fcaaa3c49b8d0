"""Files that people name on the command line."""

import base64
import mimetypes
import os
from pathlib import Path
from typing import Any

from jackfield.cli.failures import CommandError, UsageError

_LARGEST = 32 << 20


def write_new(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read; never over an existing one.

    Raises:
        CommandError: It exists, or can't be written.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise CommandError(f"{path} is there already; give --out another name") from None
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}") from None


def read_file(path: Path, *, largest: int = _LARGEST) -> bytes:
    """A file's content.

    Raises:
        UsageError: It can't be read, or is far too large.
    """
    try:
        if path.stat().st_size > largest:
            raise UsageError(f"{path} is larger than {largest >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}") from None


def read_text(path: Path) -> str:
    """A file's text.

    Raises:
        UsageError: It can't be read, is far too large, or isn't UTF-8.
    """
    try:
        return read_file(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 at byte {error.start}") from None


def file_value(path: Path) -> dict[str, Any]:
    """A file as arguments of actions have it."""
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return {"name": path.name, "media_type": media_type, "base64": base64.b64encode(read_file(path)).decode()}
