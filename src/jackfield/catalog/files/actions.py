"""The actions on files, made from what a `FileStore` can do."""

import fnmatch
import mimetypes
from abc import abstractmethod
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, suppress
from typing import Any, TypeVar

from jackfield.catalog.files.models import (
    FILE_BYTES,
    DeleteArguments,
    DeleteResult,
    Entry,
    EntryKind,
    InfoArguments,
    InfoResult,
    ListArguments,
    Listing,
    MakeFolderArguments,
    MakeFolderResult,
    MoveArguments,
    MoveResult,
    ReadArguments,
    ReadResult,
    WriteArguments,
    WriteResult,
)
from jackfield.catalog.files.paths import MAX_PATH_NAMES, is_addressable, join_path, numbered, split_path
from jackfield.catalog.files.store import (
    ExistsError,
    FileNotFoundByPathError,
    FileStore,
    FolderMissingError,
    Names,
    NotEmptyError,
    Stat,
    WrongKindError,
    shown,
)
from jackfield.connectors import Connector, Details, Effect, FileValue, Repeat, Use, Weight, action
from jackfield.errors import ConflictError, InvalidError, LimitedError, RemoteRejectedError

MAX_VISITED = 20_000
"""Entries looked at for one list; then it is continued by the caller."""
MAX_RENAMES = 100

D = TypeVar("D", bound=Details)


def weigh_write(arguments: WriteArguments) -> Weight:
    """Replacing loses what was there, but may be repeated; a new file isn't made twice."""
    if arguments.if_exists == "replace":
        return Weight(Effect.DESTRUCTIVE, Repeat.REPEATABLE)
    return Weight(Effect.WRITE, Repeat.ONCE)


def weigh_move(arguments: MoveArguments) -> Weight:
    """Replacing loses what was there."""
    return Weight(Effect.DESTRUCTIVE if arguments.if_exists == "replace" else Effect.WRITE, Repeat.ONCE)


