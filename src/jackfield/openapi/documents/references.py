"""`$ref`: followed inside the documents that were given, one at a time, never fetched (cases D23; mechanism M16)."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, cast
from urllib.parse import urlsplit

from jackfield.openapi.documents.document import Document
from jackfield.openapi.documents.pointers import pointer_of, read_fragment, split_location
from jackfield.openapi.errors import NOT_HERE, UnresolvedReferenceError

_HOPS: Final = 64
_REFERENCE: Final = re.compile(rb'"\$(?:ref"\s*:\s*"([^"\\]*)"|ref|id|anchor|dynamic)')
"""What makes or takes references; with where they lead to, if it is written plainly."""
_KEPT: Final = 512
Members = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    """An object of a description, and where it is."""

    location: str
    value: Members

    @property
    def pointer(self) -> str:
        """Where it is in its document."""
        return pointer_of(self.location)


class Library:
    """The document, and those beside it that were given with it."""

    def __init__(self, root: Document, *, url: str | None = None, others: Mapping[str, Document] | None = None) -> None:
        self.root = root
        self._documents: dict[str, Document] = {"": root, **(others or {})}
        self._own_names = _own_names(root, url)
        self._nodes: dict[tuple[str, str], Node] = {}
        self._keeps_siblings = _keeps_siblings(root)

    @cached_property
    def is_closed(self) -> bool:
        """Whether every `$ref` of the text leads to something in it; then nothing needs to be looked for.

        Says no where it would have to look twice: other documents, identifiers of their own, names in escapes.
        """
        if len(self._documents) > 1 or b"\\u0024" in self.root.json_text:
            return False
        unique = set(_REFERENCE.findall(self.root.json_text))
        # An empty one is a reference in escapes, or an identifier.
        return all(one[:2] == b"#/" and self.root.has(read_fragment(one[1:].decode())) for one in unique)

    def find_shared(self, value: Any) -> Node | None:
        """What a reference in the first document leads to, if it was followed before and nothing stands beside it."""
        if not isinstance(value, dict) or len(cast("dict[str, Any]", value)) != 1 or "$ref" not in value:
            return None
        return self._nodes.get(("", cast("str", value["$ref"])))

    def get(self, location: str) -> Any:
        """What is there.

        Raises:
            UnresolvedReferenceError: There is nothing.
        """
        name, pointer = split_location(location)
        try:
            return self._documents[name].get(pointer)
        except (KeyError, ValueError):
            raise UnresolvedReferenceError(f"there is nothing at {pointer or '/'}", pointer=pointer) from None

    def has(self, location: str) -> bool:
        """Whether there is anything."""
        name, pointer = split_location(location)
        return name in self._documents and self._documents[name].has(pointer)

    def follow(self, location: str, reference: str) -> str:
        """The location that a reference from there means. It may be empty.

        Raises:
            UnresolvedReferenceError: It means another document than those given, or isn't one.
        """
        name, _ = split_location(location)
        file, has_fragment, fragment = reference.partition("#")
        target = name if not file else self._target(name, file)
        if target is None:
            raise UnresolvedReferenceError(f"$ref {reference!r}: {NOT_HERE}", pointer=pointer_of(location))
        pointer = read_fragment(fragment) if has_fragment else ""
        if pointer and not pointer.startswith("/"):
            raise UnresolvedReferenceError(f"$ref {reference!r}: it is no JSON Pointer", pointer=pointer_of(location))
        return f"{target}#{pointer}"

    def node(self, location: str, value: Any) -> Node:
        """The same as `resolve`, of a value that is at hand.

        Raises:
            UnresolvedReferenceError: As there.
        """
        if not isinstance(value, dict):
            return self.resolve(location)
        members = cast("dict[str, Any]", value)
        reference = members.get("$ref")
        if not isinstance(reference, str):
            return Node(location, members)
        if len(members) > 1 and self._keeps_siblings:
            return self.resolve(location)
        # Most references are to the few components that every operation has.
        key = (split_location(location)[0], reference)
        found = self._nodes.get(key)
        if found is None:
            found = self.resolve(location)
            if len(self._nodes) >= _KEPT:
                self._nodes.clear()
            self._nodes[key] = found
        return found

    def resolve(self, location: str) -> Node:
        """The object there, through its references; from 3.1 on, texts beside `$ref` override those that it leads to.

        Raises:
            UnresolvedReferenceError: A reference leads nowhere, in a circle or elsewhere, or there is no object.
        """
        seen: list[str] = []
        texts: dict[str, Any] = {}
        at = location
        while True:
            value = self.get(at)
            if not isinstance(value, dict):
                raise UnresolvedReferenceError("an object is expected here", pointer=pointer_of(at))
            members = cast("dict[str, Any]", value)
            reference = members.get("$ref")
            if not isinstance(reference, str):
                return Node(at, {**members, **texts} if texts else members)
            if self._keeps_siblings:
                own = {one: members[one] for one in ("summary", "description") if isinstance(members.get(one), str)}
                texts = own | texts
            if at in seen or len(seen) > _HOPS:
                raise UnresolvedReferenceError(
                    f"$ref {reference!r}: it leads in a circle", pointer=pointer_of(location)
                )
            seen.append(at)
            at = self._existing(at, reference)

    def _existing(self, at: str, reference: str) -> str:
        target = self.follow(at, reference)
        if not self.has(target):
            raise UnresolvedReferenceError(f"$ref {reference!r}: there is nothing", pointer=pointer_of(at))
        return target

    def _target(self, name: str, file: str) -> str | None:
        if file in self._own_names:
            return ""
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
        if joined in self._own_names:
            return ""
        return next((one for one in (file, joined) if one in self._documents), None)


def _keeps_siblings(root: Document) -> bool:
    """Swagger 2.0 and OpenAPI 3.0 ignore whatever stands beside `$ref`."""
    views = root.views("") or {}
    return "openapi" in views and not str(root.get("/openapi")).startswith("3.0")


def _own_names(root: Document, url: str | None) -> frozenset[str]:
    """What the document is called by references to itself: its URL, its file's name, and `$self` (3.2)."""
    names: set[str] = set()
    views = root.views("") or {}
    own: Any = root.get("/$self") if "$self" in views else None
    for one in (url, own):
        if isinstance(one, str) and one:
            path = _path_of(one)
            names |= {one, path, posixpath.basename(path)}
    return frozenset(names - {"", "/", "."})


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
