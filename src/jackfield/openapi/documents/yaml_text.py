"""YAML 1.2 to JSON, from libyaml's events: nothing of the loader that turns `NO` into false and dates into objects.

Only the core schema's types, written the way JSON knows them: `012`, `on`, `yes` and dates are strings (case D24). No
tags but the core's, no merge keys, names as they are written. Depth, nodes and aliases are counted while reading, so
that a text of 300 bytes can't become a document of gigabytes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, cast

import msgspec
import yaml
from yaml.reader import ReaderError

from jackfield.openapi.documents.limits import Limits
from jackfield.openapi.documents.places import Place, place_of
from jackfield.openapi.errors import DocumentError, DocumentTooLargeError

_CORE: Final = "tag:yaml.org,2002:"
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE: Final = frozenset({"true", "True", "TRUE"})
_FALSE: Final = frozenset({"false", "False", "FALSE"})
_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_RADIX: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DIGITS: Final = 300
"""Longer numbers are no numbers anybody means."""
_LEAST: Final = -(2**63)
_GREATEST: Final = 2**64 - 1


def yaml_to_json(text: bytes, limits: Limits) -> bytes:
    """The same document as JSON.

    Raises:
        DocumentError: It is not YAML, or of the parts of YAML that are refused.
        DocumentTooLargeError: It is too deep, or has too many nodes or aliases.
    """
    reader = _Reader(limits)
    for event in read_events(text):
        reader.take(event)
    if not reader.is_done:
        raise DocumentError("the document is empty")
    return msgspec.json.encode(reader.value)


def read_events(text: bytes) -> Iterator[Any]:
    """Libyaml's events, each with its marks.

    Raises:
        DocumentError: It is not YAML.
    """
    parse = cast("Any", yaml).parse
    try:
        yield from parse(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        found = error.problem_mark or error.context_mark
        reason = str(error.problem or error.context or "it can't be read")
        if found is None:
            raise DocumentError(f"not YAML: {reason}") from None
        raise _not_yaml(Place(found.line + 1, found.column + 1), reason) from None
    except ReaderError as error:
        raise _not_yaml(place_of(text, error.position), error.reason) from None
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise DocumentError(f"not YAML: {str(error).splitlines()[0]}") from None


def _not_yaml(place: Place, reason: str) -> DocumentError:
    return DocumentError(
        f"not YAML at line {place.line}, column {place.column}: {reason}", line=place.line, column=place.column
    )


@dataclass(slots=True)
class _Open:
    """A collection that is being read."""

    value: Any
    anchor: str | None
    started: int
    """How many nodes there were before it."""
    name: str | None = None
    """The name that waits for its value."""


@dataclass(slots=True)
class _Reader:
    limits: Limits
    value: Any = None
    is_done: bool = False
    nodes: int = 0
    aliases: int = 0
    stack: list[_Open] = field(default_factory=list[_Open])
    anchors: dict[str, tuple[Any, int]] = field(default_factory=dict[str, tuple[Any, int]])

    def take(self, event: Any) -> None:
        """Read on."""
        match event:
            case yaml.ScalarEvent():
                self._scalar(event)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                self._open(event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                done = self.stack.pop()
                if done.anchor:
                    self.anchors[done.anchor] = (done.value, self.nodes - done.started)
                self._put(done.value, event)
            case yaml.AliasEvent():
                self._alias(event)
            case yaml.DocumentStartEvent() if self.is_done:
                _fail(event, "there is a second document after ---; a description is one document")
            case _:
                pass

    def _open(self, event: Any) -> None:
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        allowed = ("map",) if is_mapping else ("seq",)
        if event.tag not in {None, "!", *(_CORE + one for one in allowed)}:
            _fail(event, f"the tag {event.tag} is not accepted")
        if self._is_name_next:
            _fail(event, "a name in a mapping must be plain text")
        self._count(event, 1)
        self.stack.append(_Open({} if is_mapping else [], event.anchor, self.nodes))
        if len(self.stack) > self.limits.depth:
            _fail(event, f"nested deeper than {self.limits.depth}", limit=self.limits.depth)

    def _scalar(self, event: Any) -> None:
        if self._is_name_next:
            self._name(event)
            return
        self._count(event, 1)
        value = _scalar_value(event)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self._put(value, event)

    @property
    def _is_name_next(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].name is None

    def _name(self, event: Any) -> None:
        name: str = event.value
        if name == "<<" and not event.style:
            _fail(event, "merge keys (<<) are not part of YAML 1.2; write the members out, or hand it in as JSON")
        if name in self.stack[-1].value:
            _fail(event, f"the name {name!r} is there twice in one mapping")
        if event.anchor:
            self.anchors[event.anchor] = (name, 1)
        self.stack[-1].name = name

    def _alias(self, event: Any) -> None:
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            if not self.limits.aliases:
                _fail(
                    event,
                    f"aliases (*{event.anchor}) are not accepted; write out what they stand for, or hand it in as JSON",
                    limit=0,
                )
            _fail(
                event,
                f"more aliases (*{event.anchor}) than the {self.limits.aliases} accepted",
                limit=self.limits.aliases,
            )
        found = self.anchors.get(event.anchor)
        if found is None:
            _fail(event, f"the alias *{event.anchor} stands for nothing that is complete before it")
        value, nodes = found
        if self._is_name_next:
            _fail(event, "a name in a mapping must be plain text")
        self._count(event, nodes)
        self._put(value, event)

    def _put(self, value: Any, event: Any) -> None:
        if not self.stack:
            self.value, self.is_done = value, True
            return
        parent = self.stack[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)  # pyright: ignore[reportUnknownMemberType]  # it holds anything
            return
        if parent.name is None:
            _fail(event, "a name in a mapping must be plain text")
        parent.value[parent.name] = value
        parent.name = None

    def _count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            _fail(event, f"more than {self.limits.nodes} nodes", limit=self.limits.nodes)


def _scalar_value(event: Any) -> Any:
    text: str = event.value
    tag: str | None = event.tag
    if tag in {None, "!"}:
        return _plain(event, text) if not event.style and tag is None else text
    if tag == _CORE + "str":
        return text
    if tag in {_CORE + one for one in ("null", "bool", "int", "float")}:
        value = _plain(event, text)
        if isinstance(value, str):
            _fail(event, f"{text!r} doesn't have the type that its tag says")
        return value
    return _fail(event, f"the tag {tag} is not accepted")


def _plain(event: Any, text: str) -> Any:
    value: Any = text
    if text in _NULL:
        value = None
    elif text in _TRUE:
        value = True
    elif text in _FALSE:
        value = False
    elif text[0] in "0123456789+-." and len(text) < _DIGITS:
        if _INTEGER.fullmatch(text):
            # JSON readers agree on 64 bits; what is longer is a number, not an identity.
            value = int(text)
            value = value if _LEAST <= value <= _GREATEST else float(text)
        elif _RADIX.fullmatch(text):
            value = int(text, 0)
        elif _FLOAT.fullmatch(text):
            value = float(text)
            if value in {float("inf"), float("-inf")}:
                _fail(event, f"the number {text} is too large")
    return value


def _fail(event: Any, what: str, *, limit: int | None = None) -> NoReturn:
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if limit is not None:
        raise DocumentTooLargeError(f"line {line}, column {column}: {what}", limit=limit, line=line, column=column)
    raise DocumentError(f"line {line}, column {column}: {what}", line=line, column=column)