class FileConnector(Connector[D]):
    """What the connectors for files have in common: their actions."""

    def __init__(self, *, file_bytes: int = FILE_BYTES) -> None:
        self.file_bytes = file_bytes

    @abstractmethod
    def open(self, use: Use[D]) -> AbstractAsyncContextManager[FileStore]:
        """The root of a connection, for one use."""

    @action(title="List a folder", effect=Effect.READ, repeat=Repeat.READ)
    async def list(self, use: Use[Any], arguments: ListArguments) -> Listing:
        """List the files and folders in a folder, and in its folders down to a depth."""
        async with self.open(use) as store:
            return await _list(store, arguments)

    @action(title="Read a file", effect=Effect.READ, repeat=Repeat.READ)
    async def read(self, use: Use[Any], arguments: ReadArguments) -> ReadResult:
        """Read a whole file, up to a size."""
        names = split_path(arguments.path)
        async with self.open(use) as store:
            data, stat = await store.read(names, min(arguments.max_bytes, self.file_bytes))
        media_type = mimetypes.guess_type(names[-1])[0] or "application/octet-stream"
        return ReadResult(file=FileValue.of(names[-1], data, media_type), size=len(data), modified=stat.modified)

    @action(title="Write a file", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE, weigh=weigh_write)
    async def write(self, use: Use[Any], arguments: WriteArguments) -> WriteResult:
        """Write a whole file; it appears with all its content at once."""
        data = _content(arguments.file, self.file_bytes)
        names = split_path(arguments.path)
        async with self.open(use) as store:
            if arguments.create_folders:
                await _make_folders(store, names[:-1])
            with _placing(names):
                path, replaced = await _put(store, names, data, arguments)
        return WriteResult(path=join_path(path), size=len(data), replaced=replaced)

    @action(title="Move or rename", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE, weigh=weigh_move)
    async def move(self, use: Use[Any], arguments: MoveArguments) -> MoveResult:
        """Move or rename a file or folder."""
        source, target = split_path(arguments.path), split_path(arguments.to)
        if target[: len(source)] == source:
            raise InvalidError(f"{shown(source)} can't be moved into itself", field="arguments.to")
        async with self.open(use) as store:
            if await store.stat(source) is None:
                raise FileNotFoundByPathError(source)
            with _placing(target, "arguments.to"):
                if arguments.create_folders:
                    await _make_folders(store, target[:-1])
                there = await _stat_below_root(store, target)
                replace = arguments.if_exists == "replace"
                if there and (not replace or there.kind is EntryKind.FOLDER):
                    raise _exists(target, "arguments.to")
                try:
                    await store.rename(source, target, replace=replace)
                except ExistsError:
                    raise _exists(target, "arguments.to") from None
        return MoveResult(path=join_path(target), replaced=there is not None)

    @action(title="Delete", effect=Effect.DESTRUCTIVE, repeat=Repeat.ONCE)
    async def delete(self, use: Use[Any], arguments: DeleteArguments) -> DeleteResult:
        """Delete a file, an empty folder, or a folder with what is in it."""
        names = split_path(arguments.path)
        async with self.open(use) as store:
            there = await store.stat(names)
            if there is None:
                raise FileNotFoundByPathError(names)
            if there.kind is not EntryKind.FOLDER:
                await store.remove_file(names)
                return DeleteResult(deleted=1)
            if not arguments.recursive:
                await store.remove_folder(names)
                return DeleteResult(deleted=1)
            return DeleteResult(deleted=await _delete_tree(store, names, arguments.max_entries))

    @action(title="Make a folder", effect=Effect.WRITE, repeat=Repeat.REPEATABLE)
    async def make_folder(self, use: Use[Any], arguments: MakeFolderArguments) -> MakeFolderResult:
        """Make a folder; one that is there already is fine."""
        names = split_path(arguments.path)
        async with self.open(use) as store:
            if arguments.create_folders:
                await _make_folders(store, names[:-1])
            with _placing(names):
                created = await _make_one(store, names)
        return MakeFolderResult(path=join_path(names), created=created)

    @action(title="Look at a path", effect=Effect.READ, repeat=Repeat.READ)
    async def info(self, use: Use[Any], arguments: InfoArguments) -> InfoResult:
        """Say whether something is at a path, what kind it is, its size and when it was changed."""
        names = split_path(arguments.path)
        async with self.open(use) as store:
            there = await _stat_below_root(store, names)
        return InfoResult(exists=there is not None, entry=there.entry(names) if there else None)


async def _list(store: FileStore, arguments: ListArguments) -> Listing:
    root, after = split_path(arguments.path), split_path(arguments.after)
    if after and after[: len(root)] != root:
        raise InvalidError(
            "arguments.after is not in the folder to list; give `next` as it was", field="arguments.after"
        )
    walk = _Walk(store, after)
    entries: list[Entry] = []
    last: Names = ()
    async for names, stat in walk.visit(root, arguments.depth):
        if len(entries) == arguments.max or walk.visited > MAX_VISITED:
            return Listing(entries=entries, next=join_path(last), unnamed=walk.unnamed)
        last = names
        if not arguments.pattern or (
            stat.kind is not EntryKind.FOLDER and fnmatch.fnmatchcase(names[-1], arguments.pattern)
        ):
            entries.append(stat.entry(names))
    return Listing(entries=entries, unnamed=walk.unnamed)


class _Walk:
    """Everything below a folder in the order of paths, beginning after one of them."""

    def __init__(self, store: FileStore, after: Names = ()) -> None:
        self._store = store
        self._after = after
        self.visited = 0
        self.unnamed = 0

    async def visit(self, root: Names, depth: int) -> AsyncGenerator[tuple[Names, Stat]]:
        """Each path with what lies there; a folder comes before its content."""
        open_folders = [(root, await self._sorted(root))]
        while open_folders:
            folder, rest = open_folders[-1]
            name, stat = next(rest, ("", None))
            if stat is None:
                open_folders.pop()
                continue
            names = (*folder, name)
            if names > self._after:
                self.visited += 1
                yield names, stat
            if len(open_folders) < depth and stat.kind is EntryKind.FOLDER:
                # A folder that goes away or is closed to us while we list is without content.
                with suppress(FileNotFoundByPathError, RemoteRejectedError):
                    open_folders.append((names, await self._sorted(names)))

    async def _sorted(self, folder: Names) -> Iterator[tuple[str, Stat]]:
        found = await self._store.scan(folder)
        addressable = sorted(name for name in found if is_addressable(name))
        self.unnamed += len(found) - len(addressable)
        begin = self._after[: len(folder) + 1]
        return iter([(name, found[name]) for name in addressable if (*folder, name) >= begin])


