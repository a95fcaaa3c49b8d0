"""Files: in a local folder under a root that the operator allowed, and over SFTP."""

from pathlib import Path
from typing import Any

from jackfield.catalog.files.folder import FolderConnector
from jackfield.catalog.files.models import FILE_BYTES
from jackfield.catalog.files.sftp import SftpConnector
from jackfield.connectors import Connector

__all__ = ["FolderConnector", "SftpConnector", "connectors"]


def connectors(files_roots: tuple[Path, ...], *, file_bytes: int = FILE_BYTES) -> tuple[Connector[Any], ...]:
    """The connectors for files.

    Args:
        files_roots: Where connections of the local folder connector may lie.
        file_bytes: The largest file that is read or written at once.
    """
    return (FolderConnector(files_roots, file_bytes=file_bytes), SftpConnector(file_bytes=file_bytes))
