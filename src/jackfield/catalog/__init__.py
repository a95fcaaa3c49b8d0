"""Every connector that comes with Jackfield."""

from pathlib import Path
from typing import Any

from jackfield.catalog import files, http, mail, openapi, sql
from jackfield.connectors import Catalogue, Connector


def make_catalogue(files_roots: tuple[Path, ...] = ()) -> Catalogue:
    """The connectors in the order they are offered.

    Args:
        files_roots: Folders that connections to this machine's own files and SQLite databases may lie in.
    """
    offered: tuple[Connector[Any], ...] = (
        http.HttpConnector(),
        openapi.OpenapiConnector(),
        *sql.connectors(files_roots),
        mail.MailConnector(),
        *files.connectors(files_roots),
    )
    return Catalogue(offered)