def _content(file: FileValue, limit: int) -> bytes:
    try:
        data = file.data
    except InvalidError as error:
        raise InvalidError(error.message, field="arguments.file.base64") from None
    if len(data) > limit:
        raise LimitedError(
            f"the file has {len(data):,} bytes; at most {limit:,} can be written at once",
            code="file.too_large",
            limit=limit,
            field="arguments.file",
        )
    return data


async def _put(store: FileStore, names: Names, data: bytes, arguments: WriteArguments) -> tuple[Names, bool]:
    if arguments.if_exists == "replace":
        there = await store.stat(names)
        if there and there.kind is EntryKind.FOLDER:
            raise WrongKindError(names, "a file, but a folder")
        await store.put(names, data, replace=True)
        return names, there is not None
    for number in range(1, MAX_RENAMES + 1):
        path = names if number == 1 else numbered(names, number)
        try:
            await store.put(path, data, replace=False)
        except ExistsError:
            if arguments.if_exists == "refuse":
                raise
        else:
            return path, False
    raise ConflictError(
        f"{shown(names)} and {MAX_RENAMES} numbered names of it exist already; choose another name",
        code="file.exists",
        field="arguments.path",
    )


@contextmanager
def _placing(path: Names, field: str = "arguments.path") -> Generator[None]:
    """What is wrong with where something is to be, in the words for that, at the field that named it."""
    try:
        yield
    except FileNotFoundByPathError:
        raise FolderMissingError(path[:-1], field) from None
    except InvalidError as error:
        raise InvalidError(error.message, code=error.code, field=field) from None


async def _make_folders(store: FileStore, names: Names) -> None:
    for depth in range(1, len(names) + 1):
        await _make_one(store, names[:depth])


async def _make_one(store: FileStore, names: Names) -> bool:
    try:
        await store.make_folder(names)
    except ExistsError:
        there = await store.stat(names)
        if there and there.kind not in {EntryKind.FOLDER, EntryKind.LINK}:
            raise WrongKindError(names, "a folder") from None
        return False
    return True


async def _stat_below_root(store: FileStore, names: Names) -> Stat | None:
    try:
        return await store.stat(names)
    except (FileNotFoundByPathError, WrongKindError):
        return None


def _exists(path: Names, field: str) -> ConflictError:
    return ConflictError(f"{shown(path)} exists already; choose another name", code="file.exists", field=field)


async def _delete_tree(store: FileStore, names: Names, max_entries: int) -> int:
    """Count first, then delete from the deepest: what was refused for its size or depth is untouched."""
    walk = _Walk(store)
    found: list[tuple[Names, Stat]] = []
    async for path, stat in walk.visit(names, depth=MAX_PATH_NAMES + 1):
        found.append((path, stat))
        if len(found) >= max_entries:
            break
        if len(path) - len(names) > MAX_PATH_NAMES:
            raise LimitedError(
                f"{shown(names)} holds folders in more than {MAX_PATH_NAMES} levels; nothing was deleted",
                code="folder.too_deep",
                limit=MAX_PATH_NAMES,
                field="arguments.path",
            )
    if len(found) + 1 > max_entries:
        raise LimitedError(
            f"{shown(names)} holds more than the {max_entries} files and folders that may be deleted; nothing was deleted",
            code="folder.too_large",
            limit=max_entries,
            field="arguments.max_entries",
        )
    if walk.unnamed:
        raise NotEmptyError(names)
    for path, stat in reversed(found):
        # What somebody else deleted meanwhile is gone as asked for.
        with suppress(FileNotFoundByPathError):
            if stat.kind is EntryKind.FOLDER:
                await store.remove_folder(path)
            else:
                await store.remove_file(path)
    await store.remove_folder(names)
    return len(found) + 1
