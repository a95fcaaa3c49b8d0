"""How the key file stands, for `jackfield keys check` and `jackfield doctor`."""

import os
import pwd
import stat
from pathlib import Path

from jackfield.errors import MisconfiguredError
from jackfield.vault.key_file import find_openness, parse_document, read_content
from jackfield.vault.models import KeyFileStatus


def key_file_status(path: Path) -> KeyFileStatus:
    """Look at a key file; whatever is wrong is among the problems, and nothing is raised."""
    try:
        found = path.stat()
    except OSError:
        found = None
    problems: list[str] = []
    document = None
    try:
        raw, found = read_content(path)
        document = parse_document(path, raw)
    except MisconfiguredError as error:
        problems.append(error.message)
    if found is not None:
        problems += [problem for problem in (find_openness(path, found), _find_foreign_owner(path, found)) if problem]
        problems += _folder_problems(path)
    return KeyFileStatus(
        path=path,
        mode=stat.S_IMODE(found.st_mode) if found else None,
        owner=_user_name(found.st_uid) if found else None,
        installation_id=document.installation_id if document else None,
        keys=tuple(key.status for key in document.keys) if document else (),
        problems=tuple(problems),
    )


def _find_foreign_owner(path: Path, found: os.stat_result) -> str | None:
    me = os.geteuid()
    if me == 0 or found.st_uid in {0, me}:
        return None
    return f"the key file {path} belongs to {_user_name(found.st_uid)}, not to {_user_name(me)}, who runs this"


def _folder_problems(path: Path) -> list[str]:
    folder = path.resolve().parent
    try:
        mode = folder.stat().st_mode
    except OSError:
        return []
    # in a folder like /tmp, only the owner may replace a file
    if not mode & (stat.S_IWGRP | stat.S_IWOTH) or mode & stat.S_ISVTX:
        return []
    return [f"others may replace the key file, because they may write to {folder}: run `chmod go-w {folder}`"]


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
