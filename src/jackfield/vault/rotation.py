"""Making and changing the key file: whole or not at all, one at a time, never over an existing one.

A rotation is: `add_key`; rewrap everything that is sealed under other keys, and store a fresh `key_check`; `retire_keys`
with the ids still in use. It may stop after any step and go on later.
"""

import base64
import contextlib
import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jackfield.errors import ConflictError, MisconfiguredError
from jackfield.kernel import Secret, SystemClock, new_id
from jackfield.vault import tink_keys
from jackfield.vault.key_file import MAC_KEY_BYTES, SETTING, KeyDocument, StoredKey, read_key_file, write_document
from jackfield.vault.models import KeyStatus


def create_key_file(path: Path) -> None:
    """Make an installation's first key file (0600), and its folder (0700) where there is none.

    Raises:
        ConflictError: There is something at that path already; it is left as it is.
        MisconfiguredError: It can't be written there.
    """
    document = KeyDocument(
        installation_id=new_id("ins"),
        mac_key=Secret(base64.b64encode(secrets.token_bytes(MAC_KEY_BYTES)).decode()),
        keys=(_new_key(),),
    )
    with _writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(path):
            if os.path.lexists(path):
                raise ConflictError(
                    f"there is a key file at {path} already; it is never overwritten, because nothing sealed under "
                    f"its keys could be opened any more",
                    code="key_file.exists",
                )
            _replace(path, write_document(document), like=None)


def add_key(path: Path) -> str:
    """Rotation, first step: a new key that everything is sealed under from now on; the others still open.

    Owner and permissions of the file stay as they are.

    Returns:
        The new key's id.

    Raises:
        MisconfiguredError: The file can't be read or written.
    """
    new = _new_key()

    def with_new_key(document: KeyDocument) -> KeyDocument:
        old = tuple(replace(key, status=replace(key.status, primary=False)) for key in document.keys)
        return replace(document, keys=(*old, new))

    _change(path, with_new_key)
    return new.status.id


def retire_keys(path: Path, keep: Collection[str]) -> list[str]:
    """Rotation, last step: drop the keys that nothing is sealed under any more. What was sealed under them is lost.

    Call it when nothing can be about to be stored under an old key: processes seal under the new key at once after
    `add_key`, so one longest transaction after the last rewrap, with `keep` counted again.

    Args:
        path: The key file.
        keep: The ids of every key that something is still sealed under. The primary stays in any case.

    Returns:
        The dropped keys' ids, oldest first.

    Raises:
        MisconfiguredError: The file can't be read or written, or lacks a key that must be kept; nothing is dropped.
    """
    dropped: list[str] = []

    def without_unused(document: KeyDocument) -> KeyDocument:
        missing = set(keep) - {key.status.id for key in document.keys}
        if missing:
            raise MisconfiguredError(
                f"something is sealed under {', '.join(sorted(missing))}, which the key file {path} doesn't have: no "
                f"key was dropped; put the right key file back first",
                setting=SETTING,
                path=str(path),
            )
        kept = tuple(key for key in document.keys if key.status.primary or key.status.id in keep)
        dropped.extend(key.status.id for key in document.keys if key not in kept)
        return replace(document, keys=kept)

    _change(path, without_unused)
    return dropped


def _new_key() -> StoredKey:
    now = SystemClock().now().replace(microsecond=0)
    return StoredKey(KeyStatus(new_id("kek"), now, primary=True), Secret(tink_keys.new_keyset()))


def _change(path: Path, change: Callable[[KeyDocument], KeyDocument]) -> None:
    with _writing(path):
        # the file itself, where the path is a link to it
        target = path.resolve()
        if not target.exists():
            read_key_file(path)
        with _locked(target):
            document, found = read_key_file(target)
            changed = change(document)
            if changed != document:
                _replace(target, write_document(changed), like=found)


@contextmanager
def _writing(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise MisconfiguredError(
            f"the key file {path} can't be written: {error.strerror}; whoever runs this must be able to write to its "
            f"folder",
            setting=SETTING,
            path=str(path),
        ) from None


@contextmanager
def _locked(path: Path) -> Generator[None]:
    """One change at a time, across processes; the system frees the lock however a process ends."""
    handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _give_to(handle, path.parent.stat())
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, content: bytes, *, like: os.stat_result | None) -> None:
    """Put a file in place at once, durably: readers see the old or the new one, also after a crash or a power cut."""
    # One fixed name, used under the lock: what a crash has left, keys and all, goes with the next change.
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            if like is not None:
                _take_after(handle, like)
            os.fsync(handle)
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _take_after(handle: int, like: os.stat_result) -> None:
    """Owner and mode of the file before: a rotation by root must not lock the server's user out."""
    _give_to(handle, like)
    os.fchmod(handle, stat.S_IMODE(like.st_mode))


def _give_to(handle: int, like: os.stat_result) -> None:
    made = os.fstat(handle)
    if os.geteuid() == 0 and (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        os.fchown(handle, like.st_uid, like.st_gid)
