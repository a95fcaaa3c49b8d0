"""Where the members of a document stand in its text: one pass for all that are asked for."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import yaml

from jackfield.openapi.documents.places import Place, places_of
from jackfield.openapi.documents.pointers import split_pointer
from jackfield.openapi.documents.yaml_text import read_events

Tree = dict[str, "Tree"]
_SPACE: Final = re.compile(r"[ \t\r\n]*")


def find_places(text: bytes, pointers: Iterable[str], *, is_yaml: bool) -> Mapping[str, Place]:
    """The places of members (of their names) and items, by pointer; what isn't there stands where its parent is."""
    wanted = set(pointers)
    tree: Tree = {}
    for pointer in wanted:
        branch = tree
        for token in split_pointer(pointer):
            branch = branch.setdefault(token, {})
    found = _YamlPlaces(tree).find(text) if is_yaml else _JsonPlaces(text).find(tree)
    return {pointer: _nearest(split_pointer(pointer), found) for pointer in wanted}


def _nearest(tokens: tuple[str, ...], found: Mapping[tuple[str, ...], Place]) -> Place:
    while tokens and tokens not in found:
        tokens = tokens[:-1]
    return found.get(tokens, Place(1, 1))


def _nothing(_: Any) -> None:
    return None


_skip: Final = json.JSONDecoder(object_pairs_hook=_nothing).raw_decode
_string: Final[Callable[[str, int], tuple[str, int]]] = cast("Any", json.decoder).scanstring
Path = tuple[str, ...]


class _JsonPlaces:
    """Walks where something is asked for, and skips the rest."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        # One byte a character: offsets are those of the bytes.
        self._text = raw.decode("latin-1")
        self._offsets: dict[Path, int] = {}

    def find(self, tree: Tree) -> Mapping[Path, Place]:
        self._value(self._space(0), tree, ())
        places = places_of(self._raw, self._offsets.values())
        return {path: places[at] for path, at in self._offsets.items()}

    def _space(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _value(self, at: int, branch: Tree | None, path: Path) -> int:
        match self._text[at] if branch else "":
            case "{":
                return self._members(at, branch or {}, path)
            case "[":
                return self._items(at, branch or {}, path)
            case _:
                return _skip(self._text, at)[1]

    def _inner(self, at: int, start: int, branch: Tree, path: Path) -> int:
        """A value of the branch, if it is one; the place after it and its comma."""
        name = path[-1]
        if name in branch:
            self._offsets[path] = start
        at = self._space(self._value(at, branch.get(name), path))
        return self._space(at + 1) if self._text[at] == "," else at

    def _members(self, at: int, branch: Tree, path: Path) -> int:
        at = self._space(at + 1)
        while self._text[at] == '"':
            start = at
            name, end = _string(self._text, at + 1)
            if not name.isascii():
                # Read as one byte a character, unless it had escapes, which are characters already.
                name = str(json.loads(self._raw[start:end]))
            at = self._space(self._space(end) + 1)
            at = self._inner(at, start, branch, (*path, name))
        return at + 1

    def _items(self, at: int, branch: Tree, path: Path) -> int:
        at, index = self._space(at + 1), 0
        while self._text[at] != "]":
            at = self._inner(at, at, branch, (*path, str(index)))
            index += 1
        return at + 1


@dataclass(slots=True)
class _Level:
    """A collection that is being read."""

    is_mapping: bool
    branch: Tree | None
    """What is looked for in it."""
    index: int = 0
    name: str | None = None
    """The name that waits for its value."""


class _YamlPlaces:
    """Reads all events, and keeps the marks of what is asked for."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._found: dict[Path, Place] = {}
        self._path: list[str] = []
        self._levels: list[_Level] = []

    def find(self, text: bytes) -> Mapping[Path, Place]:
        for event in read_events(text):
            match event:
                case yaml.ScalarEvent() if self._levels and self._is_name_next:
                    self._name(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    branch = self._begin(event)
                    self._levels.append(_Level(isinstance(event, yaml.MappingStartEvent), branch))
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._levels.pop()
                    self._end()
                case yaml.ScalarEvent() | yaml.AliasEvent():
                    self._begin(event)
                    self._end()
                case _:
                    pass
        return self._found

    @property
    def _is_name_next(self) -> bool:
        return self._levels[-1].is_mapping and self._levels[-1].name is None

    def _name(self, event: Any) -> None:
        level = self._levels[-1]
        level.name = event.value
        if level.branch is not None and event.value in level.branch:
            self._found[*self._path, event.value] = _mark(event)

    def _begin(self, event: Any) -> Tree | None:
        """What is looked for in the value that begins here."""
        if not self._levels:
            return self._tree
        level = self._levels[-1]
        token = str(level.name) if level.is_mapping else str(level.index)
        self._path.append(token)
        if level.branch is None or token not in level.branch:
            return None
        if not level.is_mapping:
            self._found[tuple(self._path)] = _mark(event)
        return level.branch[token]

    def _end(self) -> None:
        if self._levels:
            self._path.pop()
            self._levels[-1].index += 1
            self._levels[-1].name = None


def _mark(event: Any) -> Place:
    return Place(event.start_mark.line + 1, event.start_mark.column + 1)
